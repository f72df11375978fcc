"""Who did what and when, without content, as chains in which no line can be changed unseen.

Each case has a chain. Each district has one of its own, which vouches for the lines of the cases (see `audit`) and
holds what concerns no single case: that the record was read, that a rule was changed.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portal import sealing
from portal.models import District
from services.inbox.codes import DistrictVerb, Verb
from services.inbox.models import Case, CaseEvent, DistrictEvent

if TYPE_CHECKING:
    from portal.models import User


BATCH = 400
"""Cases per query of `record_many`; SQLite takes a limited number of values."""


def record(case: Case, verb: Verb, *, actor: User | None = None, **meta: str | int | bool | None) -> CaseEvent:
    """Add a line. Call it inside a transaction that holds the case's row, or two lines want the same number.

    `actor` is None for the person who sent the case. `meta` holds codes and numbers, never anything a person typed.
    """
    last = CaseEvent.objects.filter(case_id=case.pk).order_by("-seq").first()
    event = CaseEvent(case=case, actor=actor, verb=verb, meta=meta, created_at=timezone.now())
    fill_line(event, case, last).save()
    return event


def record_many(
    cases: Iterable[Case], verb: Verb, *, actor: User | None = None, **meta: str | int | bool | None
) -> int:
    """Add the same line to many cases in a few queries; return how many. Hold the cases' rows, as for `record`."""
    rows, now = list(cases), timezone.now()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        newest = CaseEvent.objects.filter(case_id=OuterRef("case_id")).order_by("-seq").values("seq")[:1]
        events = CaseEvent.objects.filter(case_id__in=[row.pk for row in batch], seq=Subquery(newest))
        last = {event.case_id: event for event in events}
        CaseEvent.objects.bulk_create(
            fill_line(CaseEvent(case=row, actor=actor, verb=verb, meta=meta, created_at=now), row, last.get(row.pk))
            for row in batch
        )
    return len(rows)


def fill_line(event: CaseEvent, case: Case, last: CaseEvent | None) -> CaseEvent:
    """Give an unsaved line its office and number and chain it to the one before."""
    event.district_id, event.office_id = case.district_id, case.office_id
    event.seq = last.seq + 1 if last else 1
    event.previous_hash = last.hash if last else ""
    event.hash = case_print(event)
    return event


def note(district: District, verb: DistrictVerb, *, actor: User | None = None, **meta: Any) -> DistrictEvent:
    """Add a line to the district's chain. Inside a transaction; waits for whoever is writing one.

    `actor` is None for the worker. `meta` holds codes and numbers, never anything about a person.
    """
    hold_chain(district)
    last = DistrictEvent.objects.of(district).order_by("-seq").first()
    event = DistrictEvent(
        district=district,
        seq=last.seq + 1 if last else 1,
        actor=actor,
        verb=verb,
        meta=meta,
        created_at=timezone.now(),
        previous_hash=last.hash if last else "",
    )
    event.hash = district_print(event)
    event.save()
    return event


def hold_chain(district: District) -> None:
    """Keep others from writing into the district's chain until the end of the transaction.

    Not a lock that new cases, which point to the district, would have to wait for.
    """
    District.objects.select_for_update(no_key=True).get(pk=district.pk)


def is_intact(case: Case) -> bool:
    """Whether every line is there, in order and unchanged. Lines cut off at the end show in the district's chain."""
    return first_fault(list(CaseEvent.objects.filter(case_id=case.pk).order_by("seq"))) is None


def first_fault(lines: list[CaseEvent], start: int = 1) -> int | None:
    """Number of the first line of a case that is missing or changed; None if all are right.

    `start` is the first line expected; later than 1 for a case whose oldest lines were erased after a year. Then the
    fingerprint before it can no longer be compared.
    """
    previous = lines[0].previous_hash if lines and start > 1 else ""
    for number, event in enumerate(lines, start=start):
        if event.seq != number or event.previous_hash != previous or not same_print(event.hash, event, case_print):
            return number
        previous = event.hash
    return None


def same_print(stamped: str, event: Any, print_of: Any) -> bool:
    """Whether a line still has the fingerprint it was written with."""
    # A line whose version is nonsense was changed; the newest pepper then gives a fingerprint that differs.
    head = stamped.partition(":")[0]
    version = int(head) if head.isascii() and head.isdigit() else sealing.pepper_version()
    try:
        return hmac.compare_digest(stamped.encode(), print_of(event, version).encode())
    except sealing.KeyMissing:
        if version in {sealing.pepper_version(), 1}:  # no key at all is no verdict on a line
            raise
        return False


def case_print(event: CaseEvent, version: int | None = None) -> str:
    """The fingerprint of a case's line."""
    line: list[Any] = [str(event.case_id), event.seq, event.actor_id, str(event.verb), event.meta]
    if event.district_id is not None:
        line += [event.district_id, event.office_id]
    return _stamp("case-event", [*line, event.created_at.isoformat(), event.previous_hash], version)


def district_print(event: DistrictEvent, version: int | None = None) -> str:
    """The fingerprint of a line of the district's chain."""
    line: list[Any] = [event.district_id, event.seq, event.actor_id, str(event.verb), event.meta]
    return _stamp("district-event", [*line, event.created_at.isoformat(), event.previous_hash], version)


def _stamp(purpose: str, line: list[Any], version: int | None) -> str:
    return sealing.stamp(purpose, json.dumps(line, sort_keys=True, separators=(",", ":")).encode(), version)
