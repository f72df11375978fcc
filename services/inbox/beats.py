"""The beats that several actions share: hold the case, see whether this is possible now, change, save."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import DomainError, require
from portal.languages import SOURCE
from services.inbox import envelopes
from services.inbox.deadlines import due
from services.inbox.models import Case, Message, Notice
from services.inbox.statuses import CaseStatus, Direction, TranslatedBy, can_follow
from services.inbox.transitions import CLOSED, TABLE, Action

if TYPE_CHECKING:
    from portal.models import User


class Changed(DomainError):
    """Somebody else changed the case while this person was looking at it."""


class NotPossible(DomainError):
    """The case does not stand where this can be done."""


class Gone(DomainError):
    """The case was erased, or is no longer this office's."""

    status = 410


def hold(case: Case) -> Case:
    """The case as it is now, held until the end of the transaction. Raises `Gone`."""
    row = Case.objects.select_for_update().filter(pk=case.pk).first()
    if row is None:
        raise Gone(_("This case is no longer in your inbox: it was erased or given to another office."))
    return row


def begin(case: Case, action: Action, user: User, version: int) -> Case:
    """The first beats of every action of the staff: hold; may they; is it what they looked at; is it possible now."""
    row, entry = hold(case), TABLE[action]
    require(entry.may(user, row))
    unchanged(row, version)
    if row.status in entry.when:
        return row
    if entry.when == CLOSED:
        raise NotPossible(_("Only a closed case can be opened again."))
    if row.status == CaseStatus.WITHDRAWN:
        raise NotPossible(_("This request was withdrawn. Nothing can be added."))
    raise NotPossible(_("This case is closed. Open it again first."))


def unchanged(row: Case, version: int) -> None:
    """Raise `Changed` if this is not the version the person was looking at."""
    if row.version != version:
        raise Changed(
            _("This case was changed in the meantime. What you typed is still here; please read and send it again.")
        )


def move(row: Case, status: CaseStatus) -> None:
    """Go to another status, or raise `NotPossible`; staying is fine."""
    if row.status == status:
        return
    if not can_follow(row.status, status):
        raise NotPossible(_("This is not possible at the moment."))
    row.status = status


def follow(row: Case, action: Action) -> None:
    """Go where the table of actions says, or raise `NotPossible`."""
    to = TABLE[action].to
    if to is not None:
        move(row, to)


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
    german: str = "",
) -> Message:
    """Write a text into the case, encrypted; `german` is what colleagues read beside a text in another language."""
    message = Message(
        pk=pk or uuid.uuid4(),
        case=row,
        direction=direction,
        author=author,
        language=language,
        created_at=timezone.now(),
    )
    envelopes.seal_message(message, text, key)
    if german and language != SOURCE:
        envelopes.seal_translation(message, german, SOURCE, TranslatedBy.TEMPLATE, key)
    message.save(force_insert=True)
    return message


def write_letter(row: Case, words: tuple[str, str], author: User) -> Message:
    """Tell the person what we did, in their language with the German text beside it (see `letters`)."""
    text, german = words
    key = envelopes.key_for_office(row)
    message = new_message(row, Direction.OUT, text, row.language, key, author=author, german=german)
    there_is_news(row, message.created_at)
    return message


def there_is_news(case: Case, at: datetime) -> None:
    """Something changed that the person should see. Tells once, then not again before they have looked."""
    rows = Notice.objects.filter(submission_id=case.submission_id, told_at=None, news_at=None)
    rows.exclude(confirmed_at=None).update(news_at=at)


def save(row: Case) -> Case:
    """Write the case; its version rises, so that everybody else's view of it is old."""
    row.version += 1
    row.save()
    return row
