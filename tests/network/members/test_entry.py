"""What a member does with the own entry: look, confirm, change, ask for a link; and what nobody else can."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.members import actions
from network.members.models import Member
from network.members.personal import entry_token, member_of_entry
from portal.errors import NotAllowed
from portal.models import OutboxMessage
from tests.network import factories
from tests.network.meetings.test_audience import found_other_district


@pytest.fixture
def lena(portal):
    found = factories.member(portal, "Lena", user=portal.lena, phone="+49 30 23125 702")
    found.areas.add(portal.towns["08326017"])
    return found


def page(member, name="own_entry_link"):
    return reverse(name, args=[entry_token(member)])


def filled(**more):
    return {"phone": "+49 30 23125 800", "language": "de", "is_listed": "on", **more}


def test_the_link_shows_the_entry_and_changes_nothing_by_being_opened(client, lena):
    answer = client.get(page(lena))
    assert answer.status_code == 200
    assert "Lena" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    lena.refresh_from_db()
    assert lena.confirmed_at is None


def test_one_click_confirms_the_entry_and_ends_the_question(client, lena, portal):
    Member.objects.filter(pk=lena.pk).update(unconfirmed_at="2026-01-01T00:00Z", asked_at="2025-12-01T00:00Z")
    assert client.post(page(lena), {"confirm": "1"}).status_code == 303
    lena.refresh_from_db()
    assert lena.confirmed_at is not None
    assert lena.unconfirmed_at is lena.asked_at is lena.reminded_at is None
    assert list(lena.areas.all()) == [portal.towns["08326017"]]


def test_a_member_changes_phone_towns_absence_and_deputy_and_says_who_sees_it(client, lena, portal):
    jana = factories.member(portal, "Jana", is_listed=True)
    town = portal.towns["08326012"]
    typed = filled(deputy=jana.pk, areas=[town.pk], absent_from=factories.in_days(3), absent_until=factories.in_days(9))
    assert client.post(page(lena), typed).status_code == 303
    lena.refresh_from_db()
    assert (lena.phone, lena.deputy, lena.is_listed, lena.shows_phone) == ("+49 30 23125 800", jana, True, False)
    assert list(lena.areas.all()) == [town]
    assert lena.is_absent_on(factories.in_days(9))
    assert not lena.is_absent_on(factories.in_days(10))
    assert lena.confirmed_at is not None
    assert lena.name == "Lena"


@pytest.mark.parametrize(
    "wrong",
    [
        {"absent_from": "2026-13-45"},
        {"absent_from": "9999-12-31"},
        {"absent_until": "2026-11-30"},
        {"phone": "ruf mich an"},
        {"phone": "", "shows_phone": "on"},
        {"language": "xx"},
        {"areas": ["nein"]},
        {"deputy": "0"},
        {"phone": "\x00"},
    ],
)
def test_nonsense_is_refused_with_the_form_and_nothing_changes(client, lena, wrong):
    answer = client.post(page(lena), filled(**wrong))
    assert answer.status_code == 422
    lena.refresh_from_db()
    assert lena.phone == "+49 30 23125 702"
    assert lena.confirmed_at is None


def test_nobody_is_their_own_deputy_and_the_end_comes_after_the_beginning(client, lena):
    assert client.post(page(lena), filled(deputy=lena.pk)).status_code == 422
    late = filled(absent_from=factories.in_days(9), absent_until=factories.in_days(3))
    assert client.post(page(lena), late).status_code == 422


def test_a_wrong_foreign_old_or_ended_link_meets_the_same_404(client, lena, portal):
    foreign = found_other_district(portal)
    stranger = factories.member(portal, "Fremd", district=foreign, organisation=factories.organisation(portal, "X"))
    old = entry_token(lena)
    Member.objects.filter(pk=lena.pk).update(link_version=1)
    for token in ("x", "a:b:c", old, entry_token(stranger), old[:-2] + "zz", "y" * 500):
        assert client.get(reverse("own_entry_link", args=[token])).status_code == 404


def test_a_new_mail_address_ends_the_links_to_the_old_one(lena, portal):
    token = entry_token(lena)
    assert member_of_entry(token, portal.district) == lena
    Member.objects.filter(pk=lena.pk).update(email="neu@example.org")
    assert member_of_entry(token, portal.district) is None


def test_ending_all_links_sends_a_new_one_that_works(client, lena, portal):
    old = page(lena)
    assert client.post(old, {"end_links": "1"}).status_code == 200
    assert client.get(old).status_code == 404
    lena.refresh_from_db()
    mail = OutboxMessage.objects.get(recipient=lena.email)
    assert entry_token(lena).split(":")[0] in mail.body
    assert client.get(page(lena)).status_code == 200


def test_the_account_opens_the_own_entry_without_a_link_and_nobody_elses(client, lena, portal):
    assert client.get(reverse("own_entry")).status_code == 404
    client.force_login(portal.lena)
    assert "+49 30 23125 702" in client.get(reverse("own_entry")).content.decode()
    client.force_login(portal.omar)
    assert client.get(reverse("own_entry")).status_code == 404
    client.force_login(portal.ada)
    assert client.get(reverse("own_entry")).status_code == 404


def test_omar_must_not_change_or_remove_lena(lena, portal):
    factories.member(portal, "Omar", user=portal.omar)
    for verb in (actions.confirm_entry, actions.end_links, actions.leave):
        with pytest.raises(NotAllowed):
            verb(member=lena, user=portal.omar)
    lena.refresh_from_db()
    assert lena.is_active


def test_whoever_lost_the_link_gets_a_new_one_and_nobody_learns_who_is_a_member(client, lena):
    asked = [client.post(reverse("member_link"), {"email": mail}) for mail in ("LENA@example.org", "wer@example.org")]
    assert asked[0].content == asked[1].content
    assert OutboxMessage.objects.get().recipient == lena.email
    assert client.post(reverse("member_link"), {"email": "kaputt"}).status_code == 422


def test_the_fourth_link_in_an_hour_is_refused(client, lena):
    answers = [client.post(reverse("member_link"), {"email": lena.email}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert OutboxMessage.objects.count() <= 3


def test_a_coordinator_invites_by_mail_when_adding_somebody(client, portal):
    factories.coordinator(portal)
    client.force_login(portal.yasmin)
    body = factories.organisation(portal)
    typed = {"name": "Neu", "organisation": body.pk, "role": "other", "email": "neu@example.org", "language": "tr"}
    typed |= {"is_active": "on", "welcome": "on"}
    assert client.post(reverse("network_members:add"), typed).status_code == 302
    new = Member.objects.get(email="neu@example.org")
    assert not new.is_listed
    assert new.invited_at
    assert new.asked_at
    mail = OutboxMessage.objects.get(recipient="neu@example.org")
    assert mail.language == "tr"
    assert "/tr/my-entry/" in mail.body


def test_the_personal_link_is_sent_again_by_coordinators_only(client, lena, portal):
    address = reverse("network_members:act", args=[lena.pk, "invite"])
    client.force_login(portal.lena)
    assert client.post(address).status_code in {302, 403}
    assert not OutboxMessage.objects.exists()
    factories.coordinator(portal)
    client.force_login(portal.yasmin)
    assert client.get(address).status_code == 200
    assert not OutboxMessage.objects.exists()
    assert client.post(address).status_code == 302
    assert OutboxMessage.objects.get().recipient == lena.email
    assert client.get(reverse("network_members:inspect", args=[lena.pk])).status_code == 200
