"""What coordinators do in the admin, and what others cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from network.meetings import actions
from network.meetings.models import Invitation, Meeting
from network.meetings.statuses import MeetingStatus
from network.members.models import Member, Organisation
from network.members.statuses import Level
from portal.models import OutboxMessage
from tests.network import factories
from tests.network.meetings.test_audience import found_other_district


@pytest.fixture
def yasmin(portal, client):
    member = factories.coordinator(portal)
    client.force_login(portal.yasmin)
    return member


def at(name, *args, kind="meetings"):
    return reverse(f"network_{kind}:{name}", args=args)


def filled(**more):
    return {
        "title": "Sprachnetzwerk im Winter",
        "summary": "",
        "level": "LANGUAGE",
        "audience": "level",
        "day": factories.in_days(30).isoformat(),
        "starts": "09:00",
        "ends": "11:00",
        "last_day": "",
        "mode": "onsite",
        "place": "Rathaus",
        "join_link": "",
        "capacity": "12",
        "registration_deadline": "",
        "organiser": "",
        "mailbox": "koordination@example.org",
        "join_audience": "online",
        "slug": "",
        "agenda-TOTAL_FORMS": "1",
        "agenda-INITIAL_FORMS": "0",
        "agenda-MIN_NUM_FORMS": "0",
        "agenda-MAX_NUM_FORMS": "1000",
        "agenda-0-id": "",
        "agenda-0-ORDER": "1",
        "agenda-0-DELETE": "",
        "agenda-0-title": "Kursplanung",
        "agenda-0-kind": "decision",
        "agenda-0-minutes_planned": "30",
        **more,
    }


def test_a_coordinator_plans_a_meeting_with_its_agenda(client, portal, yasmin):
    assert client.get(at("add")).status_code == 200
    response = client.post(at("add"), filled())
    assert response.status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.district, meeting.slug, meeting.status) == (portal.district, "sprachnetzwerk-im-winter", "planned")
    assert meeting.published_at is None
    assert meeting.agenda.get().title == "Kursplanung"
    assert meeting.starts_at.minute == 0
    for name in ("index", "edit", "inspect", "history", "usage"):
        args = [] if name == "index" else [meeting.pk]
        assert client.get(at(name, *args)).status_code == 200, name


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"day": "31.02.2027x"},
        {"ends": "08:00"},
        {"place": ""},
        {"mailbox": ""},
        {"slug": "vergeben"},
        {"capacity": "0"},
        {"level": "NOPE"},
        {"starts": "25:00"},
        {"join_link": "javascript:alert(1)"},
    ],
)
def test_nonsense_is_not_saved_and_stays_in_the_form(client, portal, yasmin, wrong):
    factories.meeting(portal, slug="vergeben")
    response = client.post(at("add"), filled(**wrong))
    assert response.status_code == 200
    assert "koordination@example.org" in response.content.decode() or "mailbox" in wrong
    assert Meeting.objects.count() == 1


def test_an_address_that_is_taken_gets_a_number(client, portal, yasmin):
    for _n in range(3):
        client.post(at("add"), filled())
    slugs = set(Meeting.objects.values_list("slug", flat=True))
    assert slugs == {"sprachnetzwerk-im-winter", "sprachnetzwerk-im-winter-2", "sprachnetzwerk-im-winter-3"}


def test_a_published_date_is_not_changed_behind_peoples_backs(client, portal, yasmin):
    meeting = factories.meeting(portal, slug="fest")
    response = client.post(at("edit", meeting.pk), filled(title="Neuer Titel", slug="anders", place="Anderswo"))
    assert response.status_code == 302
    changed = Meeting.objects.get()
    assert changed.title == "Neuer Titel"
    assert (changed.day, changed.place, changed.slug) == (meeting.day, meeting.place, "fest")
    assert changed.sequence == 0
    assert changed.changed_at > meeting.changed_at


def test_a_move_that_happens_while_the_form_is_sent_is_not_undone(portal, yasmin):
    from network.meetings.viewsets import MeetingViewSet

    meeting = factories.meeting(portal, slug="fest")
    form_class = MeetingViewSet().get_form_class(for_update=True)
    form = form_class(filled(slug="fest"), instance=Meeting.objects.get(), district=portal.district)
    assert form.is_valid(), form.errors
    actions.move(
        meeting=meeting, user=portal.yasmin, day=factories.in_days(40), starts=meeting.starts, ends=meeting.ends
    )
    form.save()
    saved = Meeting.objects.get()
    assert (saved.day, saved.sequence, saved.title) == (factories.in_days(40), 1, "Sprachnetzwerk im Winter")


def test_a_coordinator_invites_a_level_a_person_and_guests(client, portal, yasmin):
    meeting = factories.meeting(portal, published=False)
    factories.member(portal, "Olena", levels=(Level.OPERATIVE,))
    single = factories.member(portal, "Karla")
    assert client.get(at("act", meeting.pk, "invite")).status_code == 200
    typed = {
        "levels": ["OPERATIVE"],
        "members": [single.pk],
        "guest_language": "fr",
        "guests": "Nadia Rahimi, nadia@example.org\n\nRoth, Emre, emre@example.org",
    }
    response = client.post(at("act", meeting.pk, "invite"), typed)
    assert response.status_code == 302
    assert set(OutboxMessage.objects.values_list("recipient", "language")) == {
        ("olena@example.org", "de"),
        ("karla@example.org", "de"),
        ("nadia@example.org", "fr"),
        ("emre@example.org", "fr"),
    }
    assert Invitation.objects.get(guest_email="emre@example.org").guest_name == "Roth, Emre"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"levels": ["NOPE"]},
        {"members": ["999999"]},
        {"members": ["x"]},
        {"guests": "Nadia"},
        {"guests": ", a@b.de"},
        {"guests": "Nadia, keine Adresse"},
        {"guests": "N, n@example.org", "guest_language": "xx"},
        {"guests": "\n".join(f"G{n}, g{n}@example.org" for n in range(51))},
    ],
)
def test_who_is_meant_must_be_clear_before_anybody_is_invited(client, portal, yasmin, typed):
    meeting = factories.meeting(portal)
    response = client.post(at("act", meeting.pk, "invite"), {"guest_language": "de", **typed})
    assert response.status_code == 422
    if "guests" in typed:
        assert typed["guests"].splitlines()[0].split(",")[0] in response.content.decode()
    assert not Invitation.objects.exists()


def test_a_coordinator_moves_adds_seats_and_cancels(client, portal, yasmin):
    meeting = factories.meeting(portal, capacity=1)
    rows = [factories.invited(meeting)[0] for _n in range(2)]
    for row in rows:
        actions.answer(invitation=row, answer="yes")
    moved = {
        "day": (meeting.day + timedelta(days=1)).isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "mode": "onsite",
        "place": "Rathaus",
    }
    assert client.post(at("act", meeting.pk, "move"), moved).status_code == 302
    assert client.post(at("act", meeting.pk, "capacity"), {"capacity": "2"}).status_code == 302
    page = client.get(at("inspect", meeting.pk)).content.decode()
    assert "<strong>2</strong> / 2" in page
    assert client.post(at("act", meeting.pk, "cancel"), {"reason": "Krank"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.place, meeting.status, meeting.sequence) == ("Rathaus", MeetingStatus.CANCELLED, 2)
    assert OutboxMessage.objects.filter(calendar_method="CANCEL").count() == 2


@pytest.mark.parametrize(
    ("verb", "typed", "status"),
    [
        ("move", {}, 422),
        ("move", {"day": "gestern", "starts": "9", "ends": "10", "mode": "onsite", "place": "R"}, 422),
        ("move", {"day": "2020-01-01", "starts": "09:00", "ends": "10:00", "mode": "onsite", "place": "R"}, 409),
        ("move", {"day": "2027-03-28", "starts": "02:30", "ends": "10:00", "mode": "onsite", "place": "R"}, 422),
        ("capacity", {"capacity": "1"}, 409),
        ("capacity", {"capacity": "viele"}, 422),
        ("cancel", {"reason": "x" * 241}, 422),
    ],
)
def test_a_refusal_is_shown_on_the_form_and_changes_nothing(client, portal, yasmin, verb, typed, status):
    meeting = factories.meeting(portal, capacity=3)
    assert client.get(at("act", meeting.pk, verb)).status_code == 200
    assert client.post(at("act", meeting.pk, verb), typed).status_code == status
    again = Meeting.objects.get()
    assert (again.day, again.capacity, again.status, again.sequence) == (meeting.day, 3, MeetingStatus.INVITED, 0)


def test_a_coordinator_withdraws_an_invitation_and_sends_a_new_link(client, portal, yasmin):
    meeting = factories.meeting(portal)
    invitation, token = factories.invited(meeting)
    assert client.get(at("invitation", meeting.pk, invitation.pk, "revoke")).status_code == 405
    client.post(at("invitation", meeting.pk, invitation.pk, "renew"))
    assert client.get(f"/de/rsvp/{token}/").status_code == 404
    client.post(at("invitation", meeting.pk, invitation.pk, "revoke"))
    assert Invitation.objects.get().revoked_at
    other = factories.meeting(portal)
    assert client.post(at("invitation", other.pk, invitation.pk, "renew"), follow=True).status_code == 404


@pytest.mark.parametrize("who", ["omar", "eva", "tarik"])
def test_omar_finds_no_door_to_the_network(client, portal, who):
    factories.coordinator(portal)
    meeting = factories.meeting(portal)
    invitation, _token = factories.invited(meeting)
    client.force_login(getattr(portal, who))
    doors = [
        at("index"),
        at("add"),
        at("edit", meeting.pk),
        at("inspect", meeting.pk),
        at("history", meeting.pk),
        at("act", meeting.pk, "cancel"),
        at("index", kind="members"),
        at("index", kind="organisations"),
    ]
    for door in doors:
        assert client.get(door).status_code in (302, 403), door
        assert client.post(door, {"reason": "x"}).status_code in (302, 403), door
    client.post(at("invitation", meeting.pk, invitation.pk, "revoke"))
    assert Meeting.objects.get().status == MeetingStatus.INVITED
    assert Invitation.objects.get().revoked_at is None
    assert "Krank" not in client.get("/admin/").content.decode()


def test_a_coordinator_sees_and_touches_nothing_of_the_next_district(client, portal, yasmin):
    neighbours = found_other_district(portal)
    theirs = factories.meeting(portal, "Treffen nebenan", district=neighbours)
    assert "Treffen nebenan" not in client.get(at("index")).content.decode()
    for name in ("edit", "inspect", "history", "usage"):
        assert client.get(at(name, theirs.pk), follow=True).status_code == 404
    assert client.post(at("act", theirs.pk, "cancel"), follow=True).status_code == 404
    assert Meeting.objects.get(pk=theirs.pk).status == MeetingStatus.INVITED
    assert client.get(at("index"), headers={"host": "anderswo.test"}).status_code in (302, 403)


def test_nobody_deletes_a_meeting_not_even_ada(client, portal):
    meeting = factories.meeting(portal)
    client.force_login(portal.ada)
    assert client.post(at("delete", meeting.pk)).status_code in (302, 403)
    assert Meeting.objects.exists()


def test_a_coordinator_keeps_the_people_of_the_network(client, portal, yasmin):
    body = factories.organisation(portal)
    typed = {
        "name": "Olena",
        "organisation": body.pk,
        "role": "social",
        "email": "olena@example.org",
        "phone": "",
        "language": "uk",
        "meets_at": ["OPERATIVE", "HANDOVER"],
        "areas": [portal.towns["08326017"].pk],
        "deputy": yasmin.pk,
        "absent_from": "",
        "absent_until": "",
        "user": "",
        "is_active": "on",
        "left_on": "",
    }
    assert client.get(at("add", kind="members")).status_code == 200
    assert client.post(at("add", kind="members"), typed).status_code == 302
    olena = Member.objects.get(name="Olena")
    assert olena.district == portal.district
    assert set(olena.levels.values_list("level", flat=True)) == {"OPERATIVE", "HANDOVER"}
    response = client.post(at("edit", olena.pk, kind="members"), {**typed, "meets_at": ["STATE"], "areas": []})
    assert response.status_code == 302
    assert list(olena.levels.values_list("level", flat=True)) == ["STATE"]
    assert not olena.areas.exists()
    double = client.post(at("add", kind="members"), {**typed, "email": "OLENA@example.org"})
    assert double.status_code == 200
    assert Member.objects.filter(email__iexact="olena@example.org").count() == 1


def test_an_organisation_is_there_once(client, portal, yasmin):
    assert (
        client.post(at("add", kind="organisations"), {"name": "Helferkreis", "kind": "volunteers"}).status_code == 302
    )
    assert client.post(at("add", kind="organisations"), {"name": "helferkreis", "kind": "other"}).status_code == 200
    assert Organisation.objects.filter(name__iexact="helferkreis").count() == 1
