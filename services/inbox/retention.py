"""When what people sent goes again, and how: keys, texts, files and indexes at once, or nothing at all.

Each case goes in one transaction, so that a worker may be killed at any point: a case is whole, or gone with its
tombstone, its line in the history and its counts. With the sealed keys gone, a copy in a backup does not open either.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import require
from services.inbox import counters
from services.inbox.audit_permissions import can_erase
from services.inbox.beats import NotPossible
from services.inbox.codes import EraseReason, Verb
from services.inbox.due import Rules, candidates, erased_after
from services.inbox.files import erase_files
from services.inbox.history import record
from services.inbox.models import Case, Notice, Submission, Tombstone
from services.inbox.statuses import DONE, Direction
from services.inbox.tagging import drop_tags

if TYPE_CHECKING:
    from portal.models import User

BATCH = 500
"""Cases of one run of the worker at most; the next run, ten minutes later, goes on."""

DOOR_DAYS = 365
"""Days after the last erasure on which a receipt still opens the page that says so."""


@transaction.atomic
def erase_case(*, case: Case, by: User | None = None, why: str) -> Tombstone:
    """Erase a case with everything in it; what stays is a tombstone without a person's data.

    `by` is None for the worker; `why` is an `EraseReason`. Two people for an erasure by hand are asked for where it is
    begun. Erasing what is gone already gives the same tombstone. Raises `NotPossible` for a case on hold.
    """
    row = Case.objects.select_for_update().select_related("submission").filter(pk=case.pk).first()
    if row is None:
        stone = Tombstone.objects.filter(case_id=case.pk).first()
        if stone is None:
            raise NotPossible(_("This case does not exist."))
        require(by is None or can_erase(by, case))
        return stone
    require(by is None or can_erase(by, row))
    if is_held(row, timezone.localdate()):
        raise NotPossible(_("This case is on hold. It cannot be erased before that day."))
    reason = EraseReason(why)
    stone = _tombstone(row, reason)
    counters.count(row)
    record(row, Verb.ERASED, actor=by, reason=reason)
    erase_files(row)
    drop_tags(row)
    submission = row.submission
    row.delete()  # keys, messages, notes and every other row that hangs on the case
    _strip(submission)
    return stone


def is_held(case: Case, on: date) -> bool:
    """Whether somebody ordered that a case is kept on this day."""
    return case.hold_until is not None and case.hold_until >= on


def _tombstone(case: Case, reason: EraseReason) -> Tombstone:
    return Tombstone.objects.create(
        case_id=case.pk,
        number=case.submission.number,
        district_id=case.district_id,
        office_id=case.office_id,
        submission=case.submission,
        form_key=case.submission.form_key,
        opened=timezone.localtime(case.created_at).date(),
        closed=timezone.localtime(case.closed_at).date() if case.closed_at and case.status in DONE else None,
        erased=timezone.localdate(),
        reason=reason,
        messages_in=min(case.messages.filter(direction=Direction.IN).count(), 32_000),
        messages_out=min(case.messages.filter(direction=Direction.OUT).count(), 32_000),
    )


def _strip(submission: Submission) -> None:
    """After its last case nothing is left of a submission but the door that the receipt opens."""
    if submission.cases.exists():
        return
    Notice.objects.filter(submission=submission).delete()
    submission.language, submission.assisted = "", False
    submission.form_version = uuid.UUID(int=0)
    submission.idempotency_key = f"erased:{submission.pk}"
    submission.save(update_fields=["language", "assisted", "form_version", "idempotency_key"])


# The worker -------------------------------------------------------------------------------------------------------


def erase_due(*, at: datetime | None = None, limit: int = BATCH) -> int:
    """Erase the cases whose time is over; return how many. Each in its own transaction."""
    now = at or timezone.now()
    return sum(_erase_if_due(pk, now) for pk in islice(due_cases(now), limit))


def due_cases(at: datetime) -> Iterator[uuid.UUID]:
    """The cases whose time is over and that nobody holds, oldest first."""
    rules: dict[int, Rules] = {}
    rows = candidates(at).select_related("submission").defer("answers_ct").order_by("created_at", "pk")
    for case in list(rows):  # read to the end first: the rows go while the caller walks
        known = rules.setdefault(case.district_id, Rules(case.district_id))
        found = erased_after(case, known)
        if found is not None and found.at <= at and not is_held(case, timezone.localtime(at).date()):
            yield case.pk


def count_due(*, at: datetime) -> int:
    """How many cases would go now."""
    return sum(1 for _pk in due_cases(at))


@transaction.atomic
def _erase_if_due(pk: uuid.UUID, at: datetime) -> int:
    """Look again under the lock: meanwhile somebody may have opened the case, or another worker erased it."""
    case = Case.objects.select_for_update().select_related("submission").filter(pk=pk).first()
    if case is None or is_held(case, timezone.localtime(at).date()):
        return 0
    found = erased_after(case, Rules(case.district_id))
    if found is None or found.at > at:
        return 0
    erase_case(case=case, why=found.reason)
    return 1


def close_doors(*, at: datetime | None = None) -> int:
    """Erase what is left of submissions a year after their last case went; return how many. Idempotent.

    From then on the receipt opens nothing, and the tombstone points nowhere.
    """
    before = timezone.localtime(at or timezone.now()).date() - timedelta(days=DOOR_DAYS)
    closed = _empty(before).values_list("pk", flat=True)[:BATCH]
    gone = 0
    for pk in list(closed):
        with transaction.atomic():
            Tombstone.objects.filter(submission_id=pk).update(submission=None)
            gone += Submission.objects.filter(pk=pk, cases=None).delete()[0]
    return gone


def count_doors(*, at: datetime) -> int:
    """How many submissions would lose their door now."""
    return int(_empty(timezone.localtime(at).date() - timedelta(days=DOOR_DAYS)).count())


def _empty(before: date) -> Any:
    rows = Submission.objects.filter(cases=None, tombstones__erased__lte=before)
    return rows.exclude(tombstones__erased__gt=before).distinct().order_by("pk")
