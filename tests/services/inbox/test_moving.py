"""A case goes to another office, or the person to another body: access moves, the person is told in their language."""

import pytest
from django.utils import timezone

from portal.errors import NotAllowed
from portal.models import OutboxMessage
from portal.sealing import KeyMissing, Unreadable
from services.inbox import actions, envelopes, moving
from services.inbox.models import Case, EraseRequest, OfficeKey
from services.inbox.statuses import TransferReason
from tests.services.inbox import desk
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, visitor_of, write


def hand_over(portal, case, to="VS_IM", **more):
    values = {"reason": "responsible", "version": Case.objects.get(pk=case.pk).version, **more}
    return actions.transfer(case=case, by=portal.lena, to=portal.offices[to], **values)


def read(portal, receipt, office="VS_IM"):
    case = case_of(receipt, office)
    return actions.read_as_visitor(visitor=visitor_of(portal, receipt), case=case)


def test_omar_reads_what_lena_hands_over_and_lena_no_longer(ready, receipt, case):
    hand_over(ready, case)
    moved = case_of(receipt, "VS_IM")
    content = actions.open_case(case=moved, reader=ready.omar)
    assert content.document["entries"][1]["value"] == SECRET_TEXT
    assert not Case.objects.visible_to(ready.lena).exists()
    with pytest.raises(NotAllowed):
        actions.open_case(case=moved, reader=ready.lena)


def test_the_old_offices_share_of_the_key_is_gone_and_the_others_stay(ready, receipt, case):
    old = bytes(case.keys.get(recipient="office").sealed)
    others = {row.recipient: bytes(row.sealed) for row in case.keys.exclude(recipient="office")}
    hand_over(ready, case)
    moved = case_of(receipt, "VS_IM")
    assert moved.keys.count() == 3
    assert bytes(moved.keys.get(recipient="office").sealed) != old
    assert {row.recipient: bytes(row.sealed) for row in moved.keys.exclude(recipient="office")} == others
    moved.office = ready.offices["LRA_IM"]  # the old office's key, tried by force
    with pytest.raises((Unreadable, KeyMissing)):
        envelopes.key_for_office(moved)


def test_the_person_reads_in_her_language_who_goes_on_with_german_beside(ready, receipt, case):
    hand_over(ready, case)
    message = read(ready, receipt).messages[-1]
    assert message.row.language == "ar"
    assert ready.offices["VS_IM"].name in message.text
    assert "\u2068" in message.text
    assert message.row.translation_language == "de"
    assert ready.offices["VS_IM"].name in message.translation


@pytest.mark.parametrize("reason", TransferReason.values)
def test_every_reason_is_told_but_not_that_a_colleague_is_involved(ready, receipt, case, reason):
    hand_over(ready, case, reason=reason)
    german = read(ready, receipt).messages[-1].translation
    assert (str(TransferReason(reason).label) in german) is (reason != "bias")
    assert case.events.get(verb="transferred").meta["reason"] == reason


def test_internal_notes_stay_behind_unless_handed_over_and_the_history_says_so(ready, receipt, case):
    actions.add_note(case=case, author=ready.lena, text="nur für uns", version=1)
    hand_over(ready, case, note="Bitte bald anrufen")
    content = actions.open_case(case=case_of(receipt, "VS_IM"), reader=ready.omar)
    assert [note.text for note in content.notes] == ["Bitte bald anrufen"]
    assert case.events.get(verb="transferred").meta["notes_erased"] == 1


def test_internal_notes_can_be_handed_over(ready, receipt, case):
    actions.add_note(case=case, author=ready.lena, text="hilft auch euch", version=1)
    hand_over(ready, case, with_notes=True)
    content = actions.open_case(case=case_of(receipt, "VS_IM"), reader=ready.omar)
    assert [note.text for note in content.notes] == ["hilft auch euch"]


