"""Calendar files and feeds (RFC 5545, iTIP RFC 5546). Pure: knows no model and no clock.

The same entries always give the same bytes. One fixed VTIMEZONE with one DAYLIGHT and one STANDARD rule anchored in
1970, because several calendar programs misread generated ones (handbook: calendars §3c). Wall time is the truth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText
from icalendar.cal import Component

ZONE = "Europe/Berlin"
PRODUCT = "-//Lotse//Lotse//DE"

_ZONE_TEXT = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
    "TZNAME:CEST\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    "TZNAME:CET\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


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
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    calendar.add_component(Component.from_ical(_ZONE_TEXT))
    for entry in sorted(entries, key=lambda item: (item.start, item.uid)):
        calendar.add_component(_event(entry, method))
    return calendar.to_ical(sorted=True)


def _event(entry: Entry, method: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.start, parameters={"TZID": ZONE})
    event.add("dtend", entry.end, parameters={"TZID": ZONE})
    event.add("summary", _plain(entry.summary))
    event.add("status", entry.status)
    event.add("sequence", entry.sequence)
    for key in ("description", "location"):
        if text := _plain(getattr(entry, key)):
            event.add(key, text)
    if entry.url:
        event.add("url", entry.url)
    if entry.organizer:
        event["organizer"] = vCalAddress(f"mailto:{entry.organizer}")
    if entry.attendee:
        attendee = vCalAddress(f"mailto:{entry.attendee}")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE" if method == "REQUEST" else "FALSE")
        event.add("attendee", attendee, encode=False)
    return event


def _plain(text: str) -> str:
    # A fold inside an escaped backslash is misread by some programs, so there are none (handbook: calendars §3c).
    return text.replace("\\", "/").replace("\r", "").strip()
