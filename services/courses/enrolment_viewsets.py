"""What places add to the admin: addresses below /admin/courses-people/, and the words of the log."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from services.courses import attendance_views, enrolment_views


@hooks.register("register_admin_urls")
def _course_people_urls() -> list[Any]:
    return [
        path("course-people/<int:pk>/", enrolment_views.course_seats, name="course_seats"),
        path("course-people/<int:pk>/add/", enrolment_views.course_seats_add, name="course_seats_add"),
        path("course-people/<int:pk>/export/", enrolment_views.course_seats_export, name="course_seats_export"),
        path("course-attendance/<int:pk>/", attendance_views.course_attendance, name="course_attendance"),
        path("course-attendance/lesson/<int:pk>/", attendance_views.lesson_attendance, name="lesson_attendance"),
        path("course-attendance/lesson/<int:pk>.pdf", attendance_views.lesson_list, name="lesson_list"),
        path("course-certificate/<uuid:pk>.pdf", attendance_views.course_certificate, name="course_certificate"),
    ]


@hooks.register("register_log_actions")
def _course_people_log_actions(registry: Any) -> None:
    for action, label in (
        ("courses.enrolment.received", _("Enrolment arrived")),
        ("courses.enrolment.on_behalf", _("Enrolled by staff")),
        ("courses.enrolment.accepted", _("Offer accepted")),
        ("courses.enrolment.withdrawn", _("Withdrawn")),
        ("courses.enrolment.confirmed", _("Place confirmed")),
        ("courses.enrolment.refused", _("Not accepted")),
        ("courses.enrolment.test", _("Placement test")),
        ("courses.enrolment.letter", _("Letter printed")),
        ("courses.enrolment.waits_again", _("On the waiting list again")),
        ("courses.capacity.set", _("Set number of places")),
        ("courses.attendance.marked", _("Attendance written down")),
        ("courses.attendance.printed", _("Attendance list printed")),
        ("courses.certificate.made", _("Certificate of attendance made")),
        ("courses.people.exported", _("People exported")),
    ):
        registry.register_action(action, label, label)
