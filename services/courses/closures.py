"""Days without lessons: public holidays, computed, and stored closures such as school holidays.

Public holidays: Feiertagsgesetz of Baden-Württemberg (§ 1) and the nation-wide ones; other states fall back to the
nation-wide nine. School holidays are set year by year by the state's ministry, so they are rows, not a formula.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from portal.models import District
from services.courses.place_models import Closure
from services.courses.reasons import Reason

Closures = dict[date, str]
"""Closed day → code of its reason."""

# First two digits of the AGS name the state; 08 is Baden-Württemberg.
_ONLY_IN_STATE = {"08": (Reason.EPIPHANY, Reason.CORPUS_CHRISTI, Reason.ALL_SAINTS)}


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, first printed in Nature, 1876)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, odd = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * odd + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def public_holidays(year: int, state: str = "08") -> dict[date, str]:
    """The public holidays of a year in a state (two digits of the AGS) with their codes."""
    easter = easter_sunday(year)
    days = {
        Reason.NEW_YEAR: date(year, 1, 1),
        Reason.EPIPHANY: date(year, 1, 6),
        Reason.GOOD_FRIDAY: easter - timedelta(days=2),
        Reason.EASTER_MONDAY: easter + timedelta(days=1),
        Reason.LABOUR_DAY: date(year, 5, 1),
        Reason.ASCENSION: easter + timedelta(days=39),
        Reason.WHIT_MONDAY: easter + timedelta(days=50),
        Reason.CORPUS_CHRISTI: easter + timedelta(days=60),
        Reason.UNITY_DAY: date(year, 10, 3),
        Reason.ALL_SAINTS: date(year, 11, 1),
        Reason.CHRISTMAS_DAY: date(year, 12, 25),
        Reason.BOXING_DAY: date(year, 12, 26),
    }
    regional = {code for codes in _ONLY_IN_STATE.values() for code in codes}
    observed = set(_ONLY_IN_STATE.get(state, ()))
    # May 1st and Ascension Day can be the same day (2008); the later entry names it.
    return {day: code.value for code, day in days.items() if code not in regional or code in observed}


def closures_between(district: District, first_day: date, last_day: date, *, venue_ids: Iterable[int] = ()) -> Closures:
    """All closed days of a district between two days, both included. One query.

    Closures of a single venue count only for the venues given. A public holiday names a day before school holidays do.
    """
    closed: Closures = {}
    for row in Closure.objects.of(district).touching(first_day, last_day).for_venues(venue_ids):
        day = max(row.first_day, first_day)
        while day <= min(row.last_day, last_day):
            closed[day] = row.reason
            day += timedelta(days=1)
    for year in range(first_day.year, last_day.year + 1):
        for day, code in public_holidays(year, district.key[:2]).items():
            if first_day <= day <= last_day:
                closed[day] = code
    return closed
