"""Whoever leaves the network stands before closed doors in the same moment: each door is tried."""

from __future__ import annotations

import secrets

import pytest
from django.urls import reverse
from django.utils import timezone

from network.meetings.models import DatePoll, Invitation, PollInvitation, PollOption, PollVote, Rsvp
from network.meetings.statuses import Answer, Audience
from network.members import actions
from network.members.entry_actions import let_go
from network.members.models import Member
from network.members.personal import entry_token
from network.members.querysets import token_hash
from network.minutes.personal import actions_token, papers_token
from portal.models import OutboxMessage
from portal.seats import Seat
from tests.network import factories


@pytest.fixture
def lena(portal):
    return factories.member(portal, "Lena", user=portal.lena, is_listed=True, levels=("OPERATIVE",))


def poll_of(portal, member):
    made = DatePoll.objects.create(
        district=portal.district, title="Wann?", level="OPERATIVE", closes_on=factories.in_days(5)
    )
    option = PollOption.objects.create(poll=made, day=factories.in_days(9), starts="10:00", ends="11:00")
    token = secrets.token_urlsafe(32)
    asked = PollInvitation.objects.create(poll=made, member=member, token_hash=token_hash(token))
    PollVote.objects.create(invitation=asked, option=option, vote="yes")
    return made, token


def doors(portal, lena):
    """Every address that opens for Lena without an account."""
    ahead = factories.meeting(portal, audience=Audience.INVITED)
    past = factories.meeting(portal, "Früher", day=factories.in_days(-9), audience=Audience.INVITED)
    invitation, token = factories.invited(ahead, lena, answer=Answer.YES)
    before, old = factories.invited(past, lena)
    feed = actions.make_feed(member=lena, user=portal.lena)
    return [
        reverse("personal_feed", args=[feed]),
        reverse("rsvp", args=[token]),
        reverse("rsvp", args=[old]),
        reverse("papers", args=[papers_token(invitation)]),
        reverse("papers", args=[papers_token(before)]),
        reverse("my_actions_link", args=[actions_token(lena)]),
        reverse("own_entry_link", args=[entry_token(lena)]),
        reverse("date_poll", args=[poll_of(portal, lena)[1]]),
    ]


def test_every_personal_link_closes_at_once(client, portal, lena):
    found = doors(portal, lena)
    assert [client.get(door).status_code for door in found] == [200] * len(found)
    actions.leave(member=lena)
    assert [client.get(door).status_code for door in found] == [404] * len(found)


def test_the_pages_of_the_network_close_for_the_account_at_once(client, portal, lena):
    inside = factories.meeting(portal, audience=Audience.NETWORK)
    pages = [inside.get_absolute_url(), reverse("members"), reverse("members_coverage"), reverse("own_entry")]
    pages += [reverse("needs"), reverse("my_actions"), reverse("minutes_list")]
    client.force_login(portal.lena)
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    actions.leave(member=lena, user=portal.lena)
    assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    portal.lena.refresh_from_db()
    assert portal.lena.is_active


def test_a_seat_goes_to_the_next_and_the_past_stays(portal, lena):
    full = factories.meeting(portal, capacity=1)
    mine, _token = factories.invited(full, lena, answer=Answer.YES)
    Rsvp.objects.filter(invitation=mine).update(seat=Seat.CONFIRMED)
    waiting, _token = factories.invited(full, factories.member(portal, "Omar"), answer=Answer.YES)
    Rsvp.objects.filter(invitation=waiting).update(seat=Seat.WAITING, queue_no=1)
    old, _token = factories.invited(factories.meeting(portal, day=factories.in_days(-9)), lena, answer=Answer.YES)
    actions.leave(member=lena)
    assert Rsvp.objects.get(invitation=waiting).seat == Seat.CONFIRMED
    assert Invitation.objects.get(pk=mine.pk).revoked_at is not None
    assert Invitation.objects.get(pk=old.pk).revoked_at is None
    assert OutboxMessage.objects.filter(recipient="omar@example.org").exists()
    assert OutboxMessage.objects.filter(recipient=lena.email, calendar_method="CANCEL").exists()


def test_a_voice_in_an_open_poll_no_longer_counts(portal, lena):
    made, _token = poll_of(portal, lena)
    actions.leave(member=lena)
    assert not made.invitations.exists()


def test_nobody_has_somebody_as_deputy_who_left(portal, lena):
    away = factories.member(portal, "Weg", deputy=lena)
    actions.leave(member=lena)
    away.refresh_from_db()
    assert away.deputy is None


def test_the_member_and_the_coordinators_are_told_and_the_mail_to_them_names_nobody(portal, lena):
    factories.coordinator(portal)
    actions.leave(member=lena)
    told = OutboxMessage.objects.get(recipient="yasmin@example.org")
    assert "Lena" not in told.subject + told.body
    own = OutboxMessage.objects.get(recipient=lena.email)
    assert "my-entry" not in own.body


def test_leaving_twice_is_leaving_once(portal, lena):
    gone = actions.leave(member=lena)
    mails = OutboxMessage.objects.count()
    factories.coordinator(portal)
    actions.leave(member=gone, user=portal.yasmin)
    assert OutboxMessage.objects.count() == mails


def test_leaving_is_asked_first_and_done_by_a_button(client, portal, lena):
    address = reverse("leave_network_link", args=[entry_token(lena)])
    assert client.get(address).status_code == 200
    assert Member.objects.get(pk=lena.pk).is_active
    assert client.post(address).status_code == 200
    assert not Member.objects.get(pk=lena.pk).is_active
    assert client.post(address).status_code == 404


def test_being_switched_off_in_the_admin_ends_the_same_things(client, portal, lena):
    factories.coordinator(portal)
    invitation, token = factories.invited(factories.meeting(portal), lena)
    feed = actions.make_feed(member=lena, user=portal.lena)
    client.force_login(portal.yasmin)
    typed = {"name": "Lena", "organisation": lena.organisation_id, "role": "other", "email": lena.email}
    typed |= {"language": "de", "user": portal.lena.pk, "left_on": str(factories.in_days(-1)), "is_active": "on"}
    assert client.post(reverse("network_members:edit", args=[lena.pk]), typed).status_code == 302
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    client.logout()
    assert client.get(reverse("rsvp", args=[token])).status_code == 404
    assert client.get(reverse("personal_feed", args=[feed])).status_code == 404


def test_after_the_last_day_the_worker_ends_what_is_left(client, portal, lena):
    feed = reverse("personal_feed", args=[actions.make_feed(member=lena, user=portal.lena)])
    invitation, _token = factories.invited(factories.meeting(portal), lena)
    Member.objects.filter(pk=lena.pk).update(left_on=factories.in_days(0))
    assert let_go() == 0
    assert client.get(feed).status_code == 200
    Member.objects.filter(pk=lena.pk).update(left_on=factories.in_days(-1))
    assert client.get(feed).status_code == 404  # closed before the worker comes
    assert [let_go(), let_go()] == [1, 0]
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert not lena.feed_tokens.filter(revoked_at=None).exists()


def test_old_links_stay_closed_when_somebody_comes_back(client, portal, lena):
    link = reverse("own_entry_link", args=[entry_token(lena)])
    feed = reverse("personal_feed", args=[actions.make_feed(member=lena, user=portal.lena)])
    actions.leave(member=lena)
    Member.objects.filter(pk=lena.pk).update(is_active=True, left_on=None, joined_at=timezone.now())
    assert client.get(link).status_code == 404
    assert client.get(feed).status_code == 404
