"""iTIP played through: our mails go over SMTP to a receiver nobody here wrote, and its calendar shows what is true."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from icalendar import Calendar

from network.meetings import actions
from network.meetings.models import Meeting
from network.meetings.statuses import OnHoliday, Rhythm
from portal.outbox import deliver_due
from tests.network import factories
from tests.network.meetings.evolution import Evolution
from tests.portal.outbox.conftest import server  # noqa: F401 - the fixture


@pytest.fixture
def yasmin(portal):
    factories.coordinator(portal)
    return portal.yasmin


@pytest.fixture
def evolution(tmp_path):
    receiver = Evolution(tmp_path)
    yield receiver
    receiver.close()


def objects(mail):
    """The iTIP objects of a mail, each once."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return [part.get_payload(decode=True).decode() for part in parts]


def test_evolution_adds_moves_and_removes_a_meeting_from_our_mails(portal, yasmin, server, evolution):  # noqa: F811
    meeting = factories.meeting(portal, title="Möbel, Wohnen; Alltag", summary="Zeile eins\nZeile zwei")
    actions.invite(meeting=meeting, user=yasmin, guests=[actions.Guest("Nadia", "nadia@example.org")])
    actions.move(meeting=meeting, user=yasmin, day=meeting.day + timedelta(days=7), starts=time(9), ends=time(11))
    actions.cancel(meeting=meeting, user=yasmin, reason="Krank")
    assert deliver_due() == 3
    request, update, cancel = [objects(mail)[0] for mail in server.got]

    (added,) = evolution.receive(request)
    assert (str(added["SUMMARY"]), added["SEQUENCE"]) == ("Möbel, Wohnen; Alltag", 0)
    assert str(added["UID"]) == str(meeting.uid)
    (moved,) = evolution.receive(update)
    assert moved.start.replace(tzinfo=None) == meeting.start
    assert moved["SEQUENCE"] == 1
    assert evolution.receive(cancel) == []


def test_evolution_understands_the_one_mail_of_a_series(portal, yasmin, server, evolution):  # noqa: F811
    first = factories.meeting(portal)
    actions.repeat(
        meeting=first, user=yasmin, rhythm=Rhythm.WEEK, until=first.day + timedelta(weeks=2), on_holiday=OnHoliday.KEEP
    )
    actions.invite_following(meeting=first, user=yasmin, guests=[actions.Guest("Nadia", "nadia@example.org")])
    rows = list(Meeting.objects.order_by("starts_at"))
    actions.move_following(meeting=rows[1], user=yasmin, day=rows[1].day, starts=time(8), ends=time(9))
    actions.cancel_following(meeting=Meeting.objects.get(pk=rows[2].pk), user=yasmin)
    assert deliver_due() == 3
    invited, moved, cancelled = server.got
    for text in objects(invited):
        events = evolution.receive(text)
    assert len(events) == 3
    for text in objects(moved):
        events = evolution.receive(text)
    assert sorted(event.start.hour for event in events) == [8, 8, 18]
    for text in objects(cancelled):
        events = evolution.receive(text)
    assert {str(event["UID"]) for event in events} == {str(rows[0].uid), str(rows[1].uid)}


def test_each_mail_names_its_method_in_the_type_and_in_the_object(portal, yasmin, server):  # noqa: F811
    meeting = factories.meeting(portal)
    (row,) = actions.invite(meeting=meeting, user=yasmin, guests=[actions.Guest("Nadia", "nadia@example.org")])
    actions.revoke_invitation(invitation=row, user=yasmin)
    deliver_due()
    for mail, method in zip(server.got, ("REQUEST", "CANCEL"), strict=True):
        (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        assert part.get_param("method") == method
        assert str(Calendar.from_ical(part.get_payload(decode=True))["METHOD"]) == method
