"""Amira adds photos of her letters: one by one, without scripts, and none is lost, doubled, left behind or shown."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal import vault
from portal.file_models import FileErasure
from services.inbox.file_models import Attachment
from services.inbox.models import Case
from services.intake import actions, files
from services.intake.compiler import compile_form
from services.intake.file_models import DraftFile
from services.intake.models import Draft
from services.intake.reach import FormError
from tests.portal.cleaning.makers import CANARY, exif, jpeg, pdf
from tests.portal.cleaning.test_scanning import Scanner
from tests.services.intake.factories import Walker, form, open_form, question, step
from tests.standing import told_once

STEPS = (
    step("one", question("wants", "radio", required=True)),
    step("papers", question("letter", "file", max_files=3, accept=["image/*", ".pdf"], required=False)),
    step("more", question("proof", "file", required=True), visible_if=[{"question": "wants", "is": "yes"}]),
)


kept = told_once(lambda portal: open_form(portal, compile_form(form(*STEPS, recipient="KOORD"), {})))


@pytest.fixture
def amira(kept, db, client) -> Walker:
    walker = Walker(client, key="small").start()
    walker.post("one", wants="no")
    return walker


def photo(name: str = "brief.jpg", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or jpeg(exif=exif()), "image/jpeg")


def add(walker, *uploads, step="papers", action="add", follow=True, query=""):
    response = walker.client.post(walker.path(step) + query, {"action": action, "file": list(uploads)})
    return walker.client.get(response["Location"]) if follow and response.status_code == 303 else response


def html_of(response) -> str:
    return response.content.decode()


def names(walker, key="letter") -> list[str]:
    return [file.name for file in files.kept_files(walker.store(), key)]


def stored() -> list[Path]:
    return [path for path in Path(vault.storage().location).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _empty_vault():
    for path in stored():
        path.unlink()


# Adding -----------------------------------------------------------------------------------------------------------


def test_amira_adds_a_photo_and_sees_it_with_its_size(amira):
    page = add(amira, photo("Brief vom Amt.JPG"))
    assert page.status_code == 200
    assert "Brief vom Amt.jpg" in html_of(page)
    assert re.search(r"\d+(,\d)?\W(bytes|Bytes|KB)", html_of(page))
    assert names(amira) == ["Brief vom Amt.jpg"]


def test_the_page_is_a_plain_form_for_everybody(amira):
    html = html_of(amira.get("papers"))
    assert 'enctype="multipart/form-data"' in html
    assert 'type="file" id="file" name="file" multiple accept="image/*,application/pdf"' in html
    assert '<label for="file">Frage letter' in html
    assert "10 MB" in html
    assert "required" not in html.partition("<input class")[2].partition(">")[0]


def test_several_at_once_are_kept_in_their_order_fault_10(amira):
    add(amira, photo("a.jpg"), photo("b.jpg"), SimpleUploadedFile("c.pdf", pdf()))
    assert names(amira) == ["a.jpg", "b.jpg", "c.pdf"]


def test_one_bad_file_does_not_take_the_good_ones_with_it(amira):
    page = add(amira, photo("a.jpg"), SimpleUploadedFile("virus.exe", b"MZ"), photo("b.jpg"))
    assert page.status_code == 422
    assert names(amira) == ["a.jpg", "b.jpg"]
    html = html_of(page)
    assert re.search(r"<title>(Error|Fehler): ", html)
    assert 'href="#file"><bdi>virus.exe</bdi>: ' in html
    assert 'aria-invalid="true"' in html
    assert 'role="alert" tabindex="-1" autofocus' in html


def test_a_refusal_can_be_reloaded_is_told_in_the_readers_language_and_goes(amira):
    response = amira.client.post(amira.path("papers"), {"action": "add", "file": [photo("x.jpg", b"%!PS")]})
    assert response["Location"].endswith("?wrong=1")
    assert [amira.client.get(response["Location"]).status_code for _time in range(2)] == [422, 422]
    arabic = amira.client.get(amira.path("papers", "ar") + "?wrong=1")
    assert (arabic.status_code, '<html lang="ar"' in html_of(arabic)) == (422, True)
    assert amira.get("papers").status_code == 200
    add(amira, photo())
    assert amira.client.get(response["Location"]).status_code == 200


def test_a_name_that_is_a_page_is_only_shown(amira):
    page = add(amira, SimpleUploadedFile("<img src=x onerror=alert(1)>.exe", b"MZ"))
    assert "<img src=x" not in html_of(page)
    assert "&lt;img" in html_of(page)


def test_pressing_add_without_a_file_says_what_to_do(amira):
    assert add(amira).status_code == 422


def test_a_fourth_file_is_refused_and_the_field_goes(amira):
    add(amira, photo("a.jpg"), photo("b.jpg"), photo("c.jpg"))
    assert 'type="file"' not in html_of(amira.get("papers"))
    assert add(amira, photo("d.jpg")).status_code == 422
    assert names(amira) == ["a.jpg", "b.jpg", "c.jpg"]


def test_a_draft_holds_no_more_than_its_share(amira, settings):
    settings.LOTSE_UPLOAD_TOTAL_BYTES = 1000
    assert add(amira, photo("a.jpg")).status_code == 422
    assert names(amira) == []
    files.erase_due_files()
    assert stored() == []


def test_thirty_files_in_an_hour_are_enough(amira, monkeypatch):
    monkeypatch.setattr("services.intake.file_step.FILES_PER_HOUR", 1)
    add(amira, photo("a.jpg"))
    assert add(amira, photo("b.jpg")).status_code == 429
    assert names(amira) == ["a.jpg"]


def test_a_question_for_pictures_and_pdf_takes_no_table(amira):
    assert add(amira, SimpleUploadedFile("a.csv", b"a;b")).status_code == 422


@pytest.mark.parametrize(
    ("accept", "groups"),
    [
        ([], ()),
        (["image/*"], ("image",)),
        (["image/jpeg", ".pdf"], ("image", "pdf")),
        ([".docx", "text/plain"], ("office", "text")),
        (["application/vnd.oasis.opendocument.text"], ("office",)),
        (["image", "pdf"], ("image", "pdf")),
        (["application/x-msdownload"], ()),
    ],
)
def test_a_form_says_in_the_words_of_a_page_what_it_takes(accept, groups):
    assert files.accepted({"accept": accept}) == groups


def test_files_stand_alone_on_their_step():
    with pytest.raises(FormError, match="step of their own"):
        compile_form(form(step("one", question("a", "text"), question("b", "file"))), {})


# Removing, going on, two tabs ---------------------------------------------------------------------------------------


def test_a_removed_file_is_gone_from_the_page_and_the_disk_fault_11(amira):
    add(amira, photo("a.jpg"), photo("b.jpg"))
    pk = DraftFile.objects.first().pk
    amira.client.post(amira.path("papers"), {"action": f"remove-{pk}"})
    assert names(amira) == ["b.jpg"]
    files.erase_due_files()
    assert len(stored()) == 1
    assert amira.client.post(amira.path("papers"), {"action": f"remove-{pk}"}).status_code == 303


@pytest.mark.parametrize("action", ["remove-", "remove-x", "remove-\x00", "nonsense", ""])
def test_a_strange_button_does_nothing(amira, action):
    add(amira, photo("a.jpg"))
    assert amira.client.post(amira.path("papers"), {"action": action}).status_code in {303, 422}
    assert names(amira) == ["a.jpg"]


def test_nobody_removes_the_file_of_another_draft(amira):
    other = Walker(Client(), key="small").start()
    other.post("one", wants="no")
    add(other, photo("b.jpg"))
    pk = DraftFile.objects.get().pk
    amira.client.post(amira.path("papers"), {"action": f"remove-{pk}"})
    assert names(other) == ["b.jpg"]


def test_a_file_that_was_chosen_and_not_added_goes_along_with_continue(amira):
    response = add(amira, photo("a.jpg"), action="continue", follow=False)
    assert response["Location"] == amira.path("check")
    assert names(amira) == ["a.jpg"]


def test_it_goes_along_with_back_and_with_another_language_too(amira):
    assert add(amira, photo("a.jpg"), action="back", follow=False)["Location"] == amira.path("one")
    assert "/languages/" in add(amira, photo("b.jpg"), action="language", follow=False)["Location"]
    assert names(amira) == ["a.jpg", "b.jpg"]


def test_an_optional_step_is_passed_without_a_file_and_a_required_one_is_not(amira):
    assert add(amira, action="continue", follow=False)["Location"] == amira.path("check")
    amira.post("one", query="?change=1", wants="yes")
    page = add(amira, step="more", action="continue")
    assert page.status_code == 422
    assert "Frage proof" in html_of(page)
    assert add(amira, photo(), step="more", action="continue", follow=False)["Location"] == amira.path("check")


def test_coming_back_asks_for_nothing_again_fault_17(amira):
    add(amira, photo("a.jpg"), action="continue")
    assert amira.get("papers").status_code == 200
    assert add(amira, action="continue", follow=False)["Location"] == amira.path("check")
    assert names(amira) == ["a.jpg"]


def test_two_tabs_that_add_files_lose_none(amira):
    first, second = amira.store(), amira.store()
    row = files.file_question(first, "papers")
    for store, name in ((first, "a.jpg"), (second, "b.jpg")):
        made = files.inbox_files.store(files_clean(name))
        files.add_file(store=store, question=row, step="papers", file=made, language="de")
    assert names(amira) == ["a.jpg", "b.jpg"]


def files_clean(name):
    from portal.cleaning import CleanFile

    return CleanFile(name, b"x" * 100)


def test_the_files_step_cannot_be_reached_before_what_stands_before_it(kept, db, client):
    early = Walker(client, key="small").start()
    assert early.get("papers").status_code == 302
    assert add(early, photo(), follow=False).status_code == 303
    assert not DraftFile.objects.exists()


def test_a_stranger_sees_no_file_step(amira):
    assert Client().get(amira.path("papers")).status_code == 404
    assert Client().post(amira.path("papers"), {"action": "add", "file": [photo()]}).status_code == 404
    assert stored() == []


# Sending and erasing ------------------------------------------------------------------------------------------------


def test_names_are_on_the_check_page_and_the_case_gets_the_files_and_nothing_else_does(amira):
    add(amira, photo("Bescheid.jpg"), photo("Zweiter.jpg"), action="continue")
    assert "Bescheid.jpg" in html_of(amira.get("check"))
    before = {path.name for path in stored()}
    amira.send()
    assert Case.objects.get().attachments.count() == 2
    assert not DraftFile.objects.exists()
    assert not FileErasure.objects.exists()
    assert {path.name for path in stored()} == before


def test_files_of_a_branch_that_closed_are_not_sent_and_erased(amira):
    add(amira, photo("bleibt.jpg"), action="continue")
    amira.post("one", query="?change=1", wants="yes")
    add(amira, photo("geht.jpg"), step="more", action="continue")
    amira.post("one", query="?change=1", wants="no")
    amira.send()
    files.erase_due_files()
    assert Attachment.objects.count() == 1
    assert len(stored()) == 1


def test_sending_twice_attaches_once(amira):
    add(amira, photo("a.jpg"), action="continue")
    amira.send()
    actions.submit_draft(store=amira.store(), language="de", at=timezone.now())
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("how", ["leave", "expire"])
def test_a_draft_that_goes_takes_its_files_along_fault_12(amira, how):
    add(amira, photo("a.jpg"), photo("b.jpg"))
    if how == "leave":
        amira.client.post(amira.path("leave"))
    else:
        assert actions.erase_expired_drafts(at=timezone.now() + timedelta(hours=25)) == 1
    assert not Draft.objects.exists()
    assert FileErasure.objects.count() == 2
    files.erase_due_files()
    assert stored() == []


def test_a_file_whose_draft_was_deleted_past_us_is_swept(amira):
    add(amira, photo("a.jpg"))
    Draft.objects.all().delete()
    assert files.sweep_files(timezone.now()) == 0
    assert files.sweep_files(timezone.now() + timedelta(days=2)) == 1
    assert stored() == []


def test_the_sweep_leaves_what_belongs_to_somebody(amira):
    add(amira, photo("a.jpg"), action="continue")
    amira.send()
    assert files.sweep_files(timezone.now() + timedelta(days=2)) == 0
    assert len(stored()) == 1


# Secrets ------------------------------------------------------------------------------------------------------------


def test_no_name_and_no_picture_is_found_in_any_table_or_on_the_disk(amira):
    from tests.services.intake.test_privacy import everything_stored

    add(amira, photo("kanarienvogel77.jpg"))
    add(amira, SimpleUploadedFile("kanarienvogel78.exe", b"MZ kanarienvogel79"))
    amira.act("papers", "continue")
    for moment in ("before", "after"):
        if moment == "after":
            amira.send()
        text = everything_stored()
        assert "kanarienvogel7" not in text
        for path in stored():
            assert b"kanarienvogel7" not in path.read_bytes()
            assert CANARY not in path.read_bytes()
            assert b"JFIF" not in path.read_bytes()


def test_a_head_moved_to_another_draft_does_not_open(amira):
    other = Walker(Client(), key="small").start()
    other.post("one", wants="no")
    add(other, photo("b.jpg"))
    add(amira, photo("a.jpg"))
    DraftFile.objects.filter(draft_id=other.draft).update(head_ct=DraftFile.objects.get(draft_id=amira.draft).head_ct)
    assert names(other) == []
    assert other.get("papers").status_code == 200


def test_a_silent_scanner_keeps_the_file_out_and_the_person_can_go_on(amira, settings):
    settings.LOTSE_SCANNER, settings.LOTSE_SCANNER_SECONDS = "tcp://127.0.0.1:1", 0.5
    page = add(amira, photo("a.jpg"))
    assert page.status_code == 503
    assert stored() == []
    assert add(amira, action="continue", follow=False)["Location"] == amira.path("check")


def test_a_scanner_that_answers_lets_the_photo_in(amira, settings):
    scanner = Scanner()
    settings.LOTSE_SCANNER = scanner.address
    try:
        assert add(amira, photo("a.jpg")).status_code == 200
    finally:
        scanner.stop()
    assert len(scanner.seen) == 1
