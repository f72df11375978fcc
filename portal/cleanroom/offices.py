"""Text documents, tables and presentations of office programs: looked into part by part and packed anew.

Refused are programs of any kind (macros, OLE objects, ActiveX, embedded files, commands to other programs); taken out
are links that open by themselves, names of authors and companies, preview pictures. They are only ever downloaded.
"""

from __future__ import annotations

import re

from portal.cleanroom import links
from portal.cleanroom.parts import as_text, ending_of, is_program, pack, read_xml, unpack
from portal.cleanroom.refusal import Limits, Refused
from portal.cleanroom.traces import without_traces

MAIN = {
    "word/document.xml": ("docx", "wordprocessingml.document.main+xml"),
    "xl/workbook.xml": ("xlsx", "spreadsheetml.sheet.main+xml"),
    "ppt/presentation.xml": ("pptx", "presentationml.presentation.main+xml"),
}
"""The part that makes a file one of Microsoft's (ECMA-376), its ending, and how its content type ends."""

OPEN = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
"""Types of OpenDocument (ISO/IEC 26300)."""

TYPES, PACKAGE = "[Content_Types].xml", "_rels/.rels"
XML = {"xml", "rels", "vml", "rdf"}
PICTURES = {"png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "svg", "ico"}
FONTS = {"odttf", "ttf", "otf", "fntdata"}
PROGRAM_PLACES = ("vbaproject", "vbadata", "activex/", "macrosheets/", "dialogsheets/", "customui")
MACRO_TYPES = re.compile(r"macroenabled|vbaproject|macrosheet|activex|dialogsheet", re.I)
COMMAND = re.compile(r"\bDDE(?:AUTO)?\b|\bQUOTE\s+(?:\d+\s+){3}", re.I)
"""A field that starts another program; the second writes that word in numbers."""

FORMULA = re.compile(r"\|.*!", re.S)
"""A formula that asks another program: `cmd|'…'!A1`."""

LIVING = frozenset(
    ("event-listener", "dde-source", "applet", "plugin", "floating-frame", "object-ole", "ddeLink", "oleLink")
    + ("oleObject", "OLEObject", "oleObj", "ocx", "altChunk", "script")
)
"""Elements behind which a program or a foreign page waits, in Microsoft's files and in OpenDocument."""

ODF_DROPPED = ("meta.xml", "settings.xml", "Thumbnails/", "Configurations2/", "manifest.rdf", "layout-cache")
ODF_PROGRAMS = ("basic/", "scripts/", "dialogs/", "object_scripts/")
EMPTY_META = (
    b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/>'
    b"</office:document-meta>"
)


def rebuild(data: bytes, limits: Limits) -> tuple[bytes, str]:
    """The document packed anew and its ending. Raises `Refused`."""
    clean, ending = _rebuilt(data, limits, inside=False)
    if len(clean) > limits["bytes"]:
        raise Refused("too_large")
    return clean, ending


def _rebuilt(data: bytes, limits: Limits, inside: bool) -> tuple[bytes, str]:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("old_office")
    parts = unpack(data, limits)
    if "mimetype" in parts:
        return _open_document(parts, limits)
    return _microsoft(parts, limits, inside)


# Microsoft's ------------------------------------------------------------------------------------------------------


def _microsoft(parts: dict[str, bytes], limits: Limits, inside: bool) -> tuple[bytes, str]:
    main = next((name for name in MAIN if name in parts), None)
    if main is None or TYPES not in parts or PACKAGE not in parts:
        raise Refused("wrong_content")
    ending, wanted = MAIN[main]
    said = read_xml(parts[TYPES]).values
    if any(MACRO_TYPES.search(value) for value in said):
        raise Refused("macros")
    if not any(value.endswith(wanted) for value in said):
        raise Refused("wrong_content")
    clean = {name: _part(name, content, limits, inside) for name, content in parts.items() if _stays(name)}
    clean[PACKAGE] = links.without_properties(clean[PACKAGE])
    clean[TYPES] = links.without_overrides(clean[TYPES], {name for name in parts if not _stays(name)})
    if "word/settings.xml" in clean:
        clean["word/settings.xml"] = links.without_template(clean["word/settings.xml"])
    return pack(clean, TYPES), ending


def _stays(name: str) -> bool:
    return not name.lower().startswith(("docprops/", "_xmlsignatures/", "package/"))


def _part(name: str, content: bytes, limits: Limits, inside: bool) -> bytes:
    lower, ending = name.lower(), ending_of(name)
    if any(place in lower for place in PROGRAM_PLACES):
        raise Refused("macros")
    if "embeddings/" in lower:
        return _embedded(content, ending, limits, inside)
    if ending in XML:
        return _xml(content, is_links=ending == "rels")
    if ending == "bin" and "printersettings" in lower and not is_program(content):
        return content
    return _other(content, ending)


def _xml(content: bytes, is_links: bool) -> bytes:
    facts = read_xml(content)
    fields = " ".join(facts.fields)
    if COMMAND.search(fields) or re.search(r"DDEAUTO", "".join("".join(facts.fields).split()), re.I):
        raise Refused("macros")
    if LIVING & facts.elements or any(FORMULA.search(formula) for formula in facts.formulas):
        raise Refused("macros")
    return links.without_far(content) if is_links else content


def _embedded(content: bytes, ending: str, limits: Limits, inside: bool) -> bytes:
    """A chart carries its table: a clean one stays, anything else could be a program."""
    if inside or ending not in {"xlsx", "docx", "pptx"}:
        raise Refused("embedded")
    return _rebuilt(content, limits, inside=True)[0]


def _other(content: bytes, ending: str) -> bytes:
    if is_program(content) or ending not in PICTURES | FONTS:
        raise Refused("embedded")
    if ending == "svg":
        text = as_text(content)
        if read_xml(content).elements & {"script", "foreignObject"} or re.search(
            r"\son\w+\s*=|javascript:", text, re.I
        ):
            raise Refused("macros")
    return without_traces(content)


# OpenDocument -----------------------------------------------------------------------------------------------------


def _open_document(parts: dict[str, bytes], limits: Limits) -> tuple[bytes, str]:
    ending = OPEN.get(parts["mimetype"].decode("ascii", "replace").strip())
    manifest = "META-INF/manifest.xml"
    if ending is None or manifest not in parts or "content.xml" not in parts:
        raise Refused("wrong_content")
    if b"encryption-data" in parts[manifest]:
        raise Refused("password")
    clean: dict[str, bytes] = {}
    for name, content in parts.items():
        if name.startswith(ODF_DROPPED) or name.lower().startswith("meta-inf/documentsignatures"):
            continue
        clean[name] = content if name == "mimetype" else _open_part(name, content)
    gone = [name for name in parts if name not in clean]
    clean[manifest] = links.without_entries(clean[manifest], [*gone, *ODF_DROPPED])
    return pack(clean, "mimetype"), ending


def _open_part(name: str, content: bytes) -> bytes:
    if name.lower().startswith(ODF_PROGRAMS):
        raise Refused("macros")
    if name.endswith("/meta.xml"):
        return EMPTY_META
    ending = ending_of(name)
    if ending in XML:
        checked = _xml(content, is_links=False)
        return checked if name.startswith("META-INF/") else links.without_far_odf(checked)
    if name.startswith("ObjectReplacements/") and not is_program(content):
        return content
    return _other(content, ending)
