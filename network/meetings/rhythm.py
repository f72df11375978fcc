"""Which days a rule of a series means. Pure: no model, no clock, no time of day, so no clock change can move a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from network.meetings.statuses import OnHoliday, Rhythm

MOST_DATES = 60
"""Dates of one series; more is a mistake in a form."""

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PlannedDay:
    """A day the rule means. `day` is None where it is left out; `reason` is the holiday's name."""

    by_rule: date
    day: date | None
    reason: str = ""


def days_of(rhythm: str, first_day: date, until: date, every: int = 1) -> Iterator[date]:
    """The days after `first_day` up to and with `until`, at most `MOST_DATES`.

    The fifth weekday of a month that has only four is left out.
    """
    made = 0
    day = first_day
    step = 0
    while made < MOST_DATES:
        step += 1
        if rhythm == Rhythm.WEEK:
            day = first_day + step * every * WEEK
        else:
            month = first_day.month - 1 + step * every
            found = _in_month(rhythm, first_day, first_day.year + month // 12, month % 12 + 1)
            if found is None:
                continue
            day = found
        if day > until:
            return
        made += 1
        yield day


def around_holidays(days: Iterator[date], closed: Mapping[date, str], on_holiday: str) -> list[PlannedDay]:
    """What becomes of each day: kept, left out, or a week later, when that is open and no date of the series."""
    wanted = list(days)
    taken = set(wanted)
    planned = []
    for day in wanted:
        reason = closed.get(day, "")
        if not reason or on_holiday == OnHoliday.KEEP:
            planned.append(PlannedDay(day, day, reason))
            continue
        later = day + WEEK
        if on_holiday == OnHoliday.WEEK_LATER and later not in closed and later not in taken:
            taken.add(later)
            planned.append(PlannedDay(day, later, reason))
        else:
            planned.append(PlannedDay(day, None, reason))
    return planned


def _in_month(rhythm: str, first_day: date, year: int, month: int) -> date | None:
    if rhythm == Rhythm.MONTH_LAST:
        next_month = date(year + month // 12, month % 12 + 1, 1)
        last = next_month - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - first_day.weekday()) % 7)
    start = date(year, month, 1)
    first = start + timedelta(days=(first_day.weekday() - start.weekday()) % 7)
    day = first + ((first_day.day - 1) // 7) * WEEK
    return day if day.month == month else None
