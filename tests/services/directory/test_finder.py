"""Amira asks who helps her: every way ends at a door, nothing is kept, a wrong value is never a wrong office."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.demo.directory import load
from portal.languages import complete_codes
from services.directory.models import ContactPoint, Office, Responsibility


@pytest.fixture
def seeded(portal):
    load(portal.district)
    return portal


@pytest.fixture
def find(seeded, client):
    """Open the finder with answers; the page as text comes along."""

    def _find(query: str = "", language: str = "de", status: int = 200) -> str:
        response = client.get(f"/{language}/who-helps/?{query}" if query else f"/{language}/who-helps/")
        assert response.status_code == status, query
        assert not response.cookies
        return response.content.decode()

    return _find


def asks(html: str) -> str | None:
    """Which question a page asks."""
    found = re.search(r'name="step" value="(\w+)"', html)
    return found[1] if found else None


def links(html: str) -> list[str]:
    main = html[html.index("<body") : html.index("</main>")]
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', main)]


def form_link(html: str) -> dict[str, list[str]] | None:
    found = [href for href in links(html) if "/forms/counselling/" in href]
    return parse_qs(urlsplit(found[0]).query) if found else None


def office_named(html: str) -> str | None:
    found = re.search(r'class="lead"><strong><bdi lang="de">([^<]+)<', html)
    return unescape(found[1]) if found else None


@pytest.mark.parametrize("language", ["de", "ar"])
def test_amira_in_the_house_of_the_red_cross_needs_four_clicks(find, client, language):
    path = f"/{language}/who-helps/"
    typed = [{"now": "no"}, {"phase": "VU"}, {"ags": "08326074", "place": ""}]
    html = client.get(path).content.decode()
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html
    for answer in typed:
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
        html = client.get(path, {**hidden, **answer}).content.decode()
    assert office_named(html) == "Deutsches Rotes Kreuz, Sozialberatung"
    assert 'href="tel:+49-30-23125100" dir="ltr"' in html
    assert form_link(html) == {"ags": ["08326074"], "phase": ["VU"]}
    assert f'href="/{language}/forms/counselling/' in html


JOURNEYS = [
    ("now=minor", "Kreisjugendamt", None),
    ("now=no&phase=LEA", None, None),
    ("now=no&phase=VU&ags=unknown", "Deutsches Rotes Kreuz, Sozialberatung", {"phase": ["VU"]}),
    (
        "now=no&phase=AU&ags=08326031&since=2026-01",
        "Gemeinde Königsfeld, Integrationsmanagement",
        {"ags": ["08326031"], "phase": ["AU"], "au_start": ["2026-01"]},
    ),
    (
        "now=no&phase=AU&ags=08326012&since=unknown",
        "Landratsamt, Integrationsmanagement",
        {"ags": ["08326012"], "phase": ["AU"]},
    ),
    ("now=no&phase=AU&ags=unknown", "Koordinierungsstelle Integrationsmanagement", {"phase": ["AU"]}),
    (
        "now=no&phase=PRIVATE&ags=08326017&group=UKRAINE&since=unknown",
        "Landratsamt, Integrationsmanagement",
        {"ags": ["08326017"], "phase": ["PRIVATE"]},
    ),
    (
        "now=no&phase=PRIVATE&ags=08326017&group=UNSAID&since=unknown",
        "Koordinierungsstelle Integrationsmanagement",
        {"ags": ["08326017"], "phase": ["PRIVATE"]},
    ),
    (
        "now=no&phase=PRIVATE&ags=08326005&group=FAMILY_REUNION&since=unknown",
        "Landratsamt, Integrationsmanagement",
        {"ags": ["08326005"], "phase": ["PRIVATE"]},
    ),
    (
        "now=no&phase=PRIVATE&ags=08326074&group=OTHER&since=2025-03",
        "Stadt Villingen-Schwenningen, Integrationsmanagement",
        {"ags": ["08326074"], "phase": ["PRIVATE"], "au_start": ["2025-03"]},
    ),
    (
        "now=no&phase=PRIVATE&ags=08326060&group=OTHER&since=unknown",
        "Regeldienste: Migrationsberatung und Jugendmigrationsdienst",
        None,
    ),
    (
        "now=no&phase=HOMELESS&ags=08326006",
        "Rathaus der Stadt oder Gemeinde",
        {"ags": ["08326006"], "phase": ["HOMELESS"]},
    ),
    ("now=no&phase=HOMELESS&ags=unknown", "Rathaus der Stadt oder Gemeinde", {"phase": ["HOMELESS"]}),
    (
        "now=no&phase=UNKNOWN&clue=none&ags=08326074",
        "Koordinierungsstelle Integrationsmanagement",
        {"ags": ["08326074"], "phase": ["UNKNOWN"]},
    ),
    (
        "now=no&phase=UNKNOWN&clue=shelter&ags=08326074",
        "Deutsches Rotes Kreuz, Sozialberatung",
        {"ags": ["08326074"], "phase": ["VU"]},
    ),
    (
        "now=no&phase=UNKNOWN&clue=town&ags=08326052&since=2025-01",
        "Stadt St. Georgen, Integrationsmanagement",
        {"ags": ["08326052"], "phase": ["AU"], "au_start": ["2025-01"]},
    ),
    ("now=no&phase=VU&ags=other", None, None),
    ("now=no&phase=AU&ags=08327050", None, None),
]


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize(("query", "office", "form"), JOURNEYS)
def test_every_way_ends_at_a_door(find, language, query, office, form):
    html = find(query, language)
    assert asks(html) is None
    assert office_named(html) == office
    assert form_link(html) == form
    assert "tel:" in html or "/offices/LEA/" in html or "Erstaufnahme" in html


@pytest.mark.parametrize("query", [journey[0] for journey in JOURNEYS])
def test_danger_shows_the_numbers_first_and_keeps_the_office(find, query):
    calm = find(query)
    danger = find(query.replace("now=no", "now=danger").replace("now=minor", "now=both"))
    assert office_named(calm) == office_named(danger)
    assert 'href="tel:110"' not in calm
    assert danger.index("<h1>") < danger.index('href="tel:110"') < danger.index("tel:112")
    if office_named(danger):
        assert danger.index('href="tel:110"') < danger.index(office_named(danger))


def test_the_numbers_stay_on_every_page_after_danger_was_said(find):
    for query in ("now=danger", "now=danger&phase=AU", "now=danger&phase=AU&ags=08326031"):
        assert 'href="tel:112"' in find(query)


@pytest.mark.parametrize(
    ("query", "step"),
    [
        ("", "now"),
        ("now=no", "phase"),
        ("now=no&phase=UNKNOWN", "clue"),
        ("now=no&phase=VU", "ags"),
        ("now=no&phase=AU&ags=08326031", "since"),
        ("now=no&phase=PRIVATE&ags=08326031", "group"),
        ("now=no&phase=PRIVATE&ags=unknown", "group"),
        ("now=no&phase=PRIVATE&ags=08326031&group=OTHER", "since"),
        ("phase=VU&ags=08326074", "now"),
        ("now=no&phase=UNKNOWN&clue=contract&ags=08326031", "group"),
    ],
)
def test_one_question_comes_after_the_other(find, query, step):
    html = find(query)
    assert asks(html) == step
    assert html.count("<h1>") == 1
    assert html.index("<h1>") < html.index('<form method="get"')


WRONG = [
    ("now=maybe", "now"),
    ("step=now", "now"),
    ("now=no&phase=TENT", "phase"),
    ("now=no&phase=vu", "phase"),
    ("now=no&phase=&step=phase", "phase"),
    ("now=no&phase=UNKNOWN&clue=x", "clue"),
    ("now=no&phase=VU&ags=08326999", "ags"),
    ("now=no&phase=VU&ags=99999999", "ags"),
    ("now=no&phase=VU&ags=8326074", "ags"),
    ("now=no&phase=VU&ags=%00", "ags"),
    ("now=no&phase=VU&ags=&place=", "ags"),
    ("now=no&phase=VU&ags=&place=Tuttlingen", "ags"),
    ("now=no&phase=VU&ags=08326031&place=Triberg", "ags"),
    ("now=no&phase=VU&ags=&place=78050+Triberg", "ags"),
    ("now=no&phase=VU&ags=&place=99999", "ags"),
    ("now=no&phase=VU&ags=&place=" + "x" * 200, "ags"),
    ("now=no&phase=PRIVATE&ags=08326031&group=SYRIA", "group"),
    ("now=no&phase=AU&ags=08326031&since=2026-13", "since"),
    ("now=no&phase=AU&ags=08326031&since=soon", "since"),
    ("now=no&phase=AU&ags=08326031&since=1066-10", "since"),
    ("now=no&phase=AU&ags=08326031&month=&year=", "since"),
    ("now=no&phase=AU&ags=08326031&month=02&year=", "since"),
    ("now=no&phase=AU&ags=08326031&month=13&year=2025", "since"),
    ("now=no&phase=AU&ags=08326031&month=02&year=20255", "since"),
    ("now=no&phase=PRIVATE&ags=08326031&group=OTHER&since=2199-01", "since"),
]


@pytest.mark.parametrize(("query", "step"), WRONG)
def test_a_wrong_value_asks_again_and_names_no_office(find, query, step):
    html = find(query, status=422)
    assert asks(html) == step
    assert "<title>Error:" in html or re.search(r"<title>[^<]*:", html)
    assert 'role="alert"' in html
    assert office_named(html) is None


def test_markup_in_an_answer_stays_text(find):
    html = find("now=no&phase=VU&ags=&place=%3Cscript%3Ealert(1)%3C/script%3E", status=422)
    assert "<script>alert" not in html
    html = find("now=no&group=%22%3E%3Cscript%3E")
    assert "<script>" not in html


SPELLINGS = {
    "08326074": "VS|Villingen Schwenningen|villingen|78050|78052 Villingen-Schwenningen|٧٨٠٥٤|Marbach|Tannheim|"
    "Філлінген-Швеннінген|فيلينغن",
    "08326003": "Bad Duerrheim|bad dürrheim|78073 Bad Dürrheim",
    "08326031": "Koenigsfeld|Konigsfeld|كونيغسفلد|Königsfeld im Schwarzwald",
    "08326052": "Sankt Georgen|St.Georgen|st georgen im schwarzwald|78112",
    "08326054": "Schoenwald",
    "08326012": "Донауэшинген|Pfohren",
    "08326060": "  TRIBERG  |Nussbach",
}


@pytest.mark.parametrize(
    ("place", "ags"), [(place, ags) for ags, all_ in SPELLINGS.items() for place in all_.split("|")]
)
def test_a_place_is_found_however_it_is_written(seeded, client, place, ags):
    response = client.get("/uk/who-helps/", {"now": "no", "phase": "VU", "ags": "", "place": place})
    assert form_link(response.content.decode()) == {"ags": [ags], "phase": ["VU"]}


def test_back_and_change_keep_what_was_chosen(find):
    html = find("now=no&phase=AU&ags=08326031&since=2025-04")
    changes = [parse_qs(urlsplit(href).query) for href in links(html) if "ask=" in href]
    assert [change["ask"][0] for change in changes] == ["since", "now", "phase", "ags", "since"]
    assert all(change["ags"] == ["08326031"] and change["since"] == ["2025-04"] for change in changes)
    html = find("now=no&phase=AU&ags=08326031&since=2025-04&ask=since")
    assert '<option value="04" selected>' in html
    assert '<option value="2025" selected>' in html
    html = find("now=no&phase=AU&ags=08326031&since=2025-04&ask=ags")
    assert '<option value="08326031" selected>' in html
    assert 'name="since" value="2025-04"' in html
    html = find("now=no&phase=AU&ags=08326031&since=2025-04&ask=phase")
    assert re.search(r'value="AU"[^>]*checked', html)


def test_after_a_change_the_later_questions_are_shown_again(find):
    html = find("now=no&phase=PRIVATE&ags=08326031&since=2025-04&step=phase")
    assert asks(html) == "ags"
    assert '<option value="08326031" selected>' in html


def test_the_reason_for_coming_never_leaves_the_finder(find):
    html = find("now=no&phase=PRIVATE&ags=08326017&group=UKRAINE&since=2025-04")
    back_in_another_language = "/de/languages/?page=/de/who-helps/"
    outside = [href for href in links(html) if not href.startswith(("?", back_in_another_language))]
    assert outside
    assert not any("UKRAINE" in href or "group" in href for href in outside)


def test_nothing_is_stored_and_no_cache_keeps_an_answer(seeded, client):
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/de/who-helps/?now=danger&phase=PRIVATE&ags=08326017&group=UKRAINE&since=2025-04")
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]
    assert len(queries) <= 12
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response.content.decode()
    assert not response.cookies
    assert Session.objects.count() == 0
    first = client.get("/de/who-helps/")
    assert "ETag" in first
    assert first["Vary"]


def test_only_reading_is_possible(seeded, client):
    assert client.post("/de/who-helps/", {"now": "no"}).status_code == 405
    assert client.head("/de/who-helps/").status_code == 200


def test_the_finder_exists_in_all_complete_languages(find):
    for language in complete_codes():
        html = find("now=no&phase=AU&ags=08326074&since=2019-05", language)
        assert office_named(html).startswith("Stadt Villingen")
    html = find("now=no&phase=AU&ags=08326074")
    assert html.count('rel="alternate"') in {0, len(complete_codes()) + 1}


def test_a_changed_row_changes_what_people_are_told(find):
    Responsibility.objects.filter(office__code="KOE_IM").update(valid_to=date(2020, 1, 1))
    assert office_named(find("now=no&phase=AU&ags=08326031&since=2025-01")) == "Landratsamt, Integrationsmanagement"


def test_where_a_town_has_its_own_youth_office_a_child_is_asked_for_the_town(find):
    assert asks(find("now=minor")) is None
    Responsibility.objects.filter(office__code="JA_VS").update(valid_to=None)
    Office.objects.filter(code="JA_VS").update(is_active=True)
    assert asks(find("now=minor")) == "ags"
    assert office_named(find("now=minor&ags=08326074")) == "Stadtjugendamt Villingen-Schwenningen"
    assert office_named(find("now=minor&ags=08326060")) == "Kreisjugendamt"


def test_without_any_row_the_town_hall_is_still_a_door(find):
    Responsibility.objects.all().delete()
    html = find("now=no&phase=VU&ags=08326074")
    assert office_named(html) is None
    assert 'href="/de/offices/"' in html


def test_who_has_no_place_gets_the_counter_of_that_town_hall(find):
    html = find("now=no&phase=HOMELESS&ags=08326006")
    assert "Rathaus Bräunlingen" in html
    assert "Rathaus Triberg" not in html
    assert "Landratsamt, Integrationsmanagement" in html
    assert "Rathaus Ihrer Stadt oder Gemeinde" in find("now=no&phase=HOMELESS&ags=unknown")


def test_a_secret_address_never_reaches_a_page(seeded, client):
    ContactPoint.objects.update(is_address_secret=True, street="Geheimweg 7", town="Verborgen")
    for path in (
        "/de/who-helps/?now=no&phase=VU&ags=08326074",
        "/ar/offices/FRAUEN/",
        "/de/offices/DRK/",
        "/de/offices/GEM/",
    ):
        html = client.get(path).content.decode()
        assert "Geheimweg" not in html
        assert "Verborgen" not in html
