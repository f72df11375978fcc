"""The start page, the language page, general pages and the emergency numbers."""

from __future__ import annotations

import re
from html import unescape

import pytest
from wagtail.images import get_image_model

from home.models import EmergencyPage, GeneralPage
from portal.languages import LANGUAGES
from tests.services.pages.factories import published, topic


def read(client, path, status=200, **headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == status
    return answer.content.decode()


class TestStartPage:
    def test_tasks_lead_somewhere_in_every_language(self, portal, client):
        portal.home.tiles = [
            ("tile", {"label": "Hilfe", "text": "Wer hilft?", "target": "finder"}),
            ("tile", {"label": "Brief", "text": "", "target": "letters"}),
            ("tile", {"label": "Beratung", "text": "", "target": "form:counselling"}),
            ("tile", {"label": "Wohnen", "text": "", "target": "topic:housing"}),
        ]
        portal.home.save_revision().publish()
        html = read(client, "/ti/")
        for path in ("/ti/who-helps/", "/ti/arrival/letters/", "/ti/forms/counselling/", "/ti/housing/"):
            assert f'href="{path}"' in html

    def test_topics_stand_on_the_start_page(self, portal, client):
        topic(portal)
        assert 'href="/de/housing/"' in read(client, "/de/")

    def test_emergency_is_one_tap_away_from_everywhere(self, portal, client):
        topic(portal)
        for path in ("/de/", "/de/housing/", "/ar/search/", "/de/nowhere/"):
            assert "/emergency/" in client.get(path).content.decode()

    @pytest.mark.parametrize(
        ("accepts", "lands"),
        [
            ("ar-SY,ar;q=0.9", "/ar/"),
            ("uk-UA", "/uk/"),
            ("ti-ER,ti;q=0.9", "/ti/"),
            ("ja", "/de/"),
            ("", "/de/"),
            ("de-simple,de", "/de-simple/"),
        ],
    )
    def test_the_bare_address_asks_the_browser_for_the_language(self, portal, client, accepts, lands):
        answer = client.get("/", headers={"accept-language": accepts})
        assert answer.status_code == 302
        assert answer["Location"] == lands
        assert "Accept-Language" in answer["Vary"]


class TestLanguagePage:
    def test_every_language_names_itself_and_no_flag_is_shown(self, portal, client):
        html = read(client, "/de/languages/?page=/de/housing/")
        for entry in LANGUAGES:
            assert f'<li lang="{entry.code}" dir="{entry.direction}">' in html
            assert entry.endonym in html
        assert not any(0x1F1E6 <= ord(char) <= 0x1F1FF for char in html)

    def test_the_reader_stays_on_the_same_page(self, portal, client):
        html = read(client, "/de/languages/?page=/de/housing/search/")
        assert 'href="/ar/housing/search/" hreflang="ar"' in html

    def test_answers_in_the_address_go_along(self, portal, client):
        finder = read(client, "/de/who-helps/?emergency=no&phase=AU")
        switch = re.search(r'href="([^"]*/languages/[^"]*)"', finder).group(1)
        assert 'href="/ar/who-helps/?emergency=no&amp;phase=AU" hreflang="ar"' in read(client, unescape(switch))

    @pytest.mark.parametrize(
        "page",
        [
            "https://evil.example/",
            "//evil.example/x",
            "/admin/",
            "javascript:alert(1)",
            "/xx/housing/",
            '"><script>',
            "/de/" + "a" * 1900,
            "",
        ],
    )
    def test_foreign_addresses_lead_to_the_start_page_instead(self, portal, client, page):
        html = client.get("/de/languages/", {"page": page}).content.decode()
        assert 'href="/ar/" hreflang="ar"' in html
        assert "evil.example" not in html.split("<main")[1].split("</main>")[0]

    def test_the_current_language_is_marked(self, portal, client):
        assert 'hreflang="uk" aria-current="true"' in read(client, "/uk/languages/?page=/uk/")


class TestEmergencyPage:
    @pytest.fixture
    def page(self, portal):
        return published(
            portal.home,
            EmergencyPage,
            title="Notfall",
            slug="emergency",
            numbers=[
                ("number", {"label": "Polizei", "number": "110", "text": "Gefahr", "note": ""}),
                ("number", {"label": "Arzt", "number": "116 117", "text": "", "note": ""}),
            ],
        )

    def test_numbers_can_be_tapped(self, page, client):
        html = read(client, "/de/emergency/")
        assert 'href="tel:110"' in html
        assert 'href="tel:116117"' in html

    def test_numbers_run_from_left_to_right_in_arabic(self, page, client):
        assert '<bdi dir="ltr">116 117</bdi>' in read(client, "/ar/emergency/")


class TestGeneralPage:
    def test_sections_and_questions_are_shown(self, portal, client):
        published(
            portal.home,
            GeneralPage,
            title="Impressum",
            slug="imprint",
            body=[
                ("section", {"heading": "Wer?", "text": "<p>Das Landratsamt</p>"}),
                ("question", {"question": "Warum?", "answer": "<p>Darum</p>"}),
            ],
        )
        html = read(client, "/de/imprint/")
        assert "<h2>Wer?</h2>" in html
        assert "<summary>Warum?</summary>" in html

    def test_an_image_comes_in_modern_formats_with_its_description(self, portal, client):
        from django.core.files.images import ImageFile

        from tests.home.pictures import jpeg

        image = get_image_model().objects.create(
            title="Rathaus", description="Das Rathaus mit Eingang", file=ImageFile(jpeg(), name="rathaus.jpg")
        )
        block = ("picture", {"image": image, "caption": "Villingen"})
        page = published(portal.home, GeneralPage, title="Bild", slug="picture")
        image.contextual_alt_text = "Das Rathaus mit Eingang"
        page.body = [block]
        page.save_revision().publish()
        html = read(client, "/de/picture/")
        assert 'type="image/avif"' in html
        assert 'type="image/webp"' in html
        assert 'alt="Das Rathaus mit Eingang"' in html
        source = html.split("<source")[1].split('srcset="')[1].split(" ")[0]
        answer = client.get(source)
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]

    def test_an_image_without_a_description_is_refused(self, portal):
        from django.core.exceptions import ValidationError
        from django.core.files.images import ImageFile

        from tests.home.pictures import jpeg

        image = get_image_model()(title="Bild", description="", file=ImageFile(jpeg(), name="x.jpg"))
        image.width, image.height = 10, 10
        with pytest.raises(ValidationError):
            image.full_clean()


class TestErrors:
    @pytest.mark.parametrize("code", ["de", "ar", "ti"])
    def test_a_missing_page_answers_in_the_readers_language(self, portal, client, code):
        html = read(client, f"/{code}/gibt-es-nicht/", 404)
        assert f'<html lang="{code}"' in html

    def test_originals_of_images_and_strange_paths_are_not_served(self, portal, client):
        for path in ("/media/original_images/x.jpg", "/media/../manage.py", "/media/images/%2e%2e/%2e%2e/manage.py"):
            assert client.get(path).status_code in {400, 404}

    def test_machines_learn_where_the_sitemap_is(self, portal, client):
        assert "Sitemap: http://testserver/sitemap.xml" in read(client, "/robots.txt")

    def test_health_says_yes(self, portal, client):
        assert client.get("/healthz").json()["status"] == "ok"
