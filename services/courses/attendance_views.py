"""Pages of staff about attendance: the lessons of a run, the list of one lesson, papers as PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from portal.errors import DomainError
from portal.models import District
from portal.printing import can_print
from services.courses import certificates, times
from services.courses.attendance import attended, mark_attendance, marks_of
from services.courses.enrolment_views import frame, pdf_answer, private, the_person, the_run
from services.courses.models import Attendance, Lesson
from services.courses.seat_people import opened
from services.courses.seat_permissions import can_see_people
from services.courses.seat_statuses import AttendanceState


@require_safe
def course_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """All lessons so far with how many are written down, and what it adds up to for each person."""
    run, now = the_run(request, pk), timezone.now()
    rows = list(run.enrolments.attending())
    sums = attended(rows, run, now)
    written: dict[int, int] = {}
    for lesson_id in Attendance.objects.filter(lesson__run=run).values_list("lesson_id", flat=True):
        written[lesson_id] = written.get(lesson_id, 0) + 1
    lessons = run.lessons.taking_place().order_by("utc_start").with_facts()
    people = sorted(((_name(person), row, sums[row.pk]) for row, person in opened(rows)), key=_by_name)
    context = {
        **frame(_("Attendance"), run),
        "run": run,
        "lessons": [(row, times.when(row), written.get(row.pk, 0), row.utc_start <= now) for row in lessons],
        "people": people,
        "prints": can_print(),
    }
    return private(render(request, "services/courses/admin/staff_attendance.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def lesson_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of one lesson, a choice per person. What is not chosen is not written down yet."""
    lesson, status = _lesson(request, pk), 200
    rows = list(lesson.run.enrolments.attending())
    marks: dict[UUID, str] = marks_of(lesson)
    if request.method == "POST":
        rest = AttendanceState.PRESENT.value if "rest" in request.POST else ""
        marks = {row.pk: request.POST.get(f"mark-{row.pk}", "") or rest for row in rows}
        try:
            number = mark_attendance(lesson=lesson, marks=marks, user=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Attendance is written down for {number} people.").format(number=number))
            return redirect("course_attendance", lesson.run_id)
    people = sorted(((_name(person), row, marks.get(row.pk, "")) for row, person in opened(rows)), key=_by_name)
    context = {
        **frame(_("Attendance"), lesson.run),
        "run": lesson.run,
        "lesson": lesson,
        "when": times.when(lesson),
        "people": people,
        "choices": AttendanceState.choices,
        "prints": can_print(),
    }
    return private(render(request, "services/courses/admin/staff_lesson_attendance.html", context, status=status))


@require_safe
def lesson_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of a lesson on paper."""
    lesson = _lesson(request, pk)
    return pdf_answer(
        certificates.lesson_list(lesson=lesson, user=request.user), f"lotse-{lesson.run.code}-{lesson.day.isoformat()}"
    )


@require_safe
def course_certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate of attendance of one person."""
    row = the_person(request, pk)
    try:
        return pdf_answer(certificates.certificate(enrolment=row, user=request.user), f"lotse-{row.run.code}")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("course_attendance", row.run_id)


def _lesson(request: HttpRequest, pk: int) -> Lesson:
    if not can_see_people(request.user):
        raise PermissionDenied
    lessons = Lesson.objects.of(District.objects.for_request(request))
    rows = lessons.select_related("run__course__provider", "run__venue", "run__district", "venue")
    found: Lesson = get_object_or_404(rows, pk=pk)
    return found


def _name(person: Any) -> str:
    return person.name if person and person.name else _("erased")


def _by_name(entry: tuple[Any, ...]) -> str:
    return str(entry[0]).casefold()
