"""Conditions over answers: what they may say, and whether they hold. Pure: knows no document and no database.

A list of conditions is joined by AND, `{"any": [...]}` by OR; there is no deeper nesting, so that an editor can read
every one of them aloud. One condition is `{"question": key, comparison: value}`:

- `is`, `is_not`, `any_of` compare the key of an option, a municipality or a language; a given consent is `yes`;
- `before`, `after` compare a date or month with a day (`2026-05-31`), a month (`2026-05`) or with today (`today`,
  `+7 days`, `-36 months`, `+1 years`); the day itself is neither before nor after;
- `within_days` is true up to so many days from today, and for every day that has passed.

A date that is known in part counts as its first day for `before` and `within_days` and as its last for `after`: who
does not remember the day gets the benefit of the doubt.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

CODES = frozenset({"is", "is_not", "any_of"})
"""Comparisons with one of the answers a question offers."""

DATES = frozenset({"before", "after", "within_days"})
"""Comparisons with a day."""

OPERATORS = CODES | DATES

Condition = Mapping[str, Any]
Conditions = Sequence[Condition] | Mapping[str, Any]
"""A list (AND) or `{"any": [...]}` (OR)."""

MOST_DAYS = 3660
_RELATIVE = re.compile(r"([+-])(\d{1,4}) (days|months|years)")
_ABSOLUTE = re.compile(r"\d{4}-\d{2}(-\d{2})?")


def each(conditions: Conditions) -> Iterator[Condition]:
    """Every single condition, however they are joined."""
    yield from conditions["any"] if isinstance(conditions, Mapping) else conditions


def holds(conditions: Conditions, answers: Mapping[str, Any], today: date | None = None) -> bool:
    """Whether the conditions are true; an empty list is. `today` counts for conditions that are relative to it.

    A missing answer is nothing: never `is`, never in `any_of`, neither before nor after, always `is_not`.
    """
    if not conditions:
        return True  # by far the most: asked for every step and question of every page
    joined = any if isinstance(conditions, Mapping) else all
    return joined(_holds(condition, answers, today) for condition in each(conditions))


def _holds(condition: Condition, answers: Mapping[str, Any], today: date | None) -> bool:
    answer = answers.get(condition["question"])
    given = set(answer) if isinstance(answer, list | tuple) else ({answer} if answer is not None else set())
    if "is" in condition:
        return condition["is"] in given
    if "is_not" in condition:
        return condition["is_not"] not in given
    if "any_of" in condition:
        return bool(given & set(condition["any_of"]))
    return any(_compares(condition, str(text), today or timezone.localdate()) for text in given)


def _compares(condition: Condition, answer: str, today: date) -> bool:
    first, last = span(answer)
    if "within_days" in condition:
        return first - today <= timedelta(days=condition["within_days"])
    if "before" in condition:
        return first < span_of(condition["before"], today)[0]
    return last > span_of(condition["after"], today)[1]


def span(answer: str) -> tuple[date, date]:
    """First and last day that a date known as `YYYY`, `YYYY-MM` or `YYYY-MM-DD` may be."""
    year, *rest = (int(part) for part in answer.split("-"))
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    if len(rest) == 1:
        return date(year, rest[0], 1), date(year, rest[0], calendar.monthrange(year, rest[0])[1])
    return date(year, *rest), date(year, *rest)


def span_of(value: str, today: date) -> tuple[date, date]:
    """First and last day of what a condition compares with."""
    if value == "today":
        return today, today
    if found := _RELATIVE.fullmatch(value):
        day = _shifted(today, int(found[1] + found[2]), found[3])
        return day, day
    return span(value)


def _shifted(day: date, number: int, unit: str) -> date:
    if unit == "days":
        return day + timedelta(days=number)
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "years" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def is_day(value: Any) -> bool:
    """Whether a condition can compare with this: a day, a month, or a distance from today of at most a century."""
    if not isinstance(value, str):
        return False
    if found := _RELATIVE.fullmatch(value):
        return int(found[2]) <= {"days": MOST_DAYS, "months": 1200, "years": 100}[found[3]]
    if value == "today":
        return True
    if not _ABSOLUTE.fullmatch(value):
        return False
    try:
        span(value)
    except ValueError:
        return False
    return True
