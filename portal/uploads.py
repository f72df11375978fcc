"""What editors may upload: the content must be what the name says, nothing that runs, nothing that tells on people.

Wagtail itself compares bytes, pixels and ending with the settings. Added here: images are decoded to the end and lose
what the camera wrote into them, above all the place (ASVS 14.2.8); documents are looked into.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

OFFICE_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
"""Ending of a file of ECMA-376, and the part that makes it one."""

ODT_TYPE = b"application/vnd.oasis.opendocument.text"
MACRO_PARTS = ("vbaproject.bin", "basic/", "scripts/")
"""Beginnings or ends of the names under which office files carry programs."""

MARKUP = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<body", b"<iframe")
HEAD = 4096
"""Bytes at the beginning of a text in which markup is looked for."""


SEEN = {"transparency", "icc_profile", "gamma"}
"""What stays in the head of an image that is written again, because people see it."""

HARMLESS = SEEN | {
    "jfif",
    "jfif_version",
    "jfif_unit",
    "jfif_density",
    "dpi",
    "progressive",
    "progression",
    "adobe",
    "adobe_transform",
    "loop",
    "background",
    "timestamp",
    "duration",
    "srgb",
    "chromaticity",
    "interlace",
}
"""What may stand in the head of an image that is kept as it is. The rest is written by cameras and people."""

QUALITY = {"JPEG": {"quality": 92}, "WEBP": {"quality": 92}, "AVIF": {"quality": 85}}
"""How images are written again. Little is lost; the sizes that people see are made smaller anyway."""


class SturdyImageField(WagtailImageField):
    """Wagtail's field; an image that breaks while it is read is an error of the form and not of the server."""

    def to_python(self, data: Any) -> Any:
        try:
            return super().to_python(data)
        except (OSError, SyntaxError, ValueError) as problem:  # what Pillow raises
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from problem


class CheckedImageForm(BaseImageForm):
    """The admin's form for images; used by the single, the multiple and the chooser's upload alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            old = self.fields["file"]
            self.fields["file"] = SturdyImageField(label=old.label, required=old.required, widget=old.widget)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return without_traces(file) if "file" in self.changed_data and file else file


def without_traces(file: Any) -> Any:
    """The same picture, the right way up, without place, time, device and comments; the file itself if it has none.

    Raises `ValidationError` for an image that ends too early. Animations stay as they are: cameras make none.
    """
    file.seek(0)
    try:
        with Image.open(file) as image:
            image.load()
            kind = "JPEG" if image.format == "MPO" else str(image.format)  # two pictures in one, as some phones do
            tells = set(image.info) - HARMLESS or image.getexif() or getattr(image, "text", None)
            moves = kind != "JPEG" and getattr(image, "is_animated", False)
            upright = ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError) as problem:
        raise ValidationError(_("This image is damaged. Please save it again and retry."), code="damaged") from problem
    file.seek(0)
    if moves or not tells and kind == image.format:
        return file
    upright.info = {name: value for name, value in upright.info.items() if name in SEEN}
    target = BytesIO()
    upright.save(target, kind, exif=b"", **QUALITY.get(kind, {}))
    return SimpleUploadedFile(file.name, target.getvalue(), Image.MIME[kind])


class CheckedDocumentForm(BaseDocumentForm):
    """The admin's form for documents; used by the single, the multiple and the chooser's upload alike."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and file:
            check_document(file)
        return file


def check_document(file: Any) -> None:
    """Raise `ValidationError` unless the open file is what its ending says. Leaves it at its beginning."""
    ending = PurePath(file.name).suffix.lower().removeprefix(".")
    file.seek(0)
    try:
        right = _is_right(file, ending)
    finally:
        file.seek(0)
    if not right:
        raise ValidationError(
            _("The content of this file is not what its name says (%(ending)s). Please save it again and retry."),
            params={"ending": ending or "?"},
            code="wrong_content",
        )


def _is_right(file: Any, ending: str) -> bool:
    if ending == "pdf":
        return file.read(5) == b"%PDF-"
    if ending in {"csv", "txt"}:
        return _is_plain_text(file)
    if ending in {*OFFICE_PARTS, "odt"}:
        return _is_office_file(file, ending)
    return True  # an ending outside the list was refused before (WAGTAILDOCS_EXTENSIONS)


def _is_plain_text(file: Any) -> bool:
    tail = b""
    for number, chunk in enumerate(file.chunks()):
        if b"\0" in chunk:
            return False
        if number == 0 and any(mark in chunk[:HEAD].lower() for mark in MARKUP):
            return False
        tail = chunk
    return bool(tail)


def _is_office_file(file: Any, ending: str) -> bool:
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
            if any(_carries_program(name) for name in names):
                return False
            if ending == "odt":
                return "mimetype" in names and parts.open("mimetype").read(len(ODT_TYPE) + 1) == ODT_TYPE
            return "[Content_Types].xml" in names and OFFICE_PARTS[ending] in names
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return False


def _carries_program(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(MACRO_PARTS[0]) or lower.startswith(MACRO_PARTS[1:])
