"""What coordinators need to see: who waits where for what, which runs fill up, and who would fit them.

Everything is counted from one read of the list of interest, without a name. On the screen of coordinators numbers are
exact; what leaves the house goes through `services.inbox.statistics.shown` (see overview.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.courses.finding import kilometres
from services.courses.matching import Fit, Wish, fit_for
from services.courses.models import CourseInterest, CourseRun, Enrolment, PlanningInvitation
from services.courses.seat_statuses import HOLDS, Channel, EnrolmentMode
from services.courses.vocabulary import BOOKABLE, LearnerLevel, PlacesState, RunStatus, TimeOfDay
from services.directory.models import Municipality

ANY_TIME = "any"
"""The column of people to whom the time does not matter."""
TIMES = (*TimeOfDay.values, ANY_TIME)
WITHIN = 20
"""Kilometres a person is taken to travel where nobody chose another number."""
STEPS = 4
"""Shades of the map."""
DECIDE_DAYS = 7
"""Days before the first day by which it must be decided whether a run takes place, where no registration ends."""
PLANNED = (RunStatus.PLANNED, RunStatus.NEEDS_REGISTRATIONS, RunStatus.POSTPONED, RunStatus.CONFIRMED)

STATES = {
    "enough": _("Enough people"),
    "reachable": _("Can be reached"),
    "few": _("Too few people"),
    "unknown": _("Not known"),
}
"""How a barometer stands, in words."""

Place = tuple[str, int | None, str, bool]
"""A cell: learner's level, municipality, time of day or `any`, with childcare or not."""


@dataclass(frozen=True)
class Cell:
    """One number of the map with its shade from 0 (nobody) to 4."""

    place: Place
    count: int
    shade: int


@dataclass(frozen=True)
class Row:
    """One municipality at one level: the cells in the order of the columns, and the people in it."""

    town: Municipality | None
    cells: list[Cell]
    people: int


@dataclass(frozen=True)
class HeatMap:
    """Levels with their rows, and all people counted. Who has several times counts once in each column."""

    levels: list[tuple[str, list[Row]]]
    people: int


@dataclass(frozen=True)
class Barometer:
    """How full one planned run is, measured by what it needs. `enrolled` is None where nobody knows."""

    run: CourseRun
    enrolled: int | None
    fit: Fit
    decide_on: date | None
    days_left: int | None

    @property
    def needed(self) -> int | None:
        """People still missing to the minimum; None where there is no minimum or no count."""
        if self.run.capacity_min is None or self.enrolled is None:
            return None
        return max(self.run.capacity_min - self.enrolled, 0)

    @property
    def state(self) -> str:
        """`enough`, `reachable` with the people who fit, `few`, or `unknown`."""
        if self.needed is None:
            return "unknown"
        if self.needed == 0:
            return "enough"
        return "reachable" if self.needed <= len(self.fit.fitting) else "few"

    @property
    def share(self) -> int:
        """Enrolled people as percentage of the minimum, at most 100."""
        if not self.run.capacity_min or self.enrolled is None:
            return 0
        return min(round(100 * self.enrolled / self.run.capacity_min), 100)

    @property
    def share_with_fitting(self) -> int:
        """The same, if everybody who fits enrolled."""
        if not self.run.capacity_min or self.enrolled is None:
            return 0
        return min(round(100 * (self.enrolled + len(self.fit.fitting)) / self.run.capacity_min), 100)


@dataclass
class Plan:
    """Everything the pages of the planning show, read once: three queries, however many people wait."""

    district: District
    at: datetime
    within: float = WITHIN
    wishes: list[Wish] = field(default_factory=list)
    towns: dict[int, Municipality] = field(default_factory=dict)
    ways: dict[tuple[int, int], float] = field(default_factory=dict)


def plan_of(district: District, at: datetime, within: float = WITHIN) -> Plan:
    """The people who wait and the ways between the towns. Two queries."""
    towns = {town.pk: town for town in Municipality.objects.of(district)}
    ways = {(one.pk, other.pk): kilometres(one, other) for one in towns.values() for other in towns.values()}
    return Plan(district, at, within, wishes_of(district, at), towns, ways)


def wishes_of(district: District, at: datetime) -> list[Wish]:
    """What the people on the list want. One query; no envelope is opened."""
    rows = CourseInterest.objects.of(district).live(at).order_by("created_at", "pk")
    columns = rows.values_list(
        "pk",
        "level",
        "municipality_id",
        "times",
        "children",
        "women_only",
        "needs_literacy",
        "language",
        "channel",
        "contact_stamp",
        "run_id",
    )
    return [
        Wish(
            pk=pk,
            level=level,
            town=town,
            times=tuple(times),
            childcare=children > 0,
            women_only=women,
            literacy=literacy,
            language=code,
            by_mail=channel == Channel.MAIL,
            contact=stamp,
            run=run,
        )
        for pk, level, town, times, children, women, literacy, code, channel, stamp, run in columns
    ]


def heat_map(plan: Plan, *, level: str = "", town: int | None = None) -> HeatMap:
    """The map, of all levels and towns or of one; rows without people are left out."""
    chosen = [wish for wish in plan.wishes if level in ("", wish.level) and town in (None, wish.town)]
    counts = count_places(chosen)
    most = max(counts.values(), default=0)
    people = Counter((wish.level, wish.town) for wish in chosen)
    levels = []
    for code in LearnerLevel.values:
        towns = sorted({pk for at, pk in people if at == code}, key=lambda pk: _name(plan, pk))
        rows = [_row(plan, code, pk, counts, most, people[code, pk]) for pk in towns]
        if rows:
            levels.append((code, rows))
    return HeatMap(levels, len(chosen))


