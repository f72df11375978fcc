"""Many people answer in the same second: real threads, real transactions, on whichever database is configured.

On SQLite the threads work on a file, because a database in memory cannot be shared by writers.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection, connections

from network.meetings import actions
from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.statuses import Answer, Mode
from portal.models import District
from portal.seats import NotLockedError, Seat, lock
from tests.cast import found_portal
from tests.network import factories

THREADS = 8


@contextmanager
def shared_database(tmp_path):
    """What a thread does first to reach the same rows as all others, and last to let go of them."""
    if connection.vendor != "sqlite":
        yield lambda: None
        return
    path = tmp_path / "race.sqlite3"
    with sqlite3.connect(path) as target:
        connection.connection.backup(target)
    memory = connections["default"]
    settings = {**memory.settings_dict, "NAME": str(path)}

    def enter():
        connections["default"] = memory.__class__(settings, "default")

    enter()
    try:
        yield enter
    finally:
        connections["default"].close()
        connections["default"] = memory


def at_once(enter, work, things):
    """Do the work on each thing, in threads that start together; exceptions come out."""
    barrier = Barrier(THREADS)
    parts = [things[number::THREADS] for number in range(THREADS)]

    def run(part):
        enter()
        try:
            barrier.wait(timeout=30)
            for thing in part:
                work(thing)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, parts))


def seats(state):
    return Rsvp.objects.filter(seat=state).count()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_get_more_seats_than_there_are(tmp_path):
    portal = found_portal()
    factories.coordinator(portal)
    meeting = factories.meeting(portal, capacity=5, mode=Mode.ONSITE)
    for _n in range(24):
        factories.invited(meeting)
    with shared_database(tmp_path) as enter:
        everybody = list(Invitation.objects.select_related("meeting"))
        at_once(enter, lambda one: actions.answer(invitation=one, answer=Answer.YES), everybody)
        assert (seats(Seat.CONFIRMED), seats(Seat.WAITING)) == (5, 19)
        numbers = sorted(Rsvp.objects.exclude(queue_no=None).values_list("queue_no", flat=True))
        assert numbers == list(range(1, 20))

        holders = list(Invitation.objects.filter(rsvp__seat=Seat.CONFIRMED).select_related("meeting"))
        next_five = set(Rsvp.objects.filter(queue_no__lte=5).values_list("pk", flat=True))
        at_once(enter, lambda one: actions.answer(invitation=one, answer=Answer.NO), holders + holders)
        sitting = set(Rsvp.objects.filter(seat=Seat.CONFIRMED).values_list("pk", flat=True))
        assert sitting == next_five
        assert seats(Seat.WAITING) == 14

        actions.raise_capacity(meeting=Meeting.objects.get(), user=portal.yasmin, capacity=9)
        assert (seats(Seat.CONFIRMED), seats(Seat.WAITING)) == (9, 10)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_fifty_answers_and_cancellations_at_once_for_ten_seats_leave_exactly_ten(tmp_path):
    portal = found_portal()
    meeting = factories.meeting(portal, capacity=10, mode=Mode.ONSITE)
    for _n in range(50):
        factories.invited(meeting)
    with shared_database(tmp_path) as enter:
        everybody = list(Invitation.objects.select_related("meeting"))
        fickle = {invitation.pk for invitation in everybody[::5]}

        def answers(one):
            actions.answer(invitation=one, answer=Answer.YES)
            if one.pk in fickle:
                actions.answer(invitation=one, answer=Answer.NO)

        at_once(enter, answers, everybody)
        assert (seats(Seat.CONFIRMED), seats(Seat.WAITING)) == (10, 30)
        assert not Rsvp.objects.filter(invitation__in=fickle).exclude(seat=Seat.NONE).exists()
        numbers = list(Rsvp.objects.exclude(queue_no=None).values_list("queue_no", flat=True))
        assert len(numbers) == len(set(numbers))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_seats_are_decided_in_a_transaction_or_not_at_all():
    with pytest.raises(NotLockedError):
        lock(District.objects.filter(pk=1))
