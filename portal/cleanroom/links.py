"""Links inside office files: what opens by itself, or tells who wrote, is taken out; what people click stays.

These small files are changed as text, because writing them from a tree would change the prefixes of names on which
Word relies elsewhere. A search can be fooled, so a parser reads the result, and what still leads away is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from portal.cleanroom.parts import as_text, read_xml
from portal.cleanroom.refusal import Refused

TAG = r"<(?:[^\s<>/:=\"']+:)?{name}\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?"
"""The beginning of an element of any prefix; a value may hold any sign but its own quotes."""

LINK = re.compile(TAG.format(name="Relationship") + r"(?:/>|>\s*</[^<>]*>)", re.S)
OVERRIDE = re.compile(TAG.format(name="Override") + r"(?:/>|>\s*</[^<>]*>)", re.S)
ENTRY = re.compile(TAG.format(name="file-entry") + r"(?:/>|>\s*</[^<>]*>)", re.S)
TEMPLATE = re.compile(TAG.format(name="attachedTemplate") + r"(?:/>|>\s*</[^<>]*>)", re.S)
MERGED = re.compile(TAG.format(name="mailMerge") + r"(?:/>|>.*?</[^\s<>]*?mailMerge\s*>)", re.S)
SECTION = re.compile(TAG.format(name="section-source") + r"(?:/>|>\s*</[^<>]*>)", re.S)
DRAWN = re.compile(TAG.format(name="(?:image|object|fill-image|background-image)") + r"/?>", re.S)
NAMED = re.compile(r"([^\s<>/=\"']+)\s*=\s*(\"[^\"]*\"|'[^']*')", re.S)
HREF = re.compile(r"(\bhref\s*=\s*)(\"[^\"]*\"|'[^']*')", re.S)

PROPERTIES = re.compile(
    r"/(?:core-properties|extended-properties|custom-properties|thumbnail|digital-signature/origin)$"
)
CLICKED = re.compile(r"(?:https?|mailto|tel):", re.I)
GONE = ("/attachedTemplate", "/mailMergeSource", "/mailMergeHeaderSource")
NEAR = re.compile(r"(?:Pictures/|media/|Object|ObjectReplacements/|\./|#|$)")
NOWHERE = "about:blank"
FETCHED = frozenset({"image", "object", "fill-image", "background-image", "section-source"})
"""Elements of OpenDocument whose address is fetched without a click."""


def without_far(content: bytes) -> bytes:
    """A table of relationships in which nothing outside the file is fetched by itself."""

    def near(hit: re.Match[str]) -> str:
        link = _attributes(hit.group())
        if not _is_far(link):
            return hit.group()
        if link.get("Type", "").endswith(GONE):
            return ""
        return re.sub(r"\bTarget\s*=\s*(\"[^\"]*\"|'[^']*')", f'Target="{NOWHERE}"', hit.group())

    changed = _changed(content, lambda text: LINK.sub(near, text))
    if any(_is_far(link) for _name, link in read_xml(changed).links):
        raise Refused("macros")
    return changed


def _is_far(link: dict[str, str]) -> bool:
    if link.get("TargetMode", "").strip().lower() != "external" or link.get("Target") == NOWHERE:
        return False
    return not (link.get("Type", "").endswith("/hyperlink") and CLICKED.match(link.get("Target", "").strip()))


def without_properties(content: bytes) -> bytes:
    """The package's relationships without those to the names of author and company, preview and signatures."""

    def kept(hit: re.Match[str]) -> str:
        return "" if PROPERTIES.search(_attributes(hit.group()).get("Type", "")) else hit.group()

    return _changed(content, lambda text: LINK.sub(kept, text))


def without_overrides(content: bytes, gone: set[str]) -> bytes:
    """The table of content types without the parts that are gone."""

    def kept(hit: re.Match[str]) -> str:
        return "" if _attributes(hit.group()).get("PartName", "").lstrip("/") in gone else hit.group()

    return _changed(content, lambda text: OVERRIDE.sub(kept, text))


def without_template(content: bytes) -> bytes:
    """A document's settings without the template and the addresses it would fetch."""
    return _changed(content, lambda text: MERGED.sub("", TEMPLATE.sub("", text)))


def without_entries(content: bytes, gone: list[str]) -> bytes:
    """OpenDocument's list of parts without those that are gone."""

    def kept(hit: re.Match[str]) -> str:
        path = _attributes(hit.group()).get("full-path", "")
        return "" if any(path == name or name.endswith("/") and path.startswith(name) for name in gone) else hit.group()

    return _changed(content, lambda text: ENTRY.sub(kept, text))


def without_far_odf(content: bytes) -> bytes:
    """A part of an OpenDocument file whose pictures and sections are not fetched from elsewhere."""
    if not _fetched_from_far(content):
        return content

    def near(hit: re.Match[str]) -> str:
        return HREF.sub(
            lambda href: href.group() if NEAR.match(href.group(2)[1:-1]) else f'{href.group(1)}""', hit.group()
        )

    changed = _changed(content, lambda text: SECTION.sub("", DRAWN.sub(near, text)))
    if _fetched_from_far(changed):
        raise Refused("macros")
    return changed


def _fetched_from_far(content: bytes) -> bool:
    return any(
        name in FETCHED and not NEAR.match(link.get("href", "").strip()) for name, link in read_xml(content).links
    )


def _attributes(tag: str) -> dict[str, str]:
    return {name.rpartition(":")[2]: unescape(value[1:-1]) for name, value in NAMED.findall(tag)}


def _changed(content: bytes, change: Callable[[str], str]) -> bytes:
    text = as_text(content)
    new = change(text)
    if new == text:
        return content
    result = new.encode()
    read_xml(result)
    return result
