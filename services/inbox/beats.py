"""The beats that several actions share: hold the case, see whether this is possible now, change, save."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import DomainError
from services.inbox import envelopes
from services.inbox.deadlines import due
from services.inbox.models import Case, Message
from services.inbox.statuses import OPEN, CaseStatus, Direction, can_follow

if TYPE_CHECKING:
    from portal.models import User


class Changed(DomainError):
    """Somebody else changed the case while this person was looking at it."""


class NotPossible(DomainError):
    """The case does not stand where this can be done."""


def hold(case: Case) -> Case:
    """The case as it is now, held until the end of the transaction."""
    return Case.objects.select_for_update().get(pk=case.pk)


def unchanged(row: Case, version: int) -> None:
    """Raise `Changed` if this is not the version the person was looking at."""
    if row.version != version:
        raise Changed(
            _("This case was changed in the meantime. What you typed is still here; please read and send it again.")
        )


def still_open(row: Case) -> None:
    """Raise `NotPossible` if the case is closed or withdrawn."""
    if row.status not in OPEN:
        raise NotPossible(_("This case is closed. Open it again first."))


def move(row: Case, status: CaseStatus) -> None:
    """Go to another status, or raise `NotPossible`; staying is fine."""
    if row.status == status:
        return
    if not can_follow(row.status, status):
        raise NotPossible(_("This is not possible at the moment."))
    row.status = status


def hand_to(row: Case, user: User | None) -> None:
    """Say who acts; a new case becomes assigned and an assigned one new again."""
    row.assigned_to = user
    if user is not None and row.status == CaseStatus.RECEIVED:
        move(row, CaseStatus.ASSIGNED)
    elif user is None and row.status == CaseStatus.ASSIGNED:
        move(row, CaseStatus.RECEIVED)


def answered(row: Case, now: datetime) -> None:
    """The person has heard from us: nothing is due, and the first time is kept for the statistics."""
    row.first_unanswered_at = row.due_at = None
    row.first_answered_at = row.first_answered_at or now


def open_again(row: Case, now: datetime) -> None:
    """Let a closed case go on, with a fresh deadline."""
    if row.status != CaseStatus.CLOSED:
        raise NotPossible(_("Only a closed case can be opened again."))
    move(row, CaseStatus.ASSIGNED if row.assigned_to_id else CaseStatus.RECEIVED)
    row.closed_at, row.close_reason, row.due_at = None, "", due(now, row.urgency)


def new_message(
    row: Case,
    direction: Direction,
    text: str,
    language: str,
    key: bytes,
    *,
    author: User | None = None,
    pk: uuid.UUID | None = None,
) -> Message:
    """Write a text into the case, encrypted."""
    message = Message(
        pk=pk or uuid.uuid4(),
        case=row,
        direction=direction,
        author=author,
        language=language,
        created_at=timezone.now(),
    )
    envelopes.seal_message(message, text, key)
    message.save(force_insert=True)
    return message


def save(row: Case) -> Case:
    """Write the case; its version rises, so that everybody else's view of it is old."""
    row.version += 1
    row.save()
    return row
