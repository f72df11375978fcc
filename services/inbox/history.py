"""The history of a case: who did what and when, without content, as a chain in which no line can be changed unseen."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portal import sealing
from services.inbox.models import Case, CaseEvent
from services.inbox.statuses import Verb

if TYPE_CHECKING:
    from portal.models import User


BATCH = 400
"""Cases per query of `record_many`; SQLite takes a limited number of values."""


def record(case: Case, verb: Verb, *, actor: User | None = None, **meta: str | int | bool | None) -> CaseEvent:
    """Add a line. Call it inside a transaction that holds the case's row, or two lines want the same number.

    `actor` is None for the person who sent the case. `meta` holds codes and numbers, never anything a person typed.
    """
    last = case.events.order_by("-seq").first()
    event = CaseEvent(case=case, actor=actor, verb=verb, meta=meta, created_at=timezone.now())
    fill_line(event, last).save()
    return event


def record_many(
    cases: Iterable[Case], verb: Verb, *, actor: User | None = None, **meta: str | int | bool | None
) -> int:
    """Add the same line to many cases in a few queries; return how many. Hold the cases' rows, as for `record`."""
    rows, now = list(cases), timezone.now()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        newest = CaseEvent.objects.filter(case=OuterRef("case")).order_by("-seq").values("seq")[:1]
        events = CaseEvent.objects.filter(case__in=batch, seq=Subquery(newest))
        last = {event.case_id: event for event in events}
        CaseEvent.objects.bulk_create(
            fill_line(CaseEvent(case=row, actor=actor, verb=verb, meta=meta, created_at=now), last.get(row.pk))
            for row in batch
        )
    return len(rows)


def fill_line(event: CaseEvent, last: CaseEvent | None) -> CaseEvent:
    """Give an unsaved line its number and chain it to the one before."""
    event.seq = last.seq + 1 if last else 1
    event.previous_hash = last.hash if last else ""
    event.hash = _fingerprint(event)
    return event


def is_intact(case: Case) -> bool:
    """Whether every line is there, in order and unchanged. Lines cut off at the end are not seen by this."""
    previous = ""
    for number, event in enumerate(case.events.order_by("seq"), start=1):
        expected = _fingerprint(event, version=_version(event.hash))
        if event.seq != number or event.previous_hash != previous or not hmac.compare_digest(event.hash, expected):
            return False
        previous = event.hash
    return True


def _fingerprint(event: CaseEvent, version: int | None = None) -> str:
    line: list[Any] = [
        str(event.case_id),
        event.seq,
        event.actor_id,
        str(event.verb),
        event.meta,
        event.created_at.isoformat(),
        event.previous_hash,
    ]
    data = json.dumps(line, sort_keys=True, separators=(",", ":")).encode()
    return sealing.stamp("case-event", data, version)


def _version(stamped: str) -> int:
    # A line whose version is nonsense was changed; the newest pepper then gives a fingerprint that differs.
    head = stamped.partition(":")[0]
    return int(head) if head.isascii() and head.isdigit() else sealing.pepper_version()
