"""Amira sends once and it arrives once, sealed to those it is for."""

import uuid

import pytest
from django.core import mail
from django.db import IntegrityError

from portal.models import OutboxMessage
from portal.sealing import KeyMissing, Unreadable
from services.inbox import actions, envelopes, sending
from services.inbox.codes import Verb
from services.inbox.models import Case, CaseKey, EscrowKey, OfficeKey, Submission
from services.inbox.statuses import Recipient
from tests.services.inbox import factories
from tests.services.inbox.factories import SECRET_TEXT, case_of, document, part, send, submission_of, visitor_of


def test_one_request_to_two_offices_becomes_two_cases_with_what_each_needs(ready):
    receipt = send(
        ready,
        part(ready, "LRA_IM", document=document("nur für Wohnen")),
        part(ready, "DRK", document=document("nur für Schule"), urgency="high"),
    )
    ours, theirs = case_of(receipt, "LRA_IM"), case_of(receipt, "DRK")
    assert ours.submission == theirs.submission
    texts = {
        code: envelopes.open_content(one, envelopes.key_for_office(one), with_notes=True).document["entries"][1][
            "value"
        ]
        for code, one in (("ours", ours), ("theirs", theirs))
    }
    assert texts == {"ours": "nur für Wohnen", "theirs": "nur für Schule"}
    crossed = envelopes.open_content(ours, envelopes.key_for_office(theirs), with_notes=True)
    assert crossed.document is None
    assert theirs.due_at < ours.due_at


def test_the_case_knows_what_staff_sort_and_filter_by(case, ready):
    assert (case.status, case.urgency, case.topics, case.phase, case.language) == (
        "received",
        "normal",
        ["housing"],
        "AU",
        "ar",
    )
    assert case.municipality == ready.towns["08326017"]
    assert case.first_unanswered_at == case.created_at
    assert case.due_at > case.created_at
    assert (case.rule, case.version, case.assigned_to, case.closed_at) == ("R6", 1, None, None)


def test_each_case_has_one_key_sealed_to_office_escrow_and_person(case, receipt, ready):
    assert sorted(case.keys.values_list("recipient", flat=True)) == sorted(Recipient.values)
    for_office, from_escrow = envelopes.key_for_office(case), envelopes.key_from_escrow(case)
    for_person = envelopes.key_for_applicant(case, visitor_of(ready, receipt).pair)
    assert for_office == from_escrow == for_person


def test_another_office_cannot_open_with_its_key(case, ready):
    case.office = ready.offices["VS_IM"]
    with pytest.raises(Unreadable):
        envelopes.key_for_office(case)


def test_answers_moved_into_another_case_do_not_open_even_with_their_key(ready):
    first, second = case_of(send(ready)), case_of(send(ready))
    second.answers_ct = first.answers_ct
    second.save()
    for row in first.keys.all():
        CaseKey.objects.filter(case=second, recipient=row.recipient).update(sealed=row.sealed)
    content = envelopes.open_content(second, envelopes.key_for_office(second), with_notes=True)
    assert content.document is None


def test_the_second_click_meets_the_first_number(ready):
    key = uuid.uuid4()
    receipt = send(ready, idempotency_key=key)
    with pytest.raises(actions.AlreadySent) as met:
        send(ready, idempotency_key=key)
    assert met.value.number == receipt.number
    assert (Submission.objects.count(), Case.objects.count()) == (1, 1)


def test_two_clicks_at_the_same_moment_are_one_request(ready, monkeypatch):
    """The other click commits between our look and our write."""
    key, real = uuid.uuid4().hex, sending._open_cases
    faster = []

    def slower(submission, parts, public):
        if not faster:
            faster.append(None)
            faster.append(send(ready, idempotency_key=key))
        return real(submission, parts, public)

    monkeypatch.setattr(sending, "_open_cases", slower)
    with pytest.raises(actions.AlreadySent) as met:
        send(ready, idempotency_key=key)
    assert met.value.number == faster[1].number
    assert Case.objects.count() == 1


