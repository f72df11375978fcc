"""A monthly meeting is prepared in three steps: which one, when, whom; nothing is sent before the last button."""

from __future__ import annotations

from datetime import time

import pytest
from django.urls import reverse

from home.next_meeting import invited_last_time, patterns
from network.meetings.models import Invitation, Meeting, StandardItem
from network.meetings.statuses import AgendaOrigin, Answer, MeetingStatus
from network.minutes.models import ActionItem
from portal.models import OutboxMessage
from tests.network import factories


@pytest.fixture
def yasmin(client, portal):
    found = factories.coordinator(portal)
    client.force_login(portal.yasmin)
    return found


@pytest.fixture
def last(portal):
    held = factories.meeting(portal, "Austausch", day=factories.in_days(-7), status=MeetingStatus.HELD)
    factories.agenda(held, "Neues aus den Gemeinden")
    return held


def typed(days=21, **more):
    return {"day": str(factories.in_days(days)), "starts": "18:00", "ends": "20:00", **more}


def make(client, last):
    answer = client.post(reverse("desk_prepare_date", args=[last.pk]), typed())
    assert answer.status_code == 302
    return Meeting.objects.latest("pk"), answer["Location"]


def test_the_way_leads_from_the_button_to_the_sent_invitations(client, portal, yasmin, last):
    StandardItem.objects.create(district=portal.district, title="Begrüßung", order=0)
    ActionItem.objects.create(district=portal.district, text="Liste schicken", owner=yasmin, meeting=last)
    lena = factories.member(portal, "Lena", user=portal.lena)
    factories.invited(last, lena, answer=Answer.YES)
    factories.invited(last, guest_name="Frau Gast", guest_email="gast@example.org")
    assert reverse("desk_prepare_date", args=[last.pk]) in client.get(reverse("desk_prepare")).content.decode()
    new, page = make(client, last)
    assert (new.status, new.published_at) == (MeetingStatus.PLANNED, None)
    titles = set(new.agenda.values_list("title", flat=True))
    assert {"Begrüßung", "Neues aus den Gemeinden"} <= titles
    assert new.agenda.filter(origin=AgendaOrigin.CARRIED).exists()
    text = client.get(page).content.decode()
    assert "Lena" in text
    assert "Frau Gast" in text
    assert not OutboxMessage.objects.exists()
    people = [str(row.pk) for row in last.invitations.all()]
    assert client.post(page, {"people": people}).status_code == 302
    new.refresh_from_db()
    assert new.status == MeetingStatus.INVITED
    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {lena.email, "gast@example.org"}


def test_only_those_who_stay_chosen_are_invited_and_nobody_twice(client, portal, yasmin, last):
    lena, omar = (factories.member(portal, name) for name in ("Lena", "Omar"))
    first, _token = factories.invited(last, lena)
    factories.invited(last, omar)
    new, page = make(client, last)
    for _ in range(2):
        client.post(page, {"people": [str(first.pk)]})
    assert [row.member for row in new.invitations.all()] == [lena]
    assert OutboxMessage.objects.count() == 1
    assert [row.member for row in invited_last_time(last, new)] == [omar]


def test_whoever_left_or_was_uninvited_is_not_offered(client, portal, yasmin, last):
    gone = factories.member(portal, "Weg", left_on=factories.in_days(-1))
    factories.invited(last, gone)
    withdrawn, _token = factories.invited(last, factories.member(portal, "Zurück"))
    Invitation.objects.filter(pk=withdrawn.pk).update(revoked_at=last.starts_at)
    new, page = make(client, last)
    assert invited_last_time(last, new) == []
    assert client.get(page).status_code == 200


def test_a_double_click_makes_one_draft(client, portal, yasmin, last):
    assert [make(client, last)[0].pk for _ in range(2)][0] == Meeting.objects.latest("pk").pk
    assert Meeting.objects.filter(title="Austausch").count() == 2


@pytest.mark.parametrize(
    "wrong", [typed(-3), typed(day="nie"), typed(ends="17:00"), typed(starts=""), {"day": "9999-99-99"}]
)
def test_a_day_that_makes_no_sense_is_refused_and_nothing_is_made(client, portal, yasmin, last, wrong):
    assert client.post(reverse("desk_prepare_date", args=[last.pk]), wrong).status_code == 422
    assert Meeting.objects.count() == 1


def test_sending_to_nobody_or_to_strangers_is_refused(client, portal, yasmin, last):
    factories.invited(last, factories.member(portal, "Lena"))
    other, _token = factories.invited(factories.meeting(portal), factories.member(portal, "Fremd"))
    _new, page = make(client, last)
    for people in ([], [str(other.pk)], ["x"]):
        assert client.post(page, {"people": people}).status_code == 422
    assert not OutboxMessage.objects.exists()


def test_a_date_of_a_series_that_is_planned_already_goes_on_with_its_people(portal, yasmin, last):
    following = factories.meeting(portal, "Austausch", day=factories.in_days(21), published=False)
    (found,) = patterns(portal.district)
    assert (found.meeting, found.following) == (last, following)
    assert found.address == reverse("desk_prepare_people", args=[last.pk, following.pk])


def test_nobody_else_prepares_meetings(client, portal, last):
    client.force_login(portal.lena)
    for address in (
        reverse("desk_prepare"),
        reverse("desk_prepare_date", args=[last.pk]),
        reverse("desk_prepare_people", args=[last.pk, last.pk]),
    ):
        assert client.post(address, typed()).status_code in {302, 403, 405}
    assert Meeting.objects.count() == 1
    assert Meeting.objects.get().starts == time(18, 0)
