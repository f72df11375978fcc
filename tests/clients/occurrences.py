"""What all calendar programs are asked for: the dates they show, in one form."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
LONGEST = timedelta(days=400)
"""How far after its first date a rule that repeats is followed."""


class Occurrence(NamedTuple):
    """One date as a person sees it in the programme: `start` and `end` are aware and in UTC."""

    uid: str
    start: datetime
    end: datetime
    status: str


def occurrence(uid: object, start: datetime, end: datetime, status: str) -> Occurrence:
    """A row to compare with, for example from the database. A naive time is a wall time in Europe/Berlin."""
    return Occurrence(str(uid), _utc(start), _utc(end), str(status))


def _utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)).astimezone(UTC)


def window(data: bytes) -> tuple[date, date]:
    """The days on which something may be: from the day before the first date to long after the last one."""
    starts = re.findall(rb"^DTSTART[^:\r\n]*:(\d{8})", _entries(data), re.MULTILINE)
    days = sorted(datetime.strptime(found.decode(), "%Y%m%d").date() for found in starts)
    if not days:
        return date(2026, 1, 1), date(2026, 1, 2)
    after = LONGEST if re.search(rb"^R(RULE|DATE)", _entries(data), re.MULTILINE) else timedelta(days=2)
    return days[0] - timedelta(days=1), days[-1] + after


def _entries(data: bytes) -> bytes:
    """The file without the rules of its time zone, which begin in 1970."""
    return re.sub(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE", b"", data, flags=re.DOTALL)


def byte_faults(data: bytes) -> list[str]:
    """What is wrong with the bytes themselves (RFC 5545, §3.1 and §3.3.11); nothing for a good file.

    A line that ends in an odd number of backslashes was folded inside an escape; some programs then drop the entry.
    """
    faults = [] if data.endswith(b"\r\n") else ["the last line has no end"]
    lines = data.split(b"\r\n")[:-1]
    for number, line in enumerate(lines, start=1):
        if b"\n" in line or b"\r" in line:
            faults.append(f"line {number}: half a line end")
        if len(line) > 75:
            faults.append(f"line {number}: {len(line)} octets")
        if re.search(rb"(^|[^\\])(\\\\)*\\$", line):
            faults.append(f"line {number}: folded inside an escape")
        if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", line):
            faults.append(f"line {number}: a control character")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            faults.append(f"line {number}: a character in two pieces")
    return faults
