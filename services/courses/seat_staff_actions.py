"""What staff do with places: enrol on behalf, confirm, refuse, write down the test, print a letter, add places."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from services.courses.models import CourseRun, Enrolment
from services.courses.seat_actions import begin, new_row, original_of, remember
from services.courses.seat_people import Desk, Person, code_from, new_code, once_stamp, seal_person
from services.courses.seat_permissions import can_see_people
from services.courses.seat_rules import is_alive
from services.courses.seat_settling import count_places, locked, move_to, settle_run, take_in, write
from services.courses.seat_statuses import ACTIVE, CourseMailKind, EnrolmentState, TestState


@transaction.atomic
def enrol_on_behalf(
    *,
    run: CourseRun,
    person: Person,
    once: str,
    language: str,
    user: Any,
    channel: str = "",
    children: int = 0,
    at: datetime | None = None,
) -> tuple[Enrolment, str]:
    """Staff enrol somebody who stands at the counter or telephones; returns the row and the code for their letter.

    The same queue as for everybody. Possible as long as the run is alive, also after the end of the registration.
    Raises `DomainError` for somebody who is in the run already: staff may know.
    """
    require(can_see_people(user, run))
    now = at or timezone.now()
    run, code = locked(run), code_from(once)
    known = Enrolment.objects.filter(once=once_stamp(once), run=run).first()
    if known is not None:
        return known, code
    if not is_alive(run, now):
        raise DomainError(_("You cannot enrol in this course at the moment."))
    row = new_row(run, person, code, once_stamp(once), language, channel, children, now)
    row.by_staff = True
    if original_of(row) is not None:
        raise DomainError(_("This person is in the course or on its waiting list already."))
    take_in(run, row, now)
    write(row, CourseMailKind.RECEIVED, now)
    log(run, "courses.enrolment.on_behalf", user=user)
    return row, code


@transaction.atomic
def confirm(*, enrolment: Enrolment, user: Any, at: datetime | None = None) -> Enrolment:
    """Staff say yes to a place that was kept."""
    now = at or timezone.now()
    run, row = _mine(user, enrolment)
    _insist(row.state == EnrolmentState.ASKED)
    move_to(row, EnrolmentState.CONFIRMED, now)
    write(row, CourseMailKind.CONFIRMED, now)
    count_places(run, now)
    remember(run, "confirmed", user)
    return row


@transaction.atomic
def refuse(*, enrolment: Enrolment, user: Any, at: datetime | None = None) -> Enrolment:
    """Staff say no, for example because the level does not fit; the next one comes up at once."""
    now = at or timezone.now()
    run, row = _mine(user, enrolment)
    _insist(row.state in ACTIVE or row.state == EnrolmentState.REPEATED)
    only_repeated = row.state == EnrolmentState.REPEATED
    move_to(row, EnrolmentState.REFUSED, now)
    if not only_repeated:
        write(row, CourseMailKind.REFUSED, now)
        settle_run(run, now)
    remember(run, "refused", user)
    return row


@transaction.atomic
def set_test(
    *,
    enrolment: Enrolment,
    state: str,
    user: Any,
    test_at: datetime | None = None,
    level: str = "",
    at: datetime | None = None,
) -> Enrolment:
    """Write down where somebody stands with the placement test. A new date is told by mail."""
    now = at or timezone.now()
    run, row = _mine(user, enrolment)
    _insist(row.state in ACTIVE)
    if state == TestState.DATED and test_at is None:
        raise DomainError(_("Please say when the test is."))
    if state == TestState.DONE and not level:
        raise DomainError(_("Please choose the level of the test."))
    fresh_date = state == TestState.DATED and test_at != row.test_at
    row.test_state = state
    row.test_at = test_at if state in (TestState.DATED, TestState.DONE) else None
    row.test_level = level if state == TestState.DONE else ""
    row.full_clean(exclude=["sealed", "sealed_key", "run", "district"], validate_constraints=False)
    row.save(update_fields=["test_state", "test_at", "test_level"])
    if fresh_date:
        write(row, CourseMailKind.TEST, now)
    remember(run, "test", user)
    return row


@transaction.atomic
def new_letter(*, enrolment: Enrolment, user: Any) -> str:
    """A new personal code for somebody who lost theirs or has no mail; the old link ends now. For the printed slip."""
    run, row = _mine(user, enrolment)
    person = Desk().open(row)
    if not row.sealed:
        raise DomainError(_("The data of this person are erased."))
    code = new_code()
    seal_person(row, Person(person.name, person.email, person.phone, person.remarks, code))
    row.save(update_fields=["sealed", "sealed_key", "key_version", "contact_stamp", "token_hash"])
    remember(run, "letter", user)
    return code


@transaction.atomic
def set_capacity(*, run: CourseRun, capacity: int | None, user: Any, at: datetime | None = None) -> list[Enrolment]:
    """Another number of places; what is more goes to the waiting list in its order. Returns who was offered a place.

    With fewer places than people everybody keeps theirs; nobody comes up until enough have left.
    """
    require(can_see_people(user, run))
    run = locked(run)
    run.capacity_max = capacity
    if run.places_free is not None and capacity is not None:
        run.places_free = min(run.places_free, capacity)
    run.full_clean(exclude=["course", "district"])
    run.save(update_fields=["capacity_max", "places_free", "updated_at"])
    came_up = settle_run(run, at or timezone.now())
    log(run, "courses.capacity.set", user=user, data={"capacity": capacity})
    return came_up


def _mine(user: Any, enrolment: Enrolment) -> tuple[CourseRun, Enrolment]:
    require(can_see_people(user, enrolment.run))
    return begin(enrolment, user)


def _insist(possible: bool) -> None:
    if not possible:
        raise DomainError(_("This is not possible any more. Somebody changed it meanwhile."))
