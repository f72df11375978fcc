"""Amira looks how her request stands, writes back, withdraws, leaves; a stranger learns nothing."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from portal import rates
from services.inbox import actions, receipts, status_cookie, views
from services.inbox.models import Case, Message
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, document, part, send, write

STATUS, LETTER, WITHDRAW, LEAVE = (f"/ar/status/{end}" for end in ("", "message/", "withdraw/", "leave/"))


def enter(client, receipt, **changes):
    typed = {"number": receipt.number, "secret": receipts.in_groups(receipt.secret)}
    return client.post(STATUS, {**typed, **changes})


@pytest.fixture
def amira(client, receipt):
    """Amira has opened her request in Arabic."""
    assert enter(client, receipt).status_code == 303
    return client


def letter(case, text="شكرا", **changes):
    return {"case": str(case.pk), "id": str(uuid.uuid4()), "text": text, **changes}


def test_the_door_asks_for_number_and_secret_and_is_kept_by_nobody(ready, client):
    response = client.get(STATUS)
    text = response.content.decode()
    assert response.status_code == 200
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert '<meta name="robots" content="noindex">' in text
    assert re.search(r'<input[^>]*name="number"[^>]*autocomplete="off"', text)
    assert re.findall(r"<script[^>]*>", text) == ['<script src="/static/services/status.js" defer>']  # needed by nobody
    assert "lotse_staff" not in response.cookies


def test_amira_opens_her_request(amira, receipt, ready):
    response = amira.get(STATUS)
    text = response.content.decode()
    assert response.status_code == 200
    assert receipt.number in text
    assert receipt.secret not in text
    assert '<bdi lang="de" dir="ltr">Landratsamt, Integrationsmanagement</bdi>' in text
    assert "السكن" in text
    assert "Wohnen" not in text
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "typed",
    [
        lambda receipt: {"number": receipt.number.lower().replace("-", " ")},
        lambda receipt: {"number": receipt.number.replace("SBK-", "")},
        lambda receipt: {"secret": receipt.secret.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))},
        lambda receipt: {"secret": " ".join(receipt.secret)},
    ],
)
def test_however_amira_types_it_she_gets_in(client, receipt, typed):
    assert enter(client, receipt, **typed(receipt)).status_code == 303


def test_the_cookie_is_closed_short_and_for_this_page_only(client, receipt):
    cookie = enter(client, receipt).cookies["lotse_case_ar"]
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == ("/ar/status/", 1800, "Strict")
    assert cookie["httponly"] is True
    assert not cookie["secure"]
    assert receipt.secret not in cookie.value
    assert receipt.number not in cookie.value


def test_over_tls_the_cookie_is_for_tls_only(client, receipt):
    typed = {"number": receipt.number, "secret": receipt.secret}
    assert client.post(STATUS, typed, secure=True).cookies["lotse_case_ar"]["secure"] is True


def test_nothing_of_it_is_in_an_address_or_a_session(client, receipt):
    response = enter(client, receipt)
    assert response.url == STATUS
    assert "lotse_staff" not in client.cookies


def test_after_half_an_hour_the_door_is_closed(amira, monkeypatch):
    now = status_cookie.time.time()
    monkeypatch.setattr(status_cookie.time, "time", lambda: now + 29 * 60)
    assert SECRET_TEXT in amira.get(STATUS).content.decode()
    monkeypatch.setattr(status_cookie.time, "time", lambda: now + (29 + 31) * 60)
    assert SECRET_TEXT not in amira.get(STATUS).content.decode()


@pytest.mark.parametrize("value", ["", "x", "AAAA", "é", "eyJhIjoxfQ==", "A" * 900])
def test_a_forged_cookie_is_the_closed_door(client, receipt, value):
    client.cookies["lotse_case_ar"] = value
    response = client.get(STATUS)
    assert response.status_code == 200
    assert SECRET_TEXT not in response.content.decode()


def test_a_changed_cookie_opens_nothing(amira):
    value = amira.cookies["lotse_case_ar"].value
    amira.cookies["lotse_case_ar"] = value[:50] + ("A" if value[50] != "A" else "B") + value[51:]
    assert SECRET_TEXT not in amira.get(STATUS).content.decode()


def _answers(client, receipt, number, secret):
    response = client.post(STATUS, {"number": number, "secret": secret})
    text = response.content.decode().replace(number, "N")
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    return response.status_code, headers, text


def test_unknown_number_and_wrong_secret_get_the_same_answer(client, receipt, monkeypatch):
    derivations = []
    real = receipts.sealing.key_from_secret
    monkeypatch.setattr(
        receipts.sealing, "key_from_secret", lambda secret, salt: derivations.append(1) or real(secret, salt)
    )
    known = _answers(client, receipt, receipt.number, "0" * 16)
    unknown = _answers(client, receipt, "SBK-AAAA-22", "0" * 16)
    assert known == unknown
    assert known[0] == 422
    assert len(derivations) == 2


def test_unknown_and_known_numbers_cost_the_same_queries(client, receipt, django_assert_num_queries):
    client.get(STATUS)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as known:
        client.post(STATUS, {"number": receipt.number, "secret": "0" * 16})
    with django_assert_num_queries(len(known)):
        client.post(STATUS, {"number": "SBK-AAAA-22", "secret": "0" * 16})


@pytest.mark.parametrize("number", ["known", "SBK-AAAA-22"])
def test_ten_wrong_tries_close_a_number_for_the_day_even_for_the_right_secret(client, receipt, number):
    number = receipt.number if number == "known" else number
    for _ in range(10):
        assert client.post(STATUS, {"number": number, "secret": "0" * 16}).status_code == 422
    response = client.post(STATUS, {"number": number, "secret": receipt.secret})
    assert response.status_code == 429
    assert "lotse_case_ar" not in response.cookies


def test_right_tries_are_not_counted(client, receipt):
    for _ in range(15):
        assert enter(client, receipt).status_code == 303


def test_one_address_cannot_try_all_numbers(client, receipt, monkeypatch):
    monkeypatch.setattr(views, "TRIES_PER_HOUR", 3)
    statuses = [client.post(STATUS, {"number": "SBK-AAAA-22", "secret": "0" * 16}).status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert rates.HOUR == 3600


@pytest.mark.parametrize(
    "typed", [{}, {"number": "x"}, {"number": "\x00", "secret": "\x00"}, {"number": "💥" * 5000, "secret": "1" * 9000}]
)
def test_bad_input_is_shown_again_with_what_was_typed(client, ready, typed):
    response = client.post(STATUS, typed)
    text = response.content.decode()
    assert response.status_code == 422
    with translation.override("ar"):
        assert re.search(r"<title>\s*" + translation.gettext("Error"), text)
    assert 'role="alert"' in text
    if typed.get("number") == "x":
        assert 'value="x"' in text


def test_amira_reads_the_answer_in_its_own_direction(amira, receipt, ready):
    answer(ready, receipt, "Bitte kommen Sie am Montag.")
    text = amira.get(STATUS).content.decode()
    assert re.search(r'<div lang="de" dir="ltr"><p>Bitte kommen Sie am Montag.</p></div>', text)
    assert Message.objects.get().read_at is not None


def test_amira_writes_back_and_the_office_is_asked_again(amira, receipt, ready):
    answer(ready, receipt)
    response = amira.post(LETTER, letter(case_of(receipt), "شكرا جزيلا"))
    assert (response.status_code, response.url) == (303, STATUS)
    case = case_of(receipt)
    assert case.status == "contacted"
    assert case.first_unanswered_at is not None
    assert case.due_at is not None
    with translation.override("ar"):
        sent = translation.gettext("Your message was sent.")
    text = amira.get(STATUS).content.decode()
    assert 'lang="ar" dir="rtl"><p>شكرا جزيلا</p>' in text
    assert sent in text
    assert sent not in amira.get(STATUS).content.decode()


def test_two_clicks_send_one_message(amira, receipt):
    data = letter(case_of(receipt))
    assert [amira.post(LETTER, data).status_code for _ in range(2)] == [303, 303]
    assert Message.objects.count() == 1


def test_a_message_number_of_somebody_else_changes_nothing_there(amira, receipt, ready):
    theirs = write(ready, send(ready), "fremd")
    assert amira.post(LETTER, letter(case_of(receipt), id=str(theirs.pk))).status_code == 303
    theirs.refresh_from_db()
    assert theirs.case.messages.count() == 1
    assert case_of(receipt).messages.count() == 1


def test_writing_opens_a_closed_case_again(amira, receipt, ready):
    actions.close(case=case_of(receipt), by=ready.lena, reason="helped", version=1)
    amira.post(LETTER, letter(case_of(receipt)))
    case = case_of(receipt)
    assert (case.status, case.closed_at, case.close_reason) == ("received", None, "")
    assert list(case.events.values_list("verb", flat=True))[-2:] == ["wrote", "reopened"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_refused_message_keeps_its_text(amira, receipt, text):
    response = amira.post(LETTER, letter(case_of(receipt), text))
    assert response.status_code == 422
    assert text.strip() in response.content.decode()
    assert Message.objects.count() == 0


def test_after_the_door_closed_the_text_is_kept_and_comes_back(client, receipt):
    data = letter(case_of(receipt), "لا تفقد هذا النص")
    response = client.post(LETTER, data)
    assert response.status_code == 403
    assert "لا تفقد هذا النص" in response.content.decode()
    opened = enter(client, receipt, text="لا تفقد هذا النص")
    assert opened.status_code == 200
    assert re.search(r"<textarea[^>]*>\s*لا تفقد هذا النص</textarea>", opened.content.decode())
    assert Message.objects.count() == 0


@pytest.mark.parametrize("case", ["", "x", str(uuid.UUID(int=7))])
def test_a_message_to_no_case_of_hers_goes_nowhere(amira, case):
    assert amira.post(LETTER, {"case": case, "id": str(uuid.uuid4()), "text": "x"}).status_code == 303
    assert Message.objects.count() == 0


def test_a_message_to_a_strangers_case_goes_nowhere(amira, ready):
    other = case_of(send(ready))
    assert amira.post(LETTER, letter(other)).status_code == 303
    assert Message.objects.count() == 0


def test_a_flood_of_messages_ends(amira, receipt, monkeypatch):
    monkeypatch.setattr(views, "LETTERS_PER_DAY", 2)
    statuses = [amira.post(LETTER, letter(case_of(receipt), f"n{n}")).status_code for n in range(3)]
    assert statuses == [303, 303, 429]
    assert Message.objects.count() == 2


def test_withdrawing_asks_first_and_then_erases(amira, receipt, ready):
    answer(ready, receipt)
    assert amira.get(WITHDRAW).status_code == 200
    assert Case.objects.get().status == "waiting"
    assert amira.post(WITHDRAW).status_code == 303
    case = case_of(receipt)
    assert (case.status, bytes(case.answers_ct), case.topics, case.municipality, case.phase) == (
        "withdrawn",
        b"",
        [],
        None,
        "",
    )
    assert case.keys.count() == case.messages.count() == case.notes.count() == 0
    response = amira.get(STATUS)
    assert response.status_code == 200
    assert "<textarea" not in response.content.decode()
    assert amira.get(WITHDRAW).status_code == 303
    assert amira.post(LETTER, letter(case)).status_code == 409
    content = actions.open_case(case=case, reader=ready.lena)
    assert (content.document, content.messages, content.notes) == (None, [], [])


def test_two_offices_are_two_parts_with_their_own_messages(client, ready):
    receipt = send(
        ready, part(ready, "LRA_IM", document=document("eins")), part(ready, "DRK", document=document("zwei"))
    )
    enter(client, receipt)
    client.post(LETTER, letter(case_of(receipt, "DRK"), "nur an das Rote Kreuz"))
    assert case_of(receipt, "LRA_IM").messages.count() == 0
    assert case_of(receipt, "DRK").messages.count() == 1
    ids = re.findall(r' id="([^"]+)"', client.get(STATUS).content.decode())
    assert len(ids) == len(set(ids))


def test_leaving_closes_the_door_and_asks_the_browser_to_forget(amira):
    response = amira.post(LEAVE)
    assert (response.status_code, response.url) == (303, "/ar/")
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.cookies["lotse_case_ar"]["max-age"] == 0
    assert response.cookies["lotse_case_de"]["path"] == "/de/status/"
    assert SECRET_TEXT not in amira.get(STATUS).content.decode()
    assert amira.get(LEAVE).status_code == 405


def test_hostile_messages_are_inert(amira, receipt):
    amira.post(LETTER, letter(case_of(receipt), "<script>alert(1)</script>"))
    text = amira.get(STATUS).content.decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("path", [STATUS, LETTER, WITHDRAW, LEAVE])
def test_every_form_needs_its_token(ready, receipt, path):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(path, {"number": "x"}).status_code == 403


def test_another_district_does_not_know_the_number(client, ready, receipt):
    from wagtail.models import Site

    from portal.models import District

    root = ready.home
    site = Site.objects.create(hostname="other.example", root_page=root)
    District.objects.create(site=site, name="Landkreis Tuttlingen", key="08327")
    typed = {"number": receipt.number, "secret": receipt.secret}
    assert client.post(STATUS, typed, headers={"host": "other.example"}).status_code == 422
    assert reverse("case_status").endswith("/status/")
