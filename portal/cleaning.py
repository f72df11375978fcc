"""Files of strangers: checked by content, size and kind, rebuilt in a process of its own, and said in words.

Nothing here is stored. What comes back holds nothing but what people see: no place, no device, no author, no program.
The process (`portal.cleanroom`) has little time and memory and is ended when it takes longer (handbook: intake §3.5).
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from portal import scanning
from portal.errors import DomainError
from portal.filenames import ending_of, safe_name

GROUPS: dict[str, tuple[str, ...]] = {
    "image": ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "heic", "heif", "avif"),
    "pdf": ("pdf",),
    "office": ("docx", "xlsx", "pptx", "odt", "ods", "odp"),
    "text": ("txt", "csv", "md", "log"),
}
"""Kinds of files a question may accept, and the endings that stand for them."""

ENDINGS = frozenset(ending for group in GROUPS.values() for ending in group)
GROUP_NAMES = {
    "image": gettext_lazy("photos and pictures"),
    "pdf": gettext_lazy("PDF"),
    "office": gettext_lazy("Word, Excel, PowerPoint, LibreOffice"),
    "text": gettext_lazy("plain text"),
}
SENTENCES = {
    "empty": gettext_lazy("This file is empty. Please choose another one."),
    "too_large": gettext_lazy("This file is too large. At most {size} MB are possible. A photo is smaller."),
    "too_many": gettext_lazy("You can add at most {count} files here. Remove one first."),
    "too_much": gettext_lazy("All files together are too large. Remove one first."),
    "unknown_type": gettext_lazy("We cannot take this kind of file. Possible are: {kinds}. You can also take a photo."),
    "wrong_content": gettext_lazy("The content of this file is not what its name says. Please take a photo of it."),
    "damaged": gettext_lazy("This file is damaged. Please save it again or take a photo."),
    "too_many_pixels": gettext_lazy("This picture has too many pixels. Please make it smaller or take a screenshot."),
    "too_many_pages": gettext_lazy("This file has more than {pages} pages. Please send only the pages that matter."),
    "password": gettext_lazy("This file is locked with a password. Please save it without one, or take a photo."),
    "macros": gettext_lazy("This file contains a program. We cannot take it. Please save it as PDF."),
    "embedded": gettext_lazy("This file contains other files. We cannot take it. Please save it as PDF."),
    "old_office": gettext_lazy("This file is in an old format or locked with a password. Please save it as PDF."),
    "dynamic_form": gettext_lazy("Only one program can read this form. Please print it as PDF or take a photo."),
    "too_complex": gettext_lazy("This file is too large inside. Please save it as PDF or take a photo."),
    "unchecked": gettext_lazy("We could not check this file. Please try another one or take a photo."),
    "infected": gettext_lazy("This file could be dangerous. We do not take it. Please take a photo instead."),
    "scanner_down": gettext_lazy(
        "We cannot check files at the moment. Nothing is lost. Please try again later or continue without this file."
    ),
    "too_often": gettext_lazy("You have added many files. Please wait an hour, or continue without this file."),
    "nothing": gettext_lazy("Please choose a file first. Then press the button again."),
    "limits": gettext_lazy("At most {count} files of {size} MB each. Possible are: {kinds}."),
    "busy": gettext_lazy("Many files arrive at the moment. Please try again in a minute."),
}  # fmt: skip
"""What people read, by the code of a refusal; each says what to do next. `limits` is said before anybody tries."""

LATER = frozenset({"scanner_down", "busy"})
"""Refusals that say nothing about the file: trying again helps."""

HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
CLEANROOM = "import sys; sys.path.insert(0, sys.argv[1]); from portal.cleanroom.__main__ import main; main()"
ROOT = str(Path(__file__).resolve().parents[1])
_rooms = threading.BoundedSemaphore(2)
"""Files rebuilt at once by one process of ours; others wait, or a flood of files would fill the machine."""


class FileRefused(DomainError):
    """This file is not taken. `code` says why without words (`SENTENCES`), to be worded again in another language."""

    def __init__(self, code: str) -> None:
        super().__init__(sentence(code))
        self.code = code
        self.status = 503 if code in LATER else 422


@dataclass(frozen=True)
class CleanFile:
    """A file as it may be stored. `name` carries its true ending."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)


