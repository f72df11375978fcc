"""Every organisation has one vote in a round, made of dots."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.needs import actions
from network.needs.models import Ballot, Dots, Need
from network.needs.statuses import NeedStatus
from network.needs.voting import TooManyDots
from portal.errors import DomainError, NotAllowed
from tests.network import factories as network
from tests.network.needs.factories import member, need, voting_round


def test_colleagues_change_the_same_vote(portal):
    body = network.organisation(portal, "Stadt")
    one, other = need(portal), need(portal)
    running = voting_round(portal)
    katrin, jana = member(portal, "Katrin", organisation=body), member(portal, "Jana", organisation=body)
    actions.cast_vote(voting_round=running, member=katrin, dots={one.pk: 5})
    actions.cast_vote(voting_round=running, member=jana, dots={one.pk: 2, other.pk: 3})
    ballot = Ballot.objects.get()
    assert (ballot.cast_by, dict(ballot.dots.values_list("need", "number"))) == (jana, {one.pk: 2, other.pk: 3})
    counted = Need.objects.with_votes(running).get(pk=one.pk)
    assert (counted.votes, counted.voters) == (2, 1)


def test_nobody_gives_away_more_dots_than_there_are(portal):
    one, running, katrin = need(portal), voting_round(portal), member(portal, "Katrin")
    actions.cast_vote(voting_round=running, member=katrin, dots={one.pk: 5})
    with pytest.raises(TooManyDots):
        actions.cast_vote(voting_round=running, member=katrin, dots={one.pk: 6})
    assert Dots.objects.get().number == 5


@pytest.mark.parametrize("days", [(-10, -1), (1, 5)])
def test_before_and_after_the_round_nothing_changes(portal, days):
    with pytest.raises(NotAllowed):
        actions.cast_vote(
            voting_round=voting_round(portal, *days), member=member(portal, "Katrin"), dots={need(portal).pk: 1}
        )


def test_only_open_needs_of_the_district_get_votes(portal):
    running, katrin = voting_round(portal), member(portal, "Katrin")
    for wrong in (need(portal, status=NeedStatus.CHECKED), need(portal, visibility="coordination")):
        with pytest.raises(DomainError):
            actions.cast_vote(voting_round=running, member=katrin, dots={wrong.pk: 1})
    assert not Ballot.objects.exists()


def test_a_member_votes_on_the_page(client, portal):
    one, running, katrin = need(portal), voting_round(portal), member(portal, "Katrin")
    client.force_login(katrin.user)
    path = reverse("need_vote")
    assert one.title in client.get(path).content.decode()
    assert client.post(path, {f"need_{one.pk}": "3"}).status_code == 303
    assert Dots.objects.get().number == 3
    for wrong in ("6", "-1", "x"):
        response = client.post(path, {f"need_{one.pk}": wrong})
        assert response.status_code == 422
    assert Dots.objects.get().number == 3
    assert running.ballots.count() == 1


def test_when_a_round_is_over_everybody_sees_what_came_out(client, portal):
    one, katrin = need(portal), member(portal, "Katrin")
    over = voting_round(portal, -10, -1)
    Dots.objects.create(ballot=over.ballots.create(organisation=katrin.organisation), need=one, number=4)
    client.force_login(katrin.user)
    shown = client.get("/en/needs/vote/").content.decode()
    assert "4 dots" in shown
    assert client.post("/en/needs/vote/", {f"need_{one.pk}": "1"}).status_code == 403


def test_a_need_that_left_the_vote_keeps_what_was_typed_out_of_it(client, portal):
    one, katrin = need(portal, status=NeedStatus.PLANNED), member(portal, "Katrin")
    voting_round(portal)
    client.force_login(katrin.user)
    assert client.post("/en/needs/vote/", {f"need_{one.pk}": "3"}).status_code == 303
    assert not Dots.objects.exists()
