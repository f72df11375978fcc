"""Somebody comes instead, says what they need, is checked in at the door; links count as often as they may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.meetings import actions
from network.meetings.attending import count_needs, forget_needs
from network.meetings.models import Attendance, Invitation, Meeting, Rsvp
from network.meetings.reminding import remind
from network.meetings.statuses import Answer, JoinAudience, Mode
from network.members.querysets import token_hash
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from portal.seats import Seat
from tests.network import factories


@pytest.fixture
def yasmin(portal):
    factories.coordinator(portal)
    return portal.yasmin


def delegated(meeting, **more):
    """Nele was named by a guest; returns the answer and the token of Nele's link."""
    invitation, _token = factories.invited(meeting, **more)
    rsvp = actions.answer(
        invitation=invitation, answer=Answer.DELEGATE, delegate_name="Nele", delegate_email="nele@example.org"
    )
    body = OutboxMessage.objects.filter(recipient="nele@example.org").latest("pk").body
    return rsvp, body.split("/come-instead/")[1].split("/")[0]


def now_is(meeting, before):
    """Move the meeting so that it begins in `before` from now; a test cannot wait."""
    start = timezone.now() + before
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=start, ends_at=start + timedelta(hours=2))
    meeting.refresh_from_db()


def test_a_delegate_agrees_once_and_the_link_cannot_be_used_again(portal, client):
    rsvp, token = delegated(factories.meeting(portal, capacity=1))
    path = f"/de/come-instead/{token}/"
    assert "Nele" in client.get(path).content.decode()
    assert Rsvp.objects.get().delegate_confirmed_at is None
    assert client.post(path, {"comes": "yes"}).status_code == 303
    first = Rsvp.objects.get().delegate_confirmed_at
    assert first
    assert client.post(path, {"comes": "no"}).status_code == 409
    rsvp.refresh_from_db()
    assert (rsvp.answer, rsvp.seat, rsvp.delegate_confirmed_at) == (Answer.DELEGATE, Seat.CONFIRMED, first)


def test_a_delegate_who_cannot_come_gives_the_seat_to_the_next_and_the_decision_back(portal, client):
    meeting = factories.meeting(portal, capacity=1)
    rsvp, token = delegated(meeting)
    waiting, _token = factories.invited(meeting)
    actions.answer(invitation=waiting, answer=Answer.YES)
    path = f"/de/come-instead/{token}/"
    assert client.post(path, {"comes": "no"}).status_code == 200
    rsvp.refresh_from_db()
    assert (rsvp.answer, rsvp.delegate_email, rsvp.seat) == (Answer.PENDING, "", Seat.NONE)
    assert Rsvp.objects.get(invitation=waiting).seat == Seat.CONFIRMED
    mail = OutboxMessage.objects.get(dedupe_key__contains=":delegate_declined:")
    again = mail.body.split("/rsvp/")[1].split("/")[0]
    assert client.get(f"/de/rsvp/{again}/").status_code == 200
    assert client.get(path).status_code == client.post(path, {"comes": "yes"}).status_code == 404


def test_another_delegate_ends_the_link_of_the_first(portal, client):
    rsvp, token = delegated(factories.meeting(portal))
    actions.answer(
        invitation=rsvp.invitation, answer=Answer.DELEGATE, delegate_name="Ole", delegate_email="ole@example.org"
    )
    assert client.get(f"/de/come-instead/{token}/").status_code == 404


def test_links_are_long_random_and_only_their_hashes_are_kept(portal):
    rsvp, token = delegated(factories.meeting(portal))
    assert len(token) == 43
    assert rsvp.delegate_token_hash == token_hash(token)
    assert token not in str(Rsvp.objects.values().get())


def test_wrong_links_are_counted(portal, client, settings):
    statuses = {client.get(f"/de/come-instead/{n:043d}/").status_code for n in range(101)}
    assert statuses == {404, 429}


