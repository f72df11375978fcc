"""Who sits, who is offered a place and who waits: read after the lock, settled, written, all in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, Sum

from portal.seats import Row, Seat, lock, place_in_queue, settle
from services.courses.models import CourseMail, CourseRun, Enrolment
from services.courses.seat_rules import is_online, offer_until
from services.courses.seat_statuses import ACTIVE, HOLDS, Channel, CourseMailKind, EnrolmentMode, EnrolmentState
from services.courses.vocabulary import PlacesState

FEW = 5
"""From this number of free places downwards the traffic light says "few"."""

COUNT_AGAIN = timedelta(days=1)
"""After so long the places are said to be counted again, though they are as they were."""

_SEATS = {
    EnrolmentState.ASKED: Seat.CONFIRMED,
    EnrolmentState.CONFIRMED: Seat.CONFIRMED,
    EnrolmentState.OFFERED: Seat.OFFERED,
    EnrolmentState.WAITING: Seat.WAITING,
}


def locked(run: CourseRun) -> CourseRun:
    """The run, locked until the end of the transaction and freshly read. Nobody else decides about its places now."""
    fresh: CourseRun = lock(CourseRun.objects.select_related("course", "district").filter(pk=run.pk))
    return fresh


def take_in(run: CourseRun, newcomer: Enrolment, at: datetime) -> None:
    """Give an unsaved person a place or a number and write them.

    Whoever waits comes first, also where no offer can be made any more: nobody is overtaken.
    """
    settle_run(run, at)
    newcomer.state_at = at
    if would_wait(run):
        newcomer.state, newcomer.queue_no = EnrolmentState.WAITING, next_number(run)
    else:
        newcomer.state = first_state(run, newcomer)
    newcomer.save(force_insert=True)
    count_places(run, at)


def first_state(run: CourseRun, newcomer: Enrolment) -> EnrolmentState:
    """What somebody gets who finds a free place: certain, or kept until staff have looked.

    Who left no mail address is always looked at: only a call shows that the number is theirs.
    """
    certain = run.enrolment == EnrolmentMode.ONLINE and newcomer.channel == Channel.MAIL
    return EnrolmentState.CONFIRMED if certain or newcomer.by_staff else EnrolmentState.ASKED


def settle_run(run: CourseRun, at: datetime) -> list[Enrolment]:
    """Offer what is free to the waiting list in its order, count the places; return who was offered one.

    The caller holds the lock. Where no offer can be made any more, the order stays and staff telephone.
    """
    until = offer_until(run, at)
    came_up = []
    if until is not None:
        decisions = settle(_rows(run), capacity=run.capacity_max, promote_to=Seat.OFFERED)
        for decision in decisions:
            if decision.promoted:
                came_up.append(_offer(run, run.enrolments.get(pk=str(decision.key)), until, at))
    count_places(run, at)
    return came_up


def _offer(run: CourseRun, row: Enrolment, until: datetime, at: datetime) -> Enrolment:
    row.state, row.queue_no, row.offer_expires_at, row.state_at = EnrolmentState.OFFERED, None, until, at
    row.save(update_fields=["state", "queue_no", "offer_expires_at", "state_at"])
    write(row, CourseMailKind.OFFERED, at)
    return row


def move_to(row: Enrolment, state: EnrolmentState, at: datetime) -> None:
    """Give a row another state; whatever belonged to the one before goes."""
    row.state, row.state_at, row.queue_no, row.offer_expires_at = state, at, None, None
    row.save(update_fields=["state", "state_at", "queue_no", "offer_expires_at"])


def write(row: Enrolment, kind: CourseMailKind, at: datetime) -> None:
    """Let the worker write a mail to this person; nothing for who has no mail."""
    if row.channel == Channel.MAIL and row.sealed:
        Enrolment.objects.filter(pk=row.pk).update(mails_written=F("mails_written") + 1)
        row.refresh_from_db(fields=["mails_written"])
        CourseMail.objects.create(enrolment=row, kind=kind, number=row.mails_written, created_at=at)


def count_places(run: CourseRun, at: datetime) -> None:
    """Write free places, traffic light and waiting list of a run whose places this portal keeps.

    Where people wait nothing is free: what is left over is theirs first.
    """
    if not is_online(run):
        return
    held = run.enrolments.holding().count()
    waiting = run.enrolments.waiting().count()
    free = None if run.capacity_max is None else max(0, run.capacity_max - held)
    if waiting and free is not None:
        free = 0
    before = (run.places_free, run.waitlist_length, run.places_state)
    run.places_free, run.waitlist_length, run.places_state = free, waiting, _light(free)
    counted = run.places_updated_at
    if before == (free, waiting, run.places_state) and counted and timedelta() <= at - counted < COUNT_AGAIN:
        return  # pages are made anew after each change of a run
    run.places_updated_at = at
    run.save(update_fields=["places_free", "waitlist_length", "places_updated_at", "places_state", "updated_at"])


def _light(free: int | None) -> PlacesState:
    if free == 0:
        return PlacesState.WAITLIST
    return PlacesState.FREE if free is None or free > FEW else PlacesState.FEW


def next_number(run: CourseRun) -> int:
    """The number after the last one drawn."""
    return (run.enrolments.aggregate(last=Max("queue_no"))["last"] or 0) + 1


def would_wait(run: CourseRun) -> bool:
    """Whether somebody who comes now finds no place."""
    if run.enrolments.waiting().exists():
        return True
    return run.capacity_max is not None and run.enrolments.holding().count() >= run.capacity_max


def place_of(row: Enrolment) -> int | None:
    """The honest number to show: 1 is next. None for somebody who does not wait."""
    numbers = Enrolment.objects.filter(run_id=row.run_id, state=EnrolmentState.WAITING)
    return place_in_queue(row.queue_no, numbers.values_list("queue_no", flat=True))


def children_in(run: CourseRun) -> int:
    """Children who need childcare, of all who have a place."""
    return run.enrolments.filter(state__in=HOLDS).aggregate(sum=Sum("children"))["sum"] or 0


def _rows(run: CourseRun) -> list[Row]:
    known: Any = (
        run.enrolments.filter(state__in=ACTIVE).values_list("pk", "state", "queue_no").order_by("created_at", "pk")
    )
    return [Row(pk, wants=True, seat=_SEATS[EnrolmentState(state)], queue_no=number) for pk, state, number in known]
