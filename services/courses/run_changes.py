"""Cancelled, moved, full, free again: one click each. The facts change, those concerned are told, and one click undoes.

Every change remembers how the run and its lessons were before. It can be taken back as long as nobody changed the same
things since.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.search import index

from portal.errors import DomainError, require
from services.courses.announcements import pages_about
from services.courses.closures import closures_between
from services.courses.models import Course, CourseRun, Lesson, RunChange, Teacher, Venue
from services.courses.notifications import take_back_mails, tell_run_changed
from services.courses.permissions import can_manage_courses
from services.courses.run_change_models import ChangeKind
from services.courses.run_memory import last_undoable, remember, restore, stamp_of, touch
from services.courses.seat_actions import run_changed, run_restored
from services.courses.seat_rules import is_online
from services.courses.vocabulary import LessonStatus, Mode, PlacesState, RunStatus

MOST_WEEKS = 52


def tell(run: CourseRun, change: RunChange, *, at: datetime) -> None:
    """Last beat of such a verb: remember what came out, tell those concerned, and let search find the new facts."""
    change.stamp = stamp_of(change)
    change.save(update_fields=["stamp"])
    fresh = CourseRun.objects.with_facts().select_related("district__site").get(pk=run.pk)
    if change.lesson is None or change.lesson.utc_end > at:
        tell_run_changed(fresh, change, at=at)
    find_again(run.course)


def find_again(course: Course) -> None:
    """Let search know the new facts of a course as soon as they are committed."""
    transaction.on_commit(lambda: [index.insert_or_update_object(page) for page in pages_about(course)])


@transaction.atomic
def mark_full(*, run: CourseRun, user: Any, at: datetime | None = None) -> CourseRun:
    """All places are taken. A waiting list that is kept stays open to people."""
    state = PlacesState.WAITLIST if run.waitlist_length else PlacesState.FULL
    return _mark(run, ChangeKind.FULL, state, 0, user, at)


@transaction.atomic
def mark_free(*, run: CourseRun, user: Any, at: datetime | None = None) -> CourseRun:
    """There are places again; how many, staff may count later."""
    return _mark(run, ChangeKind.FREE, PlacesState.FREE, None, user, at)


@transaction.atomic
def move_run(
    *,
    run: CourseRun,
    user: Any,
    weeks: int = 0,
    venue: Venue | None = None,
    room: str | None = None,
    teacher: Teacher | None = None,
    at: datetime | None = None,
) -> CourseRun:
    """Move all lessons to come by whole weeks, or to another house or room. Lessons keep their identity.

    A lesson that would fall on a holiday is skipped there, with the reason; one skipped for a holiday that it leaves
    takes place. `venue`, `room` and `teacher` stay as they are where None. Raises `DomainError`.
    """
    require(can_manage_courses(user))
    now = at or timezone.now()
    run = _locked(run)
    _must_run(run)
    if abs(weeks) > MOST_WEEKS:
        raise DomainError(_("Please move a course by at most 52 weeks."))
    if venue and venue.district_id != run.district_id:
        raise DomainError(_("This venue belongs to another district."))
    stays = venue in (None, run.venue) and room in (None, run.room) and teacher in (None, run.teacher)
    if not weeks and stays:
        raise DomainError(_("Nothing was changed."))
    change = remember(run=run, kind=ChangeKind.MOVED, user=user, at=now)
    run.venue = venue or run.venue
    run.room = run.room if room is None else room
    run.teacher = teacher or run.teacher
    if venue and run.mode == Mode.ONLINE:
        run.mode = Mode.HYBRID
    run.save()
    _shift(run, weeks, now)
    log(run, "courses.run.moved", user=user, data={"weeks": weeks})
    tell(run, change, at=now)
    return run


@transaction.atomic
def undo_run_change(*, change: RunChange, user: Any, at: datetime | None = None) -> RunChange:
    """Take the latest change back: facts as before, mails that still wait are dropped, the others corrected.

    Raises `DomainError` when something else was changed since.
    """
    require(can_manage_courses(user))
    now = at or timezone.now()
    run = _locked(change.run)
    latest = last_undoable(run, now)
    if latest is None or latest.pk != change.pk:
        raise DomainError(_("This change can no longer be taken back."))
    if latest.stamp != stamp_of(latest):
        raise DomainError(_("Somebody changed this course since. Please look at it and change it by hand."))
    undone = RunChange.objects.create(
        run=run, lesson=latest.lesson, kind=ChangeKind.TAKEN_BACK, made_by=user, made_at=now, undone_at=now
    )
    restore(run, latest.before, now)
    latest.undone_at = now
    latest.save(update_fields=["undone_at"])
    log(run, "courses.run.undone", user=user, data={"change": latest.kind})
    fresh = CourseRun.objects.with_facts().select_related("district__site").get(pk=run.pk)
    take_back_mails(fresh, latest, undone, at=now)
    run_restored(run=run, at=now)  # after the mails: people of the run get a letter of their own
    run_changed(run=run, at=now)
    find_again(run.course)
    return undone


def _mark(run: CourseRun, kind: str, state: str, free: int | None, user: Any, at: datetime | None) -> CourseRun:
    require(can_manage_courses(user))
    now = at or timezone.now()
    run = _locked(run)
    _must_run(run)
    if is_online(run):
        raise DomainError(_("People enrol here, so the portal counts the places itself."))
    change = remember(run=run, kind=kind, user=user, at=now)
    news = run.places_state != state
    run.places_state, run.places_free, run.places_updated_at = state, free, now
    run.save(update_fields=["places_state", "places_free", "places_updated_at", "updated_at"])
    log(run, "courses.places.set", user=user, data={"state": state, "free": free})
    if not news:
        change.delete()  # the date of the count is renewed, and nobody gets a mail about nothing
        return run
    tell(run, change, at=now)
    return run


def _locked(run: CourseRun) -> CourseRun:
    rows = CourseRun.objects.select_for_update(of=("self",)).select_related("course", "venue", "teacher", "district")
    return rows.get(pk=run.pk)


def _must_run(run: CourseRun) -> None:
    if run.status in (RunStatus.CANCELLED, RunStatus.FINISHED):
        raise DomainError(_("This course has already ended or is cancelled."))


def _shift(run: CourseRun, weeks: int, now: datetime) -> None:
    by = timedelta(weeks=weeks)
    lessons = list(run.lessons.upcoming(now))
    if lessons:
        first, last = (day + by for day in (min(row.day for row in lessons), max(row.day for row in lessons)))
        venues = [run.venue_id] if run.venue_id else []
        closed = closures_between(run.district, first, last, venue_ids=venues)
    for lesson in lessons:
        if weeks:
            _shift_lesson(lesson, by, closed)
        touch(lesson, now)
    if weeks:
        _shift_rules(run, lessons, by, now)
    held = list(run.lessons.taking_place().order_by("day").values_list("day", flat=True))
    if held:
        run.starts_on, run.ends_on = held[0], held[-1]
    elif weeks and run.starts_on and run.ends_on:
        run.starts_on, run.ends_on = run.starts_on + by, run.ends_on + by
    run.save(update_fields=["starts_on", "ends_on", "updated_at"])


def _shift_lesson(lesson: Lesson, by: timedelta, closed: dict[date, str]) -> None:
    if lesson.takes_place:
        lesson.moved_from = lesson.moved_from or lesson.utc_start
    lesson.day += by
    if reason := closed.get(lesson.day):
        if lesson.takes_place:
            lesson.status, lesson.reason = LessonStatus.SKIPPED, reason
    elif lesson.status == LessonStatus.SKIPPED:
        lesson.status, lesson.reason = LessonStatus.PLANNED, ""
    if lesson.takes_place and lesson.moved_from:
        lesson.status = LessonStatus.MOVED


def _shift_rules(run: CourseRun, lessons: list[Lesson], by: timedelta, now: datetime) -> None:
    """Rules to come move along. One that has begun stays; its lessons count as moved by hand, so it leaves them."""
    begun = set()
    for rule in run.rules.all():
        if rule.first_day > timezone.localdate(now):
            rule.first_day, rule.last_day = rule.first_day + by, rule.last_day + by
            rule.save()
        else:
            begun.add(rule.pk)
    run.lessons.filter(pk__in=[row.pk for row in lessons if row.rule_id in begun]).update(is_detached=True)
