"""When each point of an agenda is due, and whether all of them fit into the meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from network.meetings.models import AgendaItem, Meeting


@dataclass(frozen=True)
class Slot:
    """A point with its number, counted from one, and its time on the clock in the meeting's zone.

    Without times where the meeting lasts several days: nobody plans those by the minute here.
    """

    number: int
    item: AgendaItem
    starts: datetime | None
    ends: datetime | None


@dataclass(frozen=True)
class RunningOrder:
    """An agenda against the clock. All lengths in minutes."""

    slots: list[Slot]
    planned: int
    available: int | None

    @property
    def over(self) -> int:
        """By how many minutes the agenda is too long; 0 where it fits."""
        return 0 if self.available is None else max(0, self.planned - self.available)

    @property
    def spare(self) -> int:
        """How many minutes are left unplanned."""
        return 0 if self.available is None else max(0, self.available - self.planned)

    @property
    def without_time(self) -> int:
        """How many points have no planned minutes, and so count as none."""
        return sum(1 for slot in self.slots if not slot.item.minutes_planned)


def running_order(meeting: Meeting, items: Iterable[AgendaItem]) -> RunningOrder:
    """The points in their order with running times from the beginning of the meeting."""
    is_long = meeting.last_day is not None and meeting.last_day != meeting.day
    # Counted in UTC and shown in the zone, so that an hour of the clock change is neither lost nor counted twice.
    zone, spent, slots = ZoneInfo(meeting.zone), 0, []
    for number, item in enumerate(items, start=1):
        minutes = item.minutes_planned or 0
        begin = (meeting.starts_at + timedelta(minutes=spent)).astimezone(zone)
        end = (meeting.starts_at + timedelta(minutes=spent + minutes)).astimezone(zone)
        slots.append(Slot(number, item, None if is_long else begin, None if is_long else end))
        spent += minutes
    available = None if is_long else int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    return RunningOrder(slots, spent, available)
