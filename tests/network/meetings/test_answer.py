"""An invited person says whether they come, on their own page, without an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from network.meetings import actions
from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.statuses import Answer, MeetingStatus, Mode
from portal.models import OutboxMessage
from portal.seats import Seat
from tests.network import factories


@pytest.fixture
def meeting(portal):
    return factories.meeting(portal, mode=Mode.HYBRID, join_link="https://meet.example.org/geheim", capacity=2)


def page(token, language="de"):
    return f"/{language}/rsvp/{token}/"


def say(client, token, answer="yes", **more):
    return client.post(page(token), {"answer": answer, **more})


def test_the_page_shows_the_meeting_and_asks_without_login_or_session(client, meeting):
    factories.agenda(meeting, "Begrüßung")
    _invitation, token = factories.invited(meeting)
    response = client.get(page(token, "en"))
    text = response.content.decode()
    assert response.status_code == 200
    assert meeting.title in text
    assert "Begrüßung" in text
    assert 'name="answer"' in text
    assert set(response.cookies) <= {"lotse_csrf"}


def test_the_page_is_kept_by_nobody_and_tells_nobody_its_address(client, meeting):
    _invitation, token = factories.invited(meeting)
    response = client.get(page(token))
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "page=/de/rsvp/" not in response.content.decode().split("<main")[1]


def test_yes_gives_a_seat_and_says_so(client, meeting):
    invitation, token = factories.invited(meeting)
    response = say(client, token)
    assert response.status_code == 303
    assert response["Location"] == page(token)
    invitation.rsvp.refresh_from_db()
    assert invitation.rsvp.seat == Seat.CONFIRMED
    assert invitation.rsvp.answered_at
    assert "Your seat is confirmed" in client.get(page(token, "en")).content.decode()


def test_the_third_for_two_seats_is_told_the_honest_place_on_the_waiting_list(client, meeting):
    tokens = [factories.invited(meeting)[1] for _n in range(4)]
    for token in tokens:
        say(client, token)
    assert "at place 2" in client.get(page(tokens[3], "en")).content.decode()
    assert "at place 1" in client.get(page(tokens[2], "en")).content.decode()


def test_who_says_no_later_gives_the_seat_to_the_first_who_waits_and_they_are_told_once(client, meeting):
    people = [factories.invited(meeting) for _n in range(4)]
    for _invitation, token in people:
        say(client, token)
    say(client, people[0][1], "no")
    people[2][0].rsvp.refresh_from_db()
    people[3][0].rsvp.refresh_from_db()
    assert people[2][0].rsvp.seat == Seat.CONFIRMED
    assert people[3][0].rsvp.seat == Seat.WAITING
    assert [mail.recipient for mail in OutboxMessage.objects.filter(dedupe_key__contains=":promoted:")] == [
        people[2][0].guest_email
    ]
    assert "at place 1" in client.get(page(people[3][1], "en")).content.decode()


def test_fifty_answers_for_ten_seats_go_in_order_through_cancellation_and_more_seats(client, portal, meeting):
    factories.coordinator(portal)
    Meeting.objects.filter(pk=meeting.pk).update(capacity=10)
    people = [factories.invited(meeting)[0] for _n in range(50)]
    for invitation in people:
        actions.answer(invitation=invitation, answer=Answer.YES)
    for invitation in people[:3]:
        actions.answer(invitation=invitation, answer=Answer.NO)
    promoted = actions.raise_capacity(meeting=meeting, user=portal.yasmin, capacity=12)
    sitting = [rsvp.invitation_id for rsvp in Rsvp.objects.filter(seat=Seat.CONFIRMED).order_by("pk")]
    assert sitting == [invitation.pk for invitation in people[3:15]]
    assert [rsvp.invitation_id for rsvp in promoted] == [people[13].pk, people[14].pk]
    waiting = Rsvp.objects.filter(seat=Seat.WAITING).order_by("queue_no")
    assert [rsvp.invitation_id for rsvp in waiting] == [invitation.pk for invitation in people[15:]]


@pytest.mark.parametrize(("answer", "seat"), [("maybe", Seat.NONE), ("online", Seat.NONE), ("no", Seat.NONE)])
def test_maybe_online_and_no_hold_no_seat(client, meeting, answer, seat):
    invitation, token = factories.invited(meeting)
    say(client, token)
    assert say(client, token, answer).status_code == 303
    invitation.rsvp.refresh_from_db()
    assert (invitation.rsvp.answer, invitation.rsvp.seat) == (answer, seat)


@pytest.mark.parametrize(
    ("answer", "sees"), [(None, False), ("maybe", False), ("no", False), ("yes", False), ("online", True)]
)
def test_the_link_to_join_is_shown_only_to_those_who_take_part_online(client, meeting, answer, sees):
    _invitation, token = factories.invited(meeting)
    if answer:
        say(client, token, answer)
    assert ("meet.example.org/geheim" in client.get(page(token)).content.decode()) is sees


def test_who_waits_for_a_seat_does_not_see_the_link_to_join(client, meeting):
    tokens = [factories.invited(meeting)[1] for _n in range(3)]
    for token in tokens:
        say(client, token)
    assert "geheim" not in client.get(page(tokens[2])).content.decode()


def test_a_delegate_keeps_the_seat_and_gets_the_date_but_not_the_link_of_who_sent_them(client, meeting):
    invitation, token = factories.invited(meeting)
    response = say(client, token, "delegate", delegate_name="Nele Roth", delegate_email="nele@example.org")
    assert response.status_code == 303
    invitation.rsvp.refresh_from_db()
    assert invitation.rsvp.seat == Seat.CONFIRMED
    mail = OutboxMessage.objects.get(recipient="nele@example.org")
    assert mail.calendar_method == "REQUEST"
    assert "mailto:nele@example.org" in mail.calendar
    assert token not in mail.body
    assert "Nele Roth" in client.get(page(token)).content.decode()


def test_a_delegate_who_is_not_needed_any_more_loses_the_date_from_their_calendar(client, meeting):
    _invitation, token = factories.invited(meeting)
    say(client, token, "delegate", delegate_name="Nele Roth", delegate_email="nele@example.org")
    say(client, token, "yes")
    mail = OutboxMessage.objects.get(recipient="nele@example.org", calendar_method="CANCEL")
    assert "SEQUENCE:1" in mail.calendar
    assert Rsvp.objects.get().delegate_name == ""


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"answer": "vielleicht"},
        {"answer": "pending"},
        {"answer": "delegate", "comment": "bleibt stehen"},
        {"answer": "delegate", "delegate_name": "Nele", "delegate_email": "keine Adresse"},
        {"answer": "delegate", "delegate_name": "Nele www.werbung.test", "delegate_email": "nele@example.org"},
        {"answer": "delegate", "delegate_name": "Nele", "delegate_email": f"n@{'a.' * 130}org"},
        {"answer": "yes", "comment": "x" * 501},
        {"answer": "yes", "delegate_name": "y" * 121},
        {"answer": "yes", "comment": "a\x00b"},
    ],
)
def test_what_cannot_be_understood_comes_back_with_what_was_typed(client, meeting, typed):
    invitation, token = factories.invited(meeting)
    response = client.post(page(token, "en"), typed)
    assert response.status_code == 422
    text = response.content.decode()
    assert "<title>Error:" in text
    assert "Please check your answers" in text
    if len(typed.get("comment", "x" * 99)) < 99 and "\x00" not in typed["comment"]:
        assert typed["comment"] in text
    invitation.rsvp.refresh_from_db()
    assert invitation.rsvp.answer == Answer.PENDING


def test_online_is_no_answer_where_there_is_only_a_room(client, portal):
    _invitation, token = factories.invited(factories.meeting(portal))
    assert 'value="online"' not in client.get(page(token)).content.decode()
    assert say(client, token, "online").status_code == 422


def test_a_comment_is_shown_as_text(client, meeting):
    _invitation, token = factories.invited(meeting)
    say(client, token, comment="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(page(token)).content.decode()


@pytest.mark.parametrize("reason", ["unknown", "revoked", "left", "elsewhere"])
def test_a_link_that_does_not_work_says_the_same_whatever_the_reason(client, portal, meeting, reason):
    factories.coordinator(portal)
    somebody = factories.member(portal, "Karla")
    invitation, token = factories.invited(meeting, somebody)
    if reason == "revoked":
        actions.revoke_invitation(invitation=invitation, user=portal.yasmin)
    elif reason == "left":
        somebody.left_on = factories.in_days(-1)
        somebody.save()
    elif reason == "unknown":
        token = "A" * 43
    else:
        from tests.network.meetings.test_audience import found_other_district

        Meeting.objects.filter(pk=meeting.pk).update(district=found_other_district(portal))
    response = client.get(page(token, "en"))
    assert response.status_code == 404
    assert "This link does not exist or no longer works" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert client.post(page(token, "en"), {"answer": "yes"}).status_code == 404


def test_the_answer_can_be_changed_until_the_deadline_and_not_after(client, meeting):
    invitation, token = factories.invited(meeting)
    say(client, token)
    Meeting.objects.filter(pk=meeting.pk).update(registration_deadline=timezone.now() - timedelta(minutes=1))
    text = client.get(page(token, "en")).content.decode()
    assert "The time for answers is over" in text
    assert 'name="answer"' not in text
    assert say(client, token, "no").status_code == 409
    invitation.rsvp.refresh_from_db()
    assert invitation.rsvp.answer == Answer.YES


@pytest.mark.parametrize("status", [s for s in MeetingStatus if s not in ("invited", "agenda_final")])
def test_no_answers_to_a_meeting_that_is_off_or_over(client, meeting, status):
    _invitation, token = factories.invited(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(status=status)
    assert client.get(page(token)).status_code == 200
    assert say(client, token).status_code == 409
    assert Rsvp.objects.get().answer == Answer.PENDING


def test_too_many_answers_to_one_invitation_are_slowed_down(client, meeting):
    _invitation, token = factories.invited(meeting)
    for _n in range(30):
        assert say(client, token).status_code == 303
    assert say(client, token, "no").status_code == 429


def test_guessing_links_is_slowed_down_but_the_right_link_still_works(client, meeting):
    _invitation, token = factories.invited(meeting)
    for number in range(100):
        assert client.get(page(f"{number:043}")).status_code == 404
    assert client.get(page("B" * 43)).status_code == 429
    assert client.get(page(token)).status_code == 200


def test_links_are_long_random_and_kept_as_a_hash_only(portal):
    factories.coordinator(portal)
    meeting = factories.meeting(portal)
    guests = [actions.Guest(f"G{n}", f"g{n}@example.org") for n in range(20)]
    actions.invite(meeting=meeting, user=portal.yasmin, guests=guests)
    tokens = [mail.body.split("/rsvp/")[1].split("/")[0] for mail in OutboxMessage.objects.all()]
    assert len({token[:6] for token in tokens}) == 20
    assert all(len(token) == 43 for token in tokens)
    kept = str(list(Invitation.objects.values()))
    assert not any(token in kept for token in tokens)


def test_the_page_speaks_the_language_of_its_address(client, meeting):
    _invitation, token = factories.invited(meeting)
    text = client.get(page(token, "ar")).content.decode()
    assert '<html lang="ar" dir="rtl">' in text
    assert f'<bdi lang="de">{meeting.title}</bdi>' in text
