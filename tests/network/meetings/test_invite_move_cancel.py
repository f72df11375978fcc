"""What coordinators do, what people get by mail, and what their calendars are told (RFC 5546)."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.core import mail as post
from django.utils import timezone
from icalendar import Calendar
from wagtail.models import ModelLogEntry

from network.meetings import actions
from network.meetings.models import Invitation, Meeting
from network.meetings.statuses import TRANSITIONS, Answer, Audience, MeetingStatus, Mode
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from portal.outbox import deliver_due
from portal.seats import Seat
from tests.network import factories


@pytest.fixture
def yasmin(portal):
    factories.coordinator(portal)
    return portal.yasmin


def event_of(message):
    (event,) = Calendar.from_ical(message.calendar).events
    return event


def to(address):
    return OutboxMessage.objects.filter(recipient=address).order_by("pk")


def guests(*names, language="de"):
    return [actions.Guest(name, f"{name.lower()}@example.org", language) for name in names]


def move(meeting, user, **more):
    facts = {"day": meeting.day + timedelta(days=7), "starts": meeting.starts, "ends": meeting.ends}
    return actions.move(meeting=meeting, user=user, **{**facts, **more})


def test_an_invitation_moves_and_is_cancelled_in_the_calendar_it_reached(portal, yasmin):
    meeting = factories.meeting(portal, published=False)
    actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    move(meeting, yasmin)
    actions.cancel(meeting=meeting, user=yasmin, reason="Krank")
    request, moved, cancelled = [event_of(message) for message in to("nadia@example.org")]
    assert [message.calendar_method for message in to("nadia@example.org")] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in (request, moved, cancelled)] == [0, 1, 2]
    assert {str(event["UID"]) for event in (request, moved, cancelled)} == {str(meeting.uid)}
    assert request["STATUS"] == moved["STATUS"] == "CONFIRMED"
    assert cancelled["STATUS"] == "CANCELLED"
    assert moved.start - request.start == timedelta(days=7)
    assert "Krank" in to("nadia@example.org").last().body


def test_everybody_gets_a_calendar_entry_with_their_own_name_only(portal, yasmin):
    meeting = factories.meeting(portal)
    actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia", "Emre", "Jana"))
    for message in OutboxMessage.objects.all():
        event = event_of(message)
        assert str(event["ATTENDEE"]) == f"mailto:{message.recipient}"
        assert str(event["ORGANIZER"]) == "mailto:koordination@example.org"
        assert message.calendar.count("@example.org") == 2


def test_mails_are_written_in_the_language_of_each_person(portal, yasmin):
    meeting = factories.meeting(portal, audience=Audience.PUBLIC)
    somebody = factories.member(portal, "Olena", language="uk")
    actions.invite(meeting=meeting, user=yasmin, members=[somebody], guests=guests("Nadia", language="en"))
    ukrainian, english = to("olena@example.org").get(), to("nadia@example.org").get()
    assert (ukrainian.language, english.language) == ("uk", "en")
    assert "/uk/rsvp/" in ukrainian.body
    assert f"/uk/meetings/{meeting.slug}/" in ukrainian.body
    assert "/en/rsvp/" in english.body
    months = "січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
    assert re.search(months, ukrainian.body)
    assert not re.search(months, english.body)
    assert f"{meeting.day:%Y}" in english.body


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("kind", ["invitation", "moved", "cancelled", "postponed", "revoked", "promoted", "delegate"])
def test_every_mail_can_be_written_in_every_direction(portal, yasmin, kind, language):
    meeting = factories.meeting(portal, capacity=1, mode=Mode.HYBRID, title="Möbel & Mehr <heute>")
    holder, waiter = actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia", "Emre", language=language))
    actions.answer(invitation=holder, answer=Answer.YES)
    actions.answer(invitation=waiter, answer=Answer.DELEGATE, delegate_name="Nele", delegate_email="nele@example.org")
    {
        "invitation": lambda: None,
        "delegate": lambda: None,
        "moved": lambda: move(meeting, yasmin),
        "cancelled": lambda: actions.cancel(meeting=meeting, user=yasmin),
        "postponed": lambda: actions.postpone(meeting=meeting, user=yasmin),
        "revoked": lambda: actions.revoke_invitation(invitation=holder, user=yasmin),
        "promoted": lambda: actions.answer(invitation=holder, answer=Answer.NO),
    }[kind]()
    messages = OutboxMessage.objects.filter(dedupe_key__contains=f":{kind}:")
    assert messages
    for message in messages:
        assert message.language == language
        assert meeting.title in message.subject
        assert meeting.title in message.body
        assert "&amp;" not in message.body
        assert "\n\n\n" not in message.body


def test_who_said_no_hears_no_more(portal, yasmin):
    meeting = factories.meeting(portal)
    rows = actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia", "Emre", "Jana"))
    actions.answer(invitation=rows[0], answer=Answer.NO)
    actions.answer(invitation=rows[1], answer=Answer.MAYBE)
    OutboxMessage.objects.all().delete()
    move(meeting, yasmin)
    actions.cancel(meeting=meeting, user=yasmin)
    assert [message.recipient for message in OutboxMessage.objects.order_by("pk")] == [
        "emre@example.org",
        "jana@example.org",
        "emre@example.org",
        "jana@example.org",
    ]


def test_nobody_is_invited_twice_and_those_who_left_not_at_all(portal, yasmin):
    meeting = factories.meeting(portal)
    karla = factories.member(portal, "Karla")
    gone = factories.member(portal, "Gone", left_on=factories.in_days(-1))
    asked = [*guests("Nadia"), actions.Guest("Noch einmal", "NADIA@example.org"), actions.Guest("K", karla.email)]
    new = actions.invite(meeting=meeting, user=yasmin, members=[karla, karla, gone], guests=asked)
    assert [invitation.email for invitation in new] == ["karla@example.org", "nadia@example.org"]
    assert actions.invite(meeting=meeting, user=yasmin, members=[karla], guests=asked) == []
    assert OutboxMessage.objects.count() == 2


def test_inviting_publishes_and_moves_the_status_on(portal, yasmin):
    meeting = factories.meeting(portal, published=False)
    actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    meeting.refresh_from_db()
    assert meeting.status == MeetingStatus.INVITED
    assert meeting.published_at


def test_a_withdrawn_invitation_frees_the_seat_and_leaves_the_calendar(portal, yasmin):
    meeting = factories.meeting(portal, capacity=1)
    holder, waiter = actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia", "Emre"))
    for row in (holder, waiter):
        actions.answer(invitation=row, answer=Answer.YES)
    actions.revoke_invitation(invitation=holder, user=yasmin)
    assert Invitation.objects.get(pk=waiter.pk).rsvp.seat == Seat.CONFIRMED
    last = to("nadia@example.org").last()
    assert last.calendar_method == "CANCEL"
    assert "Landratsamt" not in last.body + last.calendar
    actions.revoke_invitation(invitation=holder, user=yasmin)
    assert to("nadia@example.org").count() == 2


def test_who_is_invited_again_after_a_withdrawal_gets_a_newer_entry(portal, yasmin):
    meeting = factories.meeting(portal)
    (first,) = actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    actions.revoke_invitation(invitation=first, user=yasmin)
    actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    sequence = [event_of(message)["SEQUENCE"] for message in to("nadia@example.org")]
    assert sequence == [0, 1, 1]


def test_a_new_link_ends_the_old_one(portal, yasmin, client):
    meeting = factories.meeting(portal)
    invitation, token = factories.invited(meeting)
    fresh = actions.renew_link(invitation=invitation, user=yasmin)
    assert client.get(f"/de/rsvp/{token}/").status_code == 404
    assert client.get(f"/de/rsvp/{fresh}/").status_code == 200


def test_moving_keeps_answers_seats_and_the_time_to_answer(portal, yasmin):
    deadline = timezone.now() + timedelta(days=14)
    meeting = factories.meeting(portal, capacity=1, registration_deadline=deadline)
    (row,) = actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    actions.answer(invitation=row, answer=Answer.YES)
    old = meeting.starts_at
    move(meeting, yasmin, place="Rathaus")
    meeting.refresh_from_db()
    assert meeting.previous_starts_at == old
    assert abs(meeting.registration_deadline - deadline - timedelta(days=7)) <= timedelta(hours=1)
    assert Invitation.objects.get(pk=row.pk).rsvp.seat == Seat.CONFIRMED
    assert meeting.place == "Rathaus"


def test_moving_to_where_it_is_already_tells_nobody(portal, yasmin):
    meeting = factories.meeting(portal)
    actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    actions.move(meeting=meeting, user=yasmin, day=meeting.day, starts=meeting.starts, ends=meeting.ends)
    meeting.refresh_from_db()
    assert meeting.sequence == 0
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"day": -1}, {"ends": time(7)}, {"starts": time(20)}, {"mode": "hybrid", "place": ""}]
)
def test_a_meeting_cannot_be_moved_to_nonsense(portal, yasmin, change):
    meeting = factories.meeting(portal)
    if "day" in change:
        change = {"day": factories.in_days(change["day"])}
    with pytest.raises(DomainError):
        move(meeting, yasmin, **change)
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.starts) == (0, time(18))


def test_those_who_chose_online_are_asked_again_when_there_is_only_a_room(portal, yasmin):
    meeting = factories.meeting(portal, mode=Mode.HYBRID)
    (row,) = actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    actions.answer(invitation=row, answer=Answer.ONLINE)
    move(meeting, yasmin, mode=Mode.ONSITE)
    assert Invitation.objects.get(pk=row.pk).rsvp.answer == Answer.PENDING


def test_a_postponed_meeting_leaves_the_calendars_and_comes_back_with_its_new_date(portal, yasmin):
    meeting = factories.meeting(portal)
    actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    actions.postpone(meeting=meeting, user=yasmin)
    assert meeting.status == MeetingStatus.POSTPONED
    move(meeting, yasmin)
    assert meeting.status == MeetingStatus.INVITED
    assert [message.calendar_method for message in to("nadia@example.org")] == ["REQUEST", "CANCEL", "REQUEST"]
    assert event_of(to("nadia@example.org").last())["SEQUENCE"] == 2


@pytest.mark.parametrize("status", MeetingStatus)
def test_a_meeting_can_be_called_off_only_while_it_is_ahead(portal, yasmin, status):
    for verb, target in ((actions.cancel, "cancelled"), (actions.postpone, "postponed")):
        meeting = factories.meeting(portal, status=status)
        if target in TRANSITIONS[status]:
            verb(meeting=meeting, user=yasmin)
            assert Meeting.objects.get(pk=meeting.pk).status == target
        else:
            with pytest.raises(DomainError):
                verb(meeting=meeting, user=yasmin)
            assert Meeting.objects.get(pk=meeting.pk).status == status


def test_the_table_of_states_is_closed_and_every_state_can_be_reached():
    assert set(TRANSITIONS) == set(MeetingStatus)
    reached, todo = {"planned"}, ["planned"]
    while todo:
        for status in TRANSITIONS[todo.pop()] - reached:
            reached.add(status)
            todo.append(status)
    assert reached == {status.value for status in MeetingStatus}
    assert not TRANSITIONS[MeetingStatus.ARCHIVED]


@pytest.mark.parametrize("who", ["omar", "eva", "lena", "tarik"])
def test_omar_and_others_without_the_task_change_nothing(portal, who):
    factories.coordinator(portal)
    meeting = factories.meeting(portal, capacity=1)
    invitation, _token = factories.invited(meeting)
    user = getattr(portal, who)
    factories.member(portal, "Mitglied selbst", user=user, email="selbst@example.org")
    for act in (
        lambda: actions.publish(meeting=meeting, user=user),
        lambda: actions.invite(meeting=meeting, user=user, guests=guests("Nadia")),
        lambda: move(meeting, user),
        lambda: actions.cancel(meeting=meeting, user=user),
        lambda: actions.postpone(meeting=meeting, user=user),
        lambda: actions.raise_capacity(meeting=meeting, user=user, capacity=5),
        lambda: actions.revoke_invitation(invitation=invitation, user=user),
        lambda: actions.renew_link(invitation=invitation, user=user),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not OutboxMessage.objects.exists()
    assert Meeting.objects.get().status == MeetingStatus.INVITED


def test_seats_can_only_be_added(portal, yasmin):
    meeting = factories.meeting(portal, capacity=5)
    for wrong in (5, 4):
        with pytest.raises(DomainError):
            actions.raise_capacity(meeting=meeting, user=yasmin, capacity=wrong)
    actions.raise_capacity(meeting=meeting, user=yasmin, capacity=None)
    with pytest.raises(DomainError):
        actions.raise_capacity(meeting=meeting, user=yasmin, capacity=9)


def test_the_log_names_what_happened_and_nobody_who_answered(portal, yasmin):
    meeting = factories.meeting(portal)
    (row,) = actions.invite(meeting=meeting, user=yasmin, guests=guests("Nadia"))
    actions.answer(invitation=row, answer=Answer.NO, comment="Rückenschmerzen")
    entries = list(ModelLogEntry.objects.filter(action__startswith="network."))
    assert {entry.action for entry in entries} == {"network.meeting.invited", "network.meeting.answered"}
    assert "Nadia" not in str([entry.data for entry in entries])
    assert "Rücken" not in str([entry.data for entry in entries])


def test_the_mail_carries_the_entry_for_programs_that_show_it_and_forgets_the_link_once_sent(portal, yasmin):
    actions.invite(meeting=factories.meeting(portal), user=yasmin, guests=guests("Nadia"))
    assert deliver_due() == 1
    raw = post.outbox[0].message()
    parts = {part.get_content_type(): part for part in raw.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert "BEGIN:VEVENT" in parts["text/calendar"].get_payload(decode=True).decode()
    assert parts["application/ics"].get_filename() == "invite.ics"
    assert "/rsvp/" in post.outbox[0].body
    message = OutboxMessage.objects.get()
    assert (message.body, message.calendar) == ("", "")
