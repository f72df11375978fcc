"""Who must hear when a run changes: a calendar feed is never the only way a cancellation travels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from services.courses.models import CourseRun


@dataclass(frozen=True)
class Concerned:
    """One person to tell, and how. `stop` is the path that ends these mails by one click, where there is one."""

    address: str
    language: str
    because: str
    """`seat`, `waiting`, `interest` or `subscription`: which sentence explains why they get this mail."""
    stop: str = ""


def concerned_by(run: CourseRun) -> Iterator[Concerned]:
    """Everybody to tell about a change of this run, each address once."""
    from services.courses.concerned_seats import seat_holders  # knows `Concerned`, too
    from services.courses.subscription_mails import subscribers_of

    told: set[str] = set()
    for one in chain(seat_holders(run), subscribers_of(run)):
        if one.address.lower() not in told:
            told.add(one.address.lower())
            yield one