def test_a_number_that_is_taken_is_drawn_again(ready, monkeypatch):
    first = send(ready)
    numbers = iter([first.number, first.number, "SBK-AAAA-22"])
    monkeypatch.setattr(sending, "new_number", lambda district: next(numbers))
    assert send(ready).number == "SBK-AAAA-22"


def test_half_a_request_is_never_written(ready):
    OfficeKey.objects.filter(office=ready.offices["DRK"]).delete()
    with pytest.raises(KeyMissing):
        send(ready, part(ready, "LRA_IM"), part(ready, "DRK"))
    assert Submission.objects.count() == Case.objects.count() == CaseKey.objects.count() == 0
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize("model", [OfficeKey, EscrowKey])
def test_without_a_key_nothing_is_written(ready, model):
    model.objects.all().delete()
    with pytest.raises(KeyMissing):
        send(ready)
    assert Submission.objects.count() == 0


def test_without_pepper_nothing_is_written(ready, settings, tmp_path):
    settings.LOTSE_MAKE_KEYS, settings.LOTSE_KEY_DIR = False, tmp_path
    with pytest.raises(KeyMissing):
        send(ready)
    assert Submission.objects.count() == 0


def test_an_office_without_an_inbox_gets_nothing(ready):
    for changes in ({"takes_cases": False}, {"takes_cases": True, "is_active": False}):
        for name, value in changes.items():
            setattr(ready.offices["LRA_IM"], name, value)
        with pytest.raises(actions.NotPossible):
            send(ready)
    with pytest.raises(actions.NotPossible):
        actions.submit(
            district=ready.district,
            form_key="f",
            form_version=uuid.uuid4(),
            language="de",
            idempotency_key="k",
            assisted=False,
            parts=[],
        )
    assert Submission.objects.count() == 0


def test_the_public_role_sends_and_cannot_read_what_it_sent(ready, settings):
    settings.LOTSE_ROLE = "public"
    case = case_of(send(ready))
    with pytest.raises(KeyMissing):
        actions.open_case(case=case, reader=ready.lena)
    assert list(case.events.values_list("verb", flat=True)) == [Verb.RECEIVED]


def test_the_secret_is_not_stored(receipt):
    submission = submission_of(receipt)
    stored = [
        bytes(value) if not isinstance(value, str) else value.encode()
        for value in (
            submission.receipt_salt,
            submission.applicant_public,
            submission.applicant_private_ct,
            submission.number,
        )
    ]
    assert not any(receipt.secret.encode() in value for value in stored)
    assert not any(bytes.fromhex(receipt.secret) in value for value in stored)


def test_every_member_of_the_office_hears_of_it_and_nobody_hears_what(ready):
    receipt = send(ready, part(ready, urgency="danger"))
    message = OutboxMessage.objects.get()
    assert message.recipient == ready.lena.email
    case = case_of(receipt)
    assert f"/admin/inbox/{case.pk}/" in message.body
    for secret in (SECRET_TEXT, receipt.number, receipt.secret, "housing", "Wohnen", "Furtwangen"):
        assert secret not in message.subject + message.body
    assert mail.outbox == []


def test_staff_who_read_english_get_the_mail_in_english(ready):
    ready.lena.language = "en"
    ready.lena.save()
    send(ready)
    assert OutboxMessage.objects.get().language == "en"
    assert OutboxMessage.objects.get().subject == "New request in your inbox"


def test_an_ended_membership_hears_nothing(ready):
    ready.lena.memberships.update(valid_to="2021-01-01")
    send(ready)
    assert not OutboxMessage.objects.exists()


def test_keys_are_made_once(ready):
    assert actions.ensure_keys(ready.district) == []
    assert OfficeKey.objects.count() == len(ready.offices)
    assert EscrowKey.objects.count() == 1


def test_an_office_has_one_active_key(ready):
    with pytest.raises(IntegrityError):
        OfficeKey.objects.create(office=ready.offices["DRK"], version=2, public=b"x", private_ct=b"y")


def test_the_factory_sends_for_a_helper_too(ready):
    assert submission_of(factories.send(ready, assisted=True)).assisted
