"""What can be done with cases. The door for everybody else: sending and visiting are imported here too.

Staff pass the `version` of the case they were looking at; if somebody changed it since, `Changed` is raised and nothing
is written. The text they typed is in their form, which the view shows again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import require
from portal.sealing import Unreadable
from services.inbox import envelopes
from services.inbox.absences import end_absence, set_absence
from services.inbox.appointments import calendar_file, cancel_appointment, make_appointment
from services.inbox.beats import (
    Changed,
    Gone,
    NotPossible,
    answered,
    begin,
    follow,
    hand_to,
    hold,
    move,
    new_message,
    open_again,
    save,
    there_is_news,
)
from services.inbox.codes import Verb
from services.inbox.conversing import add_translation, ask_for, translate_by_machine
from services.inbox.envelopes import Content
from services.inbox.file_actions import (
    add_file,
    attach_to_reply,
    open_file,
    open_file_as_visitor,
    remove_file,
    waiting_files,
)
from services.inbox.files import StoredFile, erase_files
from services.inbox.history import record
from services.inbox.keeping import ask_to_erase, confirm_erasing, hold_retention, refuse_erasing, release_retention
from services.inbox.models import Case, Message, Note
from services.inbox.moving import refer, transfer
from services.inbox.notifications import notify_assigned
from services.inbox.permissions import can_read, is_member
from services.inbox.receipts import Receipt
from services.inbox.renewals import renew_receipt
from services.inbox.reply_templates import save_template
from services.inbox.report import make_report
from services.inbox.retention import erase_case
from services.inbox.sending import AlreadySent, CasePart, PreparedReceipt, ensure_keys, prepare_receipt, submit
from services.inbox.statuses import BY_HAND, CaseStatus, CloseReason, Direction
from services.inbox.tagging import add_tag, remove_tag
from services.inbox.transitions import Action
from services.inbox.visits import read_as_visitor, withdraw, write_as_visitor

if TYPE_CHECKING:
    from portal.models import User

__all__ = [
    "AlreadySent",
    "CasePart",
    "Changed",
    "Gone",
    "NotPossible",
    "PreparedReceipt",
    "Receipt",
    "add_file",
    "add_note",
    "add_tag",
    "add_translation",
    "ask_for",
    "ask_to_erase",
    "assign",
    "calendar_file",
    "cancel_appointment",
    "close",
    "confirm_erasing",
    "end_absence",
    "ensure_keys",
    "erase_case",
    "erase_files",
    "hold_retention",
    "make_appointment",
    "make_report",
    "open_case",
    "open_file",
    "open_file_as_visitor",
    "prepare_receipt",
    "read_as_visitor",
    "refer",
    "refuse_erasing",
    "release_retention",
    "remove_file",
    "remove_tag",
    "renew_receipt",
    "reopen",
    "reply",
    "reply_and_close",
    "save_template",
    "set_absence",
    "set_status",
    "submit",
    "take",
    "transfer",
    "translate_by_machine",
    "waiting_files",
    "withdraw",
    "write_as_visitor",
]


def open_case(*, case: Case, reader: User) -> Content:
    """Read everything in a case. The reading is recorded before anything is decrypted. Raises `Gone`."""
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
    row = begin(case, Action.TAKE, user, version)
    hand_to(row, user)
    record(row, Verb.TAKEN, actor=user)
    return save(row)


@transaction.atomic
def assign(*, case: Case, by: User, to: User | None, version: int) -> Case:
    """Give the case to a colleague of the same office, or back to all (`to` is None)."""
    row = begin(case, Action.ASSIGN, by, version)
    if to is not None and not is_member(to, row.office_id):
        raise NotPossible(_("This person does not work for the office."))
    hand_to(row, to)
    record(row, Verb.ASSIGNED if to else Verb.RELEASED, actor=by, to=to.pk if to else None)
    saved = save(row)
    if to is not None and to.pk != by.pk:
        notify_assigned(saved, to)
    return saved


@transaction.atomic
def reply(
    *,
    case: Case,
    author: User,
    text: str,
    language: str,
    waiting: bool,
    version: int,
    german: str = "",
    files: Sequence[StoredFile] = (),
) -> Message:
    """Answer the person. `waiting` says whether we now wait for them; `language` is the language of the text.

    `german` is kept beside a text in another language, for colleagues and for whoever helps the person to read. The
    person reads it on the status page. Whoever asked for notices gets a mail that says only that there is news.
    """
    row = begin(case, Action.REPLY, author, version)
    move(row, CaseStatus.WAITING if waiting else CaseStatus.CONTACTED)
    key = envelopes.key_for_office(row)
    message = new_message(row, Direction.OUT, text, language, key, author=author, german=german)
    attach_to_reply(row, message, list(files), key, author)
    row.assigned_to = row.assigned_to or author
    answered(row, message.created_at)
    record(row, Verb.REPLIED, actor=author, status=row.status)
    there_is_news(row, message.created_at)
    save(row)
    return message


@transaction.atomic
def reply_and_close(
    *,
    case: Case,
    author: User,
    text: str,
    language: str,
    reason: str,
    version: int,
    german: str = "",
    files: Sequence[StoredFile] = (),
) -> Message:
    """The last answer: the person reads it, and nothing is left to do."""
    given: dict[str, Any] = {"text": text, "language": language, "german": german, "files": files}
    message = reply(case=case, author=author, waiting=False, version=version, **given)
    close(case=case, by=author, reason=reason, version=version + 1)
    return message


@transaction.atomic
def add_note(*, case: Case, author: User, text: str, version: int) -> Note:
    """Write down something for colleagues."""
    row = begin(case, Action.NOTE, author, version)
    note = Note(case=row, author=author, created_at=timezone.now())
    envelopes.seal_note(note, text, envelopes.key_for_office(row))
    note.save(force_insert=True)
    record(row, Verb.NOTED, actor=author)
    save(row)
    return note


@transaction.atomic
def set_status(*, case: Case, by: User, status: str, version: int) -> Case:
    """Say that the person was reached another way, that we wait, or that another body goes on: each is an answer."""
    row = begin(case, Action.STATUS, by, version)
    if status not in BY_HAND:
        raise NotPossible(_("This status cannot be set by hand."))
    old = row.status
    move(row, CaseStatus(status))
    answered(row, timezone.now())
    record(row, Verb.STATUS, actor=by, old=old, new=row.status)
    there_is_news(row, timezone.now())
    return save(row)


@transaction.atomic
def close(*, case: Case, by: User, reason: str, version: int) -> Case:
    """Nothing is left to do. The time until erasure begins."""
    row = begin(case, Action.CLOSE, by, version)
    follow(row, Action.CLOSE)
    row.close_reason = CloseReason(reason)
    row.closed_at = timezone.now()
    row.first_unanswered_at = row.due_at = None
    record(row, Verb.CLOSED, actor=by, reason=row.close_reason)
    there_is_news(row, row.closed_at)
    return save(row)


@transaction.atomic
def reopen(*, case: Case, by: User, version: int) -> Case:
    """Go on with a closed case; an answer is due again."""
    row = begin(case, Action.REOPEN, by, version)
    open_again(row, timezone.now())
    record(row, Verb.REOPENED, actor=by)
    return save(row)
