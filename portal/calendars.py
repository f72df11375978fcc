"""Calendar files and feeds (RFC 5545, iTIP RFC 5546). Pure: knows no model and no clock.

The same entries always give the same bytes. One fixed VTIMEZONE with one DAYLIGHT and one STANDARD rule anchored in
1970, because several calendar programs misread generated ones (handbook: calendars §3c). Wall time is the truth.
Lines are written here and not by a library: a feed of 2 000 lessons must not take a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

ZONE = "Europe/Berlin"
PRODUCT = "-//Lotse//Lotse//DE"
REFRESH = "PT12H"
"""How often programs that subscribe should ask again."""
LONGEST_LINE = 75
"""Octets of a line without its end (RFC 5545, §3.1)."""

_ZONE_LINES = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Berlin",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZNAME:CEST",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZNAME:CET",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_LINE_END = re.compile(r"\r\n?|[\x85\u2028\u2029]")
# What has no place in a calendar file (RFC 5545, §3.1: CONTROL), and halves of pairs, which UTF-8 cannot write.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """One date. `start` and `end` are naive wall times in Europe/Berlin; `changed_at` is aware.

    `uid` stays for life, in all languages; `sequence` rises when time, place or status changes. `status` is CONFIRMED,
    TENTATIVE or CANCELLED. `organizer` and `attendee` (mail addresses) only in invitations, never in feeds.
    """

    uid: str
    start: datetime
    end: datetime
    summary: str
    changed_at: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    status: str = "CONFIRMED"
    sequence: int = 0
    organizer: str = ""
    attendee: str = ""


def to_ical(entries: Iterable[Entry], *, name: str = "", method: str = "") -> bytes:
    """A calendar file. `name` is shown by programs that subscribe; `method` is REQUEST or CANCEL in mails only."""
    return b"".join(_folded(line) for line in _lines(entries, name, method))


def _lines(entries: Iterable[Entry], name: str, method: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}")
    if method:
        yield f"METHOD:{method}"
    if name:
        yield f"NAME:{_text(name)}"
        yield f"X-WR-CALNAME:{_text(name)}"
        yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"
    yield from _ZONE_LINES
    for entry in sorted(entries, key=lambda item: (item.start, item.uid)):
        yield from _event(entry, method)
    yield "END:VCALENDAR"


def _event(entry: Entry, method: str) -> Iterator[str]:
    changed = entry.changed_at.astimezone(UTC)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{_wall(changed)}Z"
    yield f"LAST-MODIFIED:{_wall(changed)}Z"
    yield f"DTSTART;TZID={ZONE}:{_wall(entry.start)}"
    yield f"DTEND;TZID={ZONE}:{_wall(entry.end)}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"STATUS:{entry.status}"
    yield f"SEQUENCE:{entry.sequence}"
    for key, text in (("DESCRIPTION", entry.description), ("LOCATION", entry.location)):
        if written := _text(text):
            yield f"{key}:{written}"
    if entry.url:
        yield f"URL:{_NOT_IN_ADDRESS.sub('', entry.url)}"
    if entry.organizer:
        yield f"ORGANIZER:mailto:{_NOT_IN_ADDRESS.sub('', entry.organizer)}"
    if entry.attendee:
        answer = "TRUE" if method == "REQUEST" else "FALSE"
        address = _NOT_IN_ADDRESS.sub("", entry.attendee)
        yield f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP={answer}:mailto:{address}"
    yield "END:VEVENT"


def _wall(moment: datetime) -> str:
    return f"{moment.year:04}{moment.month:02}{moment.day:02}T{moment.hour:02}{moment.minute:02}{moment.second:02}"


def _text(text: str) -> str:
    """A value of type TEXT. A backslash becomes a slash: folded inside its escape, some programs misread it."""
    plain = _CONTROL.sub("", _LINE_END.sub("\n", text)).strip()
    if plain.isalnum():
        return plain
    plain = plain.replace("\\", "/").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line with its end, in pieces of at most 75 octets; never inside a character or an escape."""
    octets = line.encode()
    if len(octets) <= LONGEST_LINE:
        return octets + b"\r\n"
    pieces, start, room = [], 0, LONGEST_LINE
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # the middle of a character
            end -= 1
        if octets[end - 1] == 0x5C:  # the backslash of an escape
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, LONGEST_LINE - 1  # the space in front counts
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"
