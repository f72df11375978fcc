"""Many meetings and many answers cost no more queries than few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from network.meetings.models import Invitation, Rsvp
from network.meetings.statuses import Answer
from network.members.actions import make_feed
from tests.network import factories

MOST_QUERIES = 15


@pytest.fixture
def many(portal):
    """Thirty meetings, one of them with sixty answers."""
    factories.coordinator(portal)
    made = [factories.meeting(portal, audience="public", capacity=100) for _n in range(30)]
    rows = Invitation.objects.bulk_create(
        Invitation(meeting=made[0], guest_name=f"G{n}", guest_email=f"g{n}@example.org", token_hash=f"{n}")
        for n in range(60)
    )
    Rsvp.objects.bulk_create(Rsvp(invitation=row, answer=Answer.YES) for row in rows)
    return made


def test_lists_and_feeds_ask_at_most_fifteen_questions(portal, many, client, django_assert_max_num_queries):
    member = factories.member(portal, "Lena", user=portal.lena)
    feed = reverse("personal_feed", args=[make_feed(member=member, user=portal.lena)])
    client.get(feed)
    for user in (None, portal.lena):
        if user:
            client.force_login(user)
        for path in ("/de/meetings/", "/de/meetings/?when=past", "/de/meetings/calendar.ics", feed):
            client.get(path)
            with django_assert_max_num_queries(MOST_QUERIES):
                assert client.get(path).status_code == 200


def test_the_lists_of_staff_ask_the_network_a_few_questions_however_many_answers_there_are(portal, many, client):
    """The frame of the admin (menu, rights, inbox numbers) asks some twenty of its own on every page; not counted."""
    client.force_login(portal.yasmin)
    key = many[0].pk
    for name in ("index", "inspect", "door"):
        path = reverse(f"network_meetings:{name}", args=[] if name == "index" else [key])
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert sum('FROM "network_' in query["sql"] for query in asked) <= 7, name


def test_the_public_list_comes_in_pages_that_hold_each_meeting_once(portal, many, client):
    pages = [client.get(f"/de/meetings/?page={n}").content.decode() for n in (1, 2)]
    found = [sum(f'/{row.slug}/"' in page for page in pages) for row in many]
    assert found == [1] * 30
