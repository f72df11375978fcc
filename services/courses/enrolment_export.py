"""The group of a run as a table for a spreadsheet. With names, so with a reason, and written down."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.log_actions import log

from portal.errors import require
from portal.languages import language
from services.courses.attendance import attended
from services.courses.models import CourseRun
from services.courses.seat_people import opened
from services.courses.seat_permissions import can_see_people
from services.courses.vocabulary import Level

KEYS = (
    "name",
    "state",
    "number",
    "since",
    "email",
    "phone",
    "language",
    "children",
    "test",
    "level",
    "present",
    "held",
)


def export_people(*, run: CourseRun, reason: str, file_format: str, user: Any) -> list[list[Any]]:
    """The rows of everybody who is in the run or waits, in the order of `KEYS`. The log keeps who asked and why."""
    require(can_see_people(user, run))
    rows = list(run.enrolments.active().order_by("state", "queue_no", "created_at"))
    sums = attended(rows, run, timezone.now())
    log(run, "courses.people.exported", user=user, data={"reason": reason, "format": file_format, "people": len(rows)})
    table = []
    for row, person in opened(rows):
        table.append(
            [
                person.name if person else "?",
                row.get_state_display(),
                row.queue_no,
                row.created_at,
                person.email if person else "",
                person.phone if person else "",
                language(row.language).endonym,
                row.children,
                row.get_test_state_display(),
                Level(row.test_level).label if row.test_level else "",
                sums[row.pk].present,
                sums[row.pk].held,
            ]
        )
    return table
