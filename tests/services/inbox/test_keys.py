"""Keys in their life: what the public role cannot open, rotation with live cases, lost receipts, restore drill."""

from __future__ import annotations

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal import sealing, vault
from portal.cleaning import CleanFile
from portal.errors import NotAllowed, TooMany
from portal.sealing import KeyMissing, Unreadable
from services.inbox import actions, envelopes, files, keys
from services.inbox.codes import Verb
from services.inbox.models import Case, CaseKey, EscrowKey, Message, OfficeKey, Submission
from services.inbox.receipts import WrongReceipt, open_receipt
from services.inbox.statuses import KeyState, Recipient
from tests.services.inbox.factories import SECRET_TEXT, case_of, part, send, visitor_of, write
from tests.services.inbox.test_canary import every_cell


@pytest.fixture
def receipt(portal):
    actions.ensure_keys(portal.district)
    return send(portal)


@pytest.fixture
def own_keys(settings, tmp_path):
    """A folder of keys that a test may change."""
    sealing.pepper_version()
    sealing.master_version()
    settings.LOTSE_KEY_DIR = shutil.copytree(settings.LOTSE_KEY_DIR, tmp_path / "keys")
    return settings.LOTSE_KEY_DIR


def run(*args, **options) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def text_of(portal, receipt) -> str:
    content = actions.open_case(case=case_of(receipt), reader=portal.lena)
    return str(content.document)


# The public role ------------------------------------------------------------------------------------------------------


def test_with_the_public_roles_secrets_and_the_whole_database_nothing_sent_can_be_read(
    portal, receipt, own_keys, settings
):
    write(portal, receipt)
    (own_keys / "master-1.key").unlink()
    settings.LOTSE_ROLE = "public"
    case = case_of(receipt)
    for way in (envelopes.key_for_office, envelopes.key_from_escrow):
        with pytest.raises(KeyMissing):
            way(case)
    pepper = bytes.fromhex((own_keys / "pepper-1.key").read_text())
    everything = {pepper, settings.SECRET_KEY.encode().ljust(32)[:32], bytes(32)}
    for row in [*OfficeKey.objects.all(), *EscrowKey.objects.all()]:
        everything |= {bytes(row.public), bytes(row.private_ct)[:32], bytes(row.private_ct)[-32:]}
    everything.add(bytes(case.submission.applicant_public))
    everything.add(sealing.key_from_secret(receipt.number, case.submission.receipt_salt))
    for key in everything:
        with pytest.raises(Unreadable):
            sealing.decrypt(case.answers_ct, key, f"services|case|answers|{case.pk}|1")
        with pytest.raises(Unreadable):
            sealing.decrypt(case.submission.applicant_private_ct, key, envelopes.receipt_place(case.submission.pk))
        for row in CaseKey.objects.all():
            with pytest.raises(Unreadable):
                sealing.unseal(row.sealed, sealing.pair_of(key))


def test_nor_can_a_message_a_note_or_a_file_and_its_name(portal, receipt, own_keys, settings):
    """Everything a thief of the database, the files and the public role's keys could try to open them with."""
    made = files.store(CleanFile("Bescheid vom Amt.pdf", SECRET_TEXT.encode()))
    second = case_of(send(portal, part(portal, files=[made])))
    office_key = envelopes.key_for_office(second)
    letter = files.store(CleanFile("Antwort.pdf", SECRET_TEXT.encode()))
    actions.reply(
        case=second,
        author=portal.lena,
        text=SECRET_TEXT,
        language="de",
        waiting=True,
        version=second.version,
        files=[letter],
    )
    actions.add_note(case=second, author=portal.lena, text=SECRET_TEXT, version=Case.objects.get(pk=second.pk).version)
    (own_keys / "master-1.key").unlink()
    settings.LOTSE_ROLE = "public"
    for way in (envelopes.key_for_office, envelopes.key_from_escrow):
        with pytest.raises(KeyMissing):
            way(second)
    whole = envelopes.open_content(second, office_key, with_notes=True)  # the right key does open all of it
    assert {file.name for file in whole.files} == {"Bescheid vom Amt.pdf", "Antwort.pdf"}
    assert [row.text for row in whole.notes] == [SECRET_TEXT]
    tried = keys_a_thief_has(own_keys, settings)
    assert len(tried) > 50
    for key in tried:
        found = envelopes.open_content(second, key, with_notes=True)
        assert found.document is None
        assert {row.text for row in [*found.messages, *found.notes]} == {None}
        assert {file.name for file in found.files} == {None}
        for path in (made.path, letter.path):
            with pytest.raises(Unreadable):
                vault.get(path, key)


