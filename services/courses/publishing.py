"""A new run in one go: facts, lesson rules, lessons over the closures, places, announcement, mail to those concerned.

A copy starts from the last run: same days and hours, as many lessons, after it has ended, past every holiday.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from services.courses.actions import make_lessons
from services.courses.announcements import announce_run
from services.courses.closures import Closures, closures_between
from services.courses.models import Course, CourseRun, LessonRule
from services.courses.permissions import can_manage_courses
from services.courses.run_change_models import ChangeKind
from services.courses.run_changes import tell
from services.courses.run_memory import remember
from services.courses.vocabulary import PlacesState, RunStatus, TimeOfDay

REST_DAYS = 7
"""Days between the end of a run and the first day proposed for the next one."""
LOOK_AHEAD_DAYS = 730
"""How far ahead the days of a plan may lie."""
WEEKEND = 5
NOON, EVENING = time(12), time(17)
COPIED = ("childcare_min_age", "lessons_per_week", "entry", "contact_point_id", "placement_test")
"""Facts the screen does not ask for; the next run takes them from the last one."""


@dataclass(frozen=True)
class RulePlan:
    """On which weekdays (0 is Monday) from when until when, in every how many weeks."""

    weekdays: tuple[int, ...]
    starts: time
    ends: time
    every_weeks: int = 1


@dataclass(frozen=True)
class Plan:
    """A new run as somebody planned it. `last_day` or `lessons` says how long it takes."""

    course: Course
    code: str
    first_day: date
    rules: tuple[RulePlan, ...]
    last_day: date | None = None
    lessons: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    previous: CourseRun | None = None
    announce: bool = True
    headline: str = ""
    text: str = ""


@transaction.atomic
def publish_run(*, plan: Plan, user: Any, at: datetime | None = None) -> CourseRun:
    """Make the run with its lessons, announce it, tell people who look for such a course.

    Raises `ValidationError` and `DomainError`; then nothing of it exists.
    """
    require(can_manage_courses(user))
    now = at or timezone.now()
    run = _build(plan, user, now)
    if plan.announce and run.is_public:
        announce_run(run=run, user=user, headline=plan.headline, text=plan.text, at=now)
    change = remember(run=run, kind=ChangeKind.NEW, user=user, at=now)
    log(run, "courses.run.published", user=user)
    if run.is_public:
        tell(run, change, at=now)
    return run


@contextmanager
def rehearsed(plan: Plan, user: Any, at: datetime) -> Iterator[CourseRun]:
    """The run as it would be, with real rows, for a preview; at the end of the block nothing of it ever was."""
    with transaction.atomic():
        try:
            yield _build(plan, user, at)
        finally:
            transaction.set_rollback(True)


def last_day_for(rules: Iterable[RulePlan], first_day: date, lessons: int, closed: Closures) -> date:
    """The day on which so many lessons have been held. Raises `DomainError` when two years are too short."""
    plans, monday = list(rules), first_day - timedelta(days=first_day.weekday())
    held, day = 0, first_day
    while day < first_day + timedelta(days=LOOK_AHEAD_DAYS):
        week = (day - monday).days // 7
        if day not in closed:
            held += sum(day.weekday() in plan.weekdays and week % plan.every_weeks == 0 for plan in plans)
        if held >= lessons:
            return day
        day += timedelta(days=1)
    raise DomainError(_("These are too many lessons. Please check the dates."))


def first_day_after(rules: Iterable[RulePlan], earliest: date, closed: Closures) -> date:
    """The first day of the plan that is no holiday."""
    weekdays = {weekday for rule in rules for weekday in rule.weekdays}
    days = (earliest + timedelta(days=number) for number in range(LOOK_AHEAD_DAYS))
    return next((day for day in days if day.weekday() in weekdays and day not in closed), earliest)


def suggestion_from(previous: CourseRun, at: datetime) -> Plan:
    """The next run after this one: a week after its end or after today, as many lessons, past the holidays."""
    today = timezone.localdate(at)
    earliest = max(previous.ends_on or today, today) + timedelta(days=REST_DAYS)
    rules = rules_of(previous)
    venues = [previous.venue_id] if previous.venue_id else []
    closed = closures_between(
        previous.district, earliest, earliest + timedelta(days=LOOK_AHEAD_DAYS * 2), venue_ids=venues
    )
    first = first_day_after(rules, earliest, closed)
    lessons = previous.lessons.taking_place().count() or None
    names = ("venue", "room", "teacher", "mode", "capacity_min", "capacity_max", "childcare", "childcare_places")
    facts = {name: getattr(previous, name) for name in (*names, "women_only")}
    facts["status"] = RunStatus.NEEDS_REGISTRATIONS if previous.capacity_min else RunStatus.CONFIRMED
    facts["register_from"], facts["register_until"] = today, first - timedelta(days=1)
    last = last_day_for(rules, first, lessons, closed) if rules and lessons else None
    return Plan(
        previous.course,
        next_code(previous.course, previous.code),
        first,
        rules,
        last_day=last,
        lessons=lessons,
        facts=facts,
        previous=previous,
    )


def rules_of(run: CourseRun) -> tuple[RulePlan, ...]:
    """The weekly pattern of a run; each distinct one once."""
    plans = [RulePlan(tuple(rule.weekdays), rule.starts, rule.ends, rule.every_weeks) for rule in run.rules.all()]
    return tuple(dict.fromkeys(plans))


def next_code(course: Course, code: str) -> str:
    """The code with the next free number at its end: `alpha-cafe-2027-1` becomes `alpha-cafe-2027-2`."""
    found = re.fullmatch(r"(.*?)-?(\d{1,3})?", code)
    stem, number = (found[1], int(found[2] or 1)) if found and found[1] else (course.code, 0)
    stem = stem[:50]
    taken = set(CourseRun.objects.of(course.district).filter(code__startswith=stem).values_list("code", flat=True))
    number += 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def time_of_day(rules: Iterable[RulePlan]) -> str:
    """When on a day the lessons are, as learners look for it; the earliest hour decides."""
    plans = list(rules)
    if not plans:
        return ""
    if all(day >= WEEKEND for plan in plans for day in plan.weekdays):
        return TimeOfDay.WEEKEND
    start = min(plan.starts for plan in plans)
    if start < NOON:
        return TimeOfDay.MORNING
    return TimeOfDay.AFTERNOON if start < EVENING else TimeOfDay.EVENING


def _build(plan: Plan, user: Any, now: datetime) -> CourseRun:
    facts = {name: getattr(plan.previous, name) for name in COPIED} if plan.previous else {}
    run = CourseRun(course=plan.course, code=plan.code, previous_run=plan.previous, **facts)
    for name, value in plan.facts.items():
        setattr(run, name, value)
    run.district = plan.course.district
    run.time_of_day = time_of_day(plan.rules) or (plan.previous.time_of_day if plan.previous else "")
    run.places_free, run.places_state, run.places_updated_at = run.capacity_max, _places(run.capacity_max), now
    closed, last = _closed(plan)
    run.starts_on, run.ends_on = plan.first_day, last
    run.full_clean()
    run.save()
    for rule in plan.rules:
        row = LessonRule(
            run=run,
            weekdays=list(rule.weekdays),
            starts=rule.starts,
            ends=rule.ends,
            first_day=plan.first_day,
            last_day=last,
            every_weeks=rule.every_weeks,
        )
        make_lessons(run=run, rule=row, closures=closed, user=user, at=now)
    run.refresh_from_db()
    return run


def _closed(plan: Plan) -> tuple[Closures, date]:
    venue = plan.facts.get("venue")
    horizon = plan.last_day or plan.first_day + timedelta(days=LOOK_AHEAD_DAYS)
    if horizon < plan.first_day:
        raise ValidationError({"last_day": _("The last day must not be before the first day.")})
    closed = closures_between(plan.course.district, plan.first_day, horizon, venue_ids=[venue.pk] if venue else [])
    if plan.last_day:
        return closed, plan.last_day
    if not plan.lessons or not plan.rules:
        raise ValidationError({"lessons": _("Please give the last day or the number of lessons.")})
    return closed, last_day_for(plan.rules, plan.first_day, plan.lessons, closed)


def _places(capacity: int | None) -> str:
    return PlacesState.FREE if capacity else PlacesState.ASK
