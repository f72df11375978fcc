"""Who may know of a meeting: everybody × every kind of meeting × every place where it could leak."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.urls import reverse

from network.meetings.models import Meeting
from network.members.actions import make_feed
from network.members.statuses import Level
from tests.network import factories
from tests.standing import told_once

KINDS = ("public", "network", "level", "invited", "draft", "elsewhere")
READERS = {
    # reader: the kinds they may know of
    "anonymous": {"public"},
    "editor": {"public"},
    "superuser": {"public"},
    "outsider": {"public"},
    "left": {"public"},
    "foreign": {"public"},
    "guest": {"public"},
    "other_level": {"public", "network"},
    "same_level": {"public", "network", "level"},
    "invitee": {"public", "network", "level", "invited"},
    "revoked": {"public", "network"},
    "organiser": {"public", "network", "level", "invited"},
}


def found_other_district(portal):
    from wagtail.models import Page, Site

    from portal.models import District

    root = Page.get_first_root_node().add_child(instance=Page(title="Anderswo", slug="anderswo"))
    site = Site.objects.create(hostname="anderswo.test", root_page=root)
    return District.objects.create(site=site, name="Nachbarkreis", key="08325")


def story(portal):
    """One meeting of each kind, and one person for each row of the table."""
    neighbours = found_other_district(portal)
    people = {
        "left": factories.member(
            portal, "Left", user=_user("left"), left_on=factories.in_days(-1), levels=(Level.STEERING,)
        ),
        "other_level": factories.member(portal, "Other", user=_user("other"), levels=(Level.OPERATIVE,)),
        "same_level": factories.member(portal, "Same", user=_user("same"), levels=(Level.STEERING,)),
        "invitee": factories.member(portal, "Invitee", user=_user("invitee")),
        "revoked": factories.member(portal, "Revoked", user=_user("revoked")),
        "organiser": factories.member(portal, "Organiser", user=_user("organiser")),
    }
    people["foreign"] = factories.member(
        portal, "Foreign", user=_user("foreign"), district=neighbours, levels=(Level.STEERING,)
    )
    meetings = {
        kind: factories.meeting(
            portal,
            f"Treffen {kind}",
            audience=kind if kind not in ("draft", "elsewhere") else "public",
            level=Level.STEERING,
            slug=f"m-{kind}",
            published=kind != "draft",
            organiser=people["organiser"],
        )
        for kind in KINDS
    }
    Meeting.objects.filter(pk=meetings["elsewhere"].pk).update(district=neighbours)
    for kind in ("level", "invited"):
        factories.invited(meetings[kind], people["invitee"])
        factories.invited(meetings[kind])
        gone, _token = factories.invited(meetings[kind], people["revoked"])
        gone.revoked_at = gone.created_at
        gone.save()
    users = {
        **{name: row.user for name, row in people.items()},
        "anonymous": None,
        "guest": None,
        "editor": portal.eva,
        "superuser": portal.ada,
        "outsider": portal.omar,
    }
    return portal, meetings, people, users


kept_world = told_once(story)


@pytest.fixture
def world(kept_world, db):
    return deepcopy(kept_world)


def _user(name):
    from portal.models import User

    return User.objects.create_user(f"net-{name}", f"net-{name}@example.org", "passwort-123456")


def _known(reader):
    return READERS[reader]


@pytest.mark.parametrize("reader", READERS)
def test_the_list_shows_exactly_what_a_reader_may_know(world, client, reader):
    _portal, meetings, _people, users = world
    if users[reader]:
        client.force_login(users[reader])
    text = client.get("/en/meetings/").content.decode()
    assert {kind for kind in KINDS if f"Treffen {kind}<" in text} == _known(reader)


@pytest.mark.parametrize("reader", READERS)
def test_page_and_calendar_file_answer_404_to_everybody_else(world, client, reader):
    _portal, _meetings, _people, users = world
    if users[reader]:
        client.force_login(users[reader])
    for kind in KINDS:
        expected = 200 if kind in _known(reader) else 404
        assert client.get(f"/en/meetings/m-{kind}/").status_code == expected, kind
        assert client.get(f"/en/meetings/m-{kind}/calendar.ics").status_code == expected, kind


@pytest.mark.parametrize("reader", READERS)
def test_the_public_feed_holds_public_meetings_whoever_fetches_it(world, client, reader):
    _portal, meetings, _people, users = world
    if users[reader]:
        client.force_login(users[reader])
    text = client.get("/en/meetings/calendar.ics").content.decode()
    assert {kind for kind in KINDS if str(meetings[kind].uid) in text} == {"public"}


@pytest.mark.parametrize("reader", ["other_level", "same_level", "invitee", "revoked", "organiser"])
def test_a_personal_feed_holds_what_its_member_may_know(world, client, reader):
    _portal, meetings, people, users = world
    token = make_feed(member=people[reader], user=users[reader])
    text = client.get(reverse("personal_feed", args=[token])).content.decode()
    assert {kind for kind in KINDS if str(meetings[kind].uid) in text} == _known(reader)


def test_sitemap_and_search_take_public_meetings_of_the_district_only(world):
    portal, meetings, _people, _users = world
    assert list(Meeting.objects.of(portal.district).public()) == [meetings["public"]]


@pytest.mark.parametrize("reader", [name for name in READERS if name not in ("anonymous", "guest")])
def test_the_question_can_see_agrees_with_the_list(world, reader):
    from network.meetings.permissions import can_see_meeting

    _portal, meetings, people, _users = world
    reading = people.get(reader)
    if reader == "foreign":
        return _foreign_member_sees_no_inside(meetings, reading)
    seen = {kind for kind, row in meetings.items() if kind != "elsewhere" and can_see_meeting(reading, row)}
    assert seen == _known(reader)
    return None


def _foreign_member_sees_no_inside(meetings, reading):
    from network.meetings.permissions import can_see_meeting

    assert not any(can_see_meeting(reading, meetings[kind]) for kind in ("network", "level", "invited", "draft"))


def test_what_a_page_says_to_outsiders_does_not_tell_a_secret_meeting_from_none(world, client):
    secret = client.get("/en/meetings/m-network/")
    missing = client.get("/en/meetings/gibt-es-nicht/")
    assert secret.status_code == missing.status_code == 404
    assert secret.content.replace(b"m-network", b"") == missing.content.replace(b"gibt-es-nicht", b"")


def test_a_public_page_sets_no_cookie_and_may_be_kept(world, client):
    for path in ("/en/meetings/", "/en/meetings/m-public/", "/en/meetings/calendar.ics"):
        response = client.get(path)
        assert not response.cookies
        assert "public" in response["Cache-Control"]
        assert client.get(path, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_what_a_member_sees_stays_out_of_every_cache(world, client):
    client.force_login(world[3]["invitee"])
    for path in ("/en/meetings/", "/en/meetings/m-invited/", "/en/meetings/m-invited/calendar.ics"):
        response = client.get(path)
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]


def test_a_member_without_second_factor_reads_as_the_public_where_one_is_required(world, client, settings):
    settings.LOTSE_SECOND_FACTOR = True
    client.force_login(world[3]["invitee"])
    assert client.get("/en/meetings/m-invited/").status_code == 404


def test_the_list_costs_the_same_however_many_meetings_there_are(world, client, django_assert_max_num_queries):
    portal = world[0]
    for _n in range(20):
        factories.meeting(portal, audience="public")
    client.get("/en/meetings/")
    with django_assert_max_num_queries(4):
        client.get("/en/meetings/")
