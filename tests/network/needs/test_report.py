"""Members report needs, join what is there already, and are warned before they name a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.needs import actions
from network.needs.models import Need, NeedReport
from network.needs.statuses import NeedStatus
from portal.errors import NotAllowed
from portal.models import OutboxMessage
from tests.network import factories as network
from tests.network.needs.factories import member, need, typed


@pytest.fixture
def katrin(portal, client):
    made = member(portal, "Katrin", role="integration")
    client.force_login(made.user)
    return made


def page(name="need_report", *args):
    return reverse(name, args=args)


def test_a_member_reports_a_need_and_hears_its_number(client, portal, katrin):
    network.coordinator(portal)
    assert client.get(page()).status_code == 200
    town = portal.towns["08326017"]
    response = client.post(page(), typed(municipalities=[town.pk]))
    made = Need.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"/de/needs/{made.code}/?done=thanks"
    assert (made.status, made.source, made.score) == (NeedStatus.NEW, "integration", 12)
    assert (made.since.year, made.since.month, made.since.day) == (2025, 3, 1)
    assert list(made.municipalities.all()) == [town]
    assert made.reports.get().member == katrin
    assert made.code in client.get(response["Location"]).content.decode()
    mails = {mail.recipient: mail for mail in OutboxMessage.objects.all()}
    assert set(mails) == {katrin.email, "yasmin@example.org"}
    assert not any("Dolmetscher" in mail.body for mail in mails.values()), "nobody has checked the text yet"


def test_the_same_form_sent_twice_makes_one_need(client, katrin):
    for _n in range(2):
        assert client.post(page(), typed()).status_code == 303
    assert Need.objects.count() == NeedReport.objects.count() == 1


def test_numbers_count_up_within_the_year(portal, katrin):
    first = actions.report_need(member=katrin, facts=facts())
    second = actions.report_need(member=katrin, facts=facts())
    assert (second.year, second.number) == (first.year, first.number + 1)
    assert first.code == f"BED-{first.year}-001"


def facts(**more):
    return {"title": "A", "description": "B", "category": "other", "kind": "gap", **more}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Herr Karimi aus Furtwangen wartet.", "Herr Karimi"),
        ("geb. 12.3.1990", "geb. 12.3.1990"),
        ("Az. 1234567-423", "Az. 1234567-423"),
        ("Tel. 0771 123456", "0771 123456"),
        ("DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
    ],
)
def test_who_names_a_person_is_asked_and_nothing_typed_is_lost(client, katrin, text, found):
    response = client.post(page(), typed(description=text))
    shown = response.content.decode()
    assert response.status_code == 422
    assert found in shown
    assert "is_checked" in shown
    assert "Dolmetscher für Arzttermine fehlen" in shown
    assert not Need.objects.exists()
    assert client.post(page(), typed(description=text, is_checked="on")).status_code == 303


def test_people_of_the_network_may_be_named(client, portal, katrin):
    network.member(portal, "Sevim Duran")
    assert client.post(page(), typed(description="Frau Duran hat gezählt: es fehlen Plätze.")).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"category": "nope"},
        {"municipalities": ["99999999"]},
        {"municipalities": ["x"]},
        {"reach": "1-4"},
        {"since": "13/2025"},
        {"since": "2999-01"},
        {"since": "gestern"},
        {"urgency": "9"},
        {"urgency": "x"},
        {"key": "kein-schluessel"},
        {"visibility": ""},
    ],
)
def test_nonsense_is_refused_and_stays_in_the_form(client, katrin, wrong):
    response = client.post(page(), typed(**wrong))
    assert response.status_code == 422
    assert "Termine fallen aus." in response.content.decode()
    assert not Need.objects.exists()


def test_a_need_of_fewer_than_five_must_be_about_the_structure(client, katrin):
    assert client.post(page(), typed(reach="1-4", is_structural="on")).status_code == 303
    shown = client.get(f"/en/needs/{Need.objects.get().code}/").content.decode()
    assert "not shown, because it concerns fewer than five people" in shown


def test_similar_needs_are_shown_before_sending(client, portal, katrin):
    known = need(portal, "Dolmetscher bei Arztterminen", description="Ärzte finden niemanden, der übersetzt.")
    need(portal, "Bus nach Triberg am Abend", description="Nach 19 Uhr fährt nichts mehr.", category="transport")
    response = client.post(page(), typed())
    shown = response.content.decode()
    assert response.status_code == 200
    assert known.code in shown
    assert "Bus nach Triberg" not in shown
    assert "Termine fallen aus." in shown
    assert Need.objects.count() == 2
    assert client.post(page(), typed(seen=known.code)).status_code == 303
    assert Need.objects.count() == 3


def test_who_finds_their_need_there_joins_it_with_their_own_words(client, portal, katrin):
    known = need(portal, "Dolmetscher bei Arztterminen", description="Ärzte finden niemanden, der übersetzt.")
    response = client.post(page(), typed(seen=known.code, join=known.code))
    assert response["Location"] == f"/de/needs/{known.code}/?done=joined"
    assert Need.objects.count() == 1
    report = known.reports.get()
    assert (report.member, report.organisation) == (katrin, katrin.organisation)
    assert "Termine fallen aus." in report.words


def test_a_need_that_the_member_may_not_see_is_never_offered(client, portal, katrin):
    secret = need(portal, "Dolmetscher bei Arztterminen", visibility="coordination")
    unchecked = need(portal, "Dolmetscher für Arzttermine", status=NeedStatus.NEW)
    response = client.post(page(), typed())
    assert response.status_code == 303
    response = client.post(page(), typed(key="5f0c3c55-7a3a-4a43-9d35-2b63f1e4a002", join=secret.code, seen="x"))
    assert not secret.reports.exists()
    assert not unchecked.reports.exists()


def test_joining_on_the_page_counts_once(client, portal, katrin):
    known = need(portal)
    for _n in range(2):
        assert client.post(page("need", known.code), {"words": "Bei uns auch."}).status_code == 303
    assert known.reports.count() == 1
    assert known.events.filter(what="joined").count() == 1


def test_joining_with_a_name_in_it_is_asked_about(client, portal, katrin):
    known = need(portal)
    response = client.post(page("need", known.code), {"words": "Familie Yılmaz auch."})
    assert response.status_code == 422
    assert "Familie Yılmaz auch." in response.content.decode()
    assert not known.reports.exists()


def test_who_left_the_network_cannot_report(portal):
    gone = member(portal, "Gone", left_on=network.in_days(-1))
    with pytest.raises(NotAllowed):
        actions.report_need(member=gone, facts=facts())
    with pytest.raises(NotAllowed):
        actions.join_need(need=need(portal), member=gone)


def test_nobody_floods_the_register(client, portal, katrin, monkeypatch):
    monkeypatch.setattr("network.needs.views.MOST_REPORTS", 1)
    assert client.post(page(), typed()).status_code == 303
    again = client.post(page(), typed(key="5f0c3c55-7a3a-4a43-9d35-2b63f1e4a003", title="Etwas ganz anderes"))
    assert again.status_code in {200, 429}
    assert Need.objects.count() == 1
