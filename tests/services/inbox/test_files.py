"""Amira adds a photo to a message, Lena downloads it and sends a letter back; nobody else sees either."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import erasures, sealing, vault
from portal.cleaning import CleanFile
from portal.errors import NotAllowed
from portal.file_models import FileErasure
from portal.sealing import Unreadable
from services.inbox import actions, envelopes, files
from services.inbox.codes import Verb
from services.inbox.file_models import Attachment
from services.inbox.statuses import Direction
from tests.portal.cleaning.makers import CANARY, exif, jpeg, pdf
from tests.services.inbox.factories import case_of, part, send, visitor_of

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def amira(client, receipt):
    """Amira's browser, with her request open in Arabic."""
    client.post("/ar/status/", {"number": receipt.number, "secret": receipt.secret, "text": ""})
    return client


@pytest.fixture
def lena(ready):
    browser = Client()
    browser.force_login(ready.lena)
    return browser


def photo(name="صورة.jpg", data=b""):
    return SimpleUploadedFile(name, data or jpeg(exif=exif()), "image/jpeg")


def post(browser, case, *uploads, action="send", text="", **more):
    data = {"case": str(case.pk), "id": str(uuid.uuid4()), "text": text, "action": action, "file": list(uploads)}
    return browser.post("/ar/status/message/", {**data, **more})


def reply(browser, case, *uploads, text="Bitte unterschreiben"):
    data = {"action": "reply", "version": case_version(case), "text": text, "language": "de", "after": "waiting"}
    return browser.post(reverse("case", args=[case.pk]), {**data, "files": list(uploads)})


def case_version(case):
    case.refresh_from_db()
    return case.version


def stored():
    return [path for path in Path(vault.storage().location).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _empty_vault():
    for path in stored():
        path.unlink()


def html_of(response):
    return response.content.decode()


# The person adds a file ---------------------------------------------------------------------------------------------


def test_amira_adds_a_photo_without_scripts_and_what_she_typed_stays(amira, case):
    page = post(amira, case, photo(), action="add", text="noch nicht fertig")
    assert page.status_code == 200
    assert "صورة.jpg" in html_of(page)
    assert "noch nicht fertig" in html_of(page)
    assert not case.messages.exists()
    assert 'enctype="multipart/form-data"' in html_of(page)


def test_the_office_sees_it_when_the_message_is_sent_and_not_before(amira, lena, case):
    post(amira, case, photo(), action="add")
    assert "صورة.jpg" not in html_of(lena.get(reverse("case", args=[case.pk])))
    post(amira, case, text="Hier ist der Brief")
    assert "صورة.jpg" in html_of(lena.get(reverse("case", args=[case.pk])))


def test_a_photo_without_a_word_is_a_message(amira, case):
    assert post(amira, case, photo()).status_code == 303
    assert case.messages.get().attachments.count() == 1
    assert case.events.filter(verb=Verb.WROTE).count() == 1


def test_neither_words_nor_photo_is_none(amira, case):
    assert post(amira, case).status_code == 422
    assert not case.messages.exists()


def test_sending_twice_sends_once(amira, case):
    post(amira, case, photo(), action="add")
    for _time in range(2):
        post(amira, case, text="Hallo", id="6c1d5a10-0000-4000-8000-000000000001")
    assert case.messages.count() == 1
    assert Attachment.objects.count() == 1


def test_a_bad_file_is_refused_in_her_language_and_her_words_stay(amira, case):
    page = post(amira, case, SimpleUploadedFile("x.exe", b"MZ"), text="mein langer Text")
    assert page.status_code == 422
    assert "mein langer Text" in html_of(page)
    assert 'role="alert"' in html_of(page)
    assert stored() == []


def test_a_too_long_text_keeps_the_file(amira, case):
    page = post(amira, case, photo(), text="x" * 2001)
    assert page.status_code == 422
    assert "صورة.jpg" in html_of(page)
    assert Attachment.objects.waiting().count() == 1


def test_she_takes_it_back_before_sending(amira, case):
    post(amira, case, photo(), action="add")
    page = post(amira, case, action=f"remove-{Attachment.objects.get().pk}", text="bleibt")
    assert "صورة.jpg" not in html_of(page)
    assert "bleibt" in html_of(page)
    erasures.erase_due_files(files.in_use)
    assert stored() == []


def test_what_is_sent_cannot_be_taken_back_that_way(amira, case):
    post(amira, case, photo())
    post(amira, case, action=f"remove-{Attachment.objects.get().pk}")
    assert Attachment.objects.count() == 1


def test_a_file_whose_message_was_never_sent_goes_after_a_day(amira, case):
    post(amira, case, photo(), action="add")
    assert files.forget_waiting(timezone.now()) == 0
    assert files.forget_waiting(timezone.now() + timedelta(hours=25)) == 1
    erasures.erase_due_files(files.in_use)
    assert stored() == []


def test_there_is_an_end_to_files(amira, case, settings):
    settings.LOTSE_CASE_FILES = 1
    assert post(amira, case, photo("a.jpg"), action="add").status_code == 200
    assert post(amira, case, photo("b.jpg"), action="add").status_code == 422
    erasures.erase_due_files(files.in_use)
    assert len(stored()) == 1


def test_a_silent_scanner_keeps_the_file_out_and_the_words_in(amira, case, settings):
    settings.LOTSE_SCANNER, settings.LOTSE_SCANNER_SECONDS = "tcp://127.0.0.1:1", 0.5
    page = post(amira, case, photo(), text="Guten Tag")
    assert page.status_code == 503
    assert "Guten Tag" in html_of(page)
    assert post(amira, case, text="Guten Tag").status_code == 303


def test_without_the_open_door_nothing_is_taken(case):
    assert post(Client(), case, photo()).status_code == 403
    assert stored() == []


def test_nobody_adds_to_anothers_request(ready, amira, case):
    other = send(ready)
    post(amira, case_of(other), photo())
    assert not Attachment.objects.exists()
    visitor, made = visitor_of(ready, other), files.store(CleanFile("a.jpg", b"x"))
    with pytest.raises(NotAllowed):
        actions.add_file(visitor=visitor, case=case, file=made)


# Downloads ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def letter(amira, case):
    """A photo Amira has sent."""
    post(amira, case, photo())
    return Attachment.objects.get()


def url(case, attachment):
    return reverse("case_file", args=[case.pk, attachment.pk])


def test_lena_downloads_it_and_nothing_shows_it_in_the_browser(lena, case, letter):
    response = lena.get(url(case, letter))
    assert response.status_code == 200
    assert response.content.startswith(b"\xff\xd8\xff")
    assert CANARY not in response.content
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", pdf(), "application/pdf"),
        ("a.txt", b"<script>alert(1)</script>", "application/octet-stream"),
    ],
)
def test_what_could_run_is_only_bytes(amira, lena, case, name, data, kind):
    post(amira, case, SimpleUploadedFile(name, data))
    assert lena.get(url(case, Attachment.objects.get()))["Content-Type"] == kind


