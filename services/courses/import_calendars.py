"""Calendar files (RFC 5545) as lessons, without trusting them: a strict reader of the few properties a lesson needs.

Each entry with a time of its own is a lesson. Rules that repeat are followed only where they end and only by days,
weeks or months; everything else would be guessing. All times become wall times in the portal's zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from portal.calendars import ZONE
from services.courses.import_recurrence import occurrences
from services.courses.import_rows import LESSON, LONGEST_REF, MOST_ROWS, BadCell, Contents, FileRefused, Row
from services.courses.import_tables import decoded

LONGEST_PROPERTY = 20_000
"""Characters of one property when its folds are undone; descriptions are long, and not read."""
WANTED = {
    "UID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "LOCATION",
    "STATUS",
    "RRULE",
    "RDATE",
    "EXDATE",
    "RECURRENCE-ID",
    "CATEGORIES",
    "RELATED-TO",
}
_INSIDE = {"VEVENT": {"VALARM"}, "VTIMEZONE": {"STANDARD", "DAYLIGHT"}, "VTODO": {"VALARM"}}
_MOMENT = re.compile(r"(\d{8})T(\d{6})(Z?)", re.ASCII)
_LASTS = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?", re.ASCII)


@dataclass
class _Entry:
    """The wanted properties of one VEVENT: name → parameters and value, as often as they stand there."""

    number: int
    found: dict[str, list[tuple[dict[str, str], str]]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value of a text."""
        value = self.found.get(name, [({}, "")])[0][1]
        plain = re.sub(r"\\(.)", lambda sign: " " if sign[1] in "nN" else sign[1], value)
        return " ".join(unicodedata.normalize("NFC", plain).split())

    def moments(self, name: str) -> list[datetime]:
        """All moments of a property as wall times."""
        return [
            _moment(text, parameters)
            for parameters, value in self.found.get(name, [])
            for text in value.split(",")[: MOST_ROWS + 1]
        ]


def read_calendar(data: bytes) -> Contents:
    """The lessons of a calendar file. Raises `FileRefused`."""
    entries, cancelled = _entries(_unfolded(decoded(data)))
    contents = Contents()
    changed = {(entry.text("UID"), moment) for entry in entries for moment in _safely(entry, "RECURRENCE-ID")}
    for entry in entries:
        contents.rows += _rows(entry, changed, cancelled)
        if len(contents.rows) > MOST_ROWS:
            raise FileRefused(_("This file has too many rows: at most {number}.").format(number=MOST_ROWS))
    if not contents.rows:
        raise FileRefused(_("There are no entries in this calendar file."))
    return contents


def _unfolded(text: str) -> Iterator[str]:
    whole: list[str] = []
    size = 0
    for line in re.split(r"\r\n|\n|\r", text):
        if line[:1] in (" ", "\t") and whole:
            whole.append(line[1:])
        else:
            if whole:
                yield "".join(whole)
            whole, size = [line], 0
        size += len(line)
        if size > LONGEST_PROPERTY:
            raise FileRefused(_("A line of this calendar file is too long."))
    if whole:
        yield "".join(whole)


def _entries(lines: Iterable[str]) -> tuple[list[_Entry], bool]:
    """The VEVENTs of the file, and whether the whole file cancels."""
    open_parts: list[str] = []
    entries: list[_Entry] = []
    cancelled = seen = False
    for line in lines:
        head = line[:40].upper().strip()
        if head.startswith("BEGIN:"):
            _begin(head[6:], open_parts)
            seen = True
            if open_parts == ["VCALENDAR", "VEVENT"]:
                entries.append(_Entry(len(entries) + 1))
        elif head.startswith("END:"):
            if not open_parts or open_parts.pop() != head[4:]:
                raise FileRefused(_("This calendar file is damaged: a part ends that did not begin."))
        elif open_parts == ["VCALENDAR"]:
            cancelled = cancelled or head == "METHOD:CANCEL"
        elif open_parts == ["VCALENDAR", "VEVENT"]:
            _keep(line, entries[-1])
        if len(entries) > MOST_ROWS:
            raise FileRefused(_("This file has too many rows: at most {number}.").format(number=MOST_ROWS))
    if not seen or open_parts:
        raise FileRefused(_("This is not a whole calendar file."))
    return entries, cancelled


def _begin(part: str, open_parts: list[str]) -> None:
    fits = {0: part == "VCALENDAR", 1: part not in ("VCALENDAR", "VALARM", "STANDARD", "DAYLIGHT")}
    allowed = fits.get(len(open_parts), len(open_parts) == 2 and part in _INSIDE.get(open_parts[1], set()))
    if not allowed:
        raise FileRefused(_("This calendar file is damaged: a part stands inside another one."))
    open_parts.append(part)


