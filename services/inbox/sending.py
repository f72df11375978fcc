"""The person sends: one submission becomes one case per responsible office, all or none, exactly once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import DomainError
from portal.models import District
from services.directory.models import Municipality, Office
from services.inbox import envelopes, similar
from services.inbox.beats import NotPossible
from services.inbox.codes import Verb
from services.inbox.deadlines import due
from services.inbox.files import StoredFile
from services.inbox.history import record
from services.inbox.models import Case, Submission
from services.inbox.notifications import notify_new_case
from services.inbox.receipts import Receipt, new_number, new_secret
from services.inbox.statuses import Urgency


class AlreadySent(DomainError):
    """The same form was sent before; `number` says as what."""

    def __init__(self, number: str) -> None:
        super().__init__(_("You have already sent this."))
        self.number = number


@dataclass(frozen=True)
class PreparedReceipt:
    """A receipt whose slow part is done; `submit` gives it its number."""

    submission_id: uuid.UUID
    secret: str = field(repr=False)
    salt: bytes
    public: bytes
    private_ct: bytes = field(repr=False)


@dataclass(frozen=True)
class CasePart:
    """What one office gets of a submission.

    `document` holds the answers as asked: {"entries": [{"key", "label": {"de": …, "<language>": …}, "value": …,
    "text": {"de": …, "<language>": …}, "contact": "email", "phone" or "name" where the form marks it so}], "form":
    {…}}. Everything else is plain, because staff sort and filter by it.
    """

    office: Office
    document: dict[str, Any] = field(repr=False)
    municipality: Municipality | None = None
    phase: str = ""
    topics: Sequence[str] = ()
    urgency: str = Urgency.NORMAL
    rule: str = ""
    interpreter: bool = False
    retention_days: int = 90
    due_days: int | None = None
    """Working days until an answer is due; None for those of the urgency."""
    files: Sequence[StoredFile] = field(default=(), repr=False)


def ensure_keys(district: District) -> list[str]:
    """Make the keys that are missing in a district; return for whom. Safe to repeat; needs the master key."""
    return envelopes.make_missing_keys(district)


def prepare_receipt(submission_id: uuid.UUID | None = None) -> PreparedReceipt:
    """Draw a secret and lock a key pair with it. Slow on purpose (Argon2id): call it outside of a transaction."""
    secret, row = new_secret(), Submission(pk=submission_id or uuid.uuid4())
    pair = envelopes.lock_receipt(row, secret)
    return PreparedReceipt(row.pk, secret, bytes(row.receipt_salt), pair.public, bytes(row.applicant_private_ct))


def submit(
    *,
    district: District,
    form_key: str,
    form_version: uuid.UUID | str,
    language: str,
    idempotency_key: uuid.UUID | str,
    assisted: bool = False,
    parts: Sequence[CasePart],
    prepared: PreparedReceipt | None = None,
) -> Receipt:
    """Open one case per part, all or none, and return the receipt, whose secret exists nowhere else.

    Inside a transaction of the caller's, pass what `prepare_receipt` gave before it began.

    Raises `AlreadySent` for a key that was used, `NotPossible` for an office without an inbox, `KeyMissing` where
    nothing can be encrypted.
    """
    _refuse_strangers(district, parts)
    _refuse_second(idempotency_key)
    prepared = prepared or prepare_receipt()
    submission = Submission(
        pk=prepared.submission_id,
        district=district,
        form_key=form_key,
        form_version=form_version,
        language=language,
        idempotency_key=str(idempotency_key),
        created_day=timezone.localdate(),
        assisted=assisted,
        receipt_salt=prepared.salt,
        applicant_public=prepared.public,
        applicant_private_ct=prepared.private_ct,
    )
    _write_once(submission, parts, prepared.public)
    return Receipt(submission.number, prepared.secret, max(due(timezone.now(), part.urgency) for part in parts))


def _write_once(submission: Submission, parts: Sequence[CasePart], applicant_public: bytes) -> None:
    for _attempt in range(5):
        submission.number = new_number(submission.district)
        try:
            return _open_cases(submission, parts, applicant_public)
        except IntegrityError:
            # The other of two clicks was faster; else the number was taken and another one is drawn.
            _refuse_second(submission.idempotency_key)
    raise NotPossible(_("That did not work. Please try again."))


def _refuse_strangers(district: District, parts: Sequence[CasePart]) -> None:
    offices = [part.office for part in parts]
    if not offices or any(
        office.district_id != district.pk or not office.takes_cases or not office.is_active for office in offices
    ):
        raise NotPossible(_("This office has no inbox. Please call or visit it."))


def _refuse_second(idempotency_key: uuid.UUID | str) -> None:
    number = Submission.objects.filter(idempotency_key=str(idempotency_key)).values_list("number", flat=True).first()
    if number:
        raise AlreadySent(number)


@transaction.atomic
def _open_cases(submission: Submission, parts: Sequence[CasePart], applicant_public: bytes) -> None:
    submission.save(force_insert=True)
    now = timezone.now()
    for part in parts:
        case = Case(
            submission=submission,
            district_id=submission.district_id,
            office=part.office,
            urgency=Urgency(part.urgency),
            form_key=submission.form_key,
            topics=list(part.topics),
            municipality=part.municipality,
            phase=part.phase,
            language=submission.language,
            interpreter=part.interpreter,
            rule=part.rule,
            retention_days=part.retention_days,
            created_at=now,
            first_unanswered_at=now,
            due_at=due(now, part.urgency, part.due_days),
        )
        envelopes.close_envelope(case, part.document, applicant_public, part.files)
        similar.index(case, part.document)
        record(case, Verb.RECEIVED, form=submission.form_key, assisted=submission.assisted)
        notify_new_case(case)
