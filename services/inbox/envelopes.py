"""The envelope of a case: one random data key, sealed to office, escrow and receipt; and what is written inside.

Every text has its own place (table, column, row), so that a ciphertext copied into another row does not open there.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from portal import sealing
from portal.models import District
from portal.sealing import KeyMissing, Pair, Unreadable
from services.directory.models import Office
from services.inbox import files
from services.inbox.files import OpenedFile, StoredFile
from services.inbox.models import Appointment, Case, CaseKey, EscrowKey, Message, Note, OfficeKey, Submission
from services.inbox.statuses import Direction, Recipient


@dataclass(frozen=True)
class Opened:
    """A row with its text; `text` is None where it could not be opened."""

    row: Any
    text: str | None = field(repr=False)
    translation: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Content:
    """What is inside a case. `document` is None where the answers could not be opened."""

    document: dict[str, Any] | None = field(repr=False)
    messages: list[Opened] = field(repr=False)
    notes: list[Opened] = field(repr=False)
    files: list[OpenedFile] = field(default_factory=list, repr=False)
    appointments: list[Opened] = field(default_factory=list, repr=False)


def _answers_place(case: Case) -> str:
    return f"services|case|answers|{case.pk}|1"


def message_place(case: Case, pk: uuid.UUID) -> str:
    """Where a message's text belongs."""
    return f"services|message|body|{case.pk}|{pk}|1"


def translation_place(case: Case, pk: uuid.UUID) -> str:
    """Where the translation beside a message belongs."""
    return f"services|message|translation|{case.pk}|{pk}|1"


def appointment_place(case: Case, pk: uuid.UUID) -> str:
    """Where the place of an appointment belongs."""
    return f"services|appointment|place|{case.pk}|{pk}|1"


def note_place(case: Case, pk: uuid.UUID) -> str:
    """Where a note's text belongs."""
    return f"services|note|body|{case.pk}|{pk}|1"


def receipt_place(submission_id: uuid.UUID) -> str:
    """Where the private key behind a receipt belongs."""
    return f"services|submission|applicant_private|{submission_id}|1"


def office_place(office_id: int, version: int) -> str:
    """Where the private half of an office's key belongs."""
    return f"services|officekey|private|{office_id}|{version}"


def escrow_place(district_id: int, version: int) -> str:
    """Where the private half of a district's escrow key belongs."""
    return f"services|escrowkey|private|{district_id}|{version}"


# Keys -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_missing_keys(district: District) -> list[str]:
    """Give the district an escrow key and every office with an inbox a key, where there is none; say which."""
    made = []
    if not EscrowKey.objects.active().filter(district=district).exists():
        new_escrow_key(district)
        made.append(str(district))
    with_key = OfficeKey.objects.active().values("office")
    for office in Office.objects.of(district).filter(takes_cases=True).exclude(pk__in=with_key):
        new_office_key(office)
        made.append(office.code)
    return made


def new_office_key(office: Office) -> OfficeKey:
    """A further version of an office's key, active. The caller has retired the one before."""
    pair, version = sealing.new_pair(), _next(OfficeKey.objects.filter(office=office))
    locked = sealing.lock_away(pair.private, office_place(office.pk, version))
    return OfficeKey.objects.create(office=office, version=version, public=pair.public, private_ct=locked)


def new_escrow_key(district: District) -> EscrowKey:
    """A further version of a district's escrow key, active. The caller has retired the one before."""
    pair, version = sealing.new_pair(), _next(EscrowKey.objects.filter(district=district))
    locked = sealing.lock_away(pair.private, escrow_place(district.pk, version))
    return EscrowKey.objects.create(district=district, version=version, public=pair.public, private_ct=locked)


def _next(rows: Any) -> int:
    return (rows.aggregate(newest=Max("version"))["newest"] or 0) + 1


def close_envelope(
    case: Case, document: dict[str, Any], applicant_public: bytes, sent_files: Sequence[StoredFile] = ()
) -> None:
    """Put the answers into an unsaved case and write it with its sealed keys and its files. Raises `KeyMissing` before
    anything is written."""
    office_key = OfficeKey.objects.active().filter(office_id=case.office_id).first()
    escrow_key = EscrowKey.objects.active().filter(district_id=case.district_id).first()
    if office_key is None or escrow_key is None:
        raise KeyMissing(_("This office cannot receive messages at the moment. Please call or visit it."))
    key = sealing.new_key()
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    case.answers_ct = sealing.encrypt(text.encode(), key, _answers_place(case))
    case.save(force_insert=True)
    CaseKey.objects.bulk_create(
        [
            _sealed(case, Recipient.OFFICE, key, office_key.public, office_key.version),
            _sealed(case, Recipient.ESCROW, key, escrow_key.public, escrow_key.version),
            _sealed(case, Recipient.APPLICANT, key, applicant_public, 1),
        ]
    )
    files.attach(case, sent_files, key, Direction.IN)


def _sealed(case: Case, recipient: Recipient, key: bytes, public: bytes, version: int) -> CaseKey:
    return CaseKey(case=case, recipient=recipient, key_version=version, sealed=sealing.seal(key, public))


def key_for_office(case: Case) -> bytes:
    """The data key, opened for the staff. Who may ask is decided in `actions`. Raises `KeyMissing`, `Unreadable`."""
    row = _row(case, Recipient.OFFICE)
    return sealing.unseal(row.sealed, office_pair(case.office, row.key_version))


def key_from_escrow(case: Case) -> bytes:
    """The data key by way of the district's escrow key; for the restore drill. Raises `KeyMissing`, `Unreadable`."""
    row = _row(case, Recipient.ESCROW)
    return open_for_district(case.district, row.key_version, row.sealed)


