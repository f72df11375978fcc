"""libical: the strictest checker there is; it knows which property each kind of message must and must not carry."""

from __future__ import annotations

import re
from ctypes import CDLL, c_char_p, c_int, c_void_p
from ctypes.util import find_library
from functools import cache


def libical_complaints(data: bytes) -> list[str]:
    """What libical finds wrong with a file, in its own words; nothing for a good one.

    A feed names no method (an organiser would get answers), but it is published: so it is asked a second time as if
    it did, which finds an entry without UID, DTSTAMP or SUMMARY and one that names guests (RFC 5546, §3.2.1).
    """
    if b"\r\nMETHOD:" in data:
        return _check(data)
    published = data.replace(b"\r\nBEGIN:VEVENT\r\n", b"\r\nBEGIN:VEVENT\r\nORGANIZER:mailto:office@example.org\r\n")
    published = published.replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:PUBLISH\r\n", 1)
    return _check(data) or (_check(published) if b"BEGIN:VEVENT" in data else [])


def _check(data: bytes) -> list[str]:
    library = _library()
    calendar = library.icalparser_parse_string(data)
    if not calendar:
        return ["not a calendar"]
    try:
        allowed = library.icalrestriction_check(calendar)
        text = re.sub(rb"\r?\n[ \t]", b"", library.icalcomponent_as_ical_string(calendar) or b"")
        complaints = re.findall(rb"^X-LIC-ERROR[^:]*:(.*?)\r?$", text, re.MULTILINE)
        sentences = [complaint.decode("utf-8", "replace") for complaint in complaints]
        return sentences if allowed or sentences else ["restriction check failed"]
    finally:
        library.icalcomponent_free(calendar)


@cache
def _library() -> CDLL:
    name = find_library("ical")
    if name is None:
        raise RuntimeError("Please install: libical3")
    library = CDLL(name)
    for function, result, arguments in (
        ("icalparser_parse_string", c_void_p, [c_char_p]),
        ("icalrestriction_check", c_int, [c_void_p]),
        ("icalcomponent_as_ical_string", c_char_p, [c_void_p]),
        ("icalcomponent_free", None, [c_void_p]),
    ):
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library
