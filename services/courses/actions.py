"""What staff do with runs and lessons. A change of time, place or state raises the lesson's sequence, so that every
subscribed calendar follows (RFC 5546, §2.1.4)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from services.courses.closures import Closures
from services.courses.lesson_models import to_utc
from services.courses.models import CourseRun, Lesson, LessonRule, Venue
from services.courses.permissions import can_manage_courses
from services.courses.reasons import CANCEL_REASONS, Reason
from services.courses.run_change_models import ChangeKind
from services.courses.run_changes import mark_free as mark_free
from services.courses.run_changes import mark_full as mark_full
from services.courses.run_changes import move_run as move_run
from services.courses.run_changes import tell
from services.courses.run_changes import undo_run_change as undo_run_change
from services.courses.run_memory import remember
from services.courses.seat_actions import run_cancelled
from services.courses.seat_rules import is_online
from services.courses.vocabulary import BOOKABLE, LessonStatus, PlacesState, RunStatus

FEW = 5
"""From this number of free places downwards the traffic light says "few"."""
MOST_LESSONS = 500
"""Lessons one rule may make; more is a typing error in a date."""


@transaction.atomic
def generate_lessons(
    *, run: CourseRun, rule: LessonRule, closures: Closures, user: Any, at: datetime | None = None
) -> int:
    """Make or renew the lessons of a rule; return how many lessons take place.

    A closed day becomes a lesson that is skipped, with the reason. Running it again changes only lessons to come
    that nobody changed by hand; those that fall out of the plan are cancelled, as calendars know them already, or
    removed while the run is only planned. Raises `ValidationError` for times that do not exist.
    """
    require(can_manage_courses(user))
    return make_lessons(run=run, rule=rule, closures=closures, user=user, at=at)


def make_lessons(*, run: CourseRun, rule: LessonRule, closures: Closures, user: Any, at: datetime | None = None) -> int:
    """The beats of `generate_lessons` after its question of permission, for the rehearsal of a provider's proposal."""
    if run.status == RunStatus.CANCELLED:
        raise DomainError(_("The whole course is cancelled."))
    now = at or timezone.now()
    days = _days_of(rule)
    if rule.pk is None:
        rule.run = run
        rule.full_clean(exclude=["run"])
        rule.save()
    existing = {lesson.day: lesson for lesson in run.lessons.select_for_update().filter(rule=rule, is_detached=False)}
    by_hand = {
        timezone.localdate(lesson.moved_from) if lesson.moved_from else lesson.day
        for lesson in run.lessons.filter(rule=rule, is_detached=True)
    }
    fresh = []
    for day in days:
        if day in by_hand:
            continue
        lesson = existing.pop(day, None)
        if lesson is None:
            lesson = Lesson(run=run, rule=rule, day=day, starts=rule.starts, ends=rule.ends, changed_at=now)
            _plan(lesson, closures)
            lesson.derive()
            fresh.append(lesson)
        elif lesson.utc_end > now:
            _replan(lesson, rule, closures, now)
    Lesson.objects.bulk_create(fresh)
    _drop([lesson for lesson in existing.values() if lesson.utc_end > now], run, now)
    _derive_dates(run)
    log(run, "courses.lessons.generated", user=user)
    return run.lessons.taking_place().filter(rule=rule).count()


@transaction.atomic
def cancel_lesson(*, lesson: Lesson, reason: str, user: Any, at: datetime | None = None) -> Lesson:
    """Say that a lesson does not take place. It stays visible as cancelled in list, page and calendars."""
    require(can_manage_courses(user))
    lesson = _locked(lesson)
    if reason not in CANCEL_REASONS:
        raise DomainError(_("Please say why there is no lesson."))
    if not lesson.takes_place:
        raise DomainError(_("This lesson is already cancelled."))
    now = at or timezone.now()
    change = remember(run=lesson.run, lesson=lesson, kind=ChangeKind.LESSON_CANCELLED, user=user, at=now)
    lesson.status, lesson.reason, lesson.is_detached = LessonStatus.CANCELLED, reason, True
    _changed(lesson, now)
    log(lesson, "courses.lesson.cancelled", user=user, data={"reason": reason})
    tell(lesson.run, change, at=now)
    return lesson