def sentence(code: str, accept: Sequence[str] = (), count: int | None = None) -> str:
    """A refusal in the reader's language. `count`: how many files are possible there."""
    kinds = ", ".join(str(GROUP_NAMES[group]) for group in GROUPS if group in accept or not accept)
    return str(SENTENCES.get(code, SENTENCES["unchecked"])).format(
        size=settings.LOTSE_UPLOAD_BYTES // 2**20,
        count=count or settings.LOTSE_UPLOAD_FILES,
        pages=settings.LOTSE_UPLOAD_PAGES,
        kinds=kinds,
    )


def clean(upload: Any, accept: Sequence[str] = ()) -> CleanFile:
    """The uploaded file, checked and rebuilt. `accept` are keys of `GROUPS`, none means all. Raises `FileRefused`.

    Slow, up to `LOTSE_CLEANING_SECONDS`: never call it inside a transaction.
    """
    if upload.size > settings.LOTSE_UPLOAD_BYTES:
        raise FileRefused("too_large")
    if not getattr(upload, "is_whole", True):
        raise FileRefused("too_much")
    upload.seek(0)
    data = upload.read()
    if not data:
        raise FileRefused("empty")
    group = kind_of(data, upload.name or "")
    if accept and group not in accept:
        raise FileRefused("unknown_type")
    try:
        scanning.scan(data)
    except scanning.Infected as problem:
        raise FileRefused("infected") from problem
    except scanning.ScannerDown as problem:
        raise FileRefused("scanner_down") from problem
    rebuilt, ending = in_cleanroom(group, data)
    return CleanFile(name=safe_name(upload.name or "", ending), data=rebuilt)


def kind_of(data: bytes, name: str) -> str:
    """The group a file belongs to, by its content. Raises `FileRefused` for what we do not know.

    The name alone makes nothing acceptable, and can only refuse: an ending of something that runs, or text that
    claims to be a picture. One picture under another's ending is common on telephones and fine.
    """
    ending = ending_of(name)
    if ending and ending not in ENDINGS:
        raise FileRefused("unknown_type")
    group = _by_content(data)
    if group:
        return group
    if ending in GROUPS["text"]:
        return "text"
    if ending in GROUPS["office"] and data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("old_office")
    raise FileRefused("wrong_content" if ending else "unknown_type")


def _by_content(data: bytes) -> str:
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return "image"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "image"
    if data.startswith(b"PK\x03\x04"):
        return "office"
    return "pdf" if b"%PDF-" in data[:1024] and b"\0" not in data[: data.find(b"%PDF-")] else ""


def in_cleanroom(group: str, data: bytes) -> tuple[bytes, str]:
    """Rebuild a file in a process of its own; return it and its true ending. Raises `FileRefused`.

    The process gets no environment, no open file and no argument that tells anything.
    """
    seconds = settings.LOTSE_CLEANING_SECONDS
    head = {
        "kind": group,
        "seconds": seconds,
        "memory": settings.LOTSE_CLEANING_MEMORY,
        "limits": {
            "bytes": settings.LOTSE_UPLOAD_BYTES * 2,
            "pixels": settings.LOTSE_UPLOAD_PIXELS,
            "pages": settings.LOTSE_UPLOAD_PAGES,
            "unpacked": settings.LOTSE_UPLOAD_BYTES * 20,
        },
    }
    text = json.dumps(head).encode()
    if not _rooms.acquire(timeout=seconds):
        raise FileRefused("busy")
    try:
        # Isolated (-I): nothing of the environment or the current folder is loaded.
        done = subprocess.run(  # noqa: S603 - our own program, no argument from outside
            [sys.executable, "-I", "-c", CLEANROOM, ROOT],
            input=struct.pack(">I", len(text)) + text + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a trace could quote the file
            timeout=seconds,
            env={},
            cwd="/",
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as problem:
        raise FileRefused("unchecked") from problem
    finally:
        _rooms.release()
    return _understood(done.stdout)


def _understood(answer: bytes) -> tuple[bytes, str]:
    if len(answer) < 4:
        raise FileRefused("unchecked")
    (length,) = struct.unpack(">I", answer[:4])
    try:
        head = json.loads(answer[4 : 4 + length])
    except ValueError as problem:
        raise FileRefused("unchecked") from problem
    if "refused" in head:
        raise FileRefused(str(head["refused"]))
    rebuilt, ending = answer[4 + length :], str(head.get("ending"))
    if ending not in ENDINGS or not rebuilt or len(rebuilt) > settings.LOTSE_UPLOAD_BYTES * 2:
        raise FileRefused("unchecked")
    return rebuilt, ending
