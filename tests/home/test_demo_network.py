"""The demo's network stands on its own feet and can be loaded again."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone

from home.demo.network import demo_token, load
from network.meetings.models import AgendaItem, Invitation, Meeting, Rsvp
from network.members.models import LevelMembership, Member, Organisation
from portal.models import OutboxMessage
from portal.seats import Seat


def counts():
    return [
        model.objects.count()
        for model in (Organisation, Member, LevelMembership, Meeting, AgendaItem, Invitation, Rsvp)
    ]


def test_loading_twice_makes_nothing_twice_and_sends_no_mail(portal):
    load(portal.district)
    first = counts()
    load(portal.district)
    assert counts() == first
    assert not OutboxMessage.objects.exists()


def test_the_public_meeting_is_on_the_list_and_the_operative_one_is_not(portal, client):
    load(portal.district)
    text = client.get("/en/meetings/").content.decode()
    assert "/en/meetings/austauschtreffen-ehrenamt/" in text
    assert "operativer-austausch" not in text
    assert client.get("/en/meetings/austauschtreffen-ehrenamt/").status_code == 200
    assert client.get("/en/meetings/operativer-austausch/").status_code == 404


def test_the_tour_opens_personal_pages_with_seat_waiting_list_and_no_answer(portal, client):
    load(portal.district)
    assert len(demo_token("tobias.rapp@example.org")) == 43
    pages = {
        name: client.get(f"/en/rsvp/{demo_token(f'{name}@example.org')}/").content.decode()
        for name in ("lena", "tobias.rapp", "omar", "gast.sprachmittler")
    }
    assert "Your seat is confirmed" in pages["lena"]
    assert "at place 1" in pages["tobias.rapp"]
    assert "Send my answer" in pages["omar"]
    assert "Nadia Rahimi" in pages["gast.sprachmittler"]


def test_what_somebody_answered_in_the_demo_stays(portal, client):
    load(portal.district)
    client.post(f"/de/rsvp/{demo_token('lena@example.org')}/", {"answer": "no"})
    load(portal.district)
    assert Rsvp.objects.get(invitation__member__email="lena@example.org").answer == "no"
    assert Rsvp.objects.get(invitation__member__email="tobias.rapp@example.org").seat == Seat.CONFIRMED


def test_an_old_demo_gets_new_dates(portal):
    load(portal.district)
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        load(portal.district)
        assert Meeting.objects.upcoming().count() == 2
