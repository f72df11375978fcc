"""Amira searches: in her language, in German, with mistakes, and with nonsense."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.services.pages.factories import contact_point, published, service, topic, translated
from tests.standing import told_once


def story(portal):
    housing = topic(portal)
    page = service(housing, title="Wohnung suchen", teaser="Zimmer und Häuser in der Nähe")
    service(housing, title="Arzt finden", slug="doctor", teaser="Ärzte und Krankenkassen")
    translated(portal.home, "ar", title="لوتسه")
    translated(page, "ar", title="البحث عن سكن", teaser="غرف وبيوت")
    contact_point(portal, town="Furtwangen")
    return housing


kept_pages = told_once(story)


@pytest.fixture
def pages(kept_pages, db):
    return deepcopy(kept_pages)


def find(client, query, code="de", status=200):
    answer = client.get(f"/{code}/search/", {"q": query})
    assert answer.status_code == status
    return answer.content.decode()


class TestFinding:
    @pytest.mark.parametrize(
        "query", ["Wohnung", "wohnungen", "WOHNUNG", "Haus", "Hauser", "Haeuser", "wohnung suchen"]
    )
    def test_german_words_in_any_spelling(self, pages, client, query):
        assert "/de/housing/search/" in find(client, query).split("<main")[1]

    @pytest.mark.parametrize("query", ["سكن", "السكن", "والبيوت", "بيوت"])
    def test_arabic_words_with_and_without_article(self, pages, client, query):
        html = find(client, query, "ar").split("<main")[1]
        assert "/ar/housing/search/" in html
        assert "البحث عن سكن" in html

    def test_a_page_that_exists_only_in_german_is_found_and_marked(self, pages, client):
        html = find(client, "Arzt", "ar").split("<main")[1]
        assert "/ar/housing/doctor/" in html
        assert 'lang="de" dir="ltr"' in html

    def test_a_german_word_finds_the_arabic_page(self, pages, client):
        html = find(client, "Wohnung", "ar").split("<main")[1]
        assert "/ar/housing/search/" in html
        assert "البحث عن سكن" in html

    def test_all_words_must_match(self, pages, client):
        assert "/de/housing/search/" not in find(client, "Wohnung Schwimmbad").split("<main")[1]

    def test_offices_are_found_by_name_and_by_town(self, pages, client):
        assert "Landratsamt, Integrationsmanagement" in find(client, "Landratsamt")
        assert "Landratsamt, Integrationsmanagement" in find(client, "furtwangen")

    def test_nothing_found_still_leads_to_a_person(self, pages, client):
        html = find(client, "Quantenchromodynamik")
        assert 'href="/de/who-helps/"' in html.split("<main")[1]

    def test_an_unpublished_page_is_not_found(self, pages, client):
        from services.pages.models import ServicePage

        ServicePage.objects.get(slug="doctor").unpublish()
        assert "/de/housing/doctor/" not in find(client, "Arzt").split("<main")[1]

    def test_many_hits_come_in_pages(self, pages, client):
        for number in range(25):
            service(pages, title=f"Fahrrad {number}", slug=f"bike-{number}")
        assert 'aria-current="page"' in find(client, "Fahrrad")
        assert client.get("/de/search/", {"q": "Fahrrad", "page": "2"}).status_code == 200


@pytest.mark.parametrize("code", ["de", "ar", "ti", "tr"])
@pytest.mark.parametrize(
    "query",
    [
        '"',
        '""',
        "'",
        '"Wohnung',
        "wohnung AND",
        "NOT",
        "*",
        "(",
        "wohnung*",
        "a" * 10_000,
        "\x00",
        "\x01\x02",
        "😀",
        "  ",
        "-",
        "title:wohnung",
        "{!lucene}",
        "'; DROP TABLE x; --",
        "<script>alert(1)</script>",
        "%",
        "_",
        "\u202e",
        "&|!:",
    ],
)
def test_any_input_gives_a_page(pages, client, query, code):
    html = find(client, query, code)
    assert "<script>alert(1)" not in html


def test_any_page_number_gives_a_page(pages, client):
    for number in ("0", "-1", "x", "99999999999", ""):
        assert client.get("/de/search/", {"q": "Wohnung", "page": number}).status_code == 200


def test_a_search_is_not_offered_to_search_engines(pages, client):
    assert 'content="noindex"' in find(client, "Wohnung")
    assert 'content="noindex"' not in client.get("/de/search/").content.decode()


def test_searching_leaves_nothing_behind(pages, client):
    assert not client.get("/de/search/", {"q": "Wohnung"}).cookies


def test_general_pages_are_found_too(pages, client):
    from home.models import GeneralPage, HomePage

    published(
        HomePage.objects.get(slug="lotse", locale__language_code="de"),
        GeneralPage,
        title="Impressum",
        slug="imprint",
        body=[("section", {"heading": "Anschrift", "text": "<p>Am Hoptbühl</p>"})],
    )
    assert "/de/imprint/" in find(client, "Hoptbuehl").split("<main")[1]
