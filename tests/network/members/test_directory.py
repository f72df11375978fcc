"""Who finds whom in the directory, and who is there for a town on a day."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from network.members.coverage import covered
from tests.network import factories


@pytest.fixture
def lena(portal):
    found = factories.member(portal, "Lena Hofer", user=portal.lena, is_listed=True, phone="+49 30 23125 702")
    found.areas.add(portal.towns["08326017"])
    return found


def read(client, **asked):
    return client.get(reverse("members"), asked).content.decode()


def at(portal, day=0):
    return covered(portal.district, [portal.towns["08326017"]], factories.in_days(day))[0]


def test_the_directory_is_for_members_only(client, portal, lena):
    for name in ("members", "members_coverage"):
        assert client.get(reverse(name)).status_code == 302
        for stranger in (portal.omar, portal.eva, portal.ada):
            client.force_login(stranger)
            assert client.get(reverse(name)).status_code == 404
        client.force_login(portal.lena)
        answer = client.get(reverse(name))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        client.logout()


def test_only_who_agreed_is_listed_and_the_phone_only_when_wanted(client, portal, lena):
    factories.member(portal, "Still", phone="+49 30 23125 900")
    client.force_login(portal.lena)
    text = read(client)
    assert "Lena Hofer" in text
    assert "Still" not in text
    assert "23125 702" not in text
    lena.shows_phone = True
    lena.save()
    assert "23125 702" in read(client)


def test_people_are_found_by_word_role_level_and_town(client, portal, lena):
    factories.member(portal, "Martin Vogt", is_listed=True, role="teaching", levels=("LANGUAGE",))
    client.force_login(portal.lena)
    for asked in ({"q": "vogt"}, {"role": "teaching"}, {"level": "LANGUAGE"}, {"q": "Martin Landratsamt"}):
        text = read(client, **asked)
        assert "martin.vogt@example.org" in text
        assert "lena.hofer@example.org" not in text
    assert "martin.vogt@example.org" not in read(client, town="08326017")


@pytest.mark.parametrize("asked", [{"day": "2026-99-99"}, {"day": "9999-12-31"}, {"town": "x"}, {"page": "x"}])
def test_an_address_with_nonsense_shows_the_directory(client, portal, lena, asked):
    client.force_login(portal.lena)
    assert client.get(reverse("members"), asked).status_code == 200
    assert client.get(reverse("members_coverage"), asked).status_code == 200


def test_the_deputy_is_named_with_whom_they_stand_in_for(client, portal, lena):
    jana = factories.member(portal, "Jana Brandt", is_listed=True)
    lena.deputy, lena.absent_from, lena.absent_until = jana, factories.in_days(7), factories.in_days(11)
    lena.save()
    assert [cover.member for cover in at(portal).covers] == [lena]
    (cover,) = at(portal, 8).covers
    assert (cover.member, cover.instead_of) == (jana, (lena,))
    client.force_login(portal.lena)
    assert "jana.brandt@example.org" in read(client, town="08326017", day=str(factories.in_days(8)))


def test_the_deputy_of_an_absent_deputy_is_there(portal, lena):
    karl = factories.member(portal, "Karl", is_listed=True)
    jana = factories.member(portal, "Jana", is_listed=True, deputy=karl, absent_from=factories.in_days(0))
    lena.deputy, lena.absent_from = jana, factories.in_days(0)
    lena.save()
    (cover,) = at(portal).covers
    assert (cover.member, cover.instead_of) == (karl, (lena, jana))


def test_two_who_stand_in_for_each_other_and_are_both_away_cover_nothing(portal, lena):
    jana = factories.member(portal, "Jana", is_listed=True, deputy=lena, absent_from=factories.in_days(0))
    lena.deputy, lena.absent_from = jana, factories.in_days(0)
    lena.save()
    found = at(portal)
    assert found.nobody
    assert found.away == [lena]


def test_where_nobody_is_there_the_page_names_whom_to_ask(client, portal, lena):
    factories.member(portal, "Yasmin", role="coordinator", is_listed=True)
    body = factories.organisation(portal, "Stadt Donaueschingen")
    body.municipalities.add(portal.towns["08326012"])
    client.force_login(portal.lena)
    text = read(client, town="08326012")
    assert "yasmin@example.org" in text
    assert "Stadt Donaueschingen" in text


def test_whoever_left_or_does_not_want_to_be_listed_is_not_named(client, portal, lena):
    quiet = factories.member(portal, "Leise")
    quiet.areas.add(portal.towns["08326012"])
    gone = factories.member(portal, "Gegangen", is_listed=True, left_on=factories.in_days(-1))
    gone.areas.add(portal.towns["08326012"])
    client.force_login(portal.lena)
    text = read(client, town="08326012")
    assert "Leise" not in text
    assert "Gegangen" not in text
    (found,) = covered(portal.district, [portal.towns["08326012"]], factories.in_days(0))
    assert found.hidden == 1


def test_all_towns_stand_on_one_page_in_few_queries(client, portal, lena, django_assert_max_num_queries):
    for number in range(30):
        factories.member(portal, f"P{number}", is_listed=True).areas.set(portal.towns.values())
    client.force_login(portal.lena)
    with django_assert_max_num_queries(15):
        text = client.get(reverse("members_coverage")).content.decode()
    assert "Donaueschingen" in text
    with django_assert_max_num_queries(15):
        client.get(reverse("members"), {"town": "08326017"})
    with CaptureQueriesContext(connection) as asked:
        covered(portal.district, portal.towns.values(), factories.in_days(0))
    assert len(asked) == 1
