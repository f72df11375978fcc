"""What may be asked about responsibility, and the facts it is asked of: plain data, no database."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portal.errors import DomainError
from services.directory.statuses import Group, Phase, Task

MUNICIPALITY_KEY = r"(0[1-9]|1[0-6])[0-9]{6}"
"""A well-formed municipality key (AGS): state 01 to 16, eight digits in all. A string: the leading zero counts."""

YEARS = range(1900, 2200)
"""Years a date may have; everything else is a slip of the keyboard."""


class Unanswerable(DomainError):  # noqa: N818 - named for what it tells, like the others in portal.errors
    """The question contradicts itself or names something that does not exist; `about` is the field to correct."""

    status = 422

    def __init__(self, about: str, sentence: str) -> None:
        super().__init__(sentence)
        self.about = about


@dataclass(frozen=True)
class Row:
    """An office has a task from `valid_from` to `valid_to` (both included), in a municipality and a phase.

    `ags` None and `phase` empty mean: all of them.
    """

    task: str
    office: str
    valid_from: date
    valid_to: date | None = None
    ags: str | None = None
    phase: str = ""

    def is_valid(self, on: date) -> bool:
        """Whether the day lies in the row's time."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Facts:
    """What is recorded for one district: its key (five digits), its municipalities' keys, its rows."""

    district_key: str
    municipalities: frozenset[str]
    rows: tuple[Row, ...]

    def holder(self, task: str, on: date, *, ags: str | None = None, phase: str = "") -> str | None:
        """Code of the office that has the task on a day. The most specific row wins: municipality before phase."""
        phases = _phases(task, phase)
        rows = [
            row
            for row in self.rows
            if row.task == task and row.is_valid(on) and row.ags in {None, ags} and row.phase in phases
        ]
        best = max(
            rows,
            key=lambda row: (row.ags is not None, -phases.index(row.phase), row.valid_from, row.office),
            default=None,
        )
        return best.office if best else None

    def depends_on_place(self, task: str, on: date) -> bool:
        """Whether this task lies with different offices in different municipalities on a day."""
        return any(row.task == task and row.ags and row.is_valid(on) for row in self.rows)


@dataclass(frozen=True)
class Question:
    """What is known about a person. No name, no residence status (handbook: domain §0.1, trap 12).

    `ags` None: not known. `elsewhere`: lives in another district whose key is not known. `since`: start of the
    accommodation by the municipality; for people from Ukraine, of living there. With `since_is_month` only the month
    is known and `since` is its last day, to the person's benefit. `aftercare_until` comes from staff only.
    """

    on: date
    phase: str
    ags: str | None = None
    elsewhere: bool = False
    since: date | None = None
    since_is_month: bool = False
    aftercare_until: date | None = None
    group: str = ""
    unaccompanied_minor: bool = False
    emergency: bool = False

    @property
    def earliest_since(self) -> date | None:
        """The first day that `since` may mean."""
        return self.since.replace(day=1) if self.since and self.since_is_month else self.since


def read_day(text: str, about: str) -> date:
    """A day written YYYY-MM-DD. Raises `Unanswerable`."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        raise Unanswerable(about, _("“%(text)s” is not a date. Write it like 2026-11-22.") % {"text": text})
    return day


def read_since(text: str, about: str = "since") -> tuple[date, bool]:
    """A day (YYYY-MM-DD), or a month (YYYY-MM): its last day and True. Raises `Unanswerable`."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        return read_day(text, about), False
    year, month = int(text[:4]), int(text[5:])
    if year < 1 or not 1 <= month <= 12:
        raise Unanswerable(about, _("“%(text)s” is not a month. Write it like 2026-11.") % {"text": text})
    return date(year, month, calendar.monthrange(year, month)[1]), True


def check(facts: Facts, question: Question) -> None:
    """Raise `Unanswerable` for a key, date or combination that cannot be."""
    if question.phase not in Phase.values:
        raise Unanswerable("phase", _("“%(text)s” is not a phase.") % {"text": question.phase})
    if question.group and question.group not in Group.values:
        raise Unanswerable("group", _("“%(text)s” is not a group.") % {"text": question.group})
    if question.ags is not None:
        _check_key(facts, question.ags)
    days = {"on": question.on, "since": question.since, "aftercare_until": question.aftercare_until}
    for about, day in days.items():
        if day and day.year not in YEARS:
            raise Unanswerable(about, _("The year %(year)s is out of range.") % {"year": day.year})
    since = question.earliest_since
    # The running month is not the future, although its last day is.
    if question.phase == Phase.PRIVATE and since and since > question.on:
        raise Unanswerable("since", _("In private housing the start must not lie in the future."))
    if since and question.aftercare_until and question.aftercare_until < since:
        raise Unanswerable("aftercare_until", _("After-care must not end before the start."))


def _check_key(facts: Facts, ags: str) -> None:
    if not re.fullmatch(MUNICIPALITY_KEY, ags):
        raise Unanswerable("ags", _("“%(text)s” is not a municipality key of eight digits.") % {"text": ags})
    if ags.startswith(facts.district_key) and ags not in facts.municipalities:
        raise Unanswerable("ags", _("The district has no municipality with the key %(text)s.") % {"text": ags})


def _phases(task: str, phase: str) -> tuple[str, ...]:
    """Phases under which a row counts, most specific first. Private and homeless people are counselled by the office
    of the accommodation by the municipality (IM(ags) of the handbook), unless a row says otherwise."""
    if task == Task.COUNSELLING and phase in {Phase.PRIVATE, Phase.HOMELESS}:
        return (phase, Phase.AU, "")
    return (phase, "") if phase else ("",)
