"""What members see of a series in khal, in ical.js and in recurring-ical-events is what the database says."""

from __future__ import annotations

from datetime import date, time

import pytest
import time_machine

from network.meetings import actions
from network.meetings.models import Meeting
from network.meetings.statuses import Audience, OnHoliday, Rhythm
from tests.clients import (
    byte_faults,
    icaljs_occurrences,
    khal_occurrences,
    libical_complaints,
    occurrence,
    recurring_occurrences,
)
from tests.network import factories


@pytest.fixture
def weekly(portal):
    """A public meeting every Tuesday over both changes of the clocks; one is moved, one is cancelled."""
    factories.coordinator(portal)
    with time_machine.travel("2026-10-01 09:00 +0000", tick=False):
        first = factories.meeting(
            portal, "Austausch", day=date(2026, 10, 20), starts=time(9, 30), ends=time(11, 30), audience=Audience.PUBLIC
        )
        actions.repeat(
            meeting=first,
            user=portal.yasmin,
            rhythm=Rhythm.WEEK,
            until=date(2027, 4, 6),
            on_holiday=OnHoliday.LEAVE_OUT,
        )
        dates = list(Meeting.objects.filter(series=first.series).order_by("starts_at"))
        actions.move(meeting=dates[1], user=portal.yasmin, day=date(2026, 10, 28), starts=time(14), ends=time(16))
        actions.cancel(meeting=dates[3], user=portal.yasmin, reason="Sturm")
        yield dates


@pytest.mark.parametrize("program", [khal_occurrences, icaljs_occurrences, recurring_occurrences])
def test_a_program_shows_exactly_the_dates_of_the_database(client, weekly, program):
    rows = Meeting.objects.filter(series=weekly[0].series)
    wanted = sorted(
        occurrence(row.uid, row.starts_at, row.ends_at, "CANCELLED" if row.status == "cancelled" else "CONFIRMED")
        for row in rows
    )
    assert len(wanted) >= 15
    assert program(client.get("/de/meetings/calendar.ics").content) == wanted


def test_the_feed_passes_the_strictest_check_and_keeps_the_hour_on_the_wall(client, weekly):
    body = client.get("/ar/meetings/calendar.ics").content
    assert libical_complaints(body) == []
    assert byte_faults(body) == []
    assert body.count(b"T093000") >= 14