def test_each_download_is_a_line_of_the_history_without_content(lena, case, letter):
    lena.get(url(case, letter))
    lena.get(url(case, letter))
    events = list(case.events.filter(verb=Verb.DOWNLOADED))
    assert len(events) == 2
    assert events[0].meta == {"file": str(letter.pk)}
    assert "صورة" not in json.dumps(events[0].meta)


def test_head_tells_nothing_and_downloads_nothing(lena, case, letter):
    assert lena.head(url(case, letter)).status_code == 405
    assert not case.events.filter(verb=Verb.DOWNLOADED).exists()


@pytest.mark.parametrize("who", ["omar", "eva", "ada", "yasmin", "tarik"])
def test_nobody_of_another_office_downloads_it(ready, case, letter, who):
    browser = Client()
    browser.force_login(getattr(ready, who))
    response = browser.get(url(case, letter))
    assert response.status_code in {302, 403}
    assert b"\xff\xd8\xff" not in response.content
    assert not case.events.filter(verb=Verb.DOWNLOADED).exists()
    with pytest.raises(NotAllowed):
        actions.open_file(case=case, reader=getattr(ready, who), file_id=letter.pk)


def test_a_file_of_another_case_is_not_found_through_mine(ready, lena, letter):
    other = case_of(send(ready))
    assert lena.get(url(other, letter)).status_code == 302
    assert lena.get(reverse("case_file", args=[uuid.uuid4(), letter.pk])).status_code in {302, 403}


def test_a_waiting_file_cannot_be_downloaded_by_the_office(amira, lena, case):
    post(amira, case, photo(), action="add")
    assert lena.get(url(case, Attachment.objects.get())).status_code == 302


def test_amira_downloads_her_own_file_and_the_offices_with_her_code(amira, lena, case, letter):
    reply(lena, case, SimpleUploadedFile("Vollmacht.pdf", pdf()))
    page = html_of(amira.get("/ar/status/"))
    links = re.findall(r'href="(/ar/status/file/[0-9a-f-]+/)"', page)
    assert len(links) == 2
    kinds = {amira.get(link)["Content-Type"] for link in links}
    assert kinds == {"image/jpeg", "application/pdf"}
    assert case.events.filter(verb=Verb.DOWNLOADED, actor=None).count() == 2


def test_without_the_code_nobody_downloads_anything(ready, amira, case, letter):
    link = f"/ar/status/file/{letter.pk}/"
    assert Client().get(link).status_code == 303
    stranger, other = Client(), send(ready)
    stranger.post("/ar/status/", {"number": other.number, "secret": other.secret, "text": ""})
    assert stranger.get(link).status_code == 404
    assert amira.get(link).status_code == 200


