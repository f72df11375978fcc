"""Capacity and waiting list: the one place that decides who has a seat. Knows no model: rows in, decisions out.

The manners (handbook: calendars §4a and §5b): lock the one row that owns the seats, read the holders *after* the lock,
settle, save the decisions, all in one transaction. Seats go strictly in the order of asking: nobody is overtaken,
not even by somebody who would fit. Who has a seat keeps it, also when the capacity shrinks below the number of holders.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class Seat(models.TextChoices):
    """What somebody has of a limited number of seats."""

    CONFIRMED = "confirmed", _("Seat confirmed")
    OFFERED = "offered", _("Seat offered")
    WAITING = "waiting", _("On the waiting list")
    NONE = "none", _("No seat")


TAKES_A_SEAT = frozenset({Seat.CONFIRMED, Seat.OFFERED})
"""States that use up capacity; an offer does so until it is accepted or has expired."""


@dataclass(frozen=True)
class Row:
    """One person, as the caller knows them.

    `wants` says whether they want a seat now. `queue_no` is the number they drew when they joined the waiting list.
    `places` is how many seats they need together.
    """

    key: Hashable
    wants: bool
    seat: str = Seat.NONE
    queue_no: int | None = None
    places: int = 1


@dataclass(frozen=True)
class Decision:
    """What a row becomes. Only rows that change get one."""

    key: Hashable
    seat: Seat
    queue_no: int | None = None
    promoted: bool = False
    """Came from the waiting list, so the person must be told."""


class NotLockedError(Exception):
    """Seats were to be decided outside a transaction: a fault of the calling code."""


def lock(owners: models.QuerySet[Any]) -> Any:
    """The one row that owns the seats, locked until the end of the transaction and freshly read.

    PostgreSQL: `FOR UPDATE` on this row alone. SQLite: the transaction itself holds the write lock (`IMMEDIATE`).
    Raises `DoesNotExist` when the row is gone and `NotLockedError` outside a transaction.
    """
    if not transaction.get_connection(owners.db).in_atomic_block:
        raise NotLockedError
    return owners.select_for_update(of=("self",)).get()


def settle(
    rows: Iterable[Row], *, capacity: int | None, waiting_places: int | None = None, promote_to: Seat = Seat.CONFIRMED
) -> list[Decision]:
    """Decide who sits, who waits and who leaves; return the changes, in the order people asked.

    `rows` are all people of this date; those who ask for the first time (`wants`, but neither seat nor number) are
    taken in the order given, after everybody who already waits. `capacity` None means no limit. `waiting_places` None
    means an endless waiting list; who finds it full stays at `Seat.NONE`. `promote_to` is `Seat.OFFERED` where a
    promoted person must still accept.
    """
    everybody = list(rows)
    leaving = [row for row in everybody if not row.wants and (row.seat != Seat.NONE or row.queue_no is not None)]
    asking = [row for row in everybody if row.wants]
    holding = [row for row in asking if row.seat in TAKES_A_SEAT]
    queue = sorted((row for row in asking if _waits(row)), key=lambda row: row.queue_no or 0)
    new = [row for row in asking if row.seat not in TAKES_A_SEAT and not _waits(row)]
    free = None if capacity is None else capacity - sum(row.places for row in holding)
    decisions = [Decision(row.key, Seat.NONE) for row in leaving]

    waiting: list[Row] = []
    for row in [*queue, *new]:
        # One who waits blocks all behind: a group of two is not passed by a single.
        if not waiting and (free is None or row.places <= free):
            free = None if free is None else free - row.places
            came_up = _waits(row)
            decisions.append(Decision(row.key, promote_to if came_up else Seat.CONFIRMED, promoted=came_up))
        else:
            waiting.append(row)
    return decisions + _number(waiting, queue, waiting_places)


def _number(waiting: list[Row], queue: list[Row], waiting_places: int | None) -> list[Decision]:
    # Numbers only rise, so that a place drawn yesterday never stands behind one drawn today.
    last = max((row.queue_no or 0 for row in queue), default=0)
    decisions = []
    for place, row in enumerate(waiting, start=1):
        if _waits(row) or (waiting_places is not None and place > waiting_places):
            continue
        last += 1
        decisions.append(Decision(row.key, Seat.WAITING, queue_no=last))
    return decisions


def _waits(row: Row) -> bool:
    return row.seat == Seat.WAITING and row.queue_no is not None


def place_in_queue(queue_no: int | None, queue_nos: Iterable[int | None]) -> int | None:
    """The honest number to show: 1 is next. None for somebody who does not wait."""
    if queue_no is None:
        return None
    return 1 + sum(1 for other in queue_nos if other is not None and other < queue_no)
