"""Nobody learns of a meeting who may not: every kind of reader × every kind of meeting × every door there is.

What may be known is decided in `test_audience.READERS`; here each reader knocks at all doors, old and new ones.
"""

from __future__ import annotations

import re
from copy import deepcopy

import pytest
from django.urls import reverse

from network.meetings.models import DatePoll, Meeting, MeetingFile, PollInvitation
from network.meetings.statuses import Mode
from network.members.actions import make_feed
from network.members.querysets import token_hash
from tests.network import factories
from tests.network.meetings.test_audience import KINDS, READERS, story
from tests.standing import told_once

INSIDE = {"draft", "elsewhere", "invited", "level", "network"}
ADMIN_READS_ALL = {"superuser"}


def story_with_doors(portal):
    """All addresses at which a meeting could show itself, each with the words or codes that would tell of it."""
    portal, meetings, people, users = story(portal)
    Meeting.objects.update(mode=Mode.HYBRID, join_link="https://meet.example.org/geheim")
    files = {}
    for kind, row in meetings.items():
        factories.agenda(row, f"Punkt {kind}")
        files[kind] = MeetingFile.objects.create(meeting=row, name=f"Datei-{kind}.txt", size=1, path=kind, key=b"")
    everywhere = [
        *(f"/en/meetings/{query}" for query in ("", "?level=STEERING", "?when=past", "?page=2", "?page=x")),
        "/en/meetings/calendar.ics",
        "/en/search/?q=Treffen",
        "/sitemap.xml",
        "/en/",
    ]
    return meetings, people, users, files, everywhere


kept_doors = told_once(story_with_doors)


@pytest.fixture
def doors(kept_doors, db):
    return deepcopy(kept_doors)


def told(text, meetings):
    """Kinds of meetings of which a text tells: by title, address, identity, file or agenda."""
    marks = {
        kind: (f"Treffen {kind}<", f"/m-{kind}/", str(row.uid), f"Datei-{kind}", f"Punkt {kind}")
        for kind, row in meetings.items()
    }
    return {kind for kind, words in marks.items() if any(word in text for word in words)}


@pytest.mark.parametrize("reader", READERS)
def test_no_list_feed_search_or_sitemap_tells_of_what_a_reader_may_not_know(doors, client, reader):
    meetings, _people, users, _files, everywhere = doors
    if users[reader]:
        client.force_login(users[reader])
    for path in everywhere:
        answer = client.get(path)
        text = answer.content.decode()
        assert told(text, meetings) <= READERS[reader], path
        assert "geheim" not in text, path


@pytest.mark.parametrize("reader", READERS)
def test_no_page_calendar_or_file_of_a_hidden_meeting_opens(doors, client, reader):
    meetings, _people, users, files, _everywhere = doors
    if users[reader]:
        client.force_login(users[reader])
    for kind in set(KINDS) - READERS[reader]:
        for path in (
            f"/en/meetings/m-{kind}/",
            f"/en/meetings/m-{kind}/calendar.ics",
            f"/en/meetings/m-{kind}/files/{files[kind].pk}/",
            f"/en/meetings/m-public/files/{files[kind].pk}/",
        ):
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert not told(answer.content.decode(), meetings) & {kind} - _asked(path)


def _asked(path):
    """The kind that stands in the address itself, which the page for "not found" may repeat."""
    return set(re.findall(r"m-(\w+)/", path))


@pytest.mark.parametrize("reader", [name for name in READERS if name not in ("anonymous", "guest")])
def test_no_page_of_staff_opens_for_anybody_but_coordinators(doors, client, reader):
    meetings, _people, users, files, _everywhere = doors
    row, _token = factories.invited(meetings["invited"])
    client.force_login(users[reader])
    key = meetings["invited"].pk
    names = ("inspect", "edit", "files", "door", "attendance_pdf", "attendance_csv")
    paths = [reverse(f"network_meetings:{name}", args=[key]) for name in names]
    paths += [
        reverse("network_meetings:index"),
        reverse("network_meetings:file", args=[key, files["invited"].pk]),
        reverse("network_meetings:door_person", args=[key, row.pk]),
        reverse("network_meetings:act", args=[key, "move"]),
        reverse("network_polls:index"),
        reverse("network_standard_items:index"),
    ]
    for path in paths:
        if reader in ADMIN_READS_ALL and path.endswith(("pdf", f"files/{files['invited'].pk}/")):
            continue
        answer = client.get(path)
        if reader not in ADMIN_READS_ALL:
            assert answer.status_code in (302, 403), path
            assert not told(answer.content.decode(), meetings), path


@pytest.mark.parametrize("reader", ["editor", "other_level", "organiser", "invitee"])
def test_no_chooser_report_or_api_of_the_admin_tells_of_meetings(doors, client, reader):
    meetings, _people, users, _files, _everywhere = doors
    client.force_login(users[reader])
    for path in ("/admin/search/?q=Treffen", "/admin/reports/site-history/", "/admin/", "/admin/api/main/pages/"):
        assert told(client.get(path, follow=True).content.decode(), meetings) <= READERS[reader], path


@pytest.mark.parametrize("reader", ["other_level", "same_level", "invitee", "revoked", "organiser"])
def test_a_personal_feed_tells_no_more_and_never_the_link_to_join_of_who_does_not_come(doors, client, reader):
    meetings, people, users, _files, _everywhere = doors
    token = make_feed(member=people[reader], user=users[reader])
    text = client.get(reverse("personal_feed", args=[token])).content.decode()
    assert told(text, meetings) == READERS[reader]
    assert "geheim" not in text


def test_a_personal_feed_carries_the_link_to_join_for_who_takes_part_online_and_answers_at_once_when_revoked(
    doors, client
):
    from network.meetings import actions
    from network.members.actions import end_feed

    meetings, people, users, _files, _everywhere = doors
    member, user = people["invitee"], users["invitee"]
    invitation = meetings["invited"].invitations.get(member=member)
    actions.answer(invitation=invitation, answer="online")
    path = reverse("personal_feed", args=[make_feed(member=member, user=user)])
    text = client.get(path).content.decode().replace("\r\n ", "")
    assert text.count("meet.example.org/geheim") == 1
    fresh = reverse("personal_feed", args=[make_feed(member=member, user=user)])
    assert client.get(path).status_code == 404
    end_feed(member=member, user=user)
    assert client.get(fresh).status_code == 404


def test_who_leaves_the_network_loses_pages_feed_and_links_at_once(doors, client):
    meetings, people, users, _files, _everywhere = doors
    member, user = people["invitee"], users["invitee"]
    feed = reverse("personal_feed", args=[make_feed(member=member, user=user)])
    token = "x" * 43
    meetings["invited"].invitations.filter(member=member).update(token_hash=token_hash(token))
    poll = DatePoll.objects.create(
        district=member.district, title="P", level="STEERING", mailbox="k@example.org", closes_on=factories.in_days(3)
    )
    PollInvitation.objects.create(poll=poll, member=member, token_hash=token_hash("y" * 43))
    paths = (feed, f"/en/rsvp/{token}/", f"/en/date-poll/{'y' * 43}/", "/en/meetings/m-invited/")
    client.force_login(user)
    assert [client.get(path).status_code for path in paths] == [200] * 4
    member.left_on = factories.in_days(-1)
    member.save()
    assert [client.get(path).status_code for path in paths] == [404] * 4
