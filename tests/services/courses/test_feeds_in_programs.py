"""What people see in khal, Thunderbird's and Nextcloud's engine and recurring-ical-events is what the database says."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine

from services.courses.actions import cancel_lesson, generate_lessons, move_lesson
from services.courses.closures import closures_between
from tests.clients import (
    byte_faults,
    icaljs_occurrences,
    khal_occurrences,
    libical_complaints,
    occurrence,
    recurring_occurrences,
)
from tests.services.courses import factories as make

STATES = {"planned": "CONFIRMED", "moved": "CONFIRMED", "skipped": "CANCELLED", "cancelled": "CANCELLED"}


@pytest.fixture
def winter(portal):
    """A run of Mondays and Saturdays over both changes of the clocks, with holidays, a move and a cancellation."""
    karin, run = make.course_staff(portal.yasmin), make.run(portal)
    make.words(make.finder(portal), run.course, "Abendkurs; B1, Furtwangen \\ mit Ärzten & „Übungen“ 😀")
    rule = make.rule(run, date(2026, 10, 5), date(2027, 4, 30), [0, 5])
    closures = closures_between(portal.district, rule.first_day, rule.last_day)
    with time_machine.travel("2026-10-01 09:00 +0000", tick=False):
        generate_lessons(run=run, rule=rule, closures=closures, user=karin)
        # The nights in which the clocks change: the hour before they do, and the hour that exists twice.
        make.lesson(run, date(2027, 3, 28), starts=time(0, 30), ends=time(1, 59))
        make.lesson(run, date(2026, 10, 25), starts=time(3), ends=time(4))
        first, second = run.lessons.taking_place()[:2]
        move_lesson(lesson=first, day=date(2026, 10, 25), starts=time(9), ends=time(11), user=karin)
        cancel_lesson(lesson=second, reason="weather", user=karin)
        yield run


@pytest.mark.parametrize("program", [khal_occurrences, icaljs_occurrences, recurring_occurrences])
def test_a_program_shows_exactly_the_lessons_of_the_database(client, winter, program):
    lessons = list(winter.lessons.all())
    wanted = sorted(occurrence(row.uid, row.utc_start, row.utc_end, STATES[row.status]) for row in lessons)
    assert program(client.get("/ar/courses/calendar.ics").content) == wanted
    assert len(wanted) == 61
    assert {status for *_rest, status in wanted} == {"CONFIRMED", "CANCELLED"}


@pytest.mark.parametrize("path", ["courses/calendar.ics", "courses/abendkurs-b1/calendar.ics", "lesson"])
def test_every_feed_passes_the_strictest_check_and_has_faultless_bytes(client, winter, path):
    if path == "lesson":
        path = f"courses/abendkurs-b1/{winter.lessons.first().uid}.ics"
    for language in ("de", "ar", "ti"):
        body = client.get(f"/{language}/{path}").content
        assert libical_complaints(body) == []
        assert byte_faults(body) == []
        assert body.count(b"BEGIN:VTIMEZONE") == 1
        assert b"METHOD" not in body
        assert b"ATTENDEE" not in body
        assert b"ORGANIZER" not in body


def test_an_empty_feed_is_a_calendar_too(portal, client):
    make.finder(portal)
    body = client.get("/de/courses/calendar.ics").content
    assert libical_complaints(body) == []
    assert khal_occurrences(body) == []


def test_the_number_of_changes_rises_with_time_place_and_state_and_not_with_words(portal, client, winter):
    lesson = winter.lessons.last()
    uid, karin = lesson.uid, make.course_staff(portal.yasmin)

    def sequence() -> int:
        entries = client.get("/de/courses/calendar.ics").content.decode().split("BEGIN:VEVENT")
        (entry,) = [text for text in entries if str(uid) in text]
        return int(entry.split("SEQUENCE:")[1].split("\r\n")[0])

    seen = [sequence()]
    move_lesson(lesson=lesson, day=lesson.day + timedelta(days=1), starts=lesson.starts, ends=lesson.ends, user=karin)
    seen.append(sequence())
    cancel_lesson(lesson=lesson, reason="weather", user=karin)
    seen.append(sequence())
    page = winter.course.code
    client.get(f"/de/courses/{page}/")
    seen.append(sequence())
    assert seen == [0, 1, 2, 2]
