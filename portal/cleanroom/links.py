"""Links inside office files: what opens by itself, or tells who wrote, is taken out; what people click stays.

These small files are changed as text and read again afterwards, because writing them from a tree would change the
prefixes of names on which Word relies elsewhere.
"""

from __future__ import annotations

import re
from html import unescape

from portal.cleanroom.parts import as_text, check_xml

LINK = re.compile(r"<(?:\w+:)?Relationship\b[^>]*?(?:/>|>\s*</(?:\w+:)?Relationship>)", re.S)
NAMED = re.compile(r"([\w:]+)\s*=\s*(\"[^\"]*\"|'[^']*')", re.S)
PROPERTIES = re.compile(
    r"/(?:core-properties|extended-properties|custom-properties|thumbnail|digital-signature/origin)$"
)
CLICKED = re.compile(r"(?:https?|mailto|tel):", re.I)
TEMPLATE = re.compile(r"<(\w+:)?(attachedTemplate|mailMerge)\b[^>]*?(?:/>|>.*?</\1?\2>)", re.S)
FAR_ODF = re.compile(
    r"(<draw:(?:image|object|fill-image)\b[^>]*?\bxlink:href=)(\"|')(?!Pictures/|media/|Object|\./|#)[^\"']*\2"
)
SECTION = re.compile(r"<text:section-source\b[^>]*?(?:/>|></text:section-source>)", re.S)
NOWHERE = "about:blank"


def without_far(content: bytes) -> bytes:
    """A table of relationships in which nothing outside the file is fetched by itself."""

    def near(hit: re.Match[str]) -> str:
        link = _attributes(hit.group())
        if link.get("TargetMode", "").lower() != "external":
            return hit.group()
        kind = link.get("Type", "")
        if kind.endswith("/hyperlink") and CLICKED.match(link.get("Target", "").strip()):
            return hit.group()
        if kind.endswith(("/attachedTemplate", "/mailMergeSource", "/mailMergeHeaderSource")):
            return ""
        return re.sub(r"\bTarget\s*=\s*(\"[^\"]*\"|'[^']*')", f'Target="{NOWHERE}"', hit.group())

    return _changed(content, lambda text: LINK.sub(near, text))


def without_properties(content: bytes) -> bytes:
    """The package's relationships without those to the names of author and company, preview and signatures."""

    def kept(hit: re.Match[str]) -> str:
        return "" if PROPERTIES.search(_attributes(hit.group()).get("Type", "")) else hit.group()

    return _changed(content, lambda text: LINK.sub(kept, text))


def without_overrides(content: bytes, gone: set[str]) -> bytes:
    """The table of content types without the parts that are gone."""

    def kept(hit: re.Match[str]) -> str:
        return "" if _attributes(hit.group()).get("PartName", "").lstrip("/") in gone else hit.group()

    return _changed(content, lambda text: re.sub(r"<(?:\w+:)?Override\b[^>]*?/>", kept, text, flags=re.S))


def without_template(content: bytes) -> bytes:
    """A document's settings without the template and the addresses it would fetch."""
    return _changed(content, lambda text: TEMPLATE.sub("", text))


def without_entries(content: bytes, gone: list[str]) -> bytes:
    """OpenDocument's list of parts without those that are gone."""

    def kept(hit: re.Match[str]) -> str:
        path = _attributes(hit.group()).get("full-path", "")
        return "" if any(path == name or name.endswith("/") and path.startswith(name) for name in gone) else hit.group()

    return _changed(content, lambda text: re.sub(r"<manifest:file-entry\b[^>]*?/>", kept, text, flags=re.S))


def without_far_odf(content: bytes) -> bytes:
    """A part of an OpenDocument file whose pictures and sections are not fetched from elsewhere."""
    return _changed(content, lambda text: SECTION.sub("", FAR_ODF.sub(r"\1\2\2", text)))


def _attributes(tag: str) -> dict[str, str]:
    return {name.rpartition(":")[2]: unescape(value[1:-1]) for name, value in NAMED.findall(tag)}


def _changed(content: bytes, change) -> bytes:  # type: ignore[no-untyped-def]  # from text to text
    text = as_text(content)
    new = change(text)
    if new == text:
        return content
    result: bytes = new.encode()
    check_xml(result)
    return result
