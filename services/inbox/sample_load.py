"""Many invented cases for measuring: plausible in number and age, with envelopes that really open.

The cases of one office share a data key, and all receipts one secret: sealing each alone would take an hour and change
nothing that is measured. Never in a database that holds a real request; the command `load_cases` sees to that.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import sealing
from portal.models import District
from services.directory.models import Municipality, Office, OfficeMembership
from services.inbox import envelopes
from services.inbox.codes import Verb
from services.inbox.deadlines import due
from services.inbox.history import fill_line
from services.inbox.models import Case, CaseEvent, CaseKey, EscrowKey, Message, OfficeKey, Submission
from services.inbox.receipts import new_number
from services.inbox.statuses import CaseStatus, CloseReason, Direction, Recipient, Topic, Urgency

BATCH = 2_000
MARK = "load:"
"""How the keys against sending twice of these submissions begin."""
SECRET = "0000000000000000"  # noqa: S105 - opens invented requests only
LANGUAGES = {"ar": 24, "uk": 22, "de": 14, "tr": 10, "fa": 8, "ru": 8, "en": 6, "fr": 3, "ku": 3, "ti": 2}
STATUSES = {
    CaseStatus.CLOSED: 66,
    CaseStatus.WITHDRAWN: 4,
    CaseStatus.RECEIVED: 6,
    CaseStatus.ASSIGNED: 8,
    CaseStatus.CONTACTED: 7,
    CaseStatus.WAITING: 7,
    CaseStatus.REFERRED: 2,
}
URGENCIES = {Urgency.NORMAL: 78, Urgency.LOW: 12, Urgency.HIGH: 8, Urgency.DANGER: 2}
FORMS = {"counselling": 70, "appointment": 20, "course": 10}
TEXT = "Wir suchen eine Wohnung. Wir sind fünf Personen und wohnen in zwei Zimmern. "


def load_cases(district: District, count: int, *, seed: int = 1) -> int:
    """Add invented cases until there are `count` of them; return how many were added. The same seed, the same load."""
    there = Submission.objects.of(district).filter(idempotency_key__startswith=MARK).count()
    sample = _Sample(district, random.Random(seed + there))  # noqa: S311 - invented data
    numbers = iter(range(there, count))
    added = 0
    while batch := list(islice(numbers, BATCH)):
        sample.write(batch)
        added += len(batch)
    return added


class _Sample:
    """What all invented cases of a district share."""

    def __init__(self, district: District, dice: random.Random) -> None:
        self.district, self.dice, self.now = district, dice, timezone.now()
        self.offices = list(Office.objects.of(district).active().filter(takes_cases=True).order_by("pk"))
        self.towns = list(Municipality.objects.of(district).order_by("pk"))
        self.pair = sealing.new_pair()
        self.salt = sealing.new_salt()
        self.receipt_key = sealing.key_from_secret(SECRET, self.salt)
        self.keys = {office.pk: sealing.new_key() for office in self.offices}
        self.sealed = {office.pk: list(self._seal(office)) for office in self.offices}
        self.members: dict[int, list[int]] = {office.pk: [] for office in self.offices}
        for row in OfficeMembership.objects.valid().filter(office__in=self.offices):
            self.members[row.office_id].append(row.user_id)

    def _seal(self, office: Office) -> Iterator[tuple[Recipient, int, bytes]]:
        key = self.keys[office.pk]
        own = OfficeKey.objects.active().get(office=office)
        escrow = EscrowKey.objects.active().get(district=self.district)
        yield Recipient.OFFICE, own.version, sealing.seal(key, own.public)
        yield Recipient.ESCROW, escrow.version, sealing.seal(key, escrow.public)
        yield Recipient.APPLICANT, 1, sealing.seal(key, self.pair.public)

    @transaction.atomic
    def write(self, numbers: list[int]) -> None:
        """One batch, all or nothing."""
        cases = [self._case(number) for number in numbers]
        taken = set(
            Submission.objects.filter(number__in=[case.submission.number for case in cases]).values_list(
                "number", flat=True
            )
        )
        for case in cases:  # two random numbers may be alike
            while case.submission.number in taken:
                case.submission.number = new_number(self.district)
            taken.add(case.submission.number)
        Submission.objects.bulk_create([case.submission for case in cases])
        Case.objects.bulk_create(cases)
        CaseKey.objects.bulk_create(
            CaseKey(case=case, recipient=recipient, key_version=version, sealed=sealed)
            for case in cases
            if case.status != CaseStatus.WITHDRAWN
            for recipient, version, sealed in self.sealed[case.office_id]
        )
        Message.objects.bulk_create(message for case in cases for message in self._messages(case))
        CaseEvent.objects.bulk_create(event for case in cases for event in self._events(case))

    def _pick(self, weights: dict[Any, int]) -> Any:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def _case(self, number: int) -> Case:
        dice = self.dice
        # The first office gets about half as much again as the second, and so on: districts are not even.
        office = dice.choices(self.offices, [1 / (place + 2) for place in range(len(self.offices))])[0]
        status, language = self._pick(STATUSES), self._pick(LANGUAGES)
        is_done = status in {CaseStatus.CLOSED, CaseStatus.WITHDRAWN}
        age = dice.expovariate(1 / 150) if is_done else dice.expovariate(1 / 9)
        created = self.now - timedelta(days=min(age, 720) + 0.01)
        case = Case(
            submission=self._submission(number, language, created),
            district=self.district,
            office=office,
            status=status,
            urgency=self._pick(URGENCIES),
            topics=dice.sample(Topic.values, dice.choice((1, 1, 1, 2, 3))),
            municipality=dice.choice(self.towns) if self.towns and dice.random() < 0.95 else None,
            language=language,
            interpreter=language != "de" and dice.random() < 0.5,
            rule="R6",
            created_at=created,
        )
        case.form_key = case.submission.form_key
        self._tell_story(case, created)
        self._write_answers(case)
        return case

    def _submission(self, number: int, language: str, created: datetime) -> Submission:
        pk = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        return Submission(
            pk=pk,
            district=self.district,
            number=new_number(self.district),
            form_key=self._pick(FORMS),
            form_version=uuid.UUID(int=1),
            language=language,
            idempotency_key=f"{MARK}{number}",
            created_day=timezone.localdate(created),
            receipt_salt=self.salt,
            applicant_public=self.pair.public,
            applicant_private_ct=sealing.encrypt(self.pair.private, self.receipt_key, envelopes.receipt_place(pk)),
            assisted=self.dice.random() < 0.2,
        )

    def _tell_story(self, case: Case, created: datetime) -> None:
        """The columns that follow from where the case stands."""
        dice = self.dice
        heard = case.status in {CaseStatus.CONTACTED, CaseStatus.WAITING, CaseStatus.REFERRED, CaseStatus.CLOSED}
        if case.status != CaseStatus.RECEIVED and self.members[case.office_id]:
            case.assigned_to_id = dice.choice(self.members[case.office_id])
        if heard:
            case.first_answered_at = min(self.now, created + timedelta(hours=dice.expovariate(1 / 40)))
        if case.status in {CaseStatus.CLOSED, CaseStatus.WITHDRAWN}:
            case.closed_at = min(self.now, created + timedelta(days=dice.expovariate(1 / 12)))
        elif not heard or dice.random() < 0.3:
            case.first_unanswered_at, case.due_at = created, due(created, case.urgency)
        if case.status == CaseStatus.CLOSED:
            case.close_reason = dice.choice(CloseReason.values)
        if case.status == CaseStatus.WITHDRAWN:  # what the person took back is erased
            case.topics, case.municipality, case.interpreter, case.rule = [], None, False, ""

    def _write_answers(self, case: Case) -> None:
        if case.status == CaseStatus.WITHDRAWN:
            return
        text = TEXT * self.dice.randint(1, 8)
        entries = [
            {"key": "topics", "label": {"de": "Worum geht es?"}, "value": case.topics, "text": {"de": "Wohnen"}},
            {"key": "text", "label": {"de": "Ihre Nachricht"}, "value": text, "text": {case.language: text}},
        ]
        plain = json.dumps({"form": {"key": case.form_key}, "entries": entries}, ensure_ascii=False)
        place = envelopes._answers_place(case)
        case.answers_ct = sealing.encrypt(plain.encode(), self.keys[case.office_id], place)

    def _messages(self, case: Case) -> Iterator[Message]:
        if case.first_answered_at is None or case.status == CaseStatus.CLOSED:
            return
        message = Message(
            case=case,
            direction=Direction.OUT,
            author_id=case.assigned_to_id,
            language="de",
            created_at=case.first_answered_at,
            read_at=case.first_answered_at,
        )
        envelopes.seal_message(message, "Bitte kommen Sie am Dienstag in die Sprechstunde.", self.keys[case.office_id])
        yield message

    def _events(self, case: Case) -> Iterator[CaseEvent]:
        meta = {"form": case.form_key, "assisted": case.submission.assisted}
        first = fill_line(CaseEvent(case=case, verb=Verb.RECEIVED, meta=meta, created_at=case.created_at), case, None)
        yield first
        if case.first_answered_at is not None:
            line = CaseEvent(
                case=case,
                actor_id=case.assigned_to_id,
                verb=Verb.REPLIED,
                meta={"status": str(case.status)},
                created_at=case.first_answered_at,
            )
            yield fill_line(line, case, first)
