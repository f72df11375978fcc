"""The overview of one month for the coordination: which courses there are, and what people wait for.

A file goes anywhere, so its numbers follow the rule of the statistics (`services.inbox.statistics`): one to four is not
shown. Tables have one dimension each, and where people want most is said in bands: an exact cell beside the sums of its
level and its town would give the small numbers of its neighbours away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.tables import as_file
from services.courses.cards import places_of, status_of, title_of
from services.courses.models import CourseInterest, CourseRun
from services.courses.pages import words_for
from services.courses.planning import ANY_TIME, TIMES, Place, Plan, count_places, time_name
from services.courses.vocabulary import Childcare, LearnerLevel, RunStatus
from services.inbox.presentation import language_name
from services.inbox.statistics import FEWEST, Table, shown

MONTHS = 6
"""Months one may choose, this one first."""
BAND = 10
"""From so many people on the band says "or more"."""


@dataclass(frozen=True)
class Part:
    """One table about the people who wait: lines of words and number, None where it is not shown."""

    title: str
    lines: list[tuple[str, int | None]]
    total: int | None


@dataclass(frozen=True)
class Overview:
    """Everything on the paper. `courses` are rows of text as on the list, `wanted` cells with their bands."""

    month: date
    made_on: date
    courses: list[dict[str, str]]
    parts: list[Part]
    wanted: list[tuple[str, str]]
    new: int | None

    @property
    def title(self) -> str:
        return _("German courses, {month}").format(month=date_format(self.month, "F Y"))

    @property
    def least(self) -> int:
        """The smallest number that is shown."""
        return FEWEST


def months_from(today: date) -> list[tuple[str, str]]:
    """The months to choose from: as in an address, and in words."""
    first = today.replace(day=1)
    found = [first]
    while len(found) < MONTHS:
        found.append(_next(found[-1]))
    return [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in found]


def month_in(text: str, today: date) -> date | None:
    """The first day of the month in an address, this month where it says none, None where it makes no sense."""
    if not text:
        return today.replace(day=1)
    return next((date.fromisoformat(f"{code}-01") for code, _words in months_from(today) if code == text), None)


def overview_of(plan: Plan, month: date) -> Overview:
    """The courses of a month and what people wait for today. Four queries."""
    start, end = _midnight(month), _midnight(_next(month))
    fresh = CourseInterest.objects.of(plan.district).filter(created_at__gte=start, created_at__lt=end).count()
    return Overview(
        month=month,
        made_on=timezone.localdate(plan.at),
        courses=_courses(plan, month),
        parts=_parts(plan),
        wanted=_wanted(plan),
        new=shown({"": fresh}).total,
    )


def as_workbook(found: Overview, name: str, part: str = "") -> HttpResponse:
    """The courses as a sheet; with `interest` as part, what people wait for."""
    if part == "interest":
        kept = _("not shown")
        rows = [
            [table.title, words, kept if count is None else count]
            for table in found.parts
            for words, count in table.lines
        ]
        rows += [[_("Wanted most"), words, band] for words, band in found.wanted]
        return as_file(
            "xlsx", f"{name}-interest", ["table", "row", "count"], [found.title, _("What"), _("People")], rows
        )
    keys = ["title", "provider", "town", "levels", "days", "time", "childcare", "status", "places"]
    headings = [
        _("Course"),
        _("Provider"),
        _("Town"),
        _("Level"),
        _("Dates"),
        _("Part of the day"),
        _("Childcare"),
        _("Status"),
        _("Places"),
    ]
    return as_file("xlsx", name, keys, headings, [[course[key] for key in keys] for course in found.courses])


def _courses(plan: Plan, month: date) -> list[dict[str, str]]:
    last = _next(month) - timedelta(days=1)
    runs = (
        CourseRun.objects.of(plan.district)
        .public()
        .exclude(status=RunStatus.CANCELLED)
        .filter(
            Q(starts_on=None)
            | Q(starts_on__lte=last)
            | Q(status__in=(RunStatus.PLANNED, RunStatus.NEEDS_REGISTRATIONS))
        )
        .filter(Q(ends_on=None) | Q(ends_on__gte=month))
        .select_related("course__provider", "venue")
        .order_by("course__level_from", "starts_on", "code")
    )
    rows = list(runs)
    words = words_for({run.course.key for run in rows})
    return [_course(run, title_of(run.course, words.get(run.course.key)), plan.at) for run in rows]


def _course(run: CourseRun, title: str, at: datetime) -> dict[str, str]:
    levels = dict.fromkeys([run.course.get_level_from_display(), run.course.get_level_to_display()])
    days = [date_format(day, "SHORT_DATE_FORMAT") for day in (run.starts_on, run.ends_on) if day]
    return {
        "title": title,
        "provider": run.course.provider.name,
        "town": run.venue.town if run.venue else str(run.get_mode_display()),
        "levels": " / ".join(str(level) for level in levels),
        "days": _("{start} to {end}").format(start=days[0], end=days[1]) if len(days) == 2 else " ".join(days),
        "time": str(run.get_time_of_day_display()),
        "childcare": "" if run.childcare == Childcare.NONE else str(run.get_childcare_display()),
        "status": status_of(run, at),
        "places": places_of(run, at).label,
    }


def _parts(plan: Plan) -> list[Part]:
    wishes = plan.wishes
    times = shown(Counter(time for wish in wishes for time in wish.times or (ANY_TIME,)))
    names = {pk: town.name for pk, town in plan.towns.items()}
    return [
        _part(_("Level"), Counter(wish.level for wish in wishes), LearnerLevel.values, _level),
        _part(_("Municipality"), Counter(wish.town for wish in wishes), [*names, None], lambda pk: names.get(pk or 0)),
        # Who has several times counts in each, so there is no sum.
        _table(_("Part of the day"), Table(times.values, None), TIMES, time_name),
        _part(_("Needs childcare"), Counter(wish.childcare for wish in wishes), [True, False], _yes_no),
        _part(_("Language"), Counter(wish.language for wish in wishes), None, language_name),
    ]


def _part(title: str, counts: Counter[Any], order: Iterable[Any] | None, words: Callable[[Any], Any]) -> Part:
    return _table(title, shown(counts), order, words)


def _table(title: str, table: Table, order: Iterable[Any] | None, words: Callable[[Any], Any]) -> Part:
    keys = [key for key in order if key in table.values] if order is not None else sorted(table.values)
    lines = [(str(words(key) or _("not known")), table.values[key]) for key in keys]
    return Part(title, lines, table.total)


def _wanted(plan: Plan) -> list[tuple[str, str]]:
    """The cells of the map with enough people, those with the most first, in bands."""
    counts = count_places(plan.wishes)
    many = sorted(((place, count) for place, count in counts.items() if count >= FEWEST), key=_by_band)
    return [(_cell(plan, place), _band(count)) for place, count in many]


def _by_band(row: tuple[Place, int]) -> tuple[bool, str, str]:
    # Within a band by name: the order would tell the number.
    (level, town, time_of_day, _childcare), count = row
    return count < BAND, level, f"{town}{time_of_day}"


def _cell(plan: Plan, place: Place) -> str:
    level, town, time_of_day, childcare = place
    name = plan.towns[town].name if town else _("not known")
    kind = _("with childcare") if childcare else _("without childcare")
    return ", ".join([_level(level), name, time_name(time_of_day), kind])


def _band(count: int) -> str:
    if count >= BAND:
        return _("{number} or more").format(number=BAND)
    return _("{start} to {end}").format(start=FEWEST, end=BAND - 1)


def _level(code: str) -> str:
    return str(LearnerLevel(code).label)


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
