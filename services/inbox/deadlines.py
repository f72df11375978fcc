"""Until when an answer is due: working days without weekends and without the public holidays of Baden-Württemberg."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone

from services.inbox.statuses import Urgency

WORKING_DAYS = {Urgency.DANGER: 1, Urgency.HIGH: 1, Urgency.NORMAL: 5, Urgency.LOW: 10}
"""Working days until an answer is due (handbook: domain §5.5)."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's rule)."""
    golden, century, rest = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The public holidays of Baden-Württemberg (§ 1 Feiertagsgesetz BW) and 3 October."""
    sunday = easter(year)
    fixed = ((1, 1), (1, 6), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))
    # Good Friday, Easter Monday, Ascension, Whit Monday, Corpus Christi
    moving = (-2, 1, 39, 50, 60)
    return frozenset({date(year, month, day) for month, day in fixed} | {sunday + timedelta(days=n) for n in moving})


def is_working_day(day: date) -> bool:
    """Monday to Friday and no public holiday."""
    return day.weekday() < 5 and day not in holidays(day.year)


def add_working_days(start: date, count: int) -> date:
    """The day `count` working days after `start`; the start itself never counts."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def due(since: datetime, urgency: str, days: int | None = None) -> datetime:
    """The moment an answer is due: the end of the last working day allowed, in local time.

    `days`: working days that a form gives instead of those of the urgency.
    """
    last = add_working_days(timezone.localtime(since).date(), days or WORKING_DAYS[Urgency(urgency)])
    return timezone.make_aware(datetime.combine(last, time(23, 59, 59)))


def last_day_before(today: date, count: int) -> date:
    """The last day of which more than `count` working days have passed: what came then or before is late today."""
    day = today - timedelta(days=1)
    while add_working_days(day, count) >= today:
        day -= timedelta(days=1)
    return day


def late_before(at: datetime, count: int) -> datetime:
    """The moment before which something must have begun to be older than `count` working days."""
    day = last_day_before(timezone.localtime(at).date(), count)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
