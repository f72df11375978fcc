"""People who want a place: what they type, and the run they want it in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from services.courses import interest_actions, seat_actions
from services.courses.models import CourseInterest, CourseRun, Enrolment
from services.courses.seat_people import Desk, Person, ensure_course_key, new_once, read_once
from tests.cast import Cast
from tests.services.courses import factories


def run(cast: Cast, **facts: Any) -> CourseRun:
    """A run with online enrolment: two places, starts in five weeks, open for registration."""
    ensure_course_key(cast.district)
    today = timezone.localdate()
    facts = {
        "enrolment": "online",
        "capacity_max": 2,
        "starts_on": today + timedelta(days=35),
        "places_free": None,
        "places_state": "ask",
        **facts,
    }
    return factories.run(cast, **facts)


def key() -> str:
    """A form's own key."""
    return str(read_once(new_once()))


def person(number: int = 1, **facts: Any) -> Person:
    """Somebody with a mail address of their own."""
    return Person(**{"name": f"Person Nummer {number}", "email": f"p{number}@example.org", **facts})


def enrolled(run: CourseRun, number: int = 1, **facts: Any) -> Enrolment:
    """The row of somebody who has just enrolled by mail."""
    who = facts.pop("person", person(number))
    row, _code = seat_actions.enrol(run=run, person=who, once=key(), language=facts.pop("language", "ar"), **facts)
    return row


def interested(cast: Cast, number: int = 1, **facts: Any) -> CourseInterest:
    """Somebody on the list of interest."""
    ensure_course_key(cast.district)
    facts = {"level": "A1", "language": "uk", **facts}
    row, _code = interest_actions.register_interest(
        district=cast.district, person=facts.pop("person", person(number)), once=key(), **facts
    )
    return row


def code_of(row: Any) -> str:
    """The personal code in the envelope."""
    return Desk().open(row).code


def states(run: CourseRun) -> list[tuple[str, int | None]]:
    """State and number of everybody, in the order in which they came."""
    rows = run.enrolments.order_by("created_at", "pk").values_list("state", "queue_no")
    return [(str(state), number) for state, number in rows]
