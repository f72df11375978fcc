"""The facts of the demo, and staff who change them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from home.demo.directory import load
from home.demo.words import sources
from services.directory.models import ContactPoint, Municipality, Office, OpeningException, OpeningHours, Responsibility
from services.directory.querysets import answer_for, called
from services.directory.responsibility import Question
from tests.services.directory.factories import KOENIGSFELD, TOWNS, TRIBERG, VILLINGEN

CODES = (
    "drk-counselling lra-integration vs-integration stg-integration koe-integration koord town-hall abh-lra abh-vs "
    "abh-donaueschingen youth-office jobcenter benefits-office family-benefits-office school-authority mbe jmd "
    "women-help health-office course-advice"
)


@pytest.fixture
def seeded(portal):
    load(portal.district)
    return portal


def person(**more) -> Question:
    return Question(**{"on": timezone.localdate(), "phase": "AU", "since": date(2026, 1, 1), **more})


def test_twenty_towns_seventeen_of_the_landratsamt_three_with_own_staff(seeded):
    towns = Municipality.objects.of(seeded.district)
    assert {town.ags for town in towns} == TOWNS
    assert towns.count() == 20
    offices = [answer_for(seeded.district, person(ags=town.ags)).office for town in towns]
    assert offices.count("LRA_IM") == 17
    assert sorted(set(offices) - {"LRA_IM"}) == ["KOE_IM", "STG_IM", "VS_IM"]


def test_three_immigration_offices_are_split_differently(seeded):
    rows = Responsibility.objects.of(seeded.district).filter(task="residence")
    assert {(row.office.code, row.municipality and row.municipality.ags) for row in rows} == {
        ("ABH_LRA", None),
        ("ABH_VS", VILLINGEN),
        ("ABH_DS", "08326012"),
    }


def test_keys_and_postcodes_are_well_formed_and_names_are_one_towns_only(seeded):
    towns = list(Municipality.objects.all())
    postcodes = [postcode for town in towns for postcode in town.postcodes]
    assert len(postcodes) == len(set(postcodes)) == 24
    for town in towns:
        town.full_clean()
        for name in [town.name, town.official_name, *town.aliases, *town.postcodes]:
            assert called(towns, name) == [town], name


def test_towns_are_sorted_as_germans_look_them_up(seeded):
    names = [town.name for town in Municipality.objects.all().in_german_order()]
    assert names.index("St. Georgen") == names.index("Schonach") - 1
    assert names[-2:] == ["Villingen-Schwenningen", "Vöhrenbach"]


def test_every_contact_point_that_a_page_names_exists_and_is_marked_as_an_example(seeded):
    points = {point.code: point for point in ContactPoint.objects.all()}
    used = {code for document in sources().values() for code in document.get("contact_points", [])}
    assert used | set(CODES.split()) <= set(points)
    for point in points.values():
        assert point.is_example
        assert not point.phone or re.fullmatch(r"\+49 30 23125 \d{3}", point.phone)
        assert not point.email or point.email.endswith("@example.org")
    phones = [point.phone for point in points.values() if point.phone]
    assert len(phones) == len(set(phones))


def test_the_coming_end_of_the_year_is_an_exception_everywhere(seeded):
    days = set(OpeningException.objects.values_list("day__month", "day__day"))
    assert days == {(12, 24), (12, 25), (12, 26), (12, 31)}
    assert set(OpeningException.objects.values_list("day__year", flat=True)) == {timezone.localdate().year}
    assert OpeningException.objects.exclude(opens=None).exists()


def test_loading_twice_changes_nothing_and_respects_what_staff_decided(seeded):
    Responsibility.objects.filter(office__code="KOE_IM").update(valid_to=date(2026, 12, 31))
    kinds = (Municipality, Office, Responsibility, ContactPoint, OpeningHours, OpeningException)
    before = [kind.objects.count() for kind in kinds]
    ids = set(ContactPoint.objects.values_list("pk", "code"))
    load(seeded.district)
    assert [kind.objects.count() for kind in kinds] == before
    assert set(ContactPoint.objects.values_list("pk", "code")) == ids
    assert Responsibility.objects.get(office__code="KOE_IM").valid_to == date(2026, 12, 31)


def test_an_answer_comes_with_its_offices_in_three_queries(seeded, django_assert_num_queries):
    with django_assert_num_queries(3):
        answer = answer_for(seeded.district, person(ags=VILLINGEN, since=date(2019, 5, 1), emergency=True))
    assert answer.responsible.code == answer.office == "VS_IM"
    assert answer.also == ("NOTFALL", "REGEL")
    assert [office.code for office in answer.others] == ["REGEL"]
    assert [office.code for office in answer.inboxes()] == ["VS_IM"]


def test_rows_of_another_district_do_not_count(seeded):
    from wagtail.models import Site

    from portal.models import District

    site = Site.objects.create(hostname="tuttlingen.example.org", root_page=seeded.home)
    other = District.objects.create(site=site, name="Landkreis Tuttlingen", key="08327")
    office = Office.objects.create(district=other, code="TUT", name="Tuttlingen", kind="integration")
    Responsibility.objects.create(
        district=other, task="counselling", phase="AU", office=office, valid_from=date(2026, 1, 1)
    )
    assert answer_for(seeded.district, person(ags=TRIBERG)).office == "LRA_IM"


# Staff ----------------------------------------------------------------------------------------------------------------


def test_two_offices_cannot_have_the_same_task_at_the_same_time(seeded):
    old = Responsibility.objects.get(office__code="KOE_IM")
    new = Responsibility(
        district=seeded.district,
        task="counselling",
        phase="AU",
        municipality=old.municipality,
        office=Office.objects.get(code="LRA_IM"),
        valid_from=date(2027, 1, 1),
    )
    with pytest.raises(ValidationError):
        new.full_clean()
    old.valid_to = date(2026, 12, 31)
    old.save()
    new.full_clean()
    old.full_clean()


def test_a_row_belongs_to_one_district(seeded):
    from wagtail.models import Site

    from portal.models import District

    site = Site.objects.create(hostname="tuttlingen.example.org", root_page=seeded.home)
    other = District.objects.create(site=site, name="Landkreis Tuttlingen", key="08327")
    row = Responsibility(
        district=other, task="housing", office=Office.objects.get(code="GEM"), valid_from=date(2027, 1, 1)
    )
    with pytest.raises(ValidationError):
        row.full_clean()


@pytest.mark.parametrize("ags", ["8326075", "08327050", "0832607x", ""])
def test_a_town_needs_a_key_of_its_district(seeded, ags):
    town = Municipality.objects.get(ags=TRIBERG)
    town.ags = ags
    with pytest.raises(ValidationError):
        town.full_clean()


def test_an_exception_needs_both_times_or_none(seeded):
    row = OpeningException.objects.filter(opens=None).first()
    row.full_clean()
    row.opens = "09:00"
    row.clean_fields()
    with pytest.raises(ValidationError):
        row.clean()


def _form(town: Municipality, **changes) -> dict:
    return {
        "district": town.district_id,
        "ags": town.ags,
        "official_name": town.official_name,
        "name": town.name,
        "postcodes": "\n".join(town.postcodes),
        "aliases": "\n".join(town.aliases),
        "latitude": town.latitude,
        "longitude": town.longitude,
        **changes,
    }


def test_ada_adds_a_village_and_people_find_it(seeded, client):
    client.force_login(seeded.ada)
    town = Municipality.objects.get(ags=KOENIGSFELD)
    path = f"/admin/municipalities/edit/{town.pk}/"
    assert client.get(path).status_code == 200
    response = client.post(path, _form(town, aliases="Neudorf\r\n\r\n Оберндорф "))
    assert response.status_code == 302, response.context["form"].errors
    town.refresh_from_db()
    assert town.aliases == ["Neudorf", "Оберндорф"]
    assert client.post(path, _form(town, postcodes="78126\n7812")).status_code == 200
    town.refresh_from_db()
    assert town.postcodes == ["78126"]


def test_ada_ends_a_responsibility_and_it_moves(seeded, client):
    client.force_login(seeded.ada)
    row = Responsibility.objects.get(office__code="KOE_IM")
    yesterday = timezone.localdate() - timedelta(days=1)
    values = {
        "district": row.district_id,
        "task": row.task,
        "office": row.office_id,
        "municipality": row.municipality_id,
        "phase": row.phase,
        "valid_from": row.valid_from,
        "valid_to": yesterday,
        "note": row.note,
    }
    assert client.get("/admin/responsibilities/").status_code == 200
    assert client.post(f"/admin/responsibilities/edit/{row.pk}/", values).status_code == 302
    assert answer_for(seeded.district, person(ags=KOENIGSFELD)).office == "LRA_IM"


def test_ada_edits_a_contact_point_without_json(seeded, client):
    client.force_login(seeded.ada)
    point = ContactPoint.objects.get(code="koord")
    html = client.get(f"/admin/snippets/services/contactpoint/edit/{point.pk}/").content.decode()
    assert 'type="checkbox" name="languages_spoken" value="ar"' in html


@pytest.mark.parametrize("path", ["/admin/municipalities/", "/admin/municipalities/new/", "/admin/responsibilities/"])
def test_omar_may_not_change_who_is_responsible(seeded, client, path):
    client.force_login(seeded.omar)
    assert client.get(path).status_code in {302, 403}
    assert Municipality.objects.count() == 20


def test_yasmin_may_when_she_was_given_the_right(seeded, client):
    for codename in ("change_responsibility", "view_responsibility", "add_responsibility"):
        seeded.yasmin.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(seeded.yasmin)
    assert client.get("/admin/responsibilities/").status_code == 200
    assert client.get("/admin/municipalities/").status_code in {302, 403}