def keys_a_thief_has(folder, settings) -> set[bytes]:
    """Every 32 bytes of the public role's files and settings, and the ends of every cell that could hold a key."""
    found = {bytes(32), settings.SECRET_KEY.encode().ljust(32)[:32]}
    found |= {bytes.fromhex(file.read_text()) for file in folder.glob("*.key")}
    found |= {sealing.key_from_token(key, purpose) for key in set(found) for purpose in ("draft", "case", "file")}
    for _table, cell in every_cell():
        if len(cell) >= sealing.KEY_SIZE:
            found |= {cell[: sealing.KEY_SIZE], cell[-sealing.KEY_SIZE :]}
    return found


def test_the_public_role_still_takes_requests_and_opens_them_with_the_receipt(portal, receipt, own_keys, settings):
    (own_keys / "master-1.key").unlink()
    settings.LOTSE_ROLE = "public"
    second = send(portal)
    visitor = visitor_of(portal, second)
    assert SECRET_TEXT in str(actions.read_as_visitor(visitor=visitor, case=case_of(second)).document)


def test_a_master_key_that_lies_about_is_not_touched_by_the_public_role(portal, receipt, settings):
    settings.LOTSE_ROLE = "public"
    with pytest.raises(KeyMissing):
        envelopes.key_for_office(case_of(receipt))


# Missing keys ---------------------------------------------------------------------------------------------------------


def test_without_the_pepper_nothing_begins_and_nothing_is_written(portal, client, own_keys, settings):
    from services.intake.models import Draft
    from tests.services.intake.factories import open_form

    open_form(portal)
    settings.LOTSE_MAKE_KEYS = False
    (own_keys / "pepper-1.key").unlink()
    response = client.post("/ar/forms/counselling/start/")
    assert response.status_code == 503
    assert '<html lang="ar"' in response.content.decode()
    assert not Draft.objects.exists()


def test_an_office_without_a_key_gets_nothing_in_plain_text(portal, receipt):
    OfficeKey.objects.all().update(state=KeyState.RETIRED)
    with pytest.raises(KeyMissing):
        send(portal)
    assert Submission.objects.count() == Case.objects.count() == 1


def test_staff_without_the_master_key_are_told_and_nothing_is_recorded_as_read(portal, receipt, settings):
    settings.LOTSE_ROLE = "public"
    with pytest.raises(KeyMissing):
        actions.open_case(case=case_of(receipt), reader=portal.lena)
    assert not case_of(receipt).events.filter(verb=Verb.READ).exists()


# Rotation -------------------------------------------------------------------------------------------------------------


def test_after_rotation_old_and_new_cases_open_and_resealing_makes_the_old_key_removable(portal, receipt):
    write(portal, receipt)
    run("rotate_keys", "--all")
    second = send(portal)
    assert SECRET_TEXT in text_of(portal, receipt)
    assert SECRET_TEXT in text_of(portal, second)
    bodies = {pk: bytes(ct) for pk, ct in Message.objects.values_list("pk", "body_ct")}
    answers = bytes(case_of(receipt).answers_ct)
    assert keys.outdated().count() == 2
    out = run("reseal_cases", "--remove-old")
    assert "2 sealed anew" in out
    assert not OfficeKey.objects.filter(state=KeyState.RETIRED).exists()
    assert not EscrowKey.objects.filter(state=KeyState.RETIRED).exists()
    assert SECRET_TEXT in text_of(portal, receipt)
    assert envelopes.key_from_escrow(case_of(receipt)) == envelopes.key_for_office(case_of(receipt))
    assert SECRET_TEXT in str(
        actions.read_as_visitor(visitor=visitor_of(portal, receipt), case=case_of(receipt)).document
    )
    assert bytes(case_of(receipt).answers_ct) == answers
    assert {pk: bytes(ct) for pk, ct in Message.objects.values_list("pk", "body_ct")} == bodies


