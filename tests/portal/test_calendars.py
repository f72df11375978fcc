"""A calendar file stays right whatever people write into titles and places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from icalendar import Calendar

from portal.calendars import Entry, to_ical
from tests.clients import byte_faults, libical_complaints

CHANGED = datetime(2026, 1, 1, 12, 30, 15, 999, tzinfo=UTC)


def entry(**facts):
    start = datetime(2026, 10, 20, 18)
    facts = {"uid": "a", "start": start, "end": start + timedelta(hours=2), "summary": "Kurs", **facts}
    return Entry(changed_at=facts.pop("changed_at", CHANGED), **facts)


def read(body):
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    return event


@pytest.mark.parametrize(
    "text",
    [
        'Kaffee, Kuchen; und mehr: "alles"',
        "zwei\nZeilen\n\nund mehr",
        "كورس اللغة، الألمانية؛ " * 9,
        "👩🏽‍🏫" * 40,
        "a,b;c\n" * 60,
        "ß" * 200,
        "BEGIN:VEVENT",
    ],
)
def test_words_come_back_as_they_were_written(text):
    body = to_ical([entry(summary=text, description=text, location=text)], name=text.split("\n")[0])
    assert byte_faults(body) == []
    assert libical_complaints(body) == []
    event = read(body)
    assert [event[key] for key in ("summary", "description", "location")] == [text.strip()] * 3


@pytest.mark.parametrize("place", range(60, 90))
def test_no_line_is_cut_inside_an_escape_or_a_character(place):
    text = "x" * place + ";,\nä" * 3
    body = to_ical([entry(summary=text)])
    assert byte_faults(body) == []
    assert read(body)["summary"] == text


def test_nobody_writes_properties_of_their_own_into_the_file():
    evil = "Kurs\r\nATTENDEE:mailto:a@example.org\rX-EVIL:1\x00\x1b\ud800\u2028END:VEVENT"
    address = "a@example.org\r\nX-EVIL:1"
    body = to_ical([entry(summary=evil, uid=evil, url=f"https://x.example/{address}", organizer=address)], name=evil)
    assert byte_faults(body) == []
    starts = {line.split(b":")[0].split(b";")[0] for line in body.split(b"\r\n") if not line.startswith(b" ")}
    assert b"X-EVIL" not in starts
    assert b"ATTENDEE" not in starts
    assert body.count(b"\r\nEND:VEVENT") == 1


def test_a_backslash_becomes_a_slash():
    assert read(to_ical([entry(summary="A \\ B \\n C\\")]))["summary"] == "A / B /n C/"


def test_the_order_of_entries_and_the_zone_of_the_change_make_no_difference():
    first, second = entry(uid="b"), entry(uid="c")
    elsewhere = entry(uid="b", changed_at=CHANGED.astimezone(timezone(timedelta(hours=5))))
    assert to_ical([first, second]) == to_ical([second, elsewhere])


def test_an_invitation_names_one_guest_and_passes_the_check():
    guest = {"organizer": "office@example.org", "attendee": "yasmin@example.org", "sequence": 3}
    for method, status in (("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")):
        body = to_ical([entry(status=status, **guest)], method=method)
        assert libical_complaints(body) == []
        assert byte_faults(body) == []
        event = read(body)
        assert str(event["attendee"]) == "mailto:yasmin@example.org"
        assert event["attendee"].params["RSVP"] == ("TRUE" if method == "REQUEST" else "FALSE")
        assert event["sequence"] == 3
