"""Days and months as numbers, so that the table can look for the places where something changes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from services.intake.conditions import is_day, span_of
from services.intake.phrases import day_name

DAYS = (-3650, -1100, -365, -90, -30, -14, -7, -1, 0, 1, 3, 7, 14, 30, 90, 365, 1100, 3650)
MONTHS = (-240, -120, -60, -48, -37, -36, -35, -24, -12, -3, -1, 0, 1, 3, 12, 36, 120)
"""Where changes are looked for, counted from today; between two different ones the exact place is searched."""


def tick_of(kind: str, day: date) -> int:
    """A day as a number that counts days, or months for a month."""
    return day.toordinal() if kind == "date" else day.year * 12 + day.month - 1


def written(kind: str, tick: int) -> str:
    """The answer that a tick stands for."""
    if kind == "date":
        return date.fromordinal(tick).isoformat()
    return f"{tick // 12:04d}-{tick % 12 + 1:02d}"


def span_name(kind: str, span: tuple[int | None, int | None]) -> str:
    """A span of days or months in words."""
    first, last = (None if tick is None else day_name(written(kind, tick)) for tick in span)
    if first is None and last is None:
        return _("any date")
    if first is None:
        return _("until %(day)s") % {"day": last}
    if last is None:
        return _("from %(day)s") % {"day": first}
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def ticks(kind: str, on: date, named: Iterable[str]) -> list[int]:
    """Where to look for changes: around today, and around every day that a condition names."""
    if kind == "date":
        found = {(on + timedelta(days=days)).toordinal() for days in DAYS}
    else:
        found = {tick_of(kind, on) + months for months in MONTHS}
    for text in named:
        if text.isdecimal() and len(text) < 5:  # within so many days
            days = [on + timedelta(days=int(text))]
        elif is_day(text):
            days = list(span_of(text, on))
        else:
            continue
        found |= {tick_of(kind, day) + more for day in days for more in (-1, 0, 1)}
    return sorted(found)


def changes(points: Sequence[int], profile: Callable[[int], Any]) -> list[int]:
    """The ticks on which something is different from the tick before."""
    known: dict[int, Any] = {}

    def at(tick: int) -> Any:
        if tick not in known:
            known[tick] = profile(tick)
        return known[tick]

    def between(low: int, high: int) -> list[int]:
        if at(low) == at(high):
            return []
        if high - low == 1:
            return [high]
        middle = (low + high) // 2
        return [*between(low, middle), *between(middle, high)]

    return [cut for low, high in zip(points, points[1:], strict=False) for cut in between(low, high)]
