"""Amira saves, goes away and goes on elsewhere with a code; nobody else does, and nothing opens without it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal import sealing
from portal.sealing import Unreadable
from services.intake import actions, devices
from services.intake.answers import LONG_LIFETIME, AnswerStore, DraftLost
from services.intake.guard import token_of
from services.intake.models import Draft, DraftKey
from tests.services.intake.factories import Walker, open_form, store_of

CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")


@pytest.fixture
def amira(portal, client) -> Walker:
    open_form(portal)
    return Walker(client).start()


def save(walker: Walker, long: str = "") -> str:
    """Press the buttons and read the code off the page."""
    assert walker.client.post(walker.path("save"), {"long": long}).status_code == 303
    return CODE.search(walker.get("save").content.decode())[0]


def go_on(code: str, client: Client | None = None, language: str = "de"):
    """Enter the code in another browser."""
    client = client or Client()
    response = client.post(f"/{language}/forms/resume/", {"code": code})
    return client, response


def elsewhere(walker: Walker, code: str, language: str = "de") -> Walker:
    """The same draft in another browser."""
    client, response = go_on(code, language=language)
    assert response.status_code == 303, response.content.decode()
    other = Walker(client, language)
    other.draft = walker.draft
    return other


def test_amira_saves_and_goes_on_where_she_was_on_another_device(amira):
    amira.post("danger", danger="none")
    response = amira.act("who", "save", actor="helper", helper_name="Hans, halb fer")
    assert response["Location"] == amira.path("save")
    code = save(amira)
    client, response = go_on(code)
    assert response["Location"] == amira.path("who")
    html = client.get(response["Location"]).content.decode()
    assert re.search(r'value="helper"[^>]*checked', html)
    assert store_of(client, amira.draft).kept.answers == {"danger": "none"}
    assert store_of(client, amira.draft).kept.unfinished["who"]["q-helper_name"] == ["Hans, halb fer"]


def test_every_step_and_the_check_page_offer_to_save(amira):
    amira.fill()
    for step in ("danger", "who", "where", "topic", "contact"):
        assert 'name="action" value="save"' in amira.get(step).content.decode()
    assert f'href="{amira.path("save")}"' in amira.get("check").content.decode()


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{0}-", "\u202a{0}\u202c"])
def test_the_code_may_be_typed_in_any_way(amira, typed):
    assert go_on(typed.format(save(amira).replace(" ", "-")))[1].status_code == 303


def test_the_code_may_be_typed_in_arabic_digits_and_the_form_goes_on_in_arabic(amira):
    amira.post("danger", danger="none")
    arabic = save(amira).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    _client, response = go_on(arabic, language="ar")
    assert response["Location"] == amira.path("who", "ar")


def test_both_devices_go_on_and_see_the_same(amira):
    other = elsewhere(amira, save(amira))
    other.post("danger", danger="none")
    amira.post("who", actor="self")
    assert amira.store().kept.answers == other.store().kept.answers
    assert amira.get("where").status_code == other.get("where").status_code == 200


def test_the_code_opens_again_and_is_shown_again_to_whoever_has_the_draft(amira):
    code = save(amira)
    assert save(amira) == code
    assert elsewhere(amira, code).get("danger").status_code == 200
    third = elsewhere(amira, code)
    assert code in third.get("save").content.decode()
    assert DraftKey.objects.filter(kind="code").count() == 1


def test_reading_the_page_makes_no_code(amira):
    assert not CODE.search(amira.get("save").content.decode())
    assert not DraftKey.objects.exists()


def test_the_code_is_in_no_address_that_is_sent_and_in_no_table(amira):
    code = save(amira)
    html = amira.get("save").content.decode()
    plain = code.replace(" ", "")
    assert "<svg" in html
    assert not [one for one in re.findall(r'(?:href|action|src)="([^"]*)"', html) if plain in one or code in one]
    row = DraftKey.objects.get(kind="code")
    assert row.tag == plain[:6]
    for column in (row.salt, row.sealed, Draft.objects.get().answers_ct):
        assert plain[6:].encode() not in bytes(column)


def test_a_database_with_the_pepper_opens_nothing_without_the_ten_digits(amira):
    save(amira)
    row = DraftKey.objects.select_related("draft").get(kind="code")
    for guess in ("", row.tag, "0000000000", bytes(row.sealed)[:16].hex()):
        with pytest.raises(Unreadable):
            sealing.decrypt(row.sealed, sealing.key_from_secret(guess, row.salt), devices._place(row.draft_id, row))
    with pytest.raises(DraftLost):
        AnswerStore(row.draft, b"x" * 32)


def test_a_key_moved_to_another_draft_opens_neither(amira):
    code = save(amira)
    other = Walker(Client()).start()
    DraftKey.objects.update(draft=other.draft)
    assert go_on(code)[1].status_code == 422


@pytest.mark.parametrize(
    "typed", ["", "1", "1234 5678 9012 345", "abcd efgh ijkl mnop", "12345678901234567", "x" * 9999]
)
def test_what_is_no_code_is_said_to_be_none(portal, client, typed):
    response = client.post("/de/forms/resume/", {"code": typed})
    assert response.status_code == 422
    assert not response.cookies.get("lotse_draft_")


def test_an_unknown_code_and_a_wrong_one_get_the_same_answer_and_the_same_work(amira, monkeypatch):
    code = save(amira).replace(" ", "")
    work: list[int] = []
    slow = sealing.key_from_secret
    monkeypatch.setattr(sealing, "key_from_secret", lambda *args: (work.append(1), slow(*args))[1])
    wrong = f"{code[:15]}{(int(code[15]) + 1) % 10}"
    nobody = f"{(int(code[0]) + 1) % 10}{code[1:]}"
    pages = []
    for one in (wrong, nobody):
        _client, response = go_on(one)
        assert response.status_code == 422
        html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
        pages.append(html.replace(one, "…"))
    assert pages[0] == pages[1]
    assert len(work) == 2


def test_after_ten_wrong_tries_a_code_is_shut_for_the_day_and_others_are_not(amira):
    code, other = save(amira).replace(" ", ""), Walker(Client()).start()
    second = save(other)
    wrong = f"{code[:15]}{(int(code[15]) + 1) % 10}"
    assert [go_on(wrong)[1].status_code for _time in range(11)] == [422] * 10 + [429]
    assert go_on(code)[1].status_code == 429
    assert go_on(second)[1].status_code == 303


def test_a_right_code_is_never_used_up(amira):
    code = save(amira)
    assert {go_on(code)[1].status_code for _time in range(15)} == {303}
    assert DraftKey.objects.filter(kind="browser").count() == devices.MOST_BROWSERS


def test_a_whole_accommodation_may_enter_codes_a_flood_may_not(amira, monkeypatch):
    monkeypatch.setattr("services.intake.later.TRIES_PER_HOUR", 3)
    code = save(amira)
    assert [go_on(code)[1].status_code for _time in range(4)] == [303, 303, 303, 429]


def test_for_seven_days_if_asked_for_else_for_one(amira):
    save(amira)
    assert Draft.objects.get().expires_at <= timezone.now() + timedelta(hours=24)
    save(amira, long="yes")
    draft = Draft.objects.get()
    assert draft.expires_at == draft.started_at + LONG_LIFETIME
    save(amira)
    assert Draft.objects.get().expires_at == draft.expires_at


def test_the_cookie_lasts_as_long_as_the_draft_on_both_devices(amira):
    other = elsewhere(amira, save(amira))
    other.client.post(other.path("save"), {"long": "yes"})
    response = amira.post("danger", danger="none")
    (name,) = [name for name in response.cookies if name.startswith("lotse_draft_")]
    assert 6 * 86_400 < response.cookies[name]["max-age"] <= 7 * 86_400
    assert response.cookies[name].value == amira.client.cookies[name].value


def test_an_expired_draft_opens_with_no_code_and_its_keys_go_with_it(amira):
    code = save(amira)
    Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert go_on(code)[1].status_code == 422
    actions.erase_expired_drafts()
    assert not DraftKey.objects.exists()


def test_deleting_on_one_device_deletes_for_all_and_the_code_too(amira):
    code = save(amira)
    other = elsewhere(amira, code)
    response = other.client.post(other.path("leave"), {"exit": "quick"})
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert [response.cookies[name]["max-age"] for name in response.cookies if name.startswith("lotse_draft_")] == [0]
    assert amira.get("danger").status_code == 410
    assert go_on(code)[1].status_code == 422
    assert not DraftKey.objects.exists()


def test_after_sending_the_code_opens_nothing_and_both_devices_see_the_receipt(amira):
    code = save(amira)
    other = elsewhere(amira, code)
    other.fill().send()
    assert go_on(code)[1].status_code == 422
    assert amira.get("receipt").status_code == other.get("receipt").status_code == 200
    assert amira.post("danger", danger="none")["Location"] == amira.path("receipt")
    assert amira.get("save")["Location"] == amira.path("receipt")


def test_a_code_of_another_district_opens_nothing(amira, portal):
    from wagtail.models import Site

    from portal.models import District

    site = Site.objects.create(hostname="other.example", root_page=portal.home)
    District.objects.create(site=site, name="Anderer Kreis", key="08327")
    code = save(amira)
    assert go_on(code, Client(HTTP_HOST="other.example"))[1].status_code == 422
    assert go_on(code)[1].status_code == 303


def test_the_door_is_kept_by_nobody_and_strangers_cannot_push_it(amira):
    response = Client().get("/de/forms/resume/")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/de/forms/resume/", {"code": save(amira)}).status_code == 403


def test_omar_without_the_cookie_makes_no_code(amira):
    assert Client().post(amira.path("save"), {"long": "yes"}).status_code == 404
    assert not DraftKey.objects.exists()


def test_a_new_pepper_lets_go_of_no_draft(amira, settings, tmp_path):
    import shutil

    settings.LOTSE_KEY_DIR = shutil.copytree(settings.LOTSE_KEY_DIR, tmp_path / "keys")
    code = save(amira)
    other = elsewhere(amira, code)
    (tmp_path / "keys" / "pepper-2.key").write_text("ab" * 32)
    assert amira.get("danger").status_code == other.get("danger").status_code == 200
    assert go_on(code)[1].status_code == 303

    class Request:
        COOKIES = {name: morsel.value for name, morsel in amira.client.cookies.items()}

    assert amira.store().key == AnswerStore(Draft.objects.get(), token_of(Request(), Draft.objects.get().pk)).key


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_pages_speak_the_readers_language(amira, language):
    page = Client().get(f"/{language}/forms/resume/").content.decode()
    assert f'<html lang="{language}"' in page
    save(amira)
    assert f'<html lang="{language}"' in amira.get("save", language).content.decode()
