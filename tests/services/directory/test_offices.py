"""Offices and their contact cards as readers see them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from home.demo.directory import load
from services.directory.models import ContactPoint, Office, OpeningException, OpeningHours
from services.templatetags.directory_tags import coming_exceptions, language_names, opening_week

CARD = "services/directory/contact-card.html"


@pytest.fixture
def seeded(portal):
    load(portal.district)
    return portal


@pytest.fixture
def point(portal):
    return ContactPoint.objects.create(
        office=portal.offices["LRA_IM"],
        code="counter",
        name="Schalter 1",
        phone="+49 30 23125 001",
        email="a@example.org",
        street="Hauptstraße 1",
        postcode="78048",
        town="Villingen",
        languages_spoken=["de", "ar", "fa-af", "ti"],
        is_example=True,
    )


def card(point: ContactPoint, language: str = "de") -> str:
    with translation.override(language):
        return render_to_string(CARD, {"point": ContactPoint.objects.with_hours().get(pk=point.pk)})


def test_all_offices_are_listed_by_what_they_do(seeded, client):
    html = client.get("/de/offices/").content.decode()
    assert "Landratsamt, Integrationsmanagement" in html
    assert "Stadtjugendamt Villingen-Schwenningen" not in html, "it does not exist any more"


def test_an_office_says_where_it_works(seeded, client):
    landratsamt = client.get("/ar/offices/LRA_IM/").content.decode()
    assert landratsamt.count('<li><bdi lang="de">') == 17
    assert "Donaueschingen" in landratsamt
    own = client.get("/de/offices/KOE_IM/").content.decode()
    assert own.count('<li><bdi lang="de">') == 1
    immigration = client.get("/de/offices/ABH_LRA/").content.decode()
    assert immigration.count('<li><bdi lang="de">') == 18
    assert '<li><bdi lang="de">' not in client.get("/de/offices/DRK/").content.decode(), "the whole district"


@pytest.mark.parametrize("code", ["NOBODY", "JA_VS", "drk"])
def test_an_office_that_does_not_exist_is_not_found(seeded, client, code):
    assert client.get(f"/de/offices/{code}/").status_code == 404


def test_offices_of_another_district_are_not_shown(portal, client):
    from wagtail.models import Site

    from portal.models import District

    site = Site.objects.create(hostname="tuttlingen.example.org", root_page=portal.home)
    other = District.objects.create(site=site, name="Landkreis Tuttlingen", key="08327")
    Office.objects.create(district=other, code="TUT_IM", name="Landratsamt Tuttlingen", kind="integration")
    assert client.get("/de/offices/TUT_IM/").status_code == 404
    assert "Tuttlingen" not in client.get("/de/offices/").content.decode()


def test_pages_of_offices_need_few_queries_and_no_cookie(seeded, client):
    for path, most in (("/de/offices/", 5), ("/de/offices/GEM/", 12), ("/de/offices/LRA_IM/", 12)):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        assert len(queries) <= most, path
        assert not response.cookies


def test_a_card_tells_how_to_reach_the_counter(point):
    html = card(point)
    assert 'href="tel:+49-30-23125001" dir="ltr"' in html
    assert 'href="mailto:a@example.org"' in html
    assert "Hauptstraße 1, 78048 Villingen" in html
    assert "badge--warning" in html
    assert "/de/offices/LRA_IM/" in html


def test_a_card_with_a_secret_address_shows_none(point):
    point.is_address_secret = True
    point.save()
    html = card(point)
    assert "Hauptstraße" not in html
    assert "78048" not in html
    assert "Villingen" not in html
    assert "tel:" in html


def test_hours_are_grouped_by_weekday_and_never_use_a_dash(point):
    for weekday, opens, closes in ((3, 14, 17), (0, 8, 12), (3, 8, 12)):
        OpeningHours.objects.create(contact_point=point, weekday=weekday, opens=time(opens), closes=time(closes))
    week = opening_week(ContactPoint.objects.with_hours().get(pk=point.pk))
    assert [(weekday, [row.opens.hour for row in rows]) for weekday, rows in week] == [(0, [8]), (3, [8, 14])]
    html = card(point, "ar")
    assert "الاثنين" in html
    assert '<bdi dir="ltr">08:00</bdi>' in html
    assert "08:00</bdi> –" not in html
    assert "08:00</bdi> -" not in html


def test_exceptions_are_told_within_thirty_days_only(point):
    today = timezone.localdate()
    for days in (-1, 0, 5, 30, 31):
        OpeningException.objects.create(contact_point=point, day=today + timedelta(days=days))
    stored = ContactPoint.objects.with_hours().get(pk=point.pk)
    assert [(row.day - today).days for row in coming_exceptions(stored)] == [0, 5, 30]
    assert coming_exceptions(stored, date(2020, 1, 1)) == []


def test_an_exception_is_closed_or_has_other_hours(point):
    day = timezone.localdate() + timedelta(days=2)
    OpeningException.objects.create(contact_point=point, day=day, opens=time(9), closes=time(10, 30))
    assert "10:30" in card(point)
    OpeningException.objects.update(opens=None, closes=None)
    assert "10:30" not in card(point)
    assert "note--warning" in card(point)


def test_languages_are_named_in_the_readers_language(point):
    with translation.override("de"):
        assert [entry["name"] for entry in language_names(["de", "ar", "fa-af", "ti"])] == [
            "Deutsch",
            "Arabisch",
            "Dari",
            "Tigrinya",
        ]
    with translation.override("ar"):
        assert language_names(["de"])[0]["name"] == "الألمانية"
    with translation.override("ti"):
        assert all(entry["name"] for entry in language_names(["ckb", "ps", "so", "xx"]))


def test_cards_make_no_query_after_with_hours(seeded):
    points = list(ContactPoint.objects.with_hours()[:10])
    with CaptureQueriesContext(connection) as queries, translation.override("fa"):
        for one in points:
            render_to_string(CARD, {"point": one})
    assert len(queries) == 0
