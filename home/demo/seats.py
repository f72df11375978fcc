"""The demo's people in a course: places, one offer, two who wait, and attendance of the lessons so far.

Loading again leaves the people alone as long as the run has any.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from home.demo.words import read
from portal.models import District
from services.courses.attendance import lessons_held
from services.courses.models import Attendance, CourseRun, Enrolment
from services.courses.seat_people import Person, channel_of, ensure_course_key, new_code, person_stamp, seal_person
from services.courses.seat_rules import offer_until
from services.courses.seat_settling import count_places
from services.courses.seat_statuses import EnrolmentState, TestState

FACTS = Path(__file__).parent / "facts" / "seats.toml"
ABSENT_EACH = 5
"""Every fifth lesson of a person is one they missed, so that the sums differ."""


def load(district: District) -> None:
    """Give the run its people, if it has none."""
    facts, now = read(FACTS), timezone.now()
    run = CourseRun.objects.of(district).filter(code=facts["run"]).select_related("course", "district").first()
    if run is None:
        return
    ensure_course_key(district)
    run.enrolment, run.offer_hours = facts["enrolment"], facts["offer_hours"]
    run.save(update_fields=["enrolment", "offer_hours"])
    if not run.enrolments.active().exists():
        rows = [_row(run, entry, number, now) for number, entry in enumerate(facts["people"], start=1)]
        _number(rows)
        run.enrolments.all().delete()
        Enrolment.objects.bulk_create(rows)
        _attend(run, rows, now)
    count_places(run, now)


def person_code(state: str) -> str:
    """The code of the demo's person in this state, for the tour."""
    return next(entry["code"] for entry in read(FACTS)["people"] if entry["state"] == state and "code" in entry)


def _row(run: CourseRun, entry: dict[str, Any], number: int, now: datetime) -> Enrolment:
    code = entry.get("code") or new_code()
    person = Person(entry["name"], entry.get("email", ""), entry.get("phone", ""), entry.get("remarks", ""), code)
    is_offer = entry["state"] == EnrolmentState.OFFERED
    row = Enrolment(
        id=uuid5(NAMESPACE_URL, f"lotse:enrolment:{run.code}:{number}"),
        run=run,
        district_id=run.district_id,
        language=entry["language"],
        channel=channel_of(person),
        state=entry["state"],
        state_at=now - timedelta(hours=2) if is_offer else now - timedelta(days=40 - number),
        created_at=now - timedelta(days=40 - number),
        offer_expires_at=offer_until(run, now) or now + timedelta(days=3) if is_offer else None,
        once=f"demo:{run.code}:{number}",
        person_stamp=person_stamp(person),
        children=entry.get("children", 0),
        test_state=entry.get("test_state", TestState.NOT_NEEDED),
        test_level=entry.get("test_level", ""),
        by_staff=entry.get("by_staff", False),
    )
    seal_person(row, person)
    return row


def _number(rows: list[Enrolment]) -> None:
    waiting = [row for row in rows if row.state == EnrolmentState.WAITING]
    for number, row in enumerate(waiting, start=1):
        row.queue_no = number


def _attend(run: CourseRun, rows: list[Enrolment], now: datetime) -> None:
    here = [row for row in rows if row.state == EnrolmentState.CONFIRMED]
    marks = []
    for place, lesson in enumerate(lessons_held(run, now)):
        for number, row in enumerate(here):
            state = "absent" if (place + number * 2) % ABSENT_EACH == 0 else "present"
            marks.append(Attendance(enrolment=row, lesson=lesson, state="excused" if number == place else state))
    Attendance.objects.bulk_create(marks, ignore_conflicts=True)
