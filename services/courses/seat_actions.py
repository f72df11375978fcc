"""What people do with places: enrol, answer an offer, leave; and what time does. Staff: seat_staff_actions.py.

Each verb locks the run, reads what is there now, decides, lets those come up who waited, and has the mails written.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from services.courses.models import CourseRun, Enrolment
from services.courses.seat_people import (
    Person,
    channel_of,
    code_from,
    once_stamp,
    person_stamp,
    seal_person,
)
from services.courses.seat_permissions import can_see_people
from services.courses.seat_rules import OPEN, can_enrol, is_alive, is_online
from services.courses.seat_settling import (
    COUNT_AGAIN,
    count_places,
    locked,
    move_to,
    next_number,
    settle_run,
    take_in,
    would_wait,
    write,
)
from services.courses.seat_statuses import ACTIVE, ONLINE, Channel, CourseMailKind, EnrolmentState, TestState
from services.courses.vocabulary import PlacementTest, RunStatus

AGAIN_PAUSE = timedelta(hours=12)
"""Mail about a repeated enrolment leaves at most twice a day: nobody is to be flooded by somebody else's forms."""
BATCH = 100


@transaction.atomic
def enrol(
    *,
    run: CourseRun,
    person: Person,
    once: str,
    language: str,
    channel: str = "",
    children: int = 0,
    at: datetime | None = None,
) -> tuple[Enrolment, str]:
    """A person enrols without account; returns the row and the code of their personal link.

    `once` is the form's own key (`seat_people.new_once`): sending it twice gives the same row and the same link. Who is
    in the run already gets a mail instead of a second place, and whoever fills in the form does not learn of it.
    Raises `DomainError` when the time for enrolments is over, `KeyMissing`.
    """
    now = at or timezone.now()
    run, code = locked(run), code_from(once)
    known = Enrolment.objects.filter(once=once_stamp(once), run=run).first()
    if known is not None:
        return known, code
    if not can_enrol(run, now):
        raise DomainError(_("You cannot enrol in this course at the moment."))
    row = new_row(run, person, code, once_stamp(once), language, channel, children, now)
    return _admit(run, row, now), code


@transaction.atomic
def accept_offer(*, enrolment: Enrolment, user: Any = None, at: datetime | None = None) -> Enrolment:
    """The person, or staff for them, takes the offered place. Raises `DomainError` when its time is over."""
    now = at or timezone.now()
    run, row = begin(enrolment, user)
    if row.state == EnrolmentState.CONFIRMED:
        return row
    over = row.offer_expires_at is None or row.offer_expires_at <= now
    if row.state != EnrolmentState.OFFERED or over:
        raise DomainError(_("This offer is no longer open."))
    move_to(row, EnrolmentState.CONFIRMED, now)
    write(row, CourseMailKind.CONFIRMED, now)
    count_places(run, now)
    remember(run, "accepted", user)
    return row


@transaction.atomic
def withdraw(*, enrolment: Enrolment, user: Any = None, at: datetime | None = None) -> Enrolment:
    """The person, or staff for them, gives up a place, an offer or the waiting; the next one comes up at once."""
    now = at or timezone.now()
    run, row = begin(enrolment, user)
    if row.state not in (*ACTIVE, EnrolmentState.REPEATED):
        return row
    only_repeated = row.state == EnrolmentState.REPEATED
    move_to(row, EnrolmentState.WITHDRAWN, now)
    if not only_repeated:
        write(row, CourseMailKind.WITHDRAWN, now)
        settle_run(run, now)
        remember(run, "withdrawn", user)
    return row


@transaction.atomic
def wait_again(*, enrolment: Enrolment, at: datetime | None = None) -> Enrolment:
    """Somebody whose offer ended wants to go on: at the end of the waiting list, or with a place that is free."""
    now = at or timezone.now()
    run, row = begin(enrolment, None)
    if row.state != EnrolmentState.EXPIRED:
        return row
    if not is_alive(run, now):
        raise DomainError(_("You cannot enrol in this course at the moment."))
    if original_of(row) is not None:
        raise DomainError(_("You are in this course or on its waiting list already."))
    row.state, row.state_at, row.queue_no = EnrolmentState.WAITING, now, next_number(run)
    row.save(update_fields=["state", "state_at", "queue_no"])
    settle_run(run, now)
    row.refresh_from_db()
    remember(run, "waits_again", None)
    return row


@transaction.atomic
def run_changed(*, run: CourseRun, at: datetime | None = None) -> list[Enrolment]:
    """After any change of a run's facts: who may come up does, and its places are counted again."""
    run = locked(run)
    return settle_run(run, at or timezone.now()) if is_online(run) else []


@transaction.atomic
def run_cancelled(*, run: CourseRun, at: datetime | None = None) -> int:
    """The run does not take place: everybody in it is told and may go on to the list of interest. Returns how many."""
    now = at or timezone.now()
    run = locked(run)
    rows = list(run.enrolments.active())
    for row in rows:
        # What they had is kept for the day on which somebody takes the cancellation back.
        row.state_before, row.state, row.state_at, row.offer_expires_at = row.state, EnrolmentState.CANCELLED, now, None
        row.save(update_fields=["state_before", "state", "state_at", "offer_expires_at"])
        write(row, CourseMailKind.CANCELLED, now)
    count_places(run, now)
    return len(rows)


