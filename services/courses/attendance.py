"""Who was at which lesson: writing it down, and what it adds up to for a certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from services.courses.models import Attendance, CourseRun, Enrolment, Lesson
from services.courses.seat_permissions import can_see_people
from services.courses.seat_statuses import AttendanceState


@dataclass(frozen=True)
class Attended:
    """Lessons of one person: written down, there, excused; and whole lessons of the run so far."""

    held: int = 0
    present: int = 0
    excused: int = 0

    @property
    def percent(self) -> int:
        """Share of the lessons held so far at which the person was, rounded down."""
        return self.present * 100 // self.held if self.held else 0


@transaction.atomic
def mark_attendance(*, lesson: Lesson, marks: Mapping[UUID, str], user: Any, at: datetime | None = None) -> int:
    """Write down who was at a lesson; an empty mark takes it back. Returns how many are marked.

    Only people with a place in this run count; a lesson that has not begun or does not take place has no attendance.
    """
    require(can_see_people(user, lesson.run))
    now = at or timezone.now()
    lesson = Lesson.objects.select_for_update(of=("self",)).select_related("run").get(pk=lesson.pk)
    if not lesson.takes_place:
        raise DomainError(_("This lesson does not take place."))
    if lesson.utc_start > now:
        raise DomainError(_("This lesson has not begun yet."))
    ours = set(lesson.run.enrolments.attending().values_list("pk", flat=True))
    known = {pk: state for pk, state in marks.items() if pk in ours}
    if any(state and state not in AttendanceState.values for state in known.values()):
        raise DomainError(_("Please choose from the list."))
    Attendance.objects.filter(lesson=lesson, enrolment__in=known).delete()
    rows = [Attendance(lesson=lesson, enrolment_id=pk, state=state) for pk, state in known.items() if state]
    Attendance.objects.bulk_create(rows)
    log(lesson.run, "courses.attendance.marked", user=user, data={"day": lesson.day.isoformat(), "people": len(rows)})
    return len(rows)


def marks_of(lesson: Lesson) -> dict[UUID, str]:
    """What is written down for a lesson."""
    return dict(lesson.attendances.values_list("enrolment_id", "state"))


def lessons_held(run: CourseRun, at: datetime) -> Any:
    """The lessons of a run that have taken place."""
    return run.lessons.taking_place().filter(utc_start__lte=at)


def attended(rows: Iterable[Enrolment], run: CourseRun, at: datetime) -> dict[UUID, Attended]:
    """For each person, how many lessons they were at. Two queries."""
    held = lessons_held(run, at).count()
    counts: dict[UUID, dict[str, int]] = {}
    taken = Attendance.objects.filter(enrolment__run=run, lesson__in=lessons_held(run, at))
    for pk, state, number in taken.values_list("enrolment_id", "state").annotate(number=Count("pk")).order_by():
        counts.setdefault(pk, {})[state] = number
    found = {}
    for row in rows:
        own = counts.get(row.pk, {})
        found[row.pk] = Attended(held, own.get(AttendanceState.PRESENT, 0), own.get(AttendanceState.EXCUSED, 0))
    return found