@transaction.atomic
def restore_lesson(*, lesson: Lesson, user: Any, at: datetime | None = None) -> Lesson:
    """Take back a cancellation: the lesson takes place after all."""
    require(can_manage_courses(user))
    lesson = _locked(lesson)
    if lesson.takes_place:
        raise DomainError(_("This lesson takes place already."))
    if lesson.run.status == RunStatus.CANCELLED:
        raise DomainError(_("The whole course is cancelled."))
    now = at or timezone.now()
    change = remember(run=lesson.run, lesson=lesson, kind=ChangeKind.LESSON_RESTORED, user=user, at=now)
    lesson.status = LessonStatus.MOVED if lesson.moved_from else LessonStatus.PLANNED
    lesson.reason, lesson.is_detached = "", True
    _changed(lesson, now)
    log(lesson, "courses.lesson.restored", user=user)
    tell(lesson.run, change, at=now)
    return lesson


@transaction.atomic
def move_lesson(
    *,
    lesson: Lesson,
    day: date,
    starts: time,
    ends: time,
    user: Any,
    venue: Venue | None = None,
    room: str = "",
    at: datetime | None = None,
) -> Lesson:
    """Move a lesson to another time or place. It keeps its identity, so calendars move it instead of doubling it.

    Without `venue` it is at the venue of the run. Raises `ValidationError` when the times are not in order or do not
    exist.
    """
    require(can_manage_courses(user))
    lesson = _locked(lesson)
    if lesson.run.status == RunStatus.CANCELLED:
        raise DomainError(_("The whole course is cancelled."))
    before = (lesson.day, lesson.starts, lesson.ends, lesson.venue_id, lesson.room)
    if before == (day, starts, ends, venue.pk if venue else None, room) and lesson.takes_place:
        raise DomainError(_("Nothing was changed."))
    if venue and venue.district_id != lesson.district_id:
        raise ValidationError({"venue": _("This venue belongs to another district.")})
    now = at or timezone.now()
    change = remember(run=lesson.run, lesson=lesson, kind=ChangeKind.LESSON_MOVED, user=user, at=now)
    lesson.moved_from = lesson.moved_from or lesson.utc_start
    lesson.day, lesson.starts, lesson.ends, lesson.venue, lesson.room = day, starts, ends, venue, room
    lesson.status, lesson.reason, lesson.is_detached = LessonStatus.MOVED, "", True
    lesson.derive()
    lesson.validate_constraints()
    _changed(lesson, now)
    _derive_dates(lesson.run)
    log(lesson, "courses.lesson.moved", user=user)
    tell(lesson.run, change, at=now)
    return lesson


@transaction.atomic
def set_places(
    *,
    run: CourseRun,
    user: Any,
    state: str = "",
    free: int | None = None,
    waitlist: int | None = None,
    at: datetime | None = None,
) -> CourseRun:
    """Write down how many places are free today. Without `state` the number decides: more than 5 are "free"."""
    require(can_manage_courses(user))
    run = CourseRun.objects.select_for_update().get(pk=run.pk)
    if free is not None and (free < 0 or (run.capacity_max is not None and free > run.capacity_max)):
        raise DomainError(_("There cannot be more free places than places in all."))
    if is_online(run):
        raise DomainError(_("People enrol here, so the portal counts the places itself."))
    state = state or _state_for(free)
    if state not in PlacesState.values:
        raise DomainError(_("Please choose from the list."))
    if (state in BOOKABLE and free == 0) or (state not in BOOKABLE and state != PlacesState.ASK and free):
        raise DomainError(_("The number of free places does not fit the state."))
    run.places_state, run.places_free, run.waitlist_length = state, free, waitlist
    run.places_updated_at = at or timezone.now()
    run.save(update_fields=["places_state", "places_free", "waitlist_length", "places_updated_at", "updated_at"])
    log(run, "courses.places.set", user=user, data={"state": state, "free": free})
    return run