def test_resealing_in_small_batches_can_stop_anywhere_and_go_on(portal, receipt):
    for _time in range(4):
        send(portal)
    run("rotate_keys", "--office", "LRA_IM", "--escrow")
    rounds = keys.reseal_cases(batch=3)
    assert next(rounds) == (3, 0)
    rounds.close()
    assert keys.outdated().count() == 7
    assert "Done: 7" in run("reseal_cases", "--batch", "2")
    assert "Done: 0" in run("reseal_cases")
    assert {row.key_version for row in CaseKey.objects.exclude(recipient=Recipient.APPLICANT)} == {2}


def test_one_damaged_key_does_not_stop_the_others_and_is_reported(portal, receipt):
    second = send(portal)
    CaseKey.objects.filter(case=case_of(receipt), recipient=Recipient.OFFICE).update(sealed=b"x" * 80)
    run("rotate_keys", "--office", "LRA_IM")
    with pytest.raises(CommandError, match="1 keys"):
        run("reseal_cases", "--remove-old")
    assert SECRET_TEXT in text_of(portal, second)
    assert OfficeKey.objects.filter(office=portal.offices["LRA_IM"]).count() == 2  # the old one is still needed


def test_a_key_in_use_is_never_removed(portal, receipt):
    run("rotate_keys", "--office", "LRA_IM")
    assert keys.remove_unused_keys() == 0
    assert SECRET_TEXT in text_of(portal, receipt)


def test_the_master_key_is_replaced_while_people_work(portal, receipt, own_keys):
    assert "master-2.key" in run("rotate_keys", "--master-file")
    assert SECRET_TEXT in text_of(portal, receipt)
    assert "waiting" in run("check_keys")
    count = OfficeKey.objects.count() + EscrowKey.objects.count()
    assert f"{count} keys locked" in run("rotate_keys", "--relock")
    assert "0 keys locked" in run("rotate_keys", "--relock")
    (own_keys / "master-1.key").unlink()
    assert SECRET_TEXT in text_of(portal, receipt)
    assert run("check_keys") == "All keys are there and open.\n"


def test_rotation_says_what_it_does_not_know(portal, receipt, settings):
    with pytest.raises(CommandError):
        run("rotate_keys")
    with pytest.raises(CommandError, match="NOWHERE"):
        run("rotate_keys", "--office", "NOWHERE")
    settings.LOTSE_ROLE = "public"
    with pytest.raises(CommandError):
        run("rotate_keys", "--all")
    assert set(OfficeKey.objects.values_list("version", flat=True)) == {1}


# The report -----------------------------------------------------------------------------------------------------------


def test_the_report_names_what_is_missing_or_broken(portal, receipt, own_keys):
    assert run("check_keys") == "All keys are there and open.\n"
    OfficeKey.objects.filter(office=portal.offices["VS_IM"]).delete()
    OfficeKey.objects.filter(office=portal.offices["DRK"]).update(private_ct=b"\x01" + b"x" * 90)
    OfficeKey.objects.filter(office=portal.offices["KOORD"]).update(public=b"y" * 32)
    OfficeKey.objects.filter(office=portal.offices["STG_IM"]).update(private_ct=b"\x07" + b"x" * 90)
    CaseKey.objects.filter(recipient=Recipient.ESCROW).update(key_version=9)
    (own_keys / "pepper-1.key").rename(own_keys / "pepper-2.key")
    found = [finding.text for finding in keys.check_keys() if finding.is_bad]
    for part_of in (
        "VS_IM: no key",
        "DRK v1: damaged",
        "KOORD v1: the two halves",
        "STG_IM v1: locked",
        "escrow that",
        "pepper-1",
    ):
        assert any(part_of in text for text in found), (part_of, found)
    with pytest.raises(CommandError):
        run("check_keys")


