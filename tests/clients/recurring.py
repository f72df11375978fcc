"""recurring-ical-events: expands rules by the names of time zones (LGPL, used in tests only)."""

from __future__ import annotations

from datetime import timedelta

import recurring_ical_events
from icalendar import Calendar

from tests.clients.occurrences import Occurrence, occurrence, window


def recurring_occurrences(data: bytes) -> list[Occurrence]:
    """Every date in the file."""
    first, last = window(data)
    found = recurring_ical_events.of(Calendar.from_ical(data), skip_bad_series=False)
    rows = found.between(first, last + timedelta(days=1))
    return sorted(occurrence(event["UID"], event.start, event.end, event.get("STATUS", "CONFIRMED")) for event in rows)
