"""The person comes back with the receipt: reads, writes, withdraws."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import require
from portal.sealing import Unreadable
from services.inbox import envelopes
from services.inbox.beats import NotPossible, hold, move, new_message, open_again, save
from services.inbox.codes import Verb
from services.inbox.deadlines import due
from services.inbox.envelopes import Content
from services.inbox.file_actions import send_waiting
from services.inbox.history import record
from services.inbox.models import Case, Message
from services.inbox.notices import has_looked, stop_notice
from services.inbox.notifications import notify_person_wrote, notify_withdrawn
from services.inbox.receipts import Visitor
from services.inbox.statuses import CaseStatus, Direction
from services.inbox.tagging import drop_tags


@transaction.atomic
def write_as_visitor(*, visitor: Visitor, case: Case, text: str, language: str, message_id: uuid.UUID) -> Message:
    """Write to the office. The same `message_id` writes once, however often the form is sent.

    A closed case opens again, because an answer is wanted; a withdrawn one is erased and takes nothing.
    """
    row = _hold_own(visitor, case)
    known = Message.objects.filter(pk=message_id).first()
    if known is not None and known.case_id == row.pk and known.direction == Direction.IN:
        return known
    if row.status == CaseStatus.WITHDRAWN:
        raise NotPossible(_("You have withdrawn this request. Please send a new one."))
    now = timezone.now()
    key = envelopes.key_for_applicant(row, visitor.pair)
    message = new_message(row, Direction.IN, text, language, key, pk=uuid.uuid4() if known else message_id)
    send_waiting(row, message)
    record(row, Verb.WROTE)
    if row.status == CaseStatus.CLOSED:
        open_again(row, now)
        record(row, Verb.REOPENED)
    elif row.status in {CaseStatus.WAITING, CaseStatus.REFERRED}:
        move(row, CaseStatus.CONTACTED)
    if row.first_unanswered_at is None:
        row.first_unanswered_at, row.due_at = now, due(now, row.urgency)
    save(row)
    notify_person_wrote(message)
    return message


@transaction.atomic
def withdraw(*, visitor: Visitor) -> None:
    """Take everything back that is still open: what was written is erased at once, the office sees only that."""
    held = [hold(case) for case in visitor.submission.cases.open().order_by("pk")]
    cases = [row for row in held if row.is_open]
    if not cases:
        raise NotPossible(_("This request is already closed."))
    for row in cases:
        move(row, CaseStatus.WITHDRAWN)
        drop_tags(row)  # also the office's words, where no other case has them
        envelopes.shred(row)
        row.closed_at = timezone.now()
        row.first_unanswered_at = row.due_at = None
        record(row, Verb.WITHDRAWN)
        notify_withdrawn(save(row))
    stop_notice(submission=visitor.submission)


@transaction.atomic
def read_as_visitor(*, visitor: Visitor, case: Case) -> Content:
    """What the person sent and the messages both ways; the office sees that its answers were read."""
    require(case.submission_id == visitor.submission.pk)
    has_looked(visitor.submission)
    case.messages.filter(direction=Direction.OUT, read_at=None).update(read_at=timezone.now())
    try:
        key = envelopes.key_for_applicant(case, visitor.pair)
    except Unreadable:  # erased, or damaged: the page still says how it stands
        key = None
    return envelopes.open_content(case, key, with_notes=False)


def _hold_own(visitor: Visitor, case: Case) -> Case:
    require(case.submission_id == visitor.submission.pk)
    return hold(case)
