"""Who may know of a need: everybody × every kind of need × every page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.needs.models import Need
from network.needs.statuses import NeedStatus
from tests.network import factories as network
from tests.network.meetings.test_audience import found_other_district
from tests.network.needs.factories import member, need

KINDS = ("open", "new", "coordination", "merged", "elsewhere")
READERS = {
    "anonymous": None,
    "editor": None,
    "superuser": None,
    "outsider": None,
    "left": None,
    "foreign": {"elsewhere"},
    "member": {"open"},
    "other_organisation": {"open"},
    "reporter": {"open", "new", "coordination", "merged"},
    "coordinator": {"open"},
}
"""Reader → needs they may know of on the members' pages; None: the pages do not exist for them."""


@pytest.fixture
def world(portal):
    neighbours = found_other_district(portal)
    people = {
        "left": member(portal, "Left", left_on=network.in_days(-1)),
        "member": member(portal, "Member"),
        "other_organisation": member(portal, "Other", organisation=network.organisation(portal, "Stadt")),
        "reporter": member(portal, "Reporter"),
        "coordinator": network.coordinator(portal),
    }
    foreign = member(portal, "Foreign", district=neighbours)
    reporter = people["reporter"]
    made = {
        "open": need(portal, "Need open", reporter=reporter),
        "new": need(portal, "Need new", status=NeedStatus.NEW, reporter=reporter),
        "coordination": need(portal, "Need coordination", visibility="coordination", reporter=reporter),
    }
    made["merged"] = need(portal, "Need merged", status=NeedStatus.MERGED, merged_into=made["open"], reporter=reporter)
    made["elsewhere"] = need(portal, "Need elsewhere")
    Need.objects.filter(pk=made["elsewhere"].pk).update(district=neighbours)
    users = {
        **{name: who.user for name, who in people.items()},
        "foreign": foreign.user,
        "anonymous": None,
        "editor": portal.eva,
        "superuser": portal.ada,
        "outsider": portal.omar,
    }
    return portal, made, users, {**people, "foreign": foreign}


def enter(client, world, reader):
    if world[2][reader]:
        client.force_login(world[2][reader])


@pytest.mark.parametrize("reader", READERS)
def test_pages_show_exactly_what_a_reader_may_know(world, client, reader):
    enter(client, world, reader)
    known = READERS[reader] if reader != "foreign" else None
    for name in ("needs", "need_report", "need_matrix", "my_needs", "need_vote"):
        response = client.get(reverse(name))
        if known is None:
            assert response.status_code == (302 if reader == "anonymous" else 404), name
        else:
            assert response.status_code == 200
            text = response.content.decode()
            told = {kind for kind in KINDS if f"Need {kind}<" in text}
            assert told <= known, name
            assert "no-store" in response["Cache-Control"]
    for kind, one in world[1].items():
        expected = 302 if reader == "anonymous" else 200 if known and kind in known else 404
        assert client.get(reverse("need", args=[one.code])).status_code == expected, kind


def test_the_question_can_see_agrees_with_the_table(world):
    for reader, known in READERS.items():
        who = world[3].get(reader)
        seen = {kind for kind, one in world[1].items() if Need.objects.visible_to(who).filter(pk=one.pk).exists()}
        assert seen == (known or set()), reader


@pytest.mark.parametrize("reader", READERS)
def test_the_admin_of_the_register_is_for_coordinators(world, client, reader):
    enter(client, world, reader)
    one = world[1]["open"]
    places = [("index", []), ("add", []), ("edit", [one.pk]), ("inspect", [one.pk]), ("act", [one.pk, "status"])]
    for name, args in places:
        response = client.get(reverse(f"network_needs:{name}", args=args))
        may = reader in {"coordinator", "superuser"}
        assert (response.status_code == 200) == may, name
    elsewhere = world[1]["elsewhere"].pk
    for name, args in (("inspect", [elsewhere]), ("edit", [elsewhere]), ("act", [elsewhere, "merge"])):
        assert client.get(reverse(f"network_needs:{name}", args=args)).status_code != 200, name


def test_an_unknown_code_and_a_hidden_one_look_the_same(world, client):
    enter(client, world, "member")
    hidden, missing = world[1]["coordination"].code, "BED-2020-999"
    first, second = client.get(f"/en/needs/{hidden}/"), client.get(f"/en/needs/{missing}/")
    assert first.status_code == second.status_code == 404
    assert first.content.replace(hidden.encode(), b"") == second.content.replace(missing.encode(), b"")
    for odd in ("x", "BED-2026-1", "BED-99999-001", "%00", "BED-2026-99999999999"):
        assert client.get(f"/en/needs/{odd}/").status_code == 404


def test_nonsense_in_filters_is_left_out(world, client):
    enter(client, world, "member")
    for query in ("category=x&status=y&town=z&page=0", "q=%00&page=abc", "q=" + "a" * 500, "status=new", "page=99"):
        assert client.get(f"/en/needs/?{query}").status_code == 200


def test_filters_find_words_area_and_town(world, client):
    portal = world[0]
    need(portal, "Bus am Abend", category="transport", towns=[portal.towns["08326017"]])
    enter(client, world, "member")
    for query in ("q=abende", "q=abend", "category=transport", "q=Bus&town=08326017"):
        assert "Bus am Abend" in client.get(f"/en/needs/?{query}").content.decode(), query
    for query in ("q=zug", "category=work", "q=bus&town=08326012", "status=solved"):
        assert "Bus am Abend" not in client.get(f"/en/needs/?{query}").content.decode(), query


def test_a_member_without_second_factor_is_nobody_where_one_is_required(world, client, settings):
    settings.LOTSE_SECOND_FACTOR = True
    enter(client, world, "member")
    assert client.get("/en/needs/").status_code == 404


def test_the_list_costs_the_same_however_many_needs_there_are(world, client, django_assert_max_num_queries):
    portal = world[0]
    for n in range(30):
        need(portal, f"Bedarf {n}", towns=[portal.towns["08326017"]])
    enter(client, world, "member")
    client.get("/en/needs/")
    with django_assert_max_num_queries(12):
        client.get("/en/needs/")
