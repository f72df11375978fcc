"""Rules that repeat (RFC 5545, §3.3.10), as far as courses need them, and never longer than three years."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dateutil import rrule
from django.utils.translation import gettext as _

from services.courses.import_rows import BadCell

LONGEST = timedelta(days=3 * 366)
"""How long a rule may go on. Also what keeps a rule that never fits from being searched for ever."""

_OFTEN = {"DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY}
_DAYS = {name: getattr(rrule, name) for name in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}
_WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


def occurrences(start: datetime, text: str, read: Callable[[str, dict[str, str]], datetime]) -> list[datetime]:
    """The moments of a rule from `start` on; without a rule only that. `read` turns a text into a wall time.

    Raises `BadCell` for a rule without an end, one that is too long, and one whose parts nobody needs for lessons.
    """
    if not text:
        return [start]
    parts = dict(part.upper().split("=", 1) for part in text.split(";") if "=" in part)
    count, until = _end(parts, start, read)
    facts = _facts(parts)
    last = start + LONGEST
    found: list[datetime] = []
    for moment in rrule.rrule(dtstart=start, until=min(until, last) if until else last, **facts):
        found.append(moment)
        if count and len(found) == count:
            return found
    if count or (until and until > last):
        raise BadCell(_("This rule goes on for more than three years."))
    return found or [start]


def _end(
    parts: dict[str, str], start: datetime, read: Callable[[str, dict[str, str]], datetime]
) -> tuple[int, datetime | None]:
    count, until = parts.pop("COUNT", ""), parts.pop("UNTIL", "")
    if count:
        if not re.fullmatch(r"[1-9]\d{0,3}", count, re.ASCII):
            raise BadCell(_("This rule cannot be read."))
        return int(count), None
    if not until:
        raise BadCell(_("This rule has no end. Please give it a last day."))
    if re.fullmatch(r"\d{8}", until, re.ASCII):
        until += "T235959"
    return 0, read(until, {}).replace(second=59)


def _facts(parts: dict[str, str]) -> dict[str, Any]:
    often = _OFTEN.get(parts.pop("FREQ", ""))
    every = parts.pop("INTERVAL", "1")
    begin = parts.pop("WKST", "MO")
    weekdays = [_WEEKDAY.fullmatch(name) for name in parts.pop("BYDAY", "").split(",") if name]
    days = [part for part in parts.pop("BYMONTHDAY", "").split(",") if part]
    right = (
        often is not None
        and not parts
        and re.fullmatch(r"[1-9]\d?", every, re.ASCII)
        and begin in _DAYS
        and all(weekdays)
        and len(weekdays) <= 14
        and len(days) <= 31
        and all(re.fullmatch(r"-?([1-9]|[12]\d|3[01])", day, re.ASCII) for day in days)
    )
    if not right:
        raise BadCell(_("This rule cannot be read: only days, weeks and months, without times of day."))
    return {
        "freq": often,
        "interval": int(every),
        "wkst": _DAYS[begin],
        "byweekday": [_DAYS[found[2]](int(found[1])) if found[1] else _DAYS[found[2]] for found in weekdays if found]
        or None,
        "bymonthday": [int(day) for day in days] or None,
    }
