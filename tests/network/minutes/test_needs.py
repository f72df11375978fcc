"""A need stands on the agenda and behind an action, and its page tells so to whoever may know of them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.meetings.statuses import Audience
from network.minutes import actions
from network.needs.models import Need
from network.needs.statuses import NeedStatus, Visibility
from tests.network import factories as network
from tests.network.needs import factories as needs


@pytest.fixture
def need(portal):
    network.coordinator(portal)
    return needs.need(portal, status=NeedStatus.OPEN, visibility=Visibility.NETWORK)


@pytest.fixture
def planned(portal, need):
    """A network meeting with a point about the need, and an action."""
    meeting = network.meeting(portal, "Treffen zu Kursen", audience=Audience.NETWORK)
    actions.add_item(meeting=meeting, user=portal.yasmin, title="Alphabetisierung", kind="discussion", need=need)
    owner = network.member(portal, "Olena", user=portal.omar)
    actions.plan_action(
        district=portal.district, user=portal.yasmin, text="Raum suchen", owner=owner, due=network.in_days(9), need=need
    )
    return meeting


def test_a_member_finds_the_meeting_and_the_action_on_the_page_of_the_need(client, portal, need, planned):
    client.force_login(portal.omar)
    text = client.get(need.get_absolute_url()).content.decode()
    assert "Treffen zu Kursen" in text
    assert "Raum suchen" in text
    assert need.code in client.get(planned.get_absolute_url()).content.decode()


def test_a_coordinator_finds_both_in_the_admin_and_on_the_agenda(client, portal, need, planned):
    client.force_login(portal.yasmin)
    text = client.get(reverse("network_needs:inspect", args=[need.pk])).content.decode()
    assert "Treffen zu Kursen" in text
    assert "Raum suchen" in text
    assert need.code in client.get(reverse("network_agenda_board", args=[planned.pk])).content.decode()


def test_the_public_page_of_a_meeting_does_not_tell_of_needs(client, portal, need):
    meeting = network.meeting(portal, "Für alle", audience=Audience.PUBLIC)
    actions.add_item(meeting=meeting, user=portal.yasmin, title="Alphabetisierung", kind="discussion", need=need)
    page = client.get(meeting.get_absolute_url())
    assert page.status_code == 200
    assert "Alphabetisierung" in page.content.decode()
    assert need.code not in page.content.decode()


def test_only_needs_that_every_member_reads_can_be_chosen(portal, need):
    hidden = needs.need(portal, "Nur für uns", status=NeedStatus.OPEN, visibility=Visibility.COORDINATION)
    unchecked = needs.need(portal, "Neu", status=NeedStatus.NEW)
    offered = set(Need.objects.of(portal.district).linkable())
    assert need in offered
    assert not {hidden, unchecked} & offered
