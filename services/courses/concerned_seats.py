"""Those with a place, an offer or a number, and those who asked for the run when it was full."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone, translation

from services.courses.concerned import Concerned
from services.courses.models import CourseInterest, CourseRun
from services.courses.seat_people import Desk
from services.courses.seat_statuses import HOLDS, Channel
from services.courses.vocabulary import RunStatus


def seat_holders(run: CourseRun) -> Iterator[Concerned]:
    """People with a mail address who hold a place, wait, or are interested. Opens envelopes: staff role only.

    Of a cancelled run's places nobody is named: `seat_actions.run_cancelled` writes to them, with their own link.
    """
    desk = Desk()
    rows = run.enrolments.active().filter(channel=Channel.MAIL)
    if run.status != RunStatus.CANCELLED:
        for row in rows.exclude(sealed=b""):
            person = desk.try_open(row)
            if person and person.email:
                yield Concerned(person.email, row.language, "seat" if row.state in HOLDS else "waiting", "")
    for interest in CourseInterest.objects.live(timezone.now()).interested_in(run).filter(channel=Channel.MAIL):
        person = desk.try_open(interest)
        if person and person.email:
            with translation.override(interest.language):
                stop = reverse("course_interest_end", args=[person.code])
            yield Concerned(person.email, interest.language, "interest", stop)