@pytest.mark.parametrize("path", ["rsvp/{}/", "come-instead/{}/"])
def test_reading_a_link_changes_nothing_and_nothing_keeps_it(portal, client, path):
    meeting = factories.meeting(portal)
    rsvp, delegate_token = delegated(meeting)
    _row, token = factories.invited(meeting)
    before = list(Rsvp.objects.order_by("pk").values())
    answer = client.get("/de/" + path.format(token if path.startswith("rsvp") else delegate_token))
    client.head("/de/" + path.format(token if path.startswith("rsvp") else delegate_token))
    assert answer.status_code == 200
    assert list(Rsvp.objects.order_by("pk").values()) == before
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_a_guest_link_used_twice_is_one_answer_and_one_seat(portal, client):
    meeting = factories.meeting(portal, capacity=5)
    _row, token = factories.invited(meeting)
    for _n in range(3):
        client.post(f"/de/rsvp/{token}/", {"answer": "yes"})
    assert Rsvp.objects.filter(seat=Seat.CONFIRMED).count() == 1


@pytest.mark.parametrize(
    ("audience", "mode", "seen_by"),
    [
        (JoinAudience.ONLINE, Mode.HYBRID, {"online"}),
        (JoinAudience.COMING, Mode.HYBRID, {"online", "yes"}),
        (JoinAudience.INVITED, Mode.HYBRID, {"online", "yes", "maybe", "pending"}),
        (JoinAudience.ONLINE, Mode.ONLINE, {"yes"}),
        (JoinAudience.INVITED, Mode.ONSITE, set()),
    ],
)
def test_the_link_to_join_has_an_audience_of_its_own(portal, client, audience, mode, seen_by):
    meeting = factories.meeting(
        portal, mode=mode, join_link="https://meet.example.org/geheim", join_audience=audience, audience="public"
    )
    seen = set()
    for said in ("pending", "yes", "online", "maybe", "no"):
        if said == "online" and mode != Mode.HYBRID:
            continue
        row, token = factories.invited(meeting)
        if said != "pending":
            actions.answer(invitation=row, answer=said)
        if "geheim" in client.get(f"/de/rsvp/{token}/").content.decode():
            seen.add(said)
    assert seen == seen_by
    for path in (f"/de/meetings/{meeting.slug}/", f"/de/meetings/{meeting.slug}/calendar.ics", "/de/meetings/"):
        assert "geheim" not in client.get(path).content.decode()
    assert not OutboxMessage.objects.filter(calendar__contains="geheim").exists()


def test_an_answer_to_the_old_date_is_asked_again_with_everything_kept(portal, client, yasmin):
    meeting = factories.meeting(portal)
    _row, token = factories.invited(meeting)
    page = client.get(f"/de/rsvp/{token}/").content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    actions.move(
        meeting=meeting, user=yasmin, day=meeting.day + timedelta(days=1), starts=meeting.starts, ends=meeting.ends
    )
    data = {"answer": "yes", "comment": "Bringe Kuchen mit", "seen": seen}
    answer = client.post(f"/de/rsvp/{token}/", data)
    assert answer.status_code == 409
    assert Rsvp.objects.get().answer == Answer.PENDING
    text = answer.content.decode()
    assert "Bringe Kuchen mit" in text
    fresh = text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"/de/rsvp/{token}/", {**data, "seen": fresh}).status_code == 303


def test_what_somebody_needs_is_erased_after_the_meeting_and_the_answer_stays(portal, client):
    meeting = factories.meeting(portal)
    _row, token = factories.invited(meeting)
    client.post(f"/de/rsvp/{token}/", {"answer": "yes", "access_needs": "Rampe"})
    assert Rsvp.objects.get().access_needs == "Rampe"
    assert forget_needs(timezone.now()) == 0
    late = meeting.ends_at + timedelta(days=1, minutes=1)
    assert count_needs(late) == forget_needs(late) == 1
    assert Rsvp.objects.values_list("access_needs", "answer").get() == ("", Answer.YES)


def test_the_organisers_check_people_in_with_one_button_and_can_take_it_back(portal, client, yasmin):
    meeting = factories.meeting(portal, capacity=3)
    now_is(meeting, timedelta(hours=1))
    rsvp, _token = delegated(meeting)
    now_is(meeting, timedelta(minutes=5))
    client.force_login(yasmin)
    door = reverse("network_meetings:door", args=[meeting.pk])
    for _twice in range(2):
        assert client.post(door, {"here": rsvp.invitation_id}).status_code == 302
    assert Attendance.objects.get().name == "Nele"
    assert client.post(door, {"walk_in": "1", "name": "Timo", "presence": "room"}).status_code == 302
    assert client.post(door, {"walk_in": "1", "name": "", "presence": "room"}).status_code == 422
    assert b"Timo" in client.get(reverse("network_meetings:attendance_csv", args=[meeting.pk])).content
    client.post(door, {"undo": Attendance.objects.get(name="Timo").pk})
    assert [row.name for row in Attendance.objects.all()] == ["Nele"]
    assert b"Nele" in client.get(door).content


