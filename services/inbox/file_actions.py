"""What can be done with the files of a case. The door for everybody else is `actions`.

A file is cleaned and lies in the vault before any of these is called: both are slow, and neither must happen while a
row is held.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.cleaning import CleanFile, FileRefused
from portal.errors import require
from portal.sealing import Unreadable
from services.inbox import envelopes, files
from services.inbox.beats import NotPossible, hold
from services.inbox.codes import Verb
from services.inbox.file_models import Attachment
from services.inbox.files import OpenedFile, StoredFile
from services.inbox.history import record
from services.inbox.models import Case, Message
from services.inbox.permissions import can_read
from services.inbox.receipts import Visitor
from services.inbox.statuses import CaseStatus, Direction

if TYPE_CHECKING:
    from portal.models import User

WAITS = timedelta(hours=24)
"""How long a file waits for its message; longer than the status page stays open, so that nobody adds it twice."""


@transaction.atomic
def add_file(*, visitor: Visitor, case: Case, file: StoredFile) -> Attachment:
    """Put a file beside the message a person is writing. The office sees it when the message is sent.

    Raises `FileRefused` above the limits, `NotPossible` for a withdrawn case.
    """
    require(case.submission_id == visitor.submission.pk)
    row = hold(case)
    if row.status == CaseStatus.WITHDRAWN:
        raise NotPossible(_("You have withdrawn this request. Please send a new one."))
    own = row.attachments.filter(direction=Direction.IN)
    if own.waiting().count() >= settings.LOTSE_UPLOAD_FILES or own.count() >= settings.LOTSE_CASE_FILES:
        raise FileRefused("too_many")
    key = envelopes.key_for_applicant(row, visitor.pair)
    until = timezone.now() + WAITS
    return files.attach(row, [file], key, Direction.IN, waits_until=until)[0]


@transaction.atomic
def remove_file(*, visitor: Visitor, case: Case, file_id: uuid.UUID) -> None:
    """Take a file back whose message is not sent yet. One that is gone already is fine."""
    require(case.submission_id == visitor.submission.pk)
    row = hold(case)
    found = row.attachments.waiting().filter(pk=file_id).first()
    if found is not None:
        found.delete()
        files.queue_erasure([found.path])


def waiting_files(*, visitor: Visitor, case: Case) -> list[OpenedFile]:
    """The files that wait for the message a person is writing."""
    require(case.submission_id == visitor.submission.pk)
    try:
        key: bytes | None = envelopes.key_for_applicant(case, visitor.pair)
    except Unreadable:  # erased: there is nothing to write to either
        return []
    return files.opened(case, key, waiting=True)


def send_waiting(case: Case, message: Message) -> int:
    """Let the files that wait go with this message; return how many. Inside the transaction that sends it."""
    return case.attachments.waiting().update(message=message, waits_until=None)


def attach_to_reply(case: Case, message: Message, stored: list[StoredFile], key: bytes, author: User) -> int:
    """Give the office's files to its answer; return how many. Inside the transaction that sends it."""
    return len(files.attach(case, stored, key, Direction.OUT, message=message, author=author))


def open_file(*, case: Case, reader: User, file_id: uuid.UUID) -> CleanFile:
    """A file for a member of the office. Recorded before anything is decrypted. Raises `Unreadable`, `NotAllowed`."""
    with transaction.atomic():
        row = hold(case)
        require(can_read(reader, row))
        found = _sent(row, file_id)
        record(row, Verb.DOWNLOADED, actor=reader, file=str(found.pk))
        key = envelopes.key_for_office(row)
    return files.content(found, key)


def open_file_as_visitor(*, visitor: Visitor, case: Case, file_id: uuid.UUID) -> CleanFile:
    """A file for the person, their own or the office's. Recorded as well. Raises `Unreadable`, `NotAllowed`."""
    require(case.submission_id == visitor.submission.pk)
    with transaction.atomic():
        row = hold(case)
        found = _sent(row, file_id)
        key = envelopes.key_for_applicant(row, visitor.pair)
        record(row, Verb.DOWNLOADED, file=str(found.pk))
    return files.content(found, key)


def _sent(case: Case, file_id: uuid.UUID) -> Attachment:
    found = case.attachments.sent().filter(pk=file_id).first()
    if found is None:
        raise Unreadable(_("This file is not there any more."))
    return found