def open_for_district(district: District, version: int, sealed: bytes | memoryview) -> bytes:
    """What was sealed to the district's escrow key, for the worker. Raises `KeyMissing`, `Unreadable`."""
    return sealing.unseal(sealed, escrow_pair(district, version))


def escrow_pair(district: District, version: int) -> Pair:
    """A version of the district's escrow key, opened. Raises `KeyMissing`, `Unreadable`."""
    row = EscrowKey.objects.filter(district=district, version=version).first()
    if row is None:
        raise KeyMissing(_("The escrow key is missing."))
    return sealing.pair_of(sealing.take_out(row.private_ct, escrow_place(district.pk, version)))


def office_pair(office: Office, version: int) -> Pair:
    """A version of an office's key, opened. Raises `KeyMissing`, `Unreadable`."""
    row = OfficeKey.objects.filter(office=office, version=version).first()
    if row is None:
        raise KeyMissing(_("The key of the office is missing."))
    return sealing.pair_of(sealing.take_out(row.private_ct, office_place(office.pk, version)))


def offices_with_key(district_id: int) -> QuerySet[Any]:
    """The keys of the offices of a district to whom something can be sealed."""
    return OfficeKey.objects.active().filter(office__district=district_id).values("office")


def seal_to_office(case: Case, office: Office) -> None:
    """Give the data key to another office and take it from the one that had it. Raises `KeyMissing`, `Unreadable`.

    The caller saves the case with its new office. The shares of the escrow and of the person stay as they are.
    """
    office_key = OfficeKey.objects.active().filter(office=office).first()
    if office_key is None:
        raise KeyMissing(_("This office cannot receive messages at the moment. Please call or visit it."))
    key = key_for_office(case)
    case.keys.filter(recipient=Recipient.OFFICE).delete()
    _sealed(case, Recipient.OFFICE, key, office_key.public, office_key.version).save(force_insert=True)


def key_for_applicant(case: Case, pair: Pair) -> bytes:
    """The data key, opened with the receipt. Raises `Unreadable`."""
    return sealing.unseal(_row(case, Recipient.APPLICANT).sealed, pair)


def _row(case: Case, recipient: Recipient) -> CaseKey:
    row = case.keys.filter(recipient=recipient).first()
    if row is None:
        raise Unreadable(_("What was written here has been erased."))
    return row


# Content ----------------------------------------------------------------------------------------------------------


def seal_message(message: Message, text: str, key: bytes) -> None:
    """Put a text into an unsaved message."""
    message.body_ct = sealing.encrypt(text.encode(), key, message_place(message.case, message.pk))


def seal_translation(message: Message, text: str, language: str, by: str, key: bytes) -> None:
    """Put a translation beside a message; the original stays as it is. The caller saves the message."""
    message.translation_ct = sealing.encrypt(text.encode(), key, translation_place(message.case, message.pk))
    message.translation_language, message.translated_by = language, by


def seal_appointment(appointment: Appointment, place: str, key: bytes) -> None:
    """Put the place into an unsaved appointment."""
    where = appointment_place(appointment.case, appointment.pk)
    appointment.place_ct = sealing.encrypt(place.encode(), key, where)


def seal_note(note: Note, text: str, key: bytes) -> None:
    """Put a text into an unsaved note."""
    note.body_ct = sealing.encrypt(text.encode(), key, note_place(note.case, note.pk))


def open_content(case: Case, key: bytes | None, *, with_notes: bool) -> Content:
    """Everything inside. A part that does not open is shown as such and does not hide the others; so without a key."""
    answers = _text(case.answers_ct, key, _answers_place(case))
    messages = case.messages.select_related("author")
    notes: Iterable[Note] = case.notes.select_related("author") if with_notes else ()
    content = Content(
        document=json.loads(answers) if answers is not None else None,
        messages=[_opened_message(case, row, key) for row in messages],
        notes=[Opened(row, _text(row.body_ct, key, note_place(case, row.pk))) for row in notes],
        files=files.opened(case, key),
        appointments=[
            Opened(row, _text(row.place_ct, key, appointment_place(case, row.pk))) for row in case.appointments.all()
        ],
    )
    files.beside(content.messages, content.files)
    return content


def _opened_message(case: Case, row: Message, key: bytes | None) -> Opened:
    beside = _text(row.translation_ct, key, translation_place(case, row.pk)) if row.translation_ct else None
    return Opened(row, _text(row.body_ct, key, message_place(case, row.pk)), beside)


def _text(sealed: bytes | memoryview, key: bytes | None, place: str) -> str | None:
    if key is None:
        return None
    try:
        return sealing.decrypt(sealed, key, place).decode()
    except Unreadable:
        return None


def shred(case: Case) -> None:
    """Erase what the person and the office wrote: the sealed keys, the texts, the files, what the case was about.

    With the keys gone, a copy in a backup does not open either. The caller saves the case and holds its row.
    """
    files.erase_files(case)
    case.keys.all().delete()
    case.messages.all().delete()
    case.notes.all().delete()
    case.tags.clear()
    case.appointments.all().delete()
    case.blind_indexes.all().delete()
    case.answers_ct = b""
    case.topics, case.municipality, case.phase, case.interpreter, case.rule = [], None, "", False, ""


def lock_receipt(submission: Submission, secret: str) -> Pair:
    """Give an unsaved submission its receipt: a key pair whose private half opens with the secret."""
    pair = sealing.new_pair()
    submission.receipt_salt = sealing.new_salt()
    key = sealing.key_from_secret(secret, submission.receipt_salt)
    submission.applicant_public = pair.public
    submission.applicant_private_ct = sealing.encrypt(pair.private, key, receipt_place(submission.pk))
    return pair
