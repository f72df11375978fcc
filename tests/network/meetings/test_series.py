"""Series: a rule makes dates, each its own; a change of all that follow is one mail and loses no answer."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from network.meetings import actions
from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.rhythm import MOST_DATES, around_holidays, days_of
from network.meetings.statuses import Answer, MeetingStatus, OnHoliday, Rhythm
from portal.closed_days import closed_days
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from portal.outbox import deliver_due
from portal.seats import Seat
from tests.network import factories


@pytest.fixture
def yasmin(portal):
    factories.coordinator(portal)
    return portal.yasmin


def series(portal, user, dates=3, **more):
    """A weekly series of four dates by default, with Karla and a guest invited to all."""
    first = factories.meeting(portal, published=False, **more)
    actions.repeat(
        meeting=first,
        user=user,
        rhythm=Rhythm.WEEK,
        until=first.day + timedelta(weeks=dates),
        on_holiday=OnHoliday.KEEP,
    )
    return list(Meeting.objects.filter(series=first.series).order_by("starts_at"))


def mails():
    return OutboxMessage.objects.order_by("pk")


def events(message):
    texts = [text + "END:VCALENDAR\r\n" for text in message.calendar.split("END:VCALENDAR\r\n") if text.strip()]
    return [Calendar.from_ical(text).events[0] for text in texts]


@pytest.mark.parametrize(
    ("rhythm", "first", "every", "expected"),
    [
        (Rhythm.WEEK, date(2027, 1, 4), 2, [date(2027, 1, 18), date(2027, 2, 1)]),
        (Rhythm.MONTH_WEEKDAY, date(2027, 1, 12), 1, [date(2027, 2, 9), date(2027, 3, 9)]),
        (Rhythm.MONTH_WEEKDAY, date(2027, 1, 29), 1, [date(2027, 4, 30), date(2027, 7, 30)]),
        (Rhythm.MONTH_LAST, date(2027, 11, 30), 1, [date(2027, 12, 28), date(2028, 1, 25)]),
        (Rhythm.MONTH_WEEKDAY, date(2027, 1, 12), 3, [date(2027, 4, 13), date(2027, 7, 13)]),
        (Rhythm.MONTH_LAST, date(2027, 1, 26), 12, [date(2028, 1, 25), date(2029, 1, 30)]),
    ],
)
def test_a_rule_means_the_days_people_expect(rhythm, first, every, expected):
    assert list(days_of(rhythm, first, date(2030, 1, 1), every))[:2] == expected


def test_no_rule_makes_dates_without_end():
    assert len(list(days_of(Rhythm.WEEK, date(2027, 1, 4), date(2099, 1, 1)))) == MOST_DATES


def test_a_holiday_is_left_out_or_a_week_later_and_never_twice_on_a_day():
    days = [date(2027, 5, 4), date(2027, 5, 11), date(2027, 5, 25)]
    closed = {date(2027, 5, 4): "frei", date(2027, 5, 25): "frei"}
    out = [row.day for row in around_holidays(iter(days), closed, OnHoliday.LEAVE_OUT)]
    later = [row.day for row in around_holidays(iter(days), closed, OnHoliday.WEEK_LATER)]
    assert out == [None, date(2027, 5, 11), None]
    assert later == [None, date(2027, 5, 11), date(2027, 6, 1)]


def test_the_network_knows_the_holidays_without_knowing_the_courses(portal):
    closed = closed_days(portal.district, date(2027, 1, 1), date(2027, 1, 31))
    assert set(closed) == {date(2027, 1, 1), date(2027, 1, 6)}
    assert all(closed.values())


def test_each_date_is_a_meeting_of_its_own_with_the_same_facts_and_agenda(portal, yasmin):
    first = factories.meeting(portal, published=False, capacity=7, join_link="https://meet.example.org/x")
    factories.agenda(first, "Begrüßung", "Fälle")
    made = actions.repeat(
        meeting=first, user=yasmin, rhythm=Rhythm.WEEK, until=first.day + timedelta(weeks=2), on_holiday=OnHoliday.KEEP
    )
    assert [row.day - first.day for row in made] == [timedelta(weeks=1), timedelta(weeks=2)]
    assert {row.starts for row in made} == {time(18)}
    assert {(row.capacity, row.status, row.published_at) for row in made} == {(7, MeetingStatus.PLANNED, None)}
    assert [item.title for item in made[1].agenda.all()] == ["Begrüßung", "Fälle"]
    assert len({row.uid for row in [first, *made]}) == len({row.slug for row in [first, *made]}) == 3


def test_hours_stay_on_the_wall_over_both_clock_changes(portal, yasmin):
    year = timezone.localdate().year + 1
    first = factories.meeting(portal, published=False, day=date(year, 3, 2), starts=time(9), ends=time(10))
    made = actions.repeat(
        meeting=first, user=yasmin, rhythm=Rhythm.MONTH_WEEKDAY, until=date(year, 12, 31), on_holiday=OnHoliday.KEEP
    )
    assert {timezone.localtime(row.starts_at).time() for row in made} == {time(9)}
    assert len({row.starts_at.time() for row in made}) == 2


def test_inviting_to_a_series_is_one_mail_with_a_link_and_an_entry_for_each_date(portal, yasmin, client):
    rows = series(portal, yasmin)
    karla = factories.member(portal, "Karla", language="en")
    actions.invite_following(
        meeting=rows[1], user=yasmin, members=[karla], guests=[actions.Guest("Nadia", "nadia@example.org", "de")]
    )
    assert Invitation.objects.count() == 6
    assert not rows[0].invitations.exists()
    english, german = mails()
    assert (english.recipient, english.language) == ("karla@example.org", "en")
    assert len(events(english)) == 3
    assert {str(event["UID"]) for event in events(english)} == {str(row.uid) for row in rows[1:]}
    assert english.body.count("/en/rsvp/") == 3
    token = german.body.split("/de/rsvp/")[1].split("/")[0]
    assert client.get(f"/de/rsvp/{token}/").status_code == 200


def test_the_mail_of_a_series_carries_each_date_as_an_object_of_its_own(portal, yasmin, mailoutbox):
    rows = series(portal, yasmin)
    actions.invite_following(meeting=rows[0], user=yasmin, members=[factories.member(portal, "Karla")])
    assert deliver_due() == 1
    parts = [part for part in mailoutbox[0].message().walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 4
    assert {part.get_param("method") for part in parts} == {"REQUEST"}
    for part in parts:
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        assert (len(calendar.events), str(calendar["METHOD"])) == (1, "REQUEST")


def test_one_moved_date_keeps_its_answers_and_stays_when_all_others_move(portal, yasmin):
    rows = series(portal, yasmin, capacity=5)
    karla = factories.member(portal, "Karla")
    for invitation in actions.invite_following(meeting=rows[0], user=yasmin, members=[karla]):
        actions.answer(invitation=invitation, answer=Answer.YES)
    alone = rows[2]
    alone.refresh_from_db()
    actions.move(meeting=alone, user=yasmin, day=alone.day + timedelta(days=1), starts=time(8), ends=time(9))
    OutboxMessage.objects.all().delete()
    rows[1].refresh_from_db()
    changed = actions.move_following(
        meeting=rows[1], user=yasmin, day=rows[1].day + timedelta(days=2), starts=time(10), ends=time(11)
    )
    assert [row.pk for row in changed] == [rows[1].pk, rows[3].pk]
    days = list(Meeting.objects.order_by("starts_at").values_list("day", flat=True))
    first = rows[0].day
    assert [day - first for day in days] == [timedelta(days=n) for n in (0, 9, 15, 23)]
    assert set(Rsvp.objects.values_list("answer", "seat")) == {(Answer.YES, Seat.CONFIRMED)}
    (mail,) = mails()
    assert [event["SEQUENCE"] for event in events(mail)] == [1, 1]
    assert mail.body.count("/rsvp/") == 2


def test_the_link_in_a_later_mail_leads_to_the_same_answer_and_the_first_link_still_works(portal, yasmin, client):
    rows = series(portal, yasmin, dates=1)
    actions.invite_following(meeting=rows[0], user=yasmin, members=[factories.member(portal, "Karla")])
    old = mails()[0].body.split("/rsvp/")[1].split("/")[0]
    rows[0].refresh_from_db()
    actions.move_following(meeting=rows[0], user=yasmin, day=rows[0].day, starts=time(9), ends=time(10))
    new = mails()[1].body.split("/rsvp/")[1].split("/")[0]
    assert old != new
    client.post(f"/de/rsvp/{new}/", {"answer": "no"})
    assert b"Kann" in client.get(f"/de/rsvp/{old}/").content or Rsvp.objects.filter(answer=Answer.NO).count() == 1
    actions.renew_link(invitation=rows[0].invitations.get(), user=yasmin)
    assert [client.get(f"/de/rsvp/{token}/").status_code for token in (old, new)] == [404, 404]


def test_cancelling_all_that_follow_is_one_mail_and_leaves_the_earlier_dates(portal, yasmin):
    rows = series(portal, yasmin)
    actions.invite_following(meeting=rows[0], user=yasmin, members=[factories.member(portal, "Karla")])
    OutboxMessage.objects.all().delete()
    actions.cancel_following(meeting=rows[2], user=yasmin, reason="Haushaltssperre")
    statuses = list(Meeting.objects.order_by("starts_at").values_list("status", flat=True))
    assert statuses == ["invited", "invited", "cancelled", "cancelled"]
    (mail,) = mails()
    assert mail.calendar_method == "CANCEL"
    assert {str(event["STATUS"]) for event in events(mail)} == {"CANCELLED"}
    assert "Haushaltssperre" in mail.body


def test_repeating_can_invite_the_same_people_to_all_dates(portal, yasmin):
    first = factories.meeting(portal)
    actions.invite(meeting=first, user=yasmin, guests=[actions.Guest("Nadia", "nadia@example.org")])
    made = actions.repeat(
        meeting=first,
        user=yasmin,
        rhythm=Rhythm.WEEK,
        until=first.day + timedelta(weeks=2),
        on_holiday=OnHoliday.KEEP,
        invite_same=True,
    )
    assert [row.invitations.count() for row in made] == [1, 1]
    assert mails().count() == 2


def test_a_decision_on_an_older_state_is_refused(portal, yasmin):
    meeting = factories.meeting(portal)
    actions.move(meeting=meeting, user=yasmin, day=meeting.day, starts=time(9), ends=time(10), sequence=0)
    for stale in (
        lambda: actions.move(meeting=meeting, user=yasmin, day=meeting.day, starts=time(7), ends=time(8), sequence=0),
        lambda: actions.cancel(meeting=meeting, user=yasmin, sequence=0),
        lambda: actions.postpone(meeting=meeting, user=yasmin, sequence=0),
        lambda: actions.cancel_following(meeting=meeting, user=yasmin, sequence=0),
    ):
        with pytest.raises(DomainError):
            stale()
    meeting.refresh_from_db()
    assert (meeting.starts, meeting.status, meeting.sequence) == (time(9), MeetingStatus.INVITED, 1)


def test_the_next_one_is_prepared_as_a_draft_with_everything_but_people(portal, yasmin):
    held = factories.meeting(portal, capacity=9)
    factories.agenda(held, "Begrüßung")
    factories.invited(held)
    made = actions.prepare_next(
        meeting=held, user=yasmin, day=held.day + timedelta(weeks=4), starts=time(9), ends=time(11)
    )
    assert (made.status, made.published_at, made.capacity) == (MeetingStatus.PLANNED, None, 9)
    assert [item.title for item in made.agenda.all()] == ["Begrüßung"]
    assert not made.invitations.exists()
    assert made.uid != held.uid


def test_a_rule_without_any_date_and_a_second_series_are_refused(portal, yasmin):
    rows = series(portal, yasmin)
    alone = factories.meeting(portal)
    for meeting, until in ((rows[0], rows[0].day + timedelta(weeks=9)), (alone, alone.day + timedelta(days=3))):
        with pytest.raises(DomainError):
            actions.repeat(meeting=meeting, user=yasmin, rhythm=Rhythm.WEEK, until=until)
    assert Meeting.objects.count() == 5


@pytest.mark.parametrize("who", ["omar", "eva", "lena"])
def test_omar_changes_no_series(portal, yasmin, who):
    rows = series(portal, yasmin)
    user = getattr(portal, who)
    for act in (
        lambda: actions.repeat(meeting=rows[0], user=user, rhythm="week", until=rows[0].day + timedelta(weeks=2)),
        lambda: actions.prepare_next(meeting=rows[0], user=user, day=rows[0].day, starts=time(1), ends=time(2)),
        lambda: actions.invite_following(meeting=rows[0], user=user),
        lambda: actions.move_following(meeting=rows[0], user=user, day=rows[0].day, starts=time(1), ends=time(2)),
        lambda: actions.cancel_following(meeting=rows[0], user=user),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Meeting.objects.count() == 4


def test_a_coordinator_looks_at_the_dates_before_they_are_made(portal, yasmin, client):
    meeting = factories.meeting(portal, published=False)
    client.force_login(yasmin)
    path = reverse("network_meetings:act", args=[meeting.pk, "repeat"])
    data = {"rhythm": "week", "every": "1", "until": (meeting.day + timedelta(weeks=2)).isoformat()}
    data["on_holiday"] = "keep"
    looked = client.post(path, data)
    assert looked.status_code == 200
    assert "looked_at" in looked.content.decode()
    assert Meeting.objects.count() == 1
    assert client.post(path, {**data, "looked_at": "1"}).status_code == 302
    assert Meeting.objects.count() == 3
    assert client.post(path, {**data, "until": "2999-01-01"}).status_code == 302, "a second series is not offered"


def test_a_stale_form_is_shown_again_with_the_newest_state(portal, yasmin, client):
    meeting = factories.meeting(portal)
    client.force_login(yasmin)
    path = reverse("network_meetings:act", args=[meeting.pk, "cancel"])
    Meeting.objects.filter(pk=meeting.pk).update(sequence=4)
    refused = client.post(path, {"reason": "Schnee", "sequence": "0"})
    assert refused.status_code == 409
    text = refused.content.decode()
    assert 'name="sequence" value="4"' in text
    assert "Schnee" in text
    assert client.post(path, {"reason": "Schnee", "sequence": "4"}).status_code == 302


def test_the_next_one_is_proposed_by_the_rhythm_and_prepared_in_two_steps(portal, yasmin, client):
    meeting = factories.meeting(portal)
    client.force_login(yasmin)
    path = reverse("network_meetings:act", args=[meeting.pk, "next"])
    proposed = client.get(path).context["form"].initial["day"]
    assert (proposed - meeting.day).days % 7 == 0
    made = client.post(path, {"day": proposed.isoformat(), "starts": "18:00", "ends": "20:00"})
    assert client.get(made.url).status_code == 200
    assert Meeting.objects.filter(day=proposed, published_at=None).count() == 1
