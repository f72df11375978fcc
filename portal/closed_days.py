"""On which days a district is closed: public holidays, school holidays. Whoever knows such days says so at the start.

The foundation knows none; `services` registers what its courses keep, so that the network can ask without knowing it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from portal.models import District

Source = Callable[[District, date, date], dict[date, str]]
"""District, first and last day (both included) → closed days, each with its name in the current language."""

_sources: list[Source] = []


def register_closed_days(source: Source) -> None:
    """Remember who knows closed days. Once for each process, from an `AppConfig.ready`."""
    if source not in _sources:
        _sources.append(source)


def closed_days(district: District, first_day: date, last_day: date) -> dict[date, str]:
    """All closed days between two days, both included, with their names in the current language."""
    closed: dict[date, str] = {}
    for source in _sources:
        closed.update(source(district, first_day, last_day))
    return closed
