"""Who belongs to the network, who stands in for whom, and the calendar of their own."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from network.members.actions import end_feed, make_feed
from network.members.models import FeedToken, LevelMembership, Member, Organisation
from network.members.permissions import can_coordinate
from network.members.statuses import Level
from portal.errors import NotAllowed
from portal.models import District
from tests.network import factories
from tests.network.meetings.test_audience import found_other_district


def feed(client, token):
    return client.get(reverse("personal_feed", args=[token]))


def test_who_left_or_was_switched_off_is_no_active_member(portal):
    here = factories.member(portal, "Hier")
    factories.member(portal, "Weg", left_on=factories.in_days(-1))
    last_day = factories.member(portal, "Letzter Tag", left_on=factories.in_days(0))
    factories.member(portal, "Aus", is_active=False)
    assert set(Member.objects.of(portal.district).active()) == {here, last_day}
    assert Member.objects.active(factories.in_days(1)).get() == here


def test_people_of_two_levels_are_found_once(portal):
    both = factories.member(portal, "Beide", levels=(Level.STEERING, Level.OPERATIVE))
    factories.member(portal, "Keine")
    assert list(Member.objects.at_levels([Level.STEERING, Level.OPERATIVE])) == [both]


def test_the_deputy_covers_the_town_while_somebody_is_away(portal):
    town = portal.towns["08326017"]
    deputy = factories.member(portal, "Jana")
    lena = factories.member(portal, "Lena", deputy=deputy)
    lena.areas.add(town)
    assert list(Member.objects.covering(town)) == [lena]
    lena.absent_from, lena.absent_until = factories.in_days(0), factories.in_days(7)
    lena.save()
    assert list(Member.objects.covering(town)) == [deputy]
    assert list(Member.objects.covering(town, factories.in_days(8))) == [lena]


@pytest.mark.parametrize(
    "double",
    [
        lambda cast, one: factories.member(cast, "Zwei", email=one.email.upper()),
        lambda cast, one: factories.member(cast, "Zwei", user=one.user),
        lambda cast, one: Organisation.objects.create(district=cast.district, name="LANDRATSAMT", kind="other"),
        lambda cast, one: LevelMembership.objects.create(member=one, level=Level.OPERATIVE),
        lambda cast, one: factories.member(cast, "Zwei", absent_until=factories.in_days(1)),
    ],
)
def test_the_database_keeps_doubles_and_nonsense_out(portal, double):
    one = factories.member(portal, "Eins", user=portal.lena, levels=(Level.OPERATIVE,))
    with pytest.raises(IntegrityError), transaction.atomic():
        double(portal, one)


def test_coordinating_needs_the_permission_and_the_district(portal):
    neighbours = found_other_district(portal)
    assert not can_coordinate(portal.yasmin, portal.district)
    factories.coordinator(portal)
    assert can_coordinate(portal.yasmin, portal.district)
    assert not can_coordinate(portal.yasmin, neighbours)
    assert not can_coordinate(portal.omar, portal.district)
    assert can_coordinate(portal.ada, District.objects.get(pk=neighbours.pk))


def test_a_personal_calendar_holds_the_networks_meetings_and_nobody_keeps_it(client, portal):
    lena = factories.member(portal, "Lena", user=portal.lena)
    meeting = factories.meeting(portal)
    response = feed(client, make_feed(member=lena, user=portal.lena))
    assert str(meeting.uid) in response.content.decode()
    assert "ATTENDEE" not in response.content.decode()
    assert "private" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert FeedToken.objects.get().last_used == factories.in_days(0)


def test_the_address_of_a_personal_calendar_is_kept_as_a_hash_only(portal):
    token = make_feed(member=factories.member(portal, "Lena", user=portal.lena), user=portal.lena)
    assert len(token) == 43
    assert token not in str(FeedToken.objects.values())


@pytest.mark.parametrize("end", ["ended", "renewed", "left", "switched off"])
def test_a_personal_calendar_ends_at_once(client, portal, end):
    lena = factories.member(portal, "Lena", user=portal.lena)
    token = make_feed(member=lena, user=portal.lena)
    assert feed(client, token).status_code == 200
    if end == "ended":
        end_feed(member=lena, user=portal.lena)
    elif end == "renewed":
        assert feed(client, make_feed(member=lena, user=portal.lena)).status_code == 200
    elif end == "left":
        Member.objects.filter(pk=lena.pk).update(left_on=factories.in_days(-1))
    else:
        Member.objects.filter(pk=lena.pk).update(is_active=False)
    assert feed(client, token).status_code == 404


def test_nobody_makes_or_ends_the_calendar_of_somebody_else(portal):
    lena = factories.member(portal, "Lena", user=portal.lena)
    factories.coordinator(portal)
    for user in (portal.omar, portal.yasmin, portal.ada):
        with pytest.raises(NotAllowed):
            make_feed(member=lena, user=user)
        with pytest.raises(NotAllowed):
            end_feed(member=lena, user=user)
    assert not FeedToken.objects.exists()


def test_a_member_makes_the_address_in_the_admin_and_sees_it_once(client, portal):
    factories.member(portal, "Lena", user=portal.lena)
    client.force_login(portal.lena)
    page = client.post(reverse("network_my_calendar")).content.decode()
    token = page.split("/network/calendar/")[1].split(".ics")[0]
    assert client.get(f"/network/calendar/{token}.ics").status_code == 200
    assert token not in client.get(reverse("network_my_calendar")).content.decode()
    client.post(reverse("network_my_calendar"), {"end": ""})
    assert client.get(f"/network/calendar/{token}.ics").status_code == 404


def test_who_is_no_member_has_no_calendar_page(client, portal):
    client.force_login(portal.omar)
    assert client.get(reverse("network_my_calendar"), follow=True).status_code == 404
