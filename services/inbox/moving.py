"""A case goes to another office, or the person to another body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from services.directory.models import ContactPoint, Office
from services.inbox import envelopes, letters
from services.inbox.beats import NotPossible, answered, begin, follow, save, write_letter
from services.inbox.deadlines import due
from services.inbox.history import record
from services.inbox.models import Case, EraseRequest, Message, Note
from services.inbox.notifications import notify_transferred
from services.inbox.statuses import TransferReason
from services.inbox.tagging import drop_tags
from services.inbox.transitions import TABLE, Action

if TYPE_CHECKING:
    from portal.models import User


def transfer_targets(case: Case) -> list[Office]:
    """The offices a case can go to: active ones of its district with an inbox and a key, but not its own."""
    offices = Office.objects.of(case.district).active().filter(takes_cases=True).exclude(pk=case.office_id)
    return list(offices.filter(pk__in=envelopes.offices_with_key(case.district_id)).order_by("name"))


@transaction.atomic
def transfer(
    *, case: Case, by: User, to: Office, reason: str, note: str = "", with_notes: bool = False, version: int
) -> Case:
    """Give the case to another office. The office that had it can open it no longer, from this moment on.

    The person reads in their language who goes on. Internal notes are erased unless `with_notes`: they were written
    for colleagues here. Tags go: they are words of this office. `note` is a new note for the other office. The
    person's waiting counts on: the deadline is the one they were promised, or a fresh one where nothing was open.
    """
    row = begin(case, Action.TRANSFER, by, version)
    if to not in transfer_targets(row):
        raise NotPossible(_("This office cannot take the case."))
    reason = TransferReason(reason)
    left = 0 if with_notes else row.notes.count()
    old = row.office_id
    tags = drop_tags(row)
    if not with_notes:
        row.notes.all().delete()
    envelopes.seal_to_office(row, to)
    row.office, row.assigned_to = to, None
    follow(row, Action.TRANSFER)
    now = timezone.now()
    row.first_unanswered_at = row.first_unanswered_at or now
    row.due_at = row.due_at or due(now, row.urgency)
    write_letter(row, letters.moved(row.language, to, reason), by)
    if note:
        _add_note(row, by, note)
    EraseRequest.objects.filter(case=row).delete()  # a wish of the old office
    verb, why = TABLE[Action.TRANSFER].verb, reason.value
    record(row, verb, actor=by, office_from=old, office_to=to.pk, reason=why, notes_erased=left, tags_dropped=tags)
    saved = save(row)
    notify_transferred(saved)
    return saved


@transaction.atomic
def refer(*, case: Case, by: User, to: ContactPoint, version: int) -> Message:
    """Tell the person which other body helps, with its address. Nobody else is told anything."""
    row = begin(case, Action.REFER, by, version)
    if not ContactPoint.objects.of(row.district).filter(pk=to.pk).exists():
        raise NotPossible(_("This body is not in the directory of the district."))
    follow(row, Action.REFER)
    message = write_letter(row, letters.referred(row.language, to), by)
    row.assigned_to = row.assigned_to or by
    answered(row, message.created_at)
    record(row, TABLE[Action.REFER].verb, actor=by, contact_point=to.pk)
    save(row)
    return message


def _add_note(row: Case, author: User, text: str) -> None:
    note = Note(case=row, author=author, created_at=timezone.now())
    envelopes.seal_note(note, text, envelopes.key_for_office(row))
    note.save(force_insert=True)
