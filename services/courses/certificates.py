"""Papers about people of a course: the certificate of attendance, the list for a lesson, the letter with the code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from portal.languages import SOURCE, language
from portal.printing import pdf
from services.courses import times
from services.courses.attendance import attended, marks_of
from services.courses.models import CourseRun, Enrolment, Lesson
from services.courses.seat_mails import title_in
from services.courses.seat_people import Desk, in_groups, opened
from services.courses.seat_permissions import can_see_people
from services.courses.seat_settling import place_of
from services.courses.seat_statuses import EnrolmentState


def certificate(*, enrolment: Enrolment, user: Any, at: datetime | None = None) -> bytes:
    """The certificate of attendance as PDF: German for offices, and the same in the person's language.

    Says how many of the lessons held so far the person was at; it is no certificate of a level. Raises `DomainError`
    before the first lesson, `PrintingMissing`, `Unreadable`.
    """
    require(can_see_people(user, enrolment.run))
    now, run = at or timezone.now(), enrolment.run
    sums = attended([enrolment], run, now)[enrolment.pk]
    if not sums.held or not sums.present:
        raise DomainError(_("No lesson is written down for this person yet."))
    name = Desk().open(enrolment).name
    tongues = [SOURCE] if enrolment.language == SOURCE else [SOURCE, enrolment.language]
    context = {
        "parts": [_part(run, code, sums) for code in tongues],
        "name": name,
        "provider": run.course.provider.name,
        "district": run.district.name,
        "day": now,
        "code": run.code,
    }
    file = pdf("services/courses/seats/staff_paper_certificate.html", context, language=SOURCE)
    log(run, "courses.certificate.made", user=user)
    return file


def _part(run: CourseRun, code: str, sums: Any) -> dict[str, Any]:
    spoken = language(code)
    with translation.override(spoken.code):
        percent = sums.percent
        lessons = _("{present} of {held} lessons ({percent} %)").format(
            present=sums.present, held=sums.held, percent=percent
        )
        return {
            "language": spoken,
            "heading": _("Certificate of attendance"),
            "sentence": _("took part in this course:"),
            "title": title_in(run, spoken.code),
            "facts": [
                (_("When"), times.days(run.starts_on, run.ends_on)),
                (_("Lessons attended"), lessons),
                (_("Length of a lesson"), _("{number} minutes").format(number=run.course.lesson_minutes)),
            ],
            "place": _("Place, date, signature"),
            "remark": _("This paper says that the person was there. It is not an examination."),
        }


def lesson_list(*, lesson: Lesson, user: Any) -> bytes:
    """The attendance list of a lesson as PDF, to tick and sign; what is written down already is ticked."""
    run = lesson.run
    require(can_see_people(user, run))
    marks = marks_of(lesson)
    people = sorted(
        ((person.name if person else "?", marks.get(row.pk, "")) for row, person in opened(run.enrolments.attending())),
        key=lambda entry: entry[0].casefold(),
    )
    with translation.override(SOURCE):
        context = {
            "people": people,
            "title": title_in(run, SOURCE),
            "when": times.when(lesson),
            "place": lesson.place or (str(run.venue) if run.venue else ""),
            "code": run.code,
        }
        file = pdf("services/courses/seats/staff_paper_list.html", context, language=SOURCE)
    log(run, "courses.attendance.printed", user=user)
    return file


def letter(*, enrolment: Enrolment, code: str, user: Any) -> bytes:
    """The letter for somebody without mail: where they stand, and the code of their page. In their language."""
    require(can_see_people(user, enrolment.run))
    run, spoken = enrolment.run, language(enrolment.language)
    with translation.override(spoken.code):
        path = reverse("course_place_find")
        context = {
            "name": Desk().open(enrolment).name,
            "title": title_in(run, spoken.code),
            "dates": times.days(run.starts_on, run.ends_on),
            "where": _standing(enrolment),
            "code": in_groups(code),
            "address": f"{run.district.site.root_url}{path}",
            "link": f"{run.district.site.root_url}{reverse('course_place', args=[code])}",
            "contact": run.whom_to_ask(),
        }
        return pdf("services/courses/seats/paper_letter.html", context, language=spoken.code)


def _standing(row: Enrolment) -> str:
    if row.state == EnrolmentState.CONFIRMED:
        return _("You have a place.")
    if row.state == EnrolmentState.WAITING:
        return _("All places are taken. You are number {number} on the waiting list.").format(number=place_of(row))
    if row.state == EnrolmentState.OFFERED and row.offer_expires_at:
        return _("A place is free for you. Please answer until {moment}. After that the next person gets it.").format(
            moment=times.moment(row.offer_expires_at)
        )
    return _("Please look at your page to see where you stand.")
