"""The seventeen faults of django-formtools that the handbook lists (intake §2.2): none is possible here."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.inbox.models import Case, Submission
from services.intake import actions
from services.intake.models import Draft
from services.intake.wizard import IntakeWizard
from tests.services.intake.factories import Walker, open_form, proof


@pytest.fixture
def amira(portal, client):
    open_form(portal)
    return Walker(client).start()


def kept(amira):
    return amira.store().kept.answers


@pytest.mark.parametrize("forged", ["nonsense", "", "contact", "../who", "x" * 500])
def test_fault_1_an_unknown_current_step_is_no_error_and_means_nothing(amira, forged):
    data = {"q-danger": "none", f"draft-{amira.draft}-current_step": forged, "wizard_goto_step": forged}
    response = amira.client.post(amira.path("danger"), data)
    assert response.status_code == 303
    assert response["Location"] == amira.path("who")
    assert kept(amira) == {"danger": "none"}


def test_nothing_outside_the_wizard_knows_formtools():
    root = Path(__file__).resolve().parents[3]
    users = [
        path.relative_to(root).as_posix()
        for room in ("portal", "home", "services", "network")
        for path in (root / room).rglob("*.py")
        if re.search(r"^\s*(from|import) formtools", path.read_text(encoding="utf-8"), re.M)
    ]
    assert users == ["services/intake/wizard.py"]


@pytest.mark.parametrize("step", ["nonsense", "done", "Danger", "1"])
def test_fault_1_an_unknown_step_leads_to_the_first_open_one(amira, step):
    assert amira.get(step)["Location"] == amira.path("danger")
    assert amira.post(step, danger="none")["Location"] == amira.path("danger")
    assert kept(amira) == {}


def test_fault_2_the_list_of_steps_is_formtools_own_and_follows_the_answers(amira):
    assert "get_form_list" not in vars(IntakeWizard)
    assert amira.post("danger", danger="none").status_code == 303


def test_fault_3_reading_a_page_again_erases_nothing(amira):
    amira.post("danger", danger="none")
    for _time in range(3):
        assert amira.get("danger").status_code == 200
        assert amira.get("who").status_code == 200
    assert kept(amira) == {"danger": "none"}


def test_fault_4_going_back_keeps_what_was_typed_right_or_wrong(amira):
    amira.fill(text=None)
    amira.post("danger", danger="none")
    response = amira.act("contact", "back", name="Amira", phone_number="12", channels=["phone", "letter"])
    assert response["Location"] == amira.path("topic")
    html = amira.get("contact").content.decode()
    assert 'value="Amira"' in html
    assert 'value="12"' in html
    assert "field field--error" not in html
    assert re.search(r'value="letter"[^>]*checked', html)


def test_fault_5_nothing_typed_is_kept_readable_anywhere(amira):
    amira.post("danger", danger="none")
    amira.act("who", "back", helper_name="Canary Bird")
    assert Session.objects.count() == 0
    row = Draft.objects.get()
    for text in (b"Canary", b"csrf", b"danger", b"none"):
        assert text not in bytes(row.answers_ct)
    assert "csrfmiddlewaretoken" not in amira.store().kept.as_bytes().decode()


def test_fault_6_answers_of_a_branch_that_was_left_do_not_leave(amira):
    amira.post("danger", danger="none")
    helper = {"actor": "helper", "knows": "yes", "helper_name": "Hans", "helper_phone": "07721 99999"}
    amira.post("who", **helper, contact_whom="helper")
    amira.fill(actor="self")
    amira.send()
    assert Case.objects.count() == 1
    assert "Hans" not in amira.get("receipt").content.decode()


def test_fault_7_nobody_reads_a_later_step_before_the_earlier_ones_are_answered(amira):
    for step in ("who", "where", "topic", "contact", "check", "receipt"):
        response = amira.get(step)
        assert response.status_code in {302, 303}
        assert response["Location"] == amira.path("danger")


def test_fault_7_what_is_posted_too_early_is_kept_but_does_not_count(amira):
    response = amira.post("topic", topics=["work"], text="Zu früh")
    assert response["Location"] == amira.path("danger")
    assert kept(amira) == {}
    assert amira.store().kept.unfinished["topic"]["q-text"] == ["Zu früh"]


@pytest.mark.parametrize("address", ["check", "done", "receipt", "contact"])
def test_fault_8_reading_never_sends(amira, address):
    amira.fill()
    for _time in range(2):
        amira.client.get(amira.path(address))
        amira.client.head(amira.path(address))
    assert not Submission.objects.exists()


def test_fault_9_pressing_send_twice_sends_once_and_shows_the_same_receipt(amira):
    amira.fill()
    page = amira.get("check")
    first = amira.client.post(amira.path("check"), proof(page))
    second = amira.client.post(amira.path("check"), proof(page))
    assert first["Location"] == second["Location"] == amira.path("receipt")
    assert Submission.objects.count() == Case.objects.count() == 1


def test_fault_9_two_requests_that_both_saw_an_unsent_draft_send_once(amira):
    amira.fill()
    now = timezone.now()
    one, other = amira.store(), amira.store()
    actions.submit_draft(store=one, language="de", at=now)
    actions.submit_draft(store=other, language="de", at=now)
    assert Submission.objects.count() == 1
    assert other.receipt == one.receipt


def test_faults_10_11_12_and_17_there_are_no_files_to_lose_to_leave_or_to_ask_again(amira, tmp_path):
    before = set(settings.MEDIA_ROOT.rglob("*"))
    file = SimpleUploadedFile("Pass_Müller_Ali.pdf", b"%PDF")
    response = amira.client.post(amira.path("danger"), {"q-danger": "none", "q-file": file})
    assert response.status_code == 303
    assert set(settings.MEDIA_ROOT.rglob("*")) == before
    assert kept(amira) == {"danger": "none"}


def test_fault_12_an_expired_draft_leaves_nothing(amira):
    amira.post("danger", danger="none")
    assert actions.erase_expired_drafts(at=timezone.now() + timedelta(hours=25)) == 1
    assert not Draft.objects.exists()


def test_fault_13_two_tabs_with_two_forms_do_not_know_each_other(amira):
    other = Walker(amira.client).start()
    amira.post("danger", danger="none")
    other.post("danger", danger="medical")
    assert amira.draft != other.draft
    assert kept(amira)["danger"] == "none"
    assert kept(other)["danger"] == "medical"
    assert amira.get("who").status_code == 200


def test_fault_13_two_tabs_of_one_form_lose_nothing_of_each_other(amira):
    amira.fill()
    one, other = amira.store(), amira.store()
    actions.save_step(store=one, step="topic", answers={"topics": ["work"]}, language="de")
    actions.save_step(store=other, step="contact", answers={"name": "Amira"}, language="de")
    merged = kept(amira)
    assert (merged["topics"], merged["name"]) == (["work"], "Amira")


def test_fault_14_the_language_changes_in_the_middle_and_the_step_stays(amira):
    amira.post("danger", danger="none")
    amira.post("who", actor="self")
    page = amira.get("where", language="ar")
    assert page.status_code == 200
    assert '<html lang="ar" dir="rtl">' in page.content.decode()
    response = amira.post("where", language="ar", ags="08326012", phase="VU", unaccompanied_minor="no")
    assert response["Location"] == amira.path("topic", "ar")
    assert kept(amira)["danger"] == "none"


def test_fault_15_the_cookie_holds_a_random_token_and_no_answer(amira):
    amira.fill(name="Amira" * 30)
    cookies = {name: morsel for name, morsel in amira.client.cookies.items() if name.startswith("lotse_draft_")}
    assert len(cookies) == 1
    ((name, morsel),) = cookies.items()
    assert len(morsel.value) == 43
    assert len(morsel.OutputString()) < 250


def test_fault_16_reading_writes_nothing_and_sets_nothing_new(amira):
    amira.post("danger", danger="none")
    revision = Draft.objects.get().revision
    with CaptureQueriesContext(connection) as queries:
        response = amira.get("who")
    assert set(response.cookies) <= {"lotse_csrf"}  # Django repeats it with every form; its value stays
    assert not Session.objects.exists()
    assert not [one["sql"] for one in queries if re.match(r"INSERT|UPDATE|DELETE", one["sql"])]
    assert Draft.objects.get().revision == revision
    assert len(queries) < 12


def test_an_older_copy_of_the_answers_put_back_does_not_open(amira):
    old = bytes(Draft.objects.get().answers_ct)
    amira.post("danger", danger="none")
    Draft.objects.update(answers_ct=old)
    response = amira.get("danger")
    assert response.status_code == 404