@transaction.atomic
def run_restored(*, run: CourseRun, at: datetime | None = None) -> int:
    """The run takes place after all: everybody has again what they had, in the old order. Returns how many.

    Mails that have not left are dropped; who was told already is told again. An offer that was open becomes the first
    number of the waiting list, so that it gets its full time. Nothing happens while the run is cancelled.
    """
    now = at or timezone.now()
    run = locked(run)
    rows = list(run.enrolments.filter(state=EnrolmentState.CANCELLED).exclude(state_before=""))
    if run.status == RunStatus.CANCELLED or not rows:
        return 0
    told = set()
    for row in rows:
        if not row.mails.due().filter(kind=CourseMailKind.CANCELLED).delete()[0]:
            told.add(row.pk)
        offered = row.state_before == EnrolmentState.OFFERED
        row.state = EnrolmentState.WAITING if offered else row.state_before
        row.queue_no = 0 if offered and row.queue_no is None else row.queue_no
        row.state_before, row.state_at = "", now
    _in_order(rows)
    for row in rows:
        row.save(update_fields=["state_before", "state", "state_at", "queue_no"])
        if row.pk in told:
            write(row, CourseMailKind.BACK, now)
    settle_run(run, now)
    return len(rows)


def _in_order(rows: list[Enrolment]) -> None:
    """Number anew those who wait: who had an offer first, then the old order."""
    waiting = [row for row in rows if row.state == EnrolmentState.WAITING]
    for number, row in enumerate(sorted(waiting, key=lambda row: (row.queue_no or 0, row.created_at)), start=1):
        row.queue_no = number


def expire_offers(at: datetime | None = None) -> int:
    """End the offers whose time is over and offer the places to the next; return how many ended. A job of the worker.

    Also settles runs whose facts were changed without a verb, for example by an import. May be killed and repeated.
    """
    now = at or timezone.now()
    over = Enrolment.objects.offers_over(now).order_by().values_list("run_id", flat=True).distinct()
    waiting = Enrolment.objects.waiting().order_by().values_list("run_id", flat=True).distinct()
    stale = CourseRun.objects.filter(
        enrolment__in=ONLINE, status__in=OPEN, places_updated_at__lt=now - COUNT_AGAIN
    ).order_by()
    back = Enrolment.objects.filter(state=EnrolmentState.CANCELLED).exclude(state_before="")
    for run in CourseRun.objects.filter(pk__in=back.values("run")).exclude(status=RunStatus.CANCELLED):
        run_restored(run=run, at=now)
    pks = {*over[:BATCH], *waiting[:BATCH], *stale.values_list("pk", flat=True)[:BATCH]}
    runs = CourseRun.objects.filter(pk__in=pks).order_by("pk")
    return sum(_expire(run, now) for run in runs)


@transaction.atomic
def _expire(run: CourseRun, now: datetime) -> int:
    run = locked(run)
    rows = list(run.enrolments.offers_over(now).order_by("offer_expires_at", "pk"))
    for row in rows:
        move_to(row, EnrolmentState.EXPIRED, now)
        write(row, CourseMailKind.EXPIRED, now)
    settle_run(run, now)
    return len(rows)


def _admit(run: CourseRun, row: Enrolment, now: datetime) -> Enrolment:
    original = original_of(row)
    if original is None:
        take_in(run, row, now)
        write(row, CourseMailKind.RECEIVED, now)
        log(run, "courses.enrolment.received")
        return row
    if row.channel != Channel.MAIL:
        _repeat(run, row, now)
    last = original.mails.order_by("-created_at").first()
    if last is None or now - last.created_at >= AGAIN_PAUSE:
        write(original, CourseMailKind.AGAIN, now)
    return row


def _repeat(run: CourseRun, row: Enrolment, now: datetime) -> None:
    # What a stranger would see of a first enrolment: kept and to be looked at, or a number at the end.
    row.state, row.state_at = EnrolmentState.REPEATED, now
    row.queue_no = next_number(run) if would_wait(run) else None
    row.save(force_insert=True)


def original_of(row: Enrolment) -> Enrolment | None:
    """The row of the same person in the same run, if there is one. Nobody without contact is taken for another."""
    if not row.person_stamp:
        return None
    return Enrolment.objects.active().filter(run=row.run, person_stamp=row.person_stamp).first()


def new_row(
    run: CourseRun, person: Person, code: str, once: str, language: str, channel: str, children: int, now: datetime
) -> Enrolment:
    """An unsaved row with its sealed person; it has no state yet."""
    needs_test = run.placement_test != PlacementTest.NONE
    row = Enrolment(
        run=run,
        district_id=run.district_id,
        language=language,
        channel=channel or channel_of(person),
        once=once,
        children=children,
        person_stamp=person_stamp(person),
        test_state=TestState.NEEDED if needs_test else TestState.NOT_NEEDED,
        created_at=now,
    )
    seal_person(row, Person(person.name, person.email, person.phone, person.remarks, code))
    return row


def begin(enrolment: Enrolment, user: Any) -> tuple[CourseRun, Enrolment]:
    """May they; and nobody else decides about this run meanwhile. Without `user` it is whoever holds the link."""
    if user is not None:
        require(can_see_people(user, enrolment.run))
    run = locked(enrolment.run)
    row = Enrolment.objects.get(pk=enrolment.pk)
    row.run = run
    return run, row


def remember(run: CourseRun, what: str, user: Any) -> None:
    """Log what happened to a run; never to whom."""
    log(run, f"courses.enrolment.{what}", user=user)