def _keep(line: str, entry: _Entry) -> None:
    name = re.split("[;:]", line, maxsplit=1)[0].upper()
    if name not in WANTED:
        return
    try:
        _name, parameters, value = Contentline(line).parts()
    except ValueError:
        return  # what is missing is told with the row
    entry.found.setdefault(name, []).append(({key.upper(): str(text) for key, text in parameters.items()}, value))


def _rows(entry: _Entry, changed: set[tuple[str, datetime]], cancelled: bool) -> Iterator[Row]:
    uid = entry.text("UID")[:LONGEST_REF]
    try:
        if not uid:
            raise BadCell(_("This entry has no UID."))
        start, end = _times(entry)
        own = entry.moments("RECURRENCE-ID")
        if own or not (entry.found.get("RRULE") or entry.found.get("RDATE")):
            yield _row(entry, _ref(uid, own[0]) if own else uid, start, end, cancelled)
            return
        rule = next((value for _parameters, value in entry.found.get("RRULE", [])), "")
        if len(entry.found.get("RRULE", [])) > 1:
            raise BadCell(_("This entry repeats by more than one rule."))
        left_out = set(entry.moments("EXDATE"))
        for moment in sorted({*occurrences(start, rule, _moment), *entry.moments("RDATE")} - left_out):
            if (uid, moment) not in changed:
                yield _row(entry, _ref(uid, moment), moment, moment + (end - start), cancelled)
    except BadCell as problem:
        yield Row(LESSON, uid, entry.number, errors=[str(problem)])


def _row(entry: _Entry, ref: str, start: datetime, end: datetime, cancelled: bool) -> Row:
    row = Row(LESSON, ref, entry.number)
    row.values = {
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "takes_place": not cancelled and entry.text("STATUS").upper() != "CANCELLED",
    }
    if end.date() != start.date():
        row.errors.append(_("A lesson ends on the day it begins."))
    if place := entry.text("LOCATION")[:300]:
        row.values["location"] = place
    if run := (entry.text("RELATED-TO") or entry.text("CATEGORIES"))[:80]:
        row.values["run"] = run
    return row


def _ref(uid: str, moment: datetime) -> str:
    return f"{uid[: LONGEST_REF - 16]}/{moment:%Y%m%dT%H%M%S}"


def _times(entry: _Entry) -> tuple[datetime, datetime]:
    starts = entry.moments("DTSTART")
    if len(starts) != 1:
        raise BadCell(_("This entry does not say when it begins."))
    ends = entry.moments("DTEND")
    if not ends and (lasts := entry.text("DURATION")):
        found = _LASTS.fullmatch(lasts)
        if not found:
            raise BadCell(_("It cannot be read how long this entry lasts."))
        days, hours, minutes = (int(part or 0) for part in found.groups())
        ends = [starts[0] + timedelta(days=days, hours=hours, minutes=minutes)]
    if not ends or ends[0] <= starts[0]:
        raise BadCell(_("The end must be after the beginning."))
    return starts[0], ends[0]


def _moment(text: str, parameters: dict[str, str]) -> datetime:
    """A DATE-TIME as wall time. A day without a time is no lesson; a zone nobody knows is not guessed."""
    found = _MOMENT.fullmatch(text.strip().split("/")[0])
    if not found:
        raise BadCell(_("A lesson needs a day and a time; this entry has none that can be read."))
    try:
        wall = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")
    except ValueError as problem:
        raise BadCell(_("This day or time does not exist.")) from problem
    if not 2000 <= wall.year <= 2100:
        raise BadCell(_("This day or time does not exist."))
    zone = ZoneInfo("UTC") if found[3] else _zone(parameters.get("TZID", ""))
    if zone.key == ZONE:
        return wall.replace(second=0)
    local = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(ZoneInfo(ZONE))
    return local.replace(tzinfo=None, second=0)


@cache
def _known() -> set[str]:
    return available_timezones()


def _zone(name: str) -> ZoneInfo:
    """A zone by its name, by Windows' name for it, or by the end of a path some programs put in front."""
    name = name.strip().strip('"')
    if not name:
        return ZoneInfo(ZONE)  # "floating": the time on the wall where people are
    for candidate in (name, WINDOWS_TO_OLSON.get(name, ""), "/".join(name.split("/")[-2:])):
        if candidate in _known():
            return ZoneInfo(candidate)
    raise BadCell(_("The time zone “{zone}” is not known.").format(zone=name[:60]))


def _safely(entry: _Entry, name: str) -> list[datetime]:
    try:
        return entry.moments(name)
    except BadCell:
        return []
