"""Who left the network is forgotten after a year, guests of a meeting after three months; numbers of the past stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from home.worker import KEEPINGS
from network.meetings.models import Invitation, PersonalLink, Rsvp
from network.meetings.retention import KEPT_AFTER_MEETING, count_guests, forget_guests
from network.meetings.statuses import Answer
from network.members.entry_actions import leave
from network.members.models import Member
from network.members.retention import KEPT_AFTER_LEAVING, count_members, forget_members
from tests.network import factories

NOW = timezone.now()
LATER = NOW + KEPT_AFTER_LEAVING + timedelta(days=2)


@pytest.fixture
def yasmin(portal):
    return factories.coordinator(portal)


def test_a_year_after_leaving_nothing_says_who_it_was(client, portal, yasmin):
    left = factories.member(portal, "Nadine Vogel", phone="+49 30 23125 100", user=portal.lena)
    left.areas.set(portal.towns.values())
    invitation, _token = factories.invited(factories.meeting(portal), left, answer=Answer.YES)
    leave(member=left, user=portal.yasmin)
    assert count_members(at=NOW + timedelta(days=364)) == forget_members(at=NOW + timedelta(days=364)) == 0
    assert count_members(at=LATER) == forget_members(at=LATER) == 1
    assert forget_members(at=LATER) == 0
    left.refresh_from_db()
    assert (left.phone, left.user, left.areas.count()) == ("", None, 0)
    words = " ".join(str(value) for value in Member.objects.filter(pk=left.pk).values_list()[0])
    assert "Vogel" not in words
    assert "vogel" not in words
    assert not ModelLogEntry.objects.filter(label__contains="Vogel").exists()
    assert Invitation.objects.get(pk=invitation.pk).rsvp.answer == Answer.YES
    client.force_login(portal.yasmin)
    assert client.get(reverse("network_members:inspect", args=[left.pk])).status_code == 200


def test_who_is_there_or_comes_back_is_not_forgotten(portal, yasmin):
    back = factories.member(portal, "Nadine Vogel")
    leave(member=back, user=portal.yasmin)
    Member.objects.filter(pk=back.pk).update(is_active=True, left_on=None)
    assert forget_members(at=LATER) == 0
    assert Member.objects.get(pk=back.pk).name == "Nadine Vogel"


def test_three_months_after_a_meeting_guests_and_delegates_are_forgotten_and_counted_still(client, portal, yasmin):
    held = factories.meeting(portal, day=factories.in_days(-100))
    ahead = factories.meeting(portal)
    member = factories.member(portal, "Bea Kern")
    guest, token = factories.invited(held, answer=Answer.YES)
    PersonalLink.objects.create(invitation=guest, token_hash="x" * 64)
    of_member, _token = factories.invited(held, member)
    Rsvp.objects.filter(invitation=of_member).update(
        answer=Answer.DELEGATE, delegate_name="Ute Frei", delegate_email="ute@example.org", comment="Komme mit Kind"
    )
    factories.invited(ahead)
    at = held.ends_at + KEPT_AFTER_MEETING + timedelta(days=1)
    assert client.get(reverse("rsvp", args=[token])).status_code == 200
    assert count_guests(at=at) == forget_guests(at=at) == 2
    assert count_guests(at=at) == forget_guests(at=at) == 0
    guest.refresh_from_db()
    assert "Gast" not in guest.name
    assert "example.org" not in guest.email
    assert (guest.rsvp.answer, guest.links.count()) == (Answer.YES, 0)
    assert client.get(reverse("rsvp", args=[token])).status_code in {404, 410}
    answer = Rsvp.objects.get(invitation=of_member)
    assert (answer.answer, answer.delegate_email, answer.comment) == (Answer.DELEGATE, "", "")
    assert answer.delegate_name != "Ute Frei"
    assert Invitation.objects.get(pk=of_member.pk).name == "Bea Kern"
    assert Invitation.objects.get(meeting=ahead).guest_name == "Gast"


def test_the_worker_does_both_by_itself():
    assert {"meeting guests", "former members"} <= {kept.code for kept in KEEPINGS}