def test_the_picture_on_the_personal_page_leads_the_organisers_to_this_person_and_nobody_else_in(
    portal, client, yasmin
):
    meeting = factories.meeting(portal)
    row, _token = factories.invited(meeting, answer=Answer.YES)
    now_is(meeting, timedelta(minutes=5))
    path = reverse("network_meetings:door_person", args=[meeting.pk, row.pk])
    assert client.post(path).status_code == 302
    client.force_login(portal.omar)
    client.post(path)
    assert not Attendance.objects.exists()
    client.force_login(yasmin)
    assert "Gast" in client.get(path).content.decode()
    client.post(path)
    assert Attendance.objects.get().invitation == row


def test_people_say_themselves_that_they_are_here_but_only_then(portal, client):
    meeting = factories.meeting(portal)
    _row, token = factories.invited(meeting, answer=Answer.YES)
    assert client.post(f"/de/rsvp/{token}/here/").status_code == 409
    now_is(meeting, timedelta(minutes=30))
    assert client.get(f"/de/rsvp/{token}/here/").status_code == 405
    assert client.post(f"/de/rsvp/{token}/here/").status_code == 303
    assert Attendance.objects.count() == 1
    now_is(meeting, timedelta(hours=-3))
    assert client.post(f"/de/rsvp/{token}/here/").status_code == 409


def test_the_attendance_list_is_a_pdf_for_coordinators_only(portal, client, yasmin):
    meeting = factories.meeting(portal)
    factories.invited(meeting, answer=Answer.YES)
    path = reverse("network_meetings:attendance_pdf", args=[meeting.pk])
    client.force_login(yasmin)
    answer = client.get(path)
    assert answer.content.startswith(b"%PDF-")
    client.force_login(portal.omar)
    assert client.get(path).status_code in (302, 403)


def test_omar_cannot_check_anybody_in(portal, yasmin):
    meeting = factories.meeting(portal)
    row, _token = factories.invited(meeting)
    now_is(meeting, timedelta(minutes=5))
    for act in (
        lambda: actions.check_in(invitation=row, user=portal.omar),
        lambda: actions.add_at_the_door(meeting=meeting, user=portal.omar, name="X"),
    ):
        with pytest.raises(NotAllowed):
            act()
    now_is(meeting, timedelta(days=3))
    with pytest.raises(DomainError):
        actions.check_in(invitation=row, user=yasmin)


def test_reminders_go_to_those_whom_they_concern_once_and_with_a_link_that_works(portal, client):
    meeting = factories.meeting(portal)
    for said in Answer:
        if said != Answer.DELEGATE:
            row, _token = factories.invited(meeting, guest_email=f"{said}@example.org", answer=said)
            Invitation.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=9))
    told = {}
    for days in (15, 14, 3, 1):
        day = meeting.day - timedelta(days=days)
        count = remind(day)
        assert remind(day) == 0
        rows = OutboxMessage.objects.filter(dedupe_key__contains=f":{days}:{meeting.day}")
        told[days] = {row.recipient.split("@")[0] for row in rows}
        assert count == len(told[days])
    assert told == {15: set(), 14: {"pending"}, 3: {"pending", "maybe"}, 1: {"yes", "online", "maybe"}}
    token = OutboxMessage.objects.filter(recipient="pending@example.org").latest("pk").body.split("/rsvp/")[1]
    assert client.get(f"/de/rsvp/{token.split('/')[0]}/").status_code == 200


def test_nobody_is_reminded_of_a_meeting_that_does_not_take_place(portal, yasmin):
    meeting = factories.meeting(portal)
    factories.invited(meeting, answer=Answer.YES)
    actions.cancel(meeting=meeting, user=yasmin)
    assert remind(meeting.day - timedelta(days=1)) == 0
