"""Where somebody stands, for their own page: facts in their language, and which buttons are possible now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from services.courses import times
from services.courses.cards import card_of
from services.courses.interest_actions import CAN_LEAVE
from services.courses.models import CourseInterest, CourseRun, Enrolment
from services.courses.pages import words_for
from services.courses.seat_rules import can_enrol, is_alive, is_online
from services.courses.seat_settling import place_of
from services.courses.seat_statuses import ACTIVE, EnrolmentState, TestState
from services.courses.vocabulary import BOOKABLE, RunStatus, TimeOfDay


@dataclass(frozen=True)
class SeatLinks:
    """What the page of a course offers under a run."""

    enrol: str = ""
    interest: str = ""
    waits: bool = False
    """Enrolling leads onto the waiting list."""
    length: int = 0


def seat_links(run: CourseRun, at: datetime) -> SeatLinks:
    """Enrol, wait, or be told of a place. Reads what the run knows of itself: no query."""
    if run.status in (RunStatus.CANCELLED, RunStatus.FINISHED):
        return SeatLinks(interest=_interest(run))
    if can_enrol(run, at):
        waits = run.places_state not in BOOKABLE
        address = reverse("course_enrol", args=[run.course.code, run.code])
        return SeatLinks(enrol=address, waits=waits, length=run.waitlist_length or 0)
    if is_online(run) or run.places_state not in BOOKABLE:
        return SeatLinks(interest=_interest(run))
    return SeatLinks()


def _interest(run: CourseRun) -> str:
    return f"{reverse('course_interest')}?run={run.code}"


def place_facts(about: Any, at: datetime) -> dict[str, Any]:
    """Template variables of a personal page, of an enrolment or of an interest."""
    if isinstance(about, CourseInterest):
        return {"interest": about, "level": about.get_level_display(), "wishes": _wishes(about), "card": None}
    return {"card": _card(about.run, at), **_enrolment(about, at)}


def _enrolment(row: Enrolment, at: datetime) -> dict[str, Any]:
    # Sent a second time: what a first enrolment would show, because the form must not tell who is in the course.
    state = row.state
    if state == EnrolmentState.REPEATED:
        state = EnrolmentState.WAITING if row.queue_no else EnrolmentState.ASKED
    ends = row.offer_expires_at if state == EnrolmentState.OFFERED else None
    open_offer = ends is not None and ends > at
    alive = is_alive(row.run, at)
    return {
        "enrolment": row,
        "state": str(state),
        "number": place_of(row),
        "offer_until": times.moment(ends) if ends and open_offer else "",
        "offer_is_over": state == EnrolmentState.OFFERED and not open_offer,
        "test_at": times.moment(row.test_at) if row.test_at and row.test_state == TestState.DATED else "",
        "test_needed": row.test_state == TestState.NEEDED and row.state in ACTIVE,
        "test_level": row.get_test_level_display() if row.test_state == TestState.DONE else "",
        "can_withdraw": row.state in (*ACTIVE, EnrolmentState.REPEATED) and not open_offer,
        "can_wait_again": row.state == EnrolmentState.EXPIRED and alive,
        "can_be_interested": row.state in CAN_LEAVE and bool(row.sealed),
    }


def _card(run: CourseRun, at: datetime) -> Any:
    return card_of(run, words_for([run.course.key]).get(run.course.key), at)


def _wishes(row: CourseInterest) -> list[Any]:
    return [TimeOfDay(code).label for code in row.times]