def test_the_person_does_not_wait_longer_because_an_office_was_wrong(ready, receipt, case):
    hand_over(ready, case)
    moved = case_of(receipt, "VS_IM")
    assert (moved.due_at, moved.first_unanswered_at) == (case.due_at, case.first_unanswered_at)
    assert (moved.status, moved.assigned_to) == ("received", None)


def test_an_answered_case_gets_a_deadline_in_the_other_office(ready, receipt, case):
    answer(ready, receipt)
    hand_over(ready, case)
    moved = case_of(receipt, "VS_IM")
    assert moved.due_at > timezone.now()
    assert moved.first_unanswered_at is not None


def test_the_other_office_is_told_without_content_and_the_old_one_is_not(ready, case):
    OutboxMessage.objects.all().delete()
    hand_over(ready, case)
    mail = OutboxMessage.objects.get()
    assert mail.recipient == ready.omar.email
    assert SECRET_TEXT not in mail.body
    assert case.submission.number not in mail.body


def test_to_and_fro_tells_each_office_each_time(ready, receipt, case):
    hand_over(ready, case)
    OutboxMessage.objects.all().delete()
    moved = case_of(receipt, "VS_IM")
    actions.transfer(case=moved, by=ready.omar, to=ready.offices["LRA_IM"], reason="wish", version=moved.version)
    again = case_of(receipt)
    assert actions.open_case(case=again, reader=ready.lena).document is not None
    hand_over(ready, again)
    assert OutboxMessage.objects.filter(recipient=ready.omar.email).count() == 1


def test_only_an_active_office_of_the_district_with_inbox_and_key_is_offered_and_taken(ready, case):
    offices = ready.offices
    offices["STG_IM"].is_active = False
    offices["STG_IM"].save()
    offices["KOE_IM"].takes_cases = False
    offices["KOE_IM"].save()
    OfficeKey.objects.filter(office=offices["DRK"]).delete()
    assert {office.code for office in moving.transfer_targets(case)} == {"VS_IM", "KOORD"}
    for code in ("STG_IM", "KOE_IM", "DRK", "LRA_IM"):
        with pytest.raises(actions.NotPossible):
            hand_over(ready, case, to=code)
    assert Case.objects.get(pk=case.pk).version == 1


def test_a_wish_to_erase_does_not_travel(ready, case):
    actions.ask_to_erase(case=case, by=ready.lena, reason="person", version=1)
    hand_over(ready, case)
    assert not EraseRequest.objects.exists()


def test_what_the_person_writes_after_the_move_reaches_the_new_office(ready, receipt, case):
    hand_over(ready, case)
    write(ready, receipt, "Hallo neue Stelle", office="VS_IM")
    content = actions.open_case(case=case_of(receipt, "VS_IM"), reader=ready.omar)
    assert content.messages[-1].text == "Hallo neue Stelle"


def test_the_person_gets_name_and_telephone_of_the_other_body(ready, receipt, case):
    actions.refer(case=case, by=ready.lena, to=desk.point(ready), version=1)
    message = read(ready, receipt, "LRA_IM").messages[-1]
    for fact in ("Beratungsstelle Wohnen", "+49 30 23125 111", "Marktplatz 1"):
        assert fact in message.text
    row = case_of(receipt)
    assert (row.status, row.due_at, row.assigned_to) == ("referred", None, ready.lena)


def test_a_secret_address_is_not_told(ready, receipt, case):
    shelter = desk.point(ready)
    shelter.is_address_secret = True
    shelter.save()
    actions.refer(case=case, by=ready.lena, to=shelter, version=1)
    message = read(ready, receipt, "LRA_IM").messages[-1]
    assert "Marktplatz" not in message.text + message.translation


def test_a_contact_point_of_an_office_that_is_gone_is_refused(ready, case):
    found = desk.point(ready)
    ready.offices["VS_IM"].is_active = False
    ready.offices["VS_IM"].save()
    with pytest.raises(actions.NotPossible):
        actions.refer(case=case, by=ready.lena, to=found, version=1)