def test_a_lost_file_is_told_and_breaks_nothing(amira, lena, case, letter):
    vault.remove(letter.path)
    assert lena.get(url(case, letter)).status_code == 302
    assert amira.get(f"/ar/status/file/{letter.pk}/").status_code == 409
    assert lena.get(reverse("case", args=[case.pk])).status_code == 200


# The office answers with a file -------------------------------------------------------------------------------------


def test_lena_sends_a_form_to_sign(amira, lena, case):
    assert reply(lena, case, SimpleUploadedFile("Vollmacht.pdf", pdf())).status_code == 302
    row = Attachment.objects.get()
    assert (row.direction, row.author.username, row.message.direction) == (Direction.OUT, "lena", Direction.OUT)
    assert "Vollmacht.pdf" in html_of(amira.get("/ar/status/"))
    assert "Vollmacht.pdf" in html_of(lena.get(reverse("case", args=[case.pk])))


def test_a_bad_file_of_the_office_is_refused_as_well_and_her_text_stays(lena, case):
    page = reply(lena, case, SimpleUploadedFile("a.docm", b"PK"), text="langer Text")
    assert page.status_code == 422
    assert "langer Text" in html_of(page)
    assert not case.messages.exists()


def test_an_answer_that_came_too_late_leaves_no_file(lena, case):
    data = {"action": "reply", "version": 99, "text": "x", "language": "de", "after": "waiting", "files": [photo()]}
    assert lena.post(reverse("case", args=[case.pk]), data).status_code == 409
    assert not Attachment.objects.exists()
    erasures.erase_due_files(files.in_use)
    assert stored() == []


def test_omar_attaches_nothing(ready, case):
    browser = Client()
    browser.force_login(ready.omar)
    assert reply(browser, case, photo()).status_code in {302, 403}
    assert not case.messages.exists()
    assert not Attachment.objects.exists()


# Encryption and erasing ---------------------------------------------------------------------------------------------


def test_a_withdrawal_erases_every_file(ready, receipt, amira, lena, case, letter):
    reply(lena, case, SimpleUploadedFile("a.pdf", pdf()))
    post(amira, case, photo(), action="add")
    actions.withdraw(visitor=visitor_of(ready, receipt))
    assert not Attachment.objects.exists()
    assert FileErasure.objects.count() == 3
    erasures.erase_due_files(files.in_use)
    assert stored() == []


def test_erase_files_is_for_one_case_alone(ready, case, letter):
    other = case_of(send(ready))
    files.attach(other, [files.store(CleanFile("b.jpg", b"x"))], envelopes.key_for_office(other), Direction.IN)
    assert actions.erase_files(case) == 1
    assert Attachment.objects.get().case == other


def test_one_file_sent_to_two_offices_goes_with_the_second(ready):
    made = files.store(CleanFile("brief.jpg", b"x" * 100))
    receipt = send(ready, part(ready, files=[made]), part(ready, "VS_IM", files=[made]))
    actions.erase_files(case_of(receipt))
    erasures.erase_due_files(files.in_use)
    assert len(stored()) == 1
    second = case_of(receipt, "VS_IM")
    pk = second.attachments.get().pk
    assert actions.open_file(case=second, reader=ready.omar, file_id=pk).name == "brief.jpg"
    actions.erase_files(second)
    erasures.erase_due_files(files.in_use)
    assert stored() == []


def test_a_head_moved_to_another_case_does_not_open(ready, case, letter):
    other = case_of(send(ready))
    Attachment.objects.update(case=other)
    with pytest.raises(Unreadable):
        actions.open_file(case=other, reader=ready.lena, file_id=letter.pk)


def test_files_follow_a_new_data_key(case, letter):
    old, new = envelopes.key_for_office(case), sealing.new_key()
    files.reseal_files(case, old, new)
    row = Attachment.objects.get()
    assert files.content(row, new).name == "صورة.jpg"
    with pytest.raises(Unreadable):
        files.content(row, old)


def test_no_name_and_no_picture_is_found_in_any_table_log_or_mail(amira, lena, case, caplog):
    from django.core import mail

    from portal.outbox import deliver_due
    from tests.services.inbox.test_canary import disguises, every_cell

    post(amira, case, photo("kanarienvogel91.jpg"))
    post(amira, case, SimpleUploadedFile("kanarienvogel92.exe", b"MZ kanarienvogel93"))
    reply(lena, case, SimpleUploadedFile("kanarienvogel94.pdf", pdf()))
    lena.get(url(case, Attachment.objects.first()))
    deliver_due()
    left = [value for _table, value in every_cell()] + [caplog.text.encode()]
    left += [str(sent.message()).encode() for sent in mail.outbox] + [path.read_bytes() for path in stored()]
    for number in range(91, 95):
        for form in disguises(f"kanarienvogel{number}"):
            assert not [value for value in left if form in value]
