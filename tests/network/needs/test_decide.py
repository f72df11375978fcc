"""Coordinators check, move on, merge and order needs; those who reported them hear of it in their language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.needs import actions
from network.needs.models import Dots, Need
from network.needs.statuses import TRANSITIONS, NeedStatus
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from tests.network import factories as network
from tests.network.needs.factories import member, need, typed, voting_round


@pytest.fixture
def yasmin(portal, client):
    made = network.coordinator(portal)
    client.force_login(portal.yasmin)
    return made


def at(name, *args):
    return reverse(f"network_needs:{name}", args=args)


def mails_to(who):
    return OutboxMessage.objects.filter(recipient=who.email)


def test_a_new_status_needs_a_note_and_reaches_the_reporter_in_their_language(portal, yasmin):
    olena = member(portal, "Olena", language="en")
    one = need(portal, reporter=olena, status=NeedStatus.CHECKED)
    with pytest.raises(DomainError):
        actions.change_status(need=one, user=portal.yasmin, to="open", note=" ")
    actions.change_status(need=one, user=portal.yasmin, to="open", note="Die Runde läuft bis Freitag.")
    mail = mails_to(olena).get()
    assert mail.subject == f"News about the need {one.code}"
    assert "Open for votes" in mail.body
    assert "Die Runde läuft bis Freitag." in mail.body
    assert f"/en/needs/{one.code}/" in mail.body
    event = Need.objects.get().events.get()
    assert (event.before, event.after, event.by) == ("checked", "open", portal.yasmin)


def test_only_steps_of_the_table_are_possible(portal, yasmin):
    for before in NeedStatus:
        if before == NeedStatus.MERGED:
            continue
        for to in NeedStatus:
            if to in TRANSITIONS[before] or to == NeedStatus.ON_HOLD:
                continue
            with pytest.raises(DomainError):
                actions.change_status(need=need(portal, status=before), user=portal.yasmin, to=to, note="x")


def test_a_need_on_hold_has_a_day_in_the_future(portal, yasmin):
    one = need(portal)
    for until in (None, timezone.localdate()):
        with pytest.raises(DomainError):
            actions.change_status(need=one, user=portal.yasmin, to="on_hold", note="Warten", until=until)
    day = timezone.localdate() + timedelta(days=30)
    assert actions.change_status(need=one, user=portal.yasmin, to="on_hold", note="Warten", until=day).hold_until == day


def test_an_answered_need_remembers_when_and_may_be_reopened(portal, yasmin):
    one = need(portal, status=NeedStatus.IN_PROGRESS, position=3)
    solved = actions.change_status(need=one, user=portal.yasmin, to="solved", note="Der Kurs läuft.")
    assert solved.closed_at is not None
    assert solved.position is None
    again = actions.change_status(need=solved, user=portal.yasmin, to="open", note="Der Kurs fiel aus.")
    assert again.closed_at is None


def test_merging_keeps_both_histories_and_tells_the_reporters_of_both(portal, yasmin):
    olena, sevim = member(portal, "Olena", language="en"), member(portal, "Sevim")
    one = need(portal, "Kein Kurs in Furtwangen", reporter=olena)
    other = need(portal, "Alphakurs fehlt in Furtwangen", reporter=sevim)
    actions.merge(need=one, into=other, user=portal.yasmin, note="Beides meint den Alphakurs.")
    one.refresh_from_db()
    assert (one.status, one.merged_into) == (NeedStatus.MERGED, other)
    assert one.title == "Kein Kurs in Furtwangen"
    assert one.reports.get().member == olena
    assert [event.what for event in one.events.all()] == ["merged"]
    assert [event.what for event in other.events.all()] == ["took_in"]
    assert "Alphakurs fehlt in Furtwangen" in mails_to(olena).get().body
    assert mails_to(sevim).count() == 1
    actions.change_status(need=other, user=portal.yasmin, to="planned", note="Wir suchen einen Raum.")
    assert mails_to(olena).count() == mails_to(sevim).count() == 2


def test_a_chain_of_merges_loses_nobody(portal, yasmin):
    olena = member(portal, "Olena")
    first, second, third = need(portal, reporter=olena), need(portal), need(portal)
    actions.merge(need=first, into=second, user=portal.yasmin)
    actions.merge(need=second, into=third, user=portal.yasmin)
    first.refresh_from_db()
    assert first.merged_into == third
    before = mails_to(olena).count()
    actions.change_status(need=third, user=portal.yasmin, to="planned", note="Es geht los.")
    assert mails_to(olena).count() == before + 1


def test_a_merge_takes_open_votes_along_and_leaves_old_rounds_alone(portal, yasmin):
    katrin = member(portal, "Katrin")
    one, other = need(portal), need(portal)
    running = voting_round(portal)
    ballot = actions.cast_vote(voting_round=running, member=katrin, dots={one.pk: 3, other.pk: 1})
    over = voting_round(portal, begins=-90, ends=-60)
    old = over.ballots.create(organisation=katrin.organisation)
    Dots.objects.create(ballot=old, need=one, number=2)
    actions.merge(need=one, into=other, user=portal.yasmin)
    assert dict(ballot.dots.values_list("need", "number")) == {other.pk: 4}
    assert dict(old.dots.values_list("need", "number")) == {one.pk: 2}


def test_a_need_for_the_coordination_alone_is_not_given_away_by_a_merge(portal, yasmin):
    olena = member(portal, "Olena")
    one = need(portal, reporter=olena)
    secret = need(portal, "Streit zweier Stellen", visibility="coordination")
    actions.merge(need=one, into=secret, user=portal.yasmin)
    body = mails_to(olena).get().body
    assert secret.code in body
    assert "Streit" not in body


@pytest.mark.parametrize("case", ["itself", "answered", "unchecked", "merged"])
def test_what_cannot_be_merged_is_refused(portal, yasmin, case):
    one = need(portal)
    into = {
        "itself": lambda: one,
        "answered": lambda: need(portal, status=NeedStatus.SOLVED),
        "unchecked": lambda: need(portal, status=NeedStatus.NEW),
        "merged": lambda: need(portal, status=NeedStatus.MERGED, merged_into=need(portal)),
    }[case]()
    with pytest.raises(DomainError):
        actions.merge(need=one, into=into, user=portal.yasmin)
    one.refresh_from_db()
    assert one.status == NeedStatus.OPEN


def test_order_and_score_are_kept_apart(portal, yasmin):
    weak, strong = need(portal, impact=1, urgency=1), need(portal, impact=4, urgency=4)
    assert list(Need.objects.ranked()) == [strong, weak]
    with pytest.raises(DomainError):
        actions.rank(need=weak, user=portal.yasmin, position=1, reason="")
    actions.rank(need=weak, user=portal.yasmin, position=1, reason="Das Land zahlt nur dieses Jahr.")
    assert list(Need.objects.ranked()) == [weak, strong]
    weak.refresh_from_db()
    assert (weak.score, weak.position_reason) == (1, "Das Land zahlt nur dieses Jahr.")


def test_what_a_coordinator_writes_is_looked_through_too(client, portal, yasmin):
    one = need(portal)
    sent = {"to": "planned", "note": "Herr Karimi bekommt einen Platz."}
    response = client.post(at("act", one.pk, "status"), sent)
    assert response.status_code == 422
    assert "Herr Karimi" in response.content.decode()
    assert client.post(at("act", one.pk, "status"), {**sent, "is_checked": "on"}).status_code == 302


def test_omar_decides_nothing(portal):
    one, other = need(portal), need(portal)
    for act in (
        lambda: actions.change_status(need=one, user=portal.omar, to="planned", note="x"),
        lambda: actions.merge(need=one, into=other, user=portal.omar),
        lambda: actions.rank(need=one, user=portal.omar, position=1, reason="x"),
        lambda: actions.edit_need(need=one, user=portal.omar, facts={"title": "Neu"}),
        lambda: actions.link(need=one, user=portal.omar, kind="page", target="https://example.org"),
        lambda: actions.take_over(district=portal.district, user=portal.omar, facts={}),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Need.objects.get(pk=one.pk).status == NeedStatus.OPEN


def test_a_coordinator_walks_through_the_admin(client, portal, yasmin):
    one, other = need(portal), need(portal, "Alphabetisierungskurs in Furtwangen fehlt")
    for name, args in (("index", []), ("add", []), ("edit", [one.pk]), ("inspect", [one.pk])):
        assert client.get(at(name, *args)).status_code == 200, name
    assert other.code in client.get(at("inspect", one.pk)).content.decode(), "a similar need is offered"
    for verb in ("status", "rank", "merge", "link"):
        assert client.get(at("act", one.pk, verb)).status_code == 200, verb
    sent = {"to": "planned", "note": "Wir suchen einen Raum."}
    assert client.post(at("act", one.pk, "status"), sent).status_code == 302
    assert client.post(at("act", one.pk, "merge"), {"into": other.pk}).status_code == 302
    assert client.post(at("act", one.pk, "merge"), {"into": other.pk}).status_code == 409
    assert client.get(at("inspect", one.pk)).status_code == 200


def test_a_coordinator_writes_down_what_numbers_show(client, portal, yasmin):
    given = client.get(at("add") + "?evidence=Anfragen+zum+Thema+Wohnen:+24").content.decode()
    assert "Anfragen zum Thema Wohnen: 24" in given
    sent = typed(source="statistics", effort="2", partners=[yasmin.organisation.pk], owner=yasmin.pk)
    assert client.post(at("add"), sent).status_code == 302
    made = Need.objects.get()
    assert (made.source, made.status, made.owner, made.effort) == ("statistics", "new", yasmin, 2)
    assert list(made.partners.all()) == [yasmin.organisation]
    sent["title"] = "Dolmetschen beim Arzt"
    assert client.post(at("edit", made.pk), sent).status_code == 302
    made.refresh_from_db()
    assert made.title == "Dolmetschen beim Arzt"
    assert "dolmetsch" in made.terms


def test_a_reference_is_taken_over_once(portal, yasmin):
    facts = {"title": "A", "description": "B", "category": "other", "kind": "gap"}
    actions.take_over(district=portal.district, user=portal.yasmin, facts=facts, source="form", reference="SB-1")
    with pytest.raises(DomainError):
        actions.take_over(district=portal.district, user=portal.yasmin, facts=facts, source="form", reference="SB-1")


def test_links_lead_to_web_pages_only(client, portal, yasmin):
    one = need(portal)
    bad = client.post(at("act", one.pk, "link"), {"kind": "page", "target": "javascript:alert(1)"})
    assert bad.status_code == 422
    good = {"kind": "page", "target": "https://www.example.org/bericht", "title": "Bericht"}
    assert client.post(at("act", one.pk, "link"), good).status_code == 302
    link = one.links.get()
    assert client.post(at("unlink", one.pk, link.pk)).status_code == 302
    assert not one.links.exists()
