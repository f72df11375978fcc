"""The programs that judge our calendars see what is wrong: a judge who always nods is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.calendars import Entry, to_ical
from tests.clients import (
    byte_faults,
    icaljs_occurrences,
    khal_occurrences,
    libical_complaints,
    occurrence,
    recurring_occurrences,
)

PROGRAMS = (khal_occurrences, icaljs_occurrences, recurring_occurrences)
ENTRIES = [
    Entry(
        uid=f"evening-{number}",
        start=datetime(2026, 10, 20, 18) + timedelta(weeks=number),
        end=datetime(2026, 10, 20, 20, 30) + timedelta(weeks=number),
        summary="Größe; Abend, Kurs",
        changed_at=datetime(2026, 1, 1, tzinfo=UTC),
        status="CANCELLED" if number == 3 else "CONFIRMED",
    )
    for number in range(26)
]
GOOD = to_ical(ENTRIES, name="Kurse")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_shows_every_evening_at_the_same_hour_all_winter(program):
    assert program(GOOD) == sorted(occurrence(row.uid, row.start, row.end, row.status) for row in ENTRIES)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_follows_rules_and_leaves_out_exceptions(program):
    start = GOOD.index(b"BEGIN:VEVENT")
    rule = (
        b"BEGIN:VEVENT\r\nUID:rule\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20261020T180000\r\n"
        b"DTEND;TZID=Europe/Berlin:20261020T203000\r\nRRULE:FREQ=WEEKLY;COUNT=26\r\n"
        b"EXDATE;TZID=Europe/Berlin:20261110T180000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    wanted = sorted(occurrence("rule", row.start, row.end, row.status) for row in ENTRIES if row.status == "CONFIRMED")
    assert program(GOOD[:start] + rule) == wanted


def test_a_wrong_time_zone_in_the_file_is_seen_by_the_program_that_trusts_it():
    stuck = GOOD.replace(b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100", b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0200")
    assert icaljs_occurrences(stuck) != recurring_occurrences(stuck)


@pytest.mark.parametrize(
    "broken",
    [
        GOOD.replace(b"PRODID", b"X-PRODID"),
        GOOD.replace(b"DTSTAMP", b"X-DTSTAMP"),
        GOOD.replace(b"UID:evening-3\r\n", b""),
        to_ical(ENTRIES, method="PUBLISH"),
        b"nothing",
    ],
)
def test_libical_complains_about_what_the_standard_forbids(broken):
    assert libical_complaints(GOOD) == []
    assert libical_complaints(broken)


@pytest.mark.parametrize(
    "broken",
    [
        GOOD[:-2],
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.replace(b"SUMMARY:", b"SUMMARY:" + b"x" * 60),
        GOOD.replace("ö".encode(), b"\xc3\r\n \xb6"),
        GOOD.replace(b"\\;", b"\\\r\n ;"),
        GOOD.replace(b"Abend", b"A\x07bend"),
    ],
)
def test_faulty_bytes_are_seen(broken):
    assert byte_faults(GOOD) == []
    assert byte_faults(broken)