@transaction.atomic
def cancel_run(*, run: CourseRun, reason: str, user: Any, at: datetime | None = None) -> CourseRun:
    """Cancel a whole run with every lesson to come."""
    require(can_manage_courses(user))
    now = at or timezone.now()
    run = CourseRun.objects.select_for_update().get(pk=run.pk)
    if run.status in (RunStatus.CANCELLED, RunStatus.FINISHED):
        raise DomainError(_("This course has already ended or is cancelled."))
    if reason not in CANCEL_REASONS:
        raise DomainError(_("Please say why the course is cancelled."))
    change = remember(run=run, kind=ChangeKind.CANCELLED, user=user, at=now)
    run.status, run.cancel_reason, run.cancelled_at = RunStatus.CANCELLED, reason, now
    run.save(update_fields=["status", "cancel_reason", "cancelled_at", "updated_at"])
    for lesson in run.lessons.taking_place().upcoming(now):
        lesson.status, lesson.reason = LessonStatus.CANCELLED, reason
        _changed(lesson, now)
    run_cancelled(run=run, at=now)
    log(run, "courses.run.cancelled", user=user, data={"reason": reason})
    tell(run, change, at=now)
    return run


@transaction.atomic
def place_changed(*, run: CourseRun, user: Any, at: datetime | None = None) -> int:
    """Tell calendars that the lessons to come of a run have another place; return how many."""
    require(can_manage_courses(user))
    lessons = list(run.lessons.filter(venue=None).upcoming(at or timezone.now()))
    for lesson in lessons:
        _changed(lesson, at)
    return len(lessons)


@transaction.atomic
def set_note(*, run: CourseRun, language: str, text: str, user: Any) -> None:
    """Write the note of a run in one language; an empty text takes it away."""
    require(can_manage_courses(user))
    if text.strip():
        run.notes.update_or_create(language=language, defaults={"text": text.strip()})
    else:
        run.notes.filter(language=language).delete()
    log(run, "courses.note.set", user=user, data={"language": language})


def _days_of(rule: LessonRule) -> list[date]:
    monday = rule.first_day - timedelta(days=rule.first_day.weekday())
    span = range((rule.last_day - rule.first_day).days + 1)
    days = []
    for day in (rule.first_day + timedelta(days=number) for number in span):
        if day.weekday() in rule.weekdays and ((day - monday).days // 7) % rule.every_weeks == 0:
            days.append(day)
            to_utc(day, rule.starts), to_utc(day, rule.ends)  # refuses times that do not exist
        if len(days) > MOST_LESSONS:
            raise DomainError(_("These are too many lessons. Please check the dates."))
    return days


def _plan(lesson: Lesson, closures: Closures) -> None:
    reason = closures.get(lesson.day, "")
    lesson.status = LessonStatus.SKIPPED if reason else LessonStatus.PLANNED
    lesson.reason = reason


def _replan(lesson: Lesson, rule: LessonRule, closures: Closures, now: datetime) -> None:
    before = (lesson.starts, lesson.ends, lesson.status, lesson.reason)
    lesson.starts, lesson.ends = rule.starts, rule.ends
    _plan(lesson, closures)
    if before != (lesson.starts, lesson.ends, lesson.status, lesson.reason):
        _changed(lesson, now)


def _drop(lessons: list[Lesson], run: CourseRun, now: datetime) -> None:
    if run.status == RunStatus.PLANNED:
        Lesson.objects.filter(pk__in=[lesson.pk for lesson in lessons]).delete()
        return
    for lesson in lessons:
        if lesson.takes_place:
            lesson.status, lesson.reason = LessonStatus.CANCELLED, Reason.PLAN_CHANGED
            _changed(lesson, now)


def _state_for(free: int | None) -> str:
    if free is None:
        return PlacesState.ASK
    if free == 0:
        return PlacesState.FULL
    return PlacesState.FEW if free <= FEW else PlacesState.FREE


def _derive_dates(run: CourseRun) -> None:
    held = run.lessons.taking_place().order_by("day")
    first, last = held.first(), held.last()
    if first and last:
        run.starts_on, run.ends_on = first.day, last.day
        run.save(update_fields=["starts_on", "ends_on", "updated_at"])


def _locked(lesson: Lesson) -> Lesson:
    return Lesson.objects.select_for_update(of=("self",)).select_related("run__course").get(pk=lesson.pk)


def _changed(lesson: Lesson, at: datetime | None) -> None:
    lesson.sequence += 1
    lesson.changed_at = at or timezone.now()
    lesson.save()
