"""Plain text: whatever it was written with becomes UTF-8 without control characters, and is never more than text."""

from __future__ import annotations

import codecs
import unicodedata

from portal.cleanroom.refusal import Limits, Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OLD = "cp1252"
"""What Western Windows programs write where they do not write UTF-8."""


def rebuild(data: bytes, limits: Limits) -> tuple[bytes, str]:
    """The text in UTF-8. Raises `Refused` for what is no text."""
    text = _decoded(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
    if not kept.strip():
        raise Refused("empty")
    return kept.encode(), "txt"


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    if b"\0" in data and encoding != "utf-16":
        raise Refused("wrong_content")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(OLD)
    except UnicodeDecodeError as problem:
        raise Refused("damaged") from problem