def test_without_the_master_key_the_report_says_only_that(portal, receipt, settings):
    settings.LOTSE_ROLE = "public"
    assert [finding.is_bad for finding in keys.check_keys()] == [True]


def test_restore_drill_backup_of_keys_and_escrow_open_what_an_office_lost(
    portal, receipt, own_keys, settings, tmp_path
):
    saved = shutil.copytree(own_keys, tmp_path / "safe")
    for file in own_keys.glob("*.key"):
        file.unlink()
    settings.LOTSE_MAKE_KEYS = False
    with pytest.raises(KeyMissing):
        envelopes.key_for_office(case_of(receipt))
    settings.LOTSE_KEY_DIR = saved
    OfficeKey.objects.filter(office=portal.offices["LRA_IM"]).update(private_ct=b"\x01lost")
    with pytest.raises(Unreadable):
        envelopes.key_for_office(case_of(receipt))
    case = case_of(receipt)
    content = envelopes.open_content(case, envelopes.key_from_escrow(case), with_notes=False)
    assert SECRET_TEXT in str(content.document)


# A lost receipt -------------------------------------------------------------------------------------------------------


def test_lena_checks_who_it_is_and_amira_gets_a_new_secret_for_the_same_number(portal, receipt):
    write(portal, receipt, "Vor dem Verlust")
    renewed = actions.renew_receipt(case=case_of(receipt), by=portal.lena, identity_checked=True)
    assert renewed.number == receipt.number
    assert renewed.secret != receipt.secret
    with pytest.raises(WrongReceipt):
        open_receipt(district=portal.district, number=receipt.number, secret=receipt.secret)
    content = actions.read_as_visitor(visitor=visitor_of(portal, renewed), case=case_of(renewed))
    assert SECRET_TEXT in str(content.document)
    assert content.messages[0].text == "Vor dem Verlust"
    event = case_of(receipt).events.order_by("-seq").first()
    assert (event.verb, event.actor, event.meta) == (Verb.RENEWED, portal.lena, {})


def test_who_has_the_page_open_with_the_old_secret_is_out(portal, receipt):
    client = Client()
    client.post("/de/status/", {"number": receipt.number, "secret": receipt.secret})
    actions.renew_receipt(case=case_of(receipt), by=portal.lena, identity_checked=True)
    assert receipt.number not in client.get("/de/status/").content.decode()


def test_all_cases_of_the_request_open_with_the_new_secret(portal):
    actions.ensure_keys(portal.district)
    receipt = send(portal, part(portal), part(portal, "VS_IM"))
    renewed = actions.renew_receipt(case=case_of(receipt), by=portal.lena, identity_checked=True)
    for office in ("LRA_IM", "VS_IM"):
        case = case_of(renewed, office)
        assert actions.read_as_visitor(visitor=visitor_of(portal, renewed), case=case).document


def test_omar_of_another_office_renews_nothing_and_nobody_does_unchecked(portal, receipt):
    for other in (portal.omar, portal.ada, portal.eva):
        with pytest.raises(NotAllowed):
            actions.renew_receipt(case=case_of(receipt), by=other, identity_checked=True)
    with pytest.raises(actions.NotPossible):
        actions.renew_receipt(case=case_of(receipt), by=portal.lena, identity_checked=False)
    assert visitor_of(portal, receipt)


def test_what_was_withdrawn_gets_no_new_secret(portal, receipt):
    actions.withdraw(visitor=visitor_of(portal, receipt))
    with pytest.raises(actions.NotPossible):
        actions.renew_receipt(case=case_of(receipt), by=portal.lena, identity_checked=True)


def test_a_secret_is_not_renewed_all_day_long(portal, receipt):
    for _time in range(3):
        actions.renew_receipt(case=case_of(receipt), by=portal.lena, identity_checked=True)
    with pytest.raises(TooMany):
        actions.renew_receipt(case=case_of(receipt), by=portal.lena, identity_checked=True)
