"""Calendar files of providers become lessons, at the same time on the wall, and hostile ones do nothing."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from services.courses.import_rows import FileRefused
from services.courses.importing import import_courses, plan_file, read_file
from services.courses.models import Lesson
from tests.services.courses import factories as make

START, END = "DTSTART;TZID=Europe/Berlin:20271005T180000", "DTEND;TZID=Europe/Berlin:20271005T203000"


def event(*lines: str, uid: str = "a@vhs.example") -> str:
    times = [] if any(line.startswith("DTSTART") for line in lines) else [START, END]
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *times, *lines, "END:VEVENT"])


def calendar(*events: str, head: str = "PRODID:x") -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", head, *events, "END:VCALENDAR", ""]).encode()


def times_in(data: bytes) -> list[str]:
    return [f"{row.values['day']} {row.values['starts']:%H:%M}" for row in read_file(data).rows if not row.errors]


@pytest.mark.parametrize(
    ("start", "wall"),
    [
        ("DTSTART;TZID=Europe/Berlin:20270705T180000", "18:00"),
        ("DTSTART:20270705T160000Z", "18:00"),
        ("DTSTART:20271205T170000Z", "18:00"),
        ("DTSTART:20270705T180000", "18:00"),
        ('DTSTART;TZID="W. Europe Standard Time":20270705T180000', "18:00"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20270705T180000", "18:00"),
        ("DTSTART;TZID=Europe/London:20270705T170000", "18:00"),
    ],
)
def test_a_time_is_the_time_on_the_wall_in_the_district(start, wall):
    (found,) = times_in(calendar(event(start, "DURATION:PT2H")))
    assert found.endswith(wall)


def test_a_rule_with_an_end_becomes_lessons_that_stay_at_their_hour():
    data = calendar(
        event("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20271111T230000Z", "EXDATE;TZID=Europe/Berlin:20271104T180000"),
        event(
            "RECURRENCE-ID;TZID=Europe/Berlin:20271102T180000",
            "DTSTART;TZID=Europe/Berlin:20271103T190000",
            "DTEND;TZID=Europe/Berlin:20271103T203000",
        ),
    )
    found = times_in(data)
    assert len(found) == 11
    assert "2027-11-03 19:00" in found
    assert "2027-11-02 18:00" not in found
    assert "2027-11-04 18:00" not in found
    assert "2027-11-11 18:00" in found
    assert len({row.ref for row in read_file(data).rows}) == 11


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;COUNT=9999",
        "FREQ=DAILY;UNTIL=99991231T000000Z",
        "FREQ=SECONDLY;COUNT=1000",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=99",
        "FREQ=WEEKLY;BYHOUR=1,2,3;COUNT=5",
        "FREQ=WEEKLY;INTERVAL=0;COUNT=5",
        "FREQ=WEEKLY;BYDAY=XX;COUNT=5",
        "nonsense",
    ],
)
def test_a_rule_without_end_or_sense_is_refused_and_the_others_are_read(rule):
    rows = read_file(calendar(event(f"RRULE:{rule}"), event(uid="b"))).rows
    assert [bool(row.errors) for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["DTSTART;TZID=Mars/Olympus:20270705T180000", "DURATION:PT1H"], "Mars/Olympus"),
        (["DTSTART;TZID=../../etc/passwd:20270705T180000", "DURATION:PT1H"], "not known"),
        (["DTSTART;VALUE=DATE:20270705"], "day and a time"),
        (["DTSTART:20270230T180000", "DURATION:PT1H"], "does not exist"),
        (["DTSTART:20270705T180000", "DTEND:20270705T170000"], "after the beginning"),
        (["DTSTART:20270705T180000", "DTEND:20270706T100000"], "ends on the day"),
        (["DTSTART:20270705T180000", "DURATION:P9999W"], "how long"),
        (["DTSTART:20270705T180000"], "after the beginning"),
    ],
)
def test_an_entry_that_is_no_lesson_says_why(lines, told):
    (row,) = read_file(calendar(event(*lines))).rows
    assert told in row.errors[0]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "no entries"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT", "not a whole"),
        (calendar("BEGIN:VEVENT", event(), "END:VEVENT"), "inside another"),
        (calendar(*["BEGIN:VCALENDAR"] * 5_000), "inside another"),
        (calendar("END:VEVENT"), "did not begin"),
        (calendar(event("DESCRIPTION:" + "x" * 1_000_000)), "too long"),
        (calendar(event("DESCRIPTION:x" + "\r\n x" * 500_000)), "too long"),
        (calendar(*[event()] * 3_001), "too many rows"),
        (calendar(event("RRULE:FREQ=DAILY;COUNT=1000"), *[event("RRULE:FREQ=DAILY;COUNT=1000")] * 3), "too many rows"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\0\0\0", "not a text"),
    ],
)
def test_a_hostile_calendar_is_refused_in_words(data, told):
    with pytest.raises(FileRefused, match=told):
        read_file(data)


def test_our_own_feed_comes_back_without_any_change(portal, client):
    run = make.run(portal)
    make.words(make.finder(portal), run.course)
    for number in range(4):
        make.lesson(run, timezone.localdate() + timedelta(days=number + 2))
    make.lesson(run, status="skipped", reason="autumn_break", room="3")
    feed = client.get("/ar/courses/calendar.ics").content
    plan = plan_file(feed, district=portal.district, source="own", run=run)
    assert {item.outcome for item in plan.items} == {"unchanged"}, [item.changes for item in plan.items]
    assert len(plan.items) == 5


def test_a_feed_of_a_provider_makes_moves_and_cancels_lessons_of_the_chosen_run(portal):
    karin, run = make.course_staff(portal.tarik), make.run(portal)
    about = {"district": portal.district, "source": "vhs", "run": run}
    place = r"LOCATION:Haus der Bildung\, Hauptstraße 1\, 78120 Furtwangen\, 2.14"
    import_courses(data=calendar(event(place), event(uid="b")), user=karin, **about)
    first = run.lessons.get(room="2.14")
    assert (first.day, first.starts, first.venue) == (date(2027, 10, 5), time(18), None)
    later = event("DTSTART:20271006T180000", "DTEND:20271006T200000", place)
    import_courses(data=calendar(later, event("STATUS:CANCELLED", uid="b")), user=karin, **about)
    first.refresh_from_db()
    assert (first.day, first.status, first.sequence) == (date(2027, 10, 6), "moved", 1)
    assert set(Lesson.objects.values_list("status", flat=True)) == {"moved", "cancelled"}


def test_entries_find_their_run_by_its_code_or_say_that_they_do_not(portal):
    run = make.run(portal)
    plan = plan_file(calendar(event(f"CATEGORIES:{run.code}"), event(uid="b")), district=portal.district, source="vhs")
    assert [item.outcome for item in plan.items] == ["new", "refused"]
    assert plan.items[0].run == run