def count_places(wishes: Iterable[Wish]) -> Counter[Place]:
    """People by cell; who has several times counts in each."""
    counts: Counter[Place] = Counter()
    for wish in wishes:
        for time in wish.times or (ANY_TIME,):
            counts[wish.level, wish.town, time, wish.childcare] += 1
    return counts


def around(plan: Plan, place: Place) -> list[Wish]:
    """Who would come to a run at this cell: its level, near enough, at this time or at any, with or without children.

    Without childcare nobody who needs it can come; with it everybody can.
    """
    level, town, time, childcare = place
    return [
        wish
        for wish in plan.wishes
        if wish.level == level
        and (wish.town == town or plan.ways.get((wish.town or 0, town or 0), plan.within + 1) <= plan.within)
        and (time == ANY_TIME or not wish.times or time in wish.times)
        and (childcare or not wish.childcare)
    ]


def time_name(code: str) -> str:
    """A time of day, or that it does not matter."""
    return str(_("At any time") if code == ANY_TIME else TimeOfDay(code).label)


def open_runs(plan: Plan) -> tuple[list[Barometer], list[Barometer]]:
    """The runs that have not begun, the next decision first; and those that began and that people can still join,
    with somebody who fits, the most first. One query.
    """
    today = timezone.localdate(plan.at)
    held = Enrolment.objects.filter(run=OuterRef("pk"), state__in=HOLDS).order_by().values("run")
    rows = (_not_begun(plan) | _joinable(plan)).select_related("course__provider", "venue__municipality")
    rows = rows.annotate(held=Coalesce(Subquery(held.annotate(_n=Count("pk")).values("_n")), 0))
    planned: list[Barometer] = []
    free: list[Barometer] = []
    for run in rows:
        begun = run.starts_on is not None and run.starts_on < today
        (free if begun else planned).append(_barometer(plan, run, run.held, today))
    planned.sort(key=lambda one: (one.decide_on is None, one.decide_on or today, one.run.code))
    free = [one for one in free if one.fit.fitting]
    return planned, sorted(free, key=lambda one: (-len(one.fit.fitting), one.run.code))


def _not_begun(plan: Plan) -> Any:
    today = timezone.localdate(plan.at)
    ahead = Q(starts_on=None) | Q(starts_on__gte=today)
    return CourseRun.objects.of(plan.district).filter(ahead, status__in=PLANNED)


def _joinable(plan: Plan) -> Any:
    """Runs that began, have places and let people in later than on the first day."""
    today = timezone.localdate(plan.at)
    runs = CourseRun.objects.of(plan.district).listed(plan.at).filter(starts_on__lt=today).exclude(entry="start")
    return runs.filter(places_state__in=BOOKABLE).exclude(status=RunStatus.CANCELLED)


def runs_at(plan: Plan, place: Place, known: Iterable[Barometer]) -> list[Barometer]:
    """The runs that fit at least one person of a cell, so that nobody plans what exists."""
    pks = {wish.pk for wish in around(plan, place)}
    return [one for one in known if any(wish.pk in pks for wish in one.fit.fitting)]


def to_write_to(run: CourseRun, fit: Fit) -> list[Wish]:
    """Who of those who fit may get a mail about a run: chose mail, was not told of it, is not in it. Two queries."""
    told = set(PlanningInvitation.objects.filter(run=run).values_list("interest_id", flat=True))
    active = Enrolment.objects.active().filter(run=run).exclude(contact_stamp="")
    inside = set(active.values_list("contact_stamp", flat=True))
    return [wish for wish in fit.fitting if wish.by_mail and wish.pk not in told and wish.contact not in inside]


def barometer_of(plan: Plan, run: CourseRun) -> Barometer:
    """The same for one run with its course and venue. One query."""
    held = Enrolment.objects.filter(run=run, state__in=HOLDS).count()
    return _barometer(plan, run, held, timezone.localdate(plan.at))


def _barometer(plan: Plan, run: CourseRun, held: int, today: date) -> Barometer:
    decide = run.register_until or (run.starts_on - timedelta(days=DECIDE_DAYS) if run.starts_on else None)
    fit = fit_for(run, plan.wishes, plan.ways, plan.within)
    return Barometer(run, _enrolled(run, held), fit, decide, (decide - today).days if decide else None)


def _enrolled(run: CourseRun, held: int) -> int | None:
    if run.enrolment != EnrolmentMode.NONE:
        return held
    if run.places_state == PlacesState.FULL and run.capacity_max is not None:
        return run.capacity_max
    if run.capacity_max is None or run.places_free is None:
        return None
    return run.capacity_max - run.places_free


def _row(plan: Plan, level: str, town: int | None, counts: Counter[Place], most: int, people: int) -> Row:
    places: list[Place] = [(level, town, time, childcare) for time in TIMES for childcare in (False, True)]
    cells = [Cell(place, counts[place], -(-STEPS * counts[place] // most) if most else 0) for place in places]
    return Row(plan.towns.get(town or 0), cells, people)


def _name(plan: Plan, town: int | None) -> tuple[bool, str]:
    return town is None, plan.towns[town].name if town in plan.towns else ""
