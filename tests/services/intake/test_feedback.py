"""Something on a page is wrong: Amira tells it, Yasmin reads it, and Amira can read the answer."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from services.inbox.models import Case, Submission
from services.intake.feedback import TYPES, document, inner_path
from services.intake.forms import stamp
from services.intake.models import Draft, FormVersion
from tests.services.intake.factories import case_of, know_who_helps


@pytest.fixture
def district(portal):
    know_who_helps(portal)
    return portal.district


def token_in(client, language="de", query="") -> str:
    html = client.get(f"/{language}/feedback/{query}").content.decode()
    return re.search(r'name="token" value="([^"]+)"', html)[1]


def tell(client, language="de", token=None, seconds=60, **answers):
    data = {f"q-{key}": value for key, value in {"topics": "wrong", "text": "Das stimmt nicht.", **answers}.items()}
    data |= {"token": token or token_in(client, language), "website": ""}
    return client.post(f"/{language}/feedback/", {**data, "since": stamp(timezone.now().timestamp() - seconds)})


def test_amira_tells_and_yasmin_reads(portal, district, client):
    response = tell(client, page="/de/housing/", email="amira@example.org")
    assert response.status_code == 303
    html = client.get(response["Location"]).content.decode()
    case, entries = case_of(portal)
    assert case.office.code == "KOORD"
    assert case.submission.form_key == "page-feedback"
    assert (case.topics, case.urgency, case.municipality) == (["wrong"], "normal", None)
    assert entries["page"]["value"] == "/de/housing/"
    assert entries["text"]["value"] == "Das stimmt nicht."
    assert entries["email"]["value"] == "amira@example.org"
    assert case.submission.number in html
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", html)


def test_omar_does_not_read_it(portal, district, client):
    tell(client)
    assert portal.offices["VS_IM"] != Case.objects.get().office


@pytest.mark.parametrize("language", ["ar", "fa", "tr"])
def test_it_is_told_in_the_readers_language(portal, district, client, language):
    response = tell(client, language, text="كلمة")
    assert response["Location"].startswith(f"/{language}/feedback/")
    assert Case.objects.get().language == language
    assert client.get(response["Location"]).status_code == 200


def test_the_page_and_the_kind_come_from_the_link(portal, district, client):
    html = client.get("/de/feedback/?type=barrier&page=/ar/housing/").content.decode()
    assert '<bdi lang="de">Koordinierungsstelle Integrationsmanagement</bdi>' in html
    assert '<bdi dir="ltr">/ar/housing/</bdi>' in html
    assert 'name="q-page" value="/ar/housing/"' in html
    assert re.search(r'value="barrier"[^>]*checked', html)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/de/housing/", "/de/housing/"),
        ("/ar/", "/ar/"),
        ("/de/search/?q=geheim", "/de/search/"),
        ("/de/x/#y", "/de/x/"),
        ("/de/forms/counselling/123e4567-e89b-12d3-a456-426614174000/who/", "/de/forms/counselling/…/who/"),
        ("https://evil.example/", ""),
        ("//evil.example/", ""),
        ("/de//evil.example/", ""),
        ("/de/\\evil", ""),
        ("/xx/housing/", ""),
        ("/admin/", ""),
        ("javascript:alert(1)", ""),
        ("/de/a b/", ""),
        ("/de/\u202e/", ""),
        ("/de/" + "a" * 300, ""),
        ("", ""),
    ],
)
def test_only_the_path_of_one_of_our_pages_is_kept(given, kept):
    assert inner_path(given) == kept


def test_a_forged_page_is_dropped_and_the_rest_is_sent(portal, district, client):
    tell(client, page="https://evil.example/")
    assert "page" not in case_of(portal)[1]


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_can_be_told(district, client, kind):
    tell(client, topics=kind)
    assert Case.objects.get().topics == [kind]


@pytest.mark.parametrize("kind", ["missing_translation", "praise"])
def test_what_speaks_for_itself_needs_no_words(district, client, kind):
    assert tell(client, topics=kind, text="").status_code == 303


@pytest.mark.parametrize(
    "answers",
    [{"topics": "wrong", "text": ""}, {"topics": ""}, {"topics": "nonsense"}, {"text": "x" * 1001}, {"email": "amira"}],
)
def test_a_mistake_is_told_and_nothing_typed_is_lost(district, client, answers):
    token = token_in(client)
    response = tell(client, token=token, page="/de/housing/", **answers)
    html = response.content.decode()
    assert response.status_code == 422
    assert re.search(r"<title>(Error|Fehler): ", html)
    assert 'value="/de/housing/"' in html
    assert token in html
    assert not Submission.objects.exists()


def test_a_thousand_characters_are_enough_for_a_thousand(district, client):
    assert tell(client, text="ü" * 1000).status_code == 303


def test_pressing_twice_sends_once_and_shows_the_same_receipt(district, client):
    token = token_in(client)
    first, second = tell(client, token=token), tell(client, token=token)
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == Draft.objects.count() == FormVersion.objects.count() == 1
    assert client.get(second["Location"]).status_code == 200


def test_two_people_send_two(district, client):
    tell(client)
    tell(Client())
    assert Submission.objects.count() == 2
    assert FormVersion.objects.count() == 1


def test_nobody_else_reads_the_receipt(district, client):
    response = tell(client)
    other = Client().get(response["Location"])
    assert other.status_code == 404
    assert 'href="/de/feedback/"' in other.content.decode()


@pytest.mark.parametrize("token", ["x", "00" * 32, "\x00", "x" * 5000])
def test_a_forged_token_is_replaced_and_amira_presses_once_more(district, client, token):
    response = tell(client, token=token)
    assert response.status_code == 422
    fresh = re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]
    assert tell(client, token=fresh).status_code == 303


def test_machines_are_asked_again_people_are_not(district, client):
    assert tell(client, seconds=-60).status_code == 422
    data = {"q-topics": "praise", "token": token_in(client), "website": "http://spam", "since": stamp(1.0)}
    assert client.post("/de/feedback/", data).status_code == 422
    assert tell(client, seconds=86_400).status_code == 303
    assert Submission.objects.count() == 1


def test_the_page_is_kept_by_no_cache_and_needs_its_own_safety_token(district):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/de/feedback/")
    assert page["Cache-Control"] == "no-store"
    assert tell(strict).status_code == 403


def test_a_flood_is_stopped(district, client, settings):
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 2
    assert [tell(client).status_code for _time in range(3)] == [303, 303, 429]


def test_the_form_is_a_document_like_all_others():
    assert document()["recipient"] == "KOORD"
    assert {"de", "ar", "uk"} <= set(document()["languages"])
    assert document()["notice"]
