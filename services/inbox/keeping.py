"""How long a case is kept: longer than planned with a reason, or erased now by two people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import require
from services.inbox.beats import NotPossible, begin, save
from services.inbox.history import record
from services.inbox.models import Case, EraseRequest
from services.inbox.notifications import notify_erase_asked
from services.inbox.statuses import EraseWish, HoldReason
from services.inbox.transitions import TABLE, Action

if TYPE_CHECKING:
    from portal.models import User

LONGEST_HOLD = timedelta(days=3 * 366)
"""Nothing is kept for longer in one go; who needs more decides again."""


@transaction.atomic
def hold_retention(*, case: Case, by: User, until: date, reason: str, version: int) -> Case:
    """Keep the case at least until the end of a day; a second call changes the day."""
    row = begin(case, Action.HOLD, by, version)
    today = timezone.localdate()
    if not today < until <= today + LONGEST_HOLD:
        raise NotPossible(_("Please choose a day in the next three years."))
    row.hold_until, row.hold_reason = until, HoldReason(reason)
    record(row, TABLE[Action.HOLD].verb, actor=by, until=until.isoformat(), reason=row.hold_reason)
    return save(row)


@transaction.atomic
def release_retention(*, case: Case, by: User, version: int) -> Case:
    """The planned time counts again."""
    row = begin(case, Action.UNHOLD, by, version)
    if row.hold_until is None:
        raise NotPossible(_("This case is not kept for longer than planned."))
    row.hold_until, row.hold_reason = None, ""
    record(row, TABLE[Action.UNHOLD].verb, actor=by)
    return save(row)


@transaction.atomic
def ask_to_erase(*, case: Case, by: User, reason: str, version: int) -> EraseRequest:
    """The first of two people wants the case erased before its time. The colleagues are told."""
    row = begin(case, Action.ERASE_ASK, by, version)
    _not_held(row)
    asked = EraseRequest.objects.create(
        case=row, reason=EraseWish(reason), requested_by=by, requested_at=timezone.now()
    )
    record(row, TABLE[Action.ERASE_ASK].verb, actor=by, reason=asked.reason)
    notify_erase_asked(save(row), by)
    return asked


@transaction.atomic
def refuse_erasing(*, case: Case, by: User, version: int) -> Case:
    """The case stays; the request to erase it goes."""
    row = begin(case, Action.ERASE_NO, by, version)
    EraseRequest.objects.filter(case=row).delete()
    record(row, TABLE[Action.ERASE_NO].verb, actor=by)
    return save(row)


@transaction.atomic
def confirm_erasing(*, case: Case, by: User, version: int, proved: bool) -> None:
    """The second of two people says yes: the case is erased now.

    `proved`: the person has just shown once more that it is them (portal.step_up.has_just_proved).
    """
    from services.inbox.retention import erase_case

    row = begin(case, Action.ERASE_YES, by, version)
    require(proved, _("Please confirm once more that it is you."))
    _not_held(row)
    asked = EraseRequest.objects.get(case=row)
    record(row, TABLE[Action.ERASE_YES].verb, actor=by, to=asked.requested_by_id, reason=asked.reason)
    asked.delete()
    erase_case(case=save(row), by=by, why="by_hand")


def _not_held(row: Case) -> None:
    if row.hold_until is not None and row.hold_until >= timezone.localdate():
        raise NotPossible(_("This case must be kept. Take that away first."))
