"""What can be done with cases. The door for everybody else: sending and visiting are imported here too.

Staff pass the `version` of the case they were looking at; if somebody changed it since, `Changed` is raised and nothing
is written. The text they typed is in their form, which the view shows again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import require
from portal.sealing import Unreadable
from services.inbox import envelopes
from services.inbox.beats import (
    Changed,
    NotPossible,
    hand_to,
    hold,
    move,
    new_message,
    open_again,
    save,
    still_open,
    unchanged,
)
from services.inbox.envelopes import Content
from services.inbox.history import record
from services.inbox.models import Case, Message, Note
from services.inbox.notifications import notify_assigned
from services.inbox.permissions import can_add_note, can_assign, can_change_status, can_read, can_reply, is_member
from services.inbox.receipts import Receipt
from services.inbox.report import make_report
from services.inbox.retention import erase_case
from services.inbox.sending import AlreadySent, CasePart, ensure_keys, submit
from services.inbox.statuses import BY_HAND, CaseStatus, CloseReason, Direction, Verb
from services.inbox.visits import read_as_visitor, withdraw, write_as_visitor

if TYPE_CHECKING:
    from portal.models import User

__all__ = [
    "AlreadySent",
    "CasePart",
    "Changed",
    "NotPossible",
    "Receipt",
    "add_note",
    "assign",
    "close",
    "ensure_keys",
    "erase_case",
    "make_report",
    "open_case",
    "read_as_visitor",
    "reopen",
    "reply",
    "set_status",
    "submit",
    "take",
    "withdraw",
    "write_as_visitor",
]


def open_case(*, case: Case, reader: User) -> Content:
    """Read everything in a case. The reading is recorded before anything is decrypted."""
    with transaction.atomic():
        row = hold(case)
        require(can_read(reader, row))
        record(row, Verb.READ, actor=reader)
        try:
            key = envelopes.key_for_office(row)
        except Unreadable:  # erased, or damaged: the page still says how it stands
            key = None
        row.messages.filter(direction=Direction.IN, read_at=None).update(read_at=timezone.now())
    return envelopes.open_content(row, key, with_notes=True)


@transaction.atomic
def take(*, case: Case, user: User, version: int) -> Case:
    """Say that I am the one who acts."""
    row = hold(case)
    require(can_assign(user, row))
    unchanged(row, version)
    still_open(row)
    hand_to(row, user)
    record(row, Verb.TAKEN, actor=user)
    return save(row)


@transaction.atomic
def assign(*, case: Case, by: User, to: User | None, version: int) -> Case:
    """Give the case to a colleague of the same office, or back to all (`to` is None)."""
    row = hold(case)
    require(can_assign(by, row))
    unchanged(row, version)
    still_open(row)
    if to is not None and not is_member(to, row.office_id):
        raise NotPossible(_("This person does not work for the office."))
    hand_to(row, to)
    record(row, Verb.ASSIGNED if to else Verb.RELEASED, actor=by, to=to.pk if to else None)
    saved = save(row)
    if to is not None and to.pk != by.pk:
        notify_assigned(saved, to)
    return saved


@transaction.atomic
def reply(*, case: Case, author: User, text: str, language: str, waiting: bool, version: int) -> Message:
    """Answer the person. `waiting` says whether we now wait for them; `language` is the language of the text.

    The person reads it on the status page. No mail leaves.
    """
    row = hold(case)
    require(can_reply(author, row))
    unchanged(row, version)
    still_open(row)
    move(row, CaseStatus.WAITING if waiting else CaseStatus.CONTACTED)
    message = new_message(row, Direction.OUT, text, language, envelopes.key_for_office(row), author=author)
    row.assigned_to = row.assigned_to or author
    row.first_unanswered_at = row.due_at = None
    record(row, Verb.REPLIED, actor=author, status=row.status)
    save(row)
    return message


@transaction.atomic
def add_note(*, case: Case, author: User, text: str, version: int) -> Note:
    """Write down something for colleagues."""
    row = hold(case)
    require(can_add_note(author, row))
    unchanged(row, version)
    if row.status == CaseStatus.WITHDRAWN:
        raise NotPossible(_("This request was withdrawn. Nothing can be added."))
    note = Note(case=row, author=author, created_at=timezone.now())
    envelopes.seal_note(note, text, envelopes.key_for_office(row))
    note.save(force_insert=True)
    record(row, Verb.NOTED, actor=author)
    save(row)
    return note


@transaction.atomic
def set_status(*, case: Case, by: User, status: str, version: int) -> Case:
    """Say that the person was reached another way, that we wait, or that another body goes on: each is an answer."""
    row = hold(case)
    require(can_change_status(by, row))
    unchanged(row, version)
    if status not in BY_HAND:
        raise NotPossible(_("This status cannot be set by hand."))
    still_open(row)
    old = row.status
    move(row, CaseStatus(status))
    row.first_unanswered_at = row.due_at = None
    record(row, Verb.STATUS, actor=by, old=old, new=row.status)
    return save(row)


@transaction.atomic
def close(*, case: Case, by: User, reason: str, version: int) -> Case:
    """Nothing is left to do. The time until erasure begins."""
    row = hold(case)
    require(can_change_status(by, row))
    unchanged(row, version)
    still_open(row)
    move(row, CaseStatus.CLOSED)
    row.close_reason = CloseReason(reason)
    row.closed_at = timezone.now()
    row.first_unanswered_at = row.due_at = None
    record(row, Verb.CLOSED, actor=by, reason=row.close_reason)
    return save(row)


@transaction.atomic
def reopen(*, case: Case, by: User, version: int) -> Case:
    """Go on with a closed case; an answer is due again."""
    row = hold(case)
    require(can_change_status(by, row))
    unchanged(row, version)
    open_again(row, timezone.now())
    record(row, Verb.REOPENED, actor=by)
    return save(row)
