"""Who reads minutes: everybody × state of the minutes × every place where they could leak."""

from __future__ import annotations

from copy import deepcopy

import pytest

from network.members.statuses import Level
from network.minutes.models import ActionItem, Minutes
from network.minutes.personal import papers_token
from tests.network import factories as network
from tests.network.meetings.test_audience import _user as account
from tests.network.meetings.test_audience import found_other_district
from tests.network.minutes import factories
from tests.standing import told_once

STATES = ("draft", "participants", "network", "withdrawn")
READERS = {
    # reader: the states in which they read the minutes of a meeting for its level
    "anonymous": set(),
    "editor": set(),
    "superuser": set(),
    "outsider": set(),
    "foreign": set(),
    "left": set(),
    "revoked": set(),
    "other_level": set(),
    "same_level": {"network"},
    "invitee": {"participants", "network"},
    "organiser": {"participants", "network"},
    "guest": {"participants", "network"},
}
SECRET = "Nur für uns: es fehlen Plätze."


def story(portal):
    network.coordinator(portal)
    steering = (Level.STEERING,)
    people = {
        "other_level": network.member(portal, "Other", user=account("other"), levels=(Level.OPERATIVE,)),
        "same_level": network.member(portal, "Same", user=account("same"), levels=steering),
        "invitee": network.member(portal, "Invitee", user=account("invitee")),
        "revoked": network.member(portal, "Revoked", user=account("revoked")),
        "left": network.member(portal, "Left", user=account("left"), levels=steering, left_on=network.in_days(-1)),
        "organiser": network.member(portal, "Organiser", user=account("organiser")),
        "foreign": network.member(
            portal, "Foreign", user=account("foreign"), district=found_other_district(portal), levels=steering
        ),
    }
    meeting = factories.held(
        portal, "Steuerung", slug="steuerung", level=Level.STEERING, audience="level", organiser=people["organiser"]
    )
    network.invited(meeting, people["invitee"])
    network.invited(meeting, people["left"])
    revoked, _token = network.invited(meeting, people["revoked"])
    revoked.revoked_at = revoked.created_at
    revoked.save()
    guest, _token = network.invited(meeting)
    minutes = factories.approved(portal, meeting, SECRET)
    factories.action(portal, "Geheime Aktion", meeting=meeting, entry=minutes.entries.last())
    users = {name: person.user for name, person in people.items()}
    users |= {"anonymous": None, "guest": None, "editor": portal.eva, "superuser": portal.ada, "outsider": portal.omar}
    return minutes, users, papers_token(guest), people, portal


kept_world = told_once(story)


@pytest.fixture
def told(kept_world, db):
    return deepcopy(kept_world)


@pytest.fixture
def world(told):
    return told[:4]


def put(minutes, state):
    scope = {"participants": "participants", "network": "network"}.get(state, "nobody")
    status = "draft" if state == "draft" else "approved"
    Minutes.objects.filter(pk=minutes.pk).update(scope=scope, status=status)


@pytest.mark.parametrize("reader", READERS)
def test_minutes_page_file_list_and_search_agree_and_nothing_leaks(world, client, reader):
    minutes, users, token, _people = world
    if users[reader]:
        client.force_login(users[reader])
    base = f"/en/papers/{token}/" if reader == "guest" else "/en/meetings/steuerung/"
    for state in STATES:
        put(minutes, state)
        may = state in READERS[reader]
        page = client.get(f"{base}minutes/")
        assert page.status_code == (200 if may else 404), state
        assert (SECRET in page.content.decode()) is may, state
        assert client.get(f"{base}minutes.pdf").status_code == (200 if may else 404), state
        assert "no-store" in page["Cache-Control"]
        for path in ("/en/meeting-minutes/", "/en/meeting-minutes/?q=fehlen", "/en/meeting-minutes/?q=Steuerung"):
            text = client.get(path).content.decode()
            assert ("meetings/steuerung/minutes/" in text) is (may and reader != "guest"), (state, path)
        places = ("/en/meetings/", "/en/meetings/steuerung/", f"{base}", "/en/search/?q=fehlen", "/sitemap.xml")
        for path in (*places, "/en/meetings/calendar.ics", "/en/meeting-summaries/"):
            text = client.get(path, follow=True).content.decode()
            assert SECRET not in text, (state, path)
            assert "Geheime Aktion" not in text, (state, path)


@pytest.mark.parametrize("reader", [name for name in READERS if name not in ("anonymous", "guest")])
def test_actions_are_readable_with_the_minutes_they_come_from(world, reader):
    minutes, _users, _token, people = world
    for state in STATES:
        put(minutes, state)
        rows = ActionItem.objects.readable_by(people.get(reader))
        assert rows.exists() is (state in READERS[reader]), state


def test_open_actions_of_the_last_meeting_are_shown_to_its_readers_only(told, client):
    *world, portal = told
    minutes, users, _token, people = world
    put(minutes, "participants")
    following = network.meeting(portal, "Nächste", slug="naechste", level=Level.STEERING, audience="level")
    _invitation, token = network.invited(following)
    network.invited(following, people["invitee"])
    assert "Geheime Aktion" not in client.get(f"/en/papers/{token}/").content.decode()
    client.force_login(users["same_level"])
    assert "Geheime Aktion" not in client.get("/en/meetings/naechste/agenda/").content.decode()
    client.force_login(users["invitee"])
    assert "Geheime Aktion" in client.get("/en/meetings/naechste/agenda/").content.decode()


def test_outsiders_cannot_tell_secret_minutes_from_none(world, client):
    secret = client.get("/en/meetings/steuerung/minutes/")
    missing = client.get("/en/meetings/gibt-es-nicht/minutes/")
    assert secret.status_code == missing.status_code == 404
    assert secret.content.replace(b"steuerung", b"") == missing.content.replace(b"gibt-es-nicht", b"")


def test_a_member_without_second_factor_reads_nothing_where_one_is_required(world, client, settings):
    minutes, users, _token, _people = world
    put(minutes, "network")
    settings.LOTSE_SECOND_FACTOR = True
    client.force_login(users["invitee"])
    assert client.get("/en/meetings/steuerung/minutes/").status_code == 404
    assert client.get("/en/my-actions/").status_code == 404


def test_minutes_cost_the_same_however_many_entries(world, client, django_assert_max_num_queries):
    minutes, users, _token, _people = world
    for number in range(20):
        entry = minutes.entries.create(order=10 + number, heading=f"Punkt {number}", note="Text")
        factories.action(minutes.meeting, f"Aktion {number}", meeting=minutes.meeting, entry=entry)
    client.force_login(users["invitee"])
    client.get("/en/meetings/steuerung/minutes/")
    with django_assert_max_num_queries(15):
        assert client.get("/en/meetings/steuerung/minutes/").status_code == 200
