"""Calendars of other people's programs show what the database says, in every language, without doubling."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from portal.languages import LANGUAGES
from services.courses.actions import cancel_lesson, move_lesson
from tests.services.courses import factories as make

FEED = "/en/courses/calendar.ics"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def karin(portal):
    return make.course_staff(portal.yasmin)


@pytest.fixture
def run(portal):
    run = make.run(portal)
    make.words(make.finder(portal), run.course, "Abendkurs; B1, Furtwangen \\ mit Ärzten")
    return run


def events(response) -> dict[str, dict]:
    assert response.status_code == 200
    return {str(event["uid"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def test_the_answer_is_a_calendar_without_cookie(client, run):
    make.lesson(run)
    response = client.get(FEED)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies


def test_identical_data_gives_identical_bytes_and_costs_nothing_the_second_time(client, run):
    make.lesson(run)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = client.get(FEED)
        clock.shift(timedelta(hours=7))
        second = client.get(FEED)
        assert first.content == second.content
        third = client.get(FEED, headers={"If-None-Match": first["ETag"]})
        assert (third.status_code, third.content) == (304, b"")


def test_the_fingerprint_holds_for_compressed_feeds_too(client, run):
    for number in range(9):
        make.lesson(run, timezone.localdate() + timedelta(days=number))
    first = client.get(FEED, headers={"Accept-Encoding": "gzip"})
    second = client.get(FEED, headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert first["Content-Encoding"] == "gzip"
    assert second.status_code == 304


def test_changing_the_language_of_a_feed_doubles_nothing(client, run):
    lessons = {str(make.lesson(run, timezone.localdate() + timedelta(days=number)).uid) for number in range(3)}
    for entry in LANGUAGES:
        assert set(events(client.get(f"/{entry.code}/courses/calendar.ics"))) == lessons, entry.code
        assert set(events(client.get(f"/{entry.code}/courses/abendkurs-b1/calendar.ics"))) == lessons, entry.code


def test_a_cancelled_lesson_stays_in_the_feed_says_so_and_counts_its_changes(client, karin, run):
    lesson = make.lesson(run)
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False):
        now = timezone.now()
        cancel_lesson(lesson=lesson, reason="teacher_ill", user=karin)
        event = events(client.get(FEED))[str(lesson.uid)]
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)
    assert event["dtstamp"].dt == now
    assert event["summary"].startswith("Cancelled: Abendkurs")
    assert "the teacher is ill" in event["description"]


def test_a_moved_lesson_keeps_its_identity_at_its_new_time(client, karin, run):
    lesson = make.lesson(run)
    day = lesson.day + timedelta(days=1)
    move_lesson(lesson=lesson, day=day, starts=lesson.starts, ends=lesson.ends, user=karin)
    (event,) = events(client.get(FEED)).values()
    assert event["dtstart"].dt == datetime.combine(day, lesson.starts, tzinfo=BERLIN)
    assert (str(event["uid"]), int(event["sequence"]), str(event["status"])) == (str(lesson.uid), 1, "CONFIRMED")
    assert event["summary"].startswith("Moved: ")


@pytest.mark.parametrize(("days", "kept"), [(59, True), (62, False)])
def test_a_cancellation_is_kept_for_sixty_days(client, run, days, kept):
    lesson = make.lesson(run, timezone.localdate() - timedelta(days=days), status="cancelled", reason="weather")
    assert (str(lesson.uid) in events(client.get(FEED))) == kept


def test_who_wants_no_cancelled_dates_gets_none(client, run):
    make.lesson(run, status="cancelled", reason="weather")
    coming = make.lesson(run, timezone.localdate() + timedelta(days=4))
    assert set(events(client.get(f"{FEED}?cancelled=0"))) == {str(coming.uid)}


def test_the_feed_obeys_the_filters_of_the_list(portal, client, run):
    evening = make.lesson(run)
    morning = make.lesson(make.run(portal, "m-1", make.course(portal, "m"), time_of_day="morning", childcare="onsite"))
    assert set(events(client.get(f"{FEED}?time=evening"))) == {str(evening.uid)}
    assert set(events(client.get(f"{FEED}?childcare=1&time=morning"))) == {str(morning.uid)}
    assert len(events(client.get(f"{FEED}?time=midnight&page=x&place=%00"))) == 2


def test_one_lesson_can_be_put_into_a_calendar(client, run):
    lesson = make.lesson(run)
    make.lesson(run, timezone.localdate() + timedelta(days=5))
    assert set(events(client.get(f"/tr/courses/abendkurs-b1/{lesson.uid}.ics"))) == {str(lesson.uid)}


def test_the_description_is_in_the_language_of_the_feed_and_the_place_on_the_envelope(client, run):
    make.lesson(run, status="skipped", reason="autumn_break")
    (event,) = events(client.get("/ar/courses/calendar.ics")).values()
    assert event["location"] == "Haus der Bildung, Hauptstraße 1, 78120 Furtwangen"
    assert event["url"] == "http://testserver/ar/courses/abendkurs-b1/"


@pytest.mark.parametrize(
    "path",
    [
        "nothing/calendar.ics",
        "abendkurs-b1/00000000-0000-4000-8000-000000000000.ics",
        "abendkurs-b1/not-a-uid.ics",
        "x%00y/calendar.ics",
    ],
)
def test_what_does_not_exist_is_not_found(client, run, path):
    assert client.get(f"/de/courses/{path}").status_code == 404


def test_what_is_not_public_is_in_no_feed(client, run):
    lesson = make.lesson(run)
    run.is_public = False
    run.save()
    assert events(client.get(FEED)) == {}
    assert client.get(f"/de/courses/abendkurs-b1/{lesson.uid}.ics").status_code == 404
    run.course.is_public = False
    run.course.save()
    assert client.get("/de/courses/abendkurs-b1/calendar.ics").status_code == 404


def test_a_feed_is_only_read(client, run):
    assert client.post(FEED).status_code == 405


def test_the_feed_asks_the_database_a_bounded_number_of_times(portal, client, run, django_assert_max_num_queries):
    for number in range(30):
        make.lesson(run, timezone.localdate() + timedelta(days=number))
    client.get(FEED)
    with django_assert_max_num_queries(8):
        client.get(FEED)
