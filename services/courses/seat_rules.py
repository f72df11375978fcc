"""When people may enrol, when places are offered and until when an offer holds. Time is always an argument."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from services.courses.closures import public_holidays
from services.courses.models import CourseRun
from services.courses.seat_statuses import ONLINE
from services.courses.vocabulary import LEARNER_BANDS, SCHOOL_FAMILIES, Entry, RunStatus

OPEN = (
    RunStatus.PLANNED,
    RunStatus.NEEDS_REGISTRATIONS,
    RunStatus.CONFIRMED,
    RunStatus.RUNNING,
    RunStatus.POSTPONED,
)
END_OF_DAY = time(18)
"""Offers end when the course desk closes, so that whoever calls on the last day reaches somebody."""
LEAST_HOURS = 4
"""Nobody gets less time than this to answer; later, staff telephone instead."""


def is_online(run: CourseRun) -> bool:
    """Whether this portal keeps the places of the run."""
    return run.enrolment in ONLINE


def is_alive(run: CourseRun, at: datetime) -> bool:
    """Whether somebody may still come into the run: it is not over, and not begun where only the start counts."""
    today = timezone.localdate(at)
    if not is_online(run) or run.status not in OPEN or (run.ends_on and run.ends_on < today):
        return False
    return run.entry != Entry.START or run.starts_on is None or today < run.starts_on


def can_enrol(run: CourseRun, at: datetime) -> bool:
    """Whether people may enrol themselves.

    - Yes while the run is alive and public and the registration is open.
    - No for classes of schools, which register their pupils themselves.
    """
    today = timezone.localdate(at)
    is_open = (run.register_from is None or run.register_from <= today) and (
        run.register_until is None or today <= run.register_until
    )
    is_public = run.is_public and run.course.is_public and run.course.family not in SCHOOL_FAMILIES
    return is_public and is_open and is_alive(run, at)


def offer_until(run: CourseRun, at: datetime) -> datetime | None:
    """When an offer made now ends; None when there is too little time to offer anything.

    The hours of the run, then on to 18:00 of that day, or of the next working day. Never later than the eve of the
    first day or the end of the registration, where they leave at least four hours.
    """
    if not is_alive(run, at):
        return None
    end = _on_a_working_day(timezone.localtime(at + timedelta(hours=run.offer_hours)), run.district.key[:2])
    last = _last_moment(run)
    if last is not None:
        if last - at < timedelta(hours=LEAST_HOURS):
            return None
        end = min(end, last)
    return end


def _last_moment(run: CourseRun) -> datetime | None:
    days = [day for day in (run.register_until,) if day]
    if run.entry == Entry.START and run.starts_on:
        days.append(run.starts_on - timedelta(days=1))
    return timezone.make_aware(datetime.combine(min(days), END_OF_DAY)) if days else None


def _on_a_working_day(local: datetime, state: str) -> datetime:
    day = local.date() if local.time() <= END_OF_DAY else local.date() + timedelta(days=1)
    while day.weekday() >= 5 or day in public_holidays(day.year, state):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, END_OF_DAY))


def learner_level(run: Any) -> str:
    """What a learner says who fits into the run, for the list of interest."""
    fits = [code for code, levels in LEARNER_BANDS.items() if run.course.level_from in levels]
    return str(fits[-1] if fits else next(iter(LEARNER_BANDS)))
