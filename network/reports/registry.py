"""What a report is, and which there are. The network knows its own; others are registered by whoever knows more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from portal.models import District


class Periods(StrEnum):
    """Which periods a report can be made for."""

    DAYS = "days"
    """Any first and last day: every row stands for itself."""
    QUARTERS = "quarters"
    """Whole quarters, each with rows of its own: what counts people must not be made for periods that overlap, or
    somebody could subtract one from another."""
    NOW = "now"
    """As things stand at this moment."""


@dataclass(frozen=True)
class Column:
    """A column. `is_count`: numbers of people, small ones of which are kept back.

    `parts` names the columns that add up to this one, so that a hidden part cannot be found by subtraction.
    """

    code: str
    label: str | Promise
    is_count: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scope:
    """For whom and for when a report is made: both days included, local time; `at` is now."""

    district: District
    user: Any
    first_day: date
    last_day: date
    at: datetime


Rows = Iterable[Mapping[str, Any]]


def _everybody(user: Any, district: District) -> bool:
    return True


@dataclass(frozen=True)
class Source:
    """A report that can be made. Who coordinates may make it, unless `may` says no.

    `rows` gives a mapping of column codes to values for each row; a count that is None is kept back already.
    `adds_up`: the rows of a quarter together are a number that is known elsewhere.
    """

    code: str
    title: str | Promise
    about: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[[Scope], Rows]
    periods: Periods = Periods.DAYS
    adds_up: bool = False
    makes_needs: bool = False
    may: Callable[[Any, District], bool] = _everybody

    def column(self, code: str) -> Column:
        """One of its columns."""
        return next(column for column in self.columns if column.code == code)


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a report; one with the same code is replaced, so that this may be called again."""
    _sources[source.code] = source


def sources(user: Any, district: District) -> list[Source]:
    """The reports that somebody may make, in the order in which they were registered."""
    return [source for source in _sources.values() if source.may(user, district)]


def source_of(code: str) -> Source | None:
    """The report with this code, if there still is one."""
    return _sources.get(code)
