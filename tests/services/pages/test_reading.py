"""Amira reads a service page, in her language as far as there is one."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from tests.services.pages.factories import contact_point, service, term, topic, translated


def read(client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


@pytest.fixture
def page(portal):
    return service(topic(portal))


@pytest.fixture
def arabic(portal, page):
    translated(portal.home, "ar", title="لوتسه")
    return translated(page, "ar", title="البحث عن سكن", teaser="لمن يبحث عن سكن")


class TestGerman:
    def test_everything_on_the_page_is_there_in_its_order(self, page, client):
        html = read(client, "/de/housing/search/")
        order = [
            "Wohnung suchen",
            "Wer eine Wohnung sucht",
            "kostenlos",
            "Alle Menschen",
            "Meldebescheinigung",
            "Mietvertrag",
            "Wie lange dauert es?",
            "https://example.org/",
            "§ 535 BGB",
        ]
        places = [html.index(text) for text in order]
        assert places == sorted(places)

    def test_the_page_says_its_language_and_direction(self, page, client):
        assert '<html lang="de" dir="ltr">' in read(client, "/de/housing/search/")

    def test_reading_sets_no_cookie(self, page, client):
        assert not client.get("/de/housing/search/").cookies

    def test_a_contact_can_be_called(self, page, portal, client):
        point = contact_point(portal)
        page.contact_points = [("contact_point", point)]
        page.save_revision().publish()
        assert 'href="tel:+49-30-23125001"' in read(client, "/de/housing/search/")

    def test_a_secret_address_is_nowhere_on_the_page(self, page, portal, client):
        point = contact_point(portal, street="Geheimweg 7", town="Villingen", is_address_secret=True)
        page.contact_points = [("contact_point", point)]
        page.save_revision().publish()
        assert "Geheimweg" not in read(client, "/de/housing/search/")

    def test_old_facts_are_marked(self, page, client):
        page.review_by = date(2020, 1, 1)
        page.save_revision().publish()
        assert "note note--warning" in read(client, "/de/housing/search/")
        page.review_by = date(2099, 1, 1)
        page.save_revision().publish()
        assert "note note--warning" not in read(client, "/de/housing/search/")

    def test_an_unpublished_page_is_gone(self, page, client):
        page.unpublish()
        read(client, "/de/housing/search/", 404)

    def test_the_print_view_has_a_code_to_scan(self, page, client):
        assert 'class="qr"' in read(client, "/de/housing/search/?view=print")
        assert 'class="qr"' not in read(client, "/de/housing/search/")

    def test_the_topic_lists_the_page(self, page, client):
        assert 'href="/de/housing/search/"' in read(client, "/de/housing/")

    def test_machines_read_a_government_service(self, page, client):
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', read(client, "/de/housing/search/"))
        data = json.loads(block.group(1))
        assert data["@type"] == "GovernmentService"
        assert data["name"] == "Wohnung suchen"
        assert data["inLanguage"] == "de"

    def test_no_text_breaks_out_of_the_data_block(self, portal, client):
        service(topic(portal), title="</script><b>x", slug="evil")
        html = read(client, "/de/housing/evil/")
        assert "</script><b>x" not in html


class TestArabic:
    def test_the_page_is_arabic_from_right_to_left(self, arabic, client):
        html = read(client, "/ar/housing/search/")
        assert '<html lang="ar" dir="rtl">' in html
        assert "<h1>البحث عن سكن</h1>" in html
        assert 'role="note"' not in html

    def test_german_words_for_the_counter_stay_beside_the_translation(self, arabic, page, client):
        paper = {**page.documents.raw_data[0], "value": {"name": "شهادة التسجيل", "note": "", "kind": "copy"}}
        arabic.documents = arabic.documents.stream_block.to_python([paper])
        arabic.save_revision().publish()
        assert '(<bdi lang="de" dir="ltr">Meldebescheinigung</bdi>)' in read(client, "/ar/housing/search/")

    def test_bold_marks_official_german_words_and_keeps_their_language(self, arabic, client):
        assert '<b lang="de" dir="ltr">Mietvertrag</b>' in read(client, "/ar/housing/search/")

    def test_facts_are_those_of_the_german_page_at_once(self, arabic, page, portal, client):
        page.contact_points = [("contact_point", contact_point(portal, phone="+49 30 23125 077"))]
        page.save_revision().publish()
        assert "tel:+49-30-23125077" in read(client, "/ar/housing/search/")

    def test_the_reader_learns_that_nobody_has_checked_the_translation(self, arabic, client):
        assert 'href="/de/housing/search/"' in read(client, "/ar/housing/search/")

    def test_a_draft_in_arabic_is_not_shown(self, arabic, client):
        arabic.title = "مسودة"
        arabic.save_revision()
        assert "مسودة" not in read(client, "/ar/housing/search/")

    def test_the_glossary_speaks_arabic_and_keeps_the_german_word(self, arabic, page, client):
        german = term()
        term("ar", translation_key=german.translation_key, explanation="عقد إيجار")
        arabic.terms = [("term", german)]
        arabic.save_revision().publish()
        html = read(client, "/ar/housing/search/")
        assert "عقد إيجار" in html
        assert '<b lang="de" dir="ltr">Mietvertrag</b>' in html


class TestFallback:
    def test_a_language_without_the_page_gets_german_text_in_its_own_frame(self, page, client):
        html = read(client, "/ti/housing/search/")
        assert '<html lang="ti" dir="ltr">' in html
        assert '<h1 lang="de" dir="ltr">Wohnung suchen</h1>' in html
        assert 'role="note"' in html

    def test_dari_gets_persian_before_german(self, portal, page, client):
        translated(portal.home, "fa", title="راهنما")
        translated(page, "fa", title="جستجوی خانه")
        html = read(client, "/fa-af/housing/search/")
        assert '<html lang="fa-af" dir="rtl">' in html
        assert '<h1 lang="fa" dir="rtl">جستجوی خانه</h1>' in html

    def test_a_language_with_a_start_page_but_without_this_page_falls_back_too(self, portal, page, client):
        translated(portal.home, "ar", title="لوتسه")
        html = read(client, "/ar/housing/search/")
        assert '<html lang="ar" dir="rtl">' in html
        assert 'lang="de" dir="ltr">Wohnung suchen' in html

    def test_the_fallback_names_the_german_address_as_the_original(self, page, client):
        html = read(client, "/ti/housing/search/")
        assert '<link rel="canonical" href="http://testserver/de/housing/search/">' in html
        assert 'hreflang="ti"' not in html.split("</head>")[0]

    def test_an_alias_never_poses_as_a_translation(self, portal, page, client):
        ar = Locale.objects.get(language_code="ar")
        portal.home.copy_for_translation(ar, alias=True)
        html = read(client, "/ar/")
        assert 'lang="de" dir="ltr"' in html

    def test_a_missing_page_is_missing_in_every_language(self, page, client):
        for code in ("de", "ar", "ti"):
            html = read(client, f"/{code}/housing/nothing/", 404)
            assert f'<html lang="{code}"' in html

    def test_topics_list_the_best_page_per_language(self, portal, page, client):
        html = read(client, "/ti/housing/")
        assert '<a href="/ti/housing/search/" lang="de" dir="ltr">' in html


class TestLinksBetweenLanguages:
    def test_translations_name_each_other(self, arabic, client):
        for code in ("de", "ar"):
            head = read(client, f"/{code}/housing/search/").split("</head>")[0]
            assert 'hreflang="de" href="http://testserver/de/housing/search/"' in head
            assert 'hreflang="ar" href="http://testserver/ar/housing/search/"' in head
            assert 'hreflang="x-default" href="http://testserver/de/housing/search/"' in head
            assert f'<link rel="canonical" href="http://testserver/{code}/housing/search/">' in head

    def test_the_sitemap_has_both_with_their_siblings(self, arabic, client):
        xml = read(client, "/sitemap.xml")
        assert xml.count("<loc>http://testserver/ar/housing/search/</loc>") == 1
        assert '<xhtml:link rel="alternate" hreflang="ar" href="http://testserver/ar/housing/search/"/>' in xml

    def test_the_sitemap_knows_no_page_that_is_only_shown_as_fallback(self, page, client):
        assert "/ti/housing/search/" not in read(client, "/sitemap.xml")


class TestBoundedWork:
    def test_a_service_page_needs_few_queries(self, arabic, page, portal, client):
        page.contact_points = [("contact_point", contact_point(portal, f"point-{number}")) for number in range(4)]
        page.related = "search"
        page.terms = [("term", term())]
        page.save_revision().publish()
        client.get("/ar/housing/search/")
        for code in ("de", "ar", "ti"):
            with CaptureQueriesContext(connection) as queries:
                read(client, f"/{code}/housing/search/")
            assert len(queries) <= 20, "\n".join(query["sql"][:70] + " … " + query["sql"][-90:] for query in queries)

    def test_the_start_page_needs_few_queries(self, arabic, portal, client):
        for number in range(8):
            topic(portal, slug=f"topic-{number}", title=f"Thema {number}")
        client.get("/de/")
        for code in ("de", "ar", "ti"):
            with CaptureQueriesContext(connection) as queries:
                read(client, f"/{code}/")
            assert len(queries) <= 25, "\n".join(query["sql"][:70] + " … " + query["sql"][-90:] for query in queries)

    def test_an_unchanged_page_costs_no_bytes(self, page, client):
        first = client.get("/de/housing/search/")
        again = client.get("/de/housing/search/", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert not again.content

    def test_a_changed_page_is_new_at_once(self, page, client):
        first = client.get("/de/housing/search/")
        page.title = "Wohnung finden"
        page.save_revision().publish()
        again = client.get("/de/housing/search/", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 200
        assert "Wohnung finden" in again.content.decode()
