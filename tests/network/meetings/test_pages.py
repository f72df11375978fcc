"""The public pages and calendar files: what they say, in which language, and what they keep to themselves."""

from __future__ import annotations

import json
import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar

from network.meetings import actions
from network.meetings.models import Meeting, instant
from network.meetings.statuses import Audience, MeetingStatus, Mode
from tests.network import factories


@pytest.fixture
def public(portal):
    made = factories.meeting(
        portal,
        "Austauschtreffen",
        audience=Audience.PUBLIC,
        mode=Mode.HYBRID,
        slug="austausch",
        join_link="https://meet.example.org/geheim",
        summary="Alle sind willkommen.",
    )
    factories.agenda(made, "Begrüßung", "Wünsche für <2027>")
    return made


def text_of(client, path):
    return client.get(path).content.decode()


def structured(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])


def test_the_page_names_date_place_and_agenda_in_the_readers_frame(client, public):
    text = text_of(client, "/uk/meetings/austausch/")
    assert '<html lang="uk" dir="ltr">' in text
    assert '<bdi lang="de">Austauschtreffen</bdi>' in text
    assert '<bdi lang="de">Wünsche für &lt;2027&gt;</bdi>' in text
    assert '<bdi dir="ltr">18:00</bdi>' in text
    assert 'href="/uk/meetings/austausch/calendar.ics"' in text


def test_the_link_to_join_is_nowhere_in_public(client, public):
    for path in ("", "austausch/", "austausch/calendar.ics", "calendar.ics"):
        assert "geheim" not in text_of(client, f"/de/meetings/{path}")


def test_search_engines_read_the_event_and_only_of_public_meetings(client, portal, public):
    event = structured(text_of(client, "/de/meetings/austausch/"))
    assert event["@type"] == "Event"
    assert event["startDate"] == public.starts_at.astimezone(timezone.get_default_timezone()).isoformat()
    assert event["eventAttendanceMode"].endswith("MixedEventAttendanceMode")
    assert event["location"][1]["url"] == "http://testserver/de/meetings/austausch/"
    inside = factories.meeting(portal, slug="intern")
    somebody = factories.member(portal, "Karla", user=portal.lena)
    assert somebody
    client.force_login(portal.lena)
    page = text_of(client, f"/de/meetings/{inside.slug}/")
    assert "ld+json" not in page
    assert '<meta name="robots" content="noindex">' in page


def test_what_an_editor_types_cannot_leave_the_script_element(client, public):
    Meeting.objects.update(title="</script><script>alert(1)</script>")
    page = text_of(client, "/de/meetings/austausch/")
    assert structured(page)["name"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in page


@pytest.mark.parametrize(("status", "schema"), [("cancelled", "EventCancelled"), ("postponed", "EventPostponed")])
def test_a_meeting_that_is_off_says_so_everywhere(client, public, status, schema):
    Meeting.objects.update(status=status, status_note="Glatteis")
    page = text_of(client, "/en/meetings/austausch/")
    assert "This meeting will not take place" in page
    assert "Glatteis" in page
    assert structured(page)["eventStatus"].endswith(schema)
    (event,) = Calendar.from_ical(text_of(client, "/en/meetings/calendar.ics")).events
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == f"{status.title()}: Austauschtreffen"
    assert "badge" in text_of(client, "/en/meetings/")


def test_a_moved_meeting_shows_both_dates(client, portal, public):
    factories.coordinator(portal)
    old = public.day
    actions.move(meeting=public, user=portal.yasmin, day=old + timedelta(days=1), starts=time(18), ends=time(20))
    page = text_of(client, "/en/meetings/austausch/")
    event = structured(page)
    assert event["eventStatus"].endswith("EventRescheduled")
    assert event["previousStartDate"].startswith(old.isoformat())
    assert "Before:" in page


def test_feeds_name_no_people_and_have_no_method(client, portal, public):
    factories.coordinator(portal)
    actions.invite(meeting=public, user=portal.yasmin, guests=[actions.Guest("Nadia", "nadia@example.org")])
    for path in ("calendar.ics", "austausch/calendar.ics"):
        response = client.get(f"/de/meetings/{path}")
        text = response.content.decode()
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert not re.search("ATTENDEE|ORGANIZER|METHOD|nadia|@", text)
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_feed_is_the_same_bytes_until_something_changes_and_the_same_dates_in_every_language(client, public):
    first = client.get("/de/meetings/calendar.ics")
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        again = client.get("/de/meetings/calendar.ics")
    assert first.content == again.content
    assert first["ETag"] == again["ETag"]
    german = Calendar.from_ical(first.content).events[0]
    arabic = Calendar.from_ical(client.get("/ar/meetings/calendar.ics").content).events[0]
    assert german["UID"] == arabic["UID"] == str(public.uid)
    assert "/ar/meetings/" in arabic["URL"]


def test_a_cancelled_meeting_stays_in_the_feed_for_sixty_days(client, public):
    Meeting.objects.update(status=MeetingStatus.CANCELLED, changed_at=timezone.now() - timedelta(days=59))
    assert str(public.uid) in text_of(client, "/de/meetings/calendar.ics")
    Meeting.objects.update(changed_at=timezone.now() - timedelta(days=61))
    assert str(public.uid) not in text_of(client, "/de/meetings/calendar.ics")


def test_what_is_over_leaves_the_list_but_keeps_its_page(client, public):
    assert "Austauschtreffen" in text_of(client, "/en/meetings/")
    with time_machine.travel(timezone.now() + timedelta(days=22)):
        assert "Austauschtreffen" not in text_of(client, "/en/meetings/")
        assert "/de/meetings/austausch/" not in text_of(client, "/de/meetings/")
        assert client.get("/de/meetings/austausch/").status_code == 200


def test_the_soonest_meeting_stands_first(client, portal, public):
    factories.meeting(portal, "Früher", audience=Audience.PUBLIC, day=factories.in_days(2))
    text = text_of(client, "/de/meetings/")
    assert text.index("Früher") < text.index("Austauschtreffen</bdi>")


def test_an_empty_list_says_so(client, portal):
    assert "There is no meeting planned" in text_of(client, "/en/meetings/")


def test_wall_time_is_the_truth_across_the_change_of_clocks(portal):
    for day, hours in ((date(2026, 10, 24), 16), (date(2026, 10, 25), 17)):
        made = factories.meeting(portal, day=day)
        assert made.starts_at.hour == hours
        assert made.start.hour == 18


def test_an_hour_that_the_clocks_skip_is_refused():
    with pytest.raises(ValidationError):
        instant(date(2027, 3, 28), time(2, 30))
    assert instant(date(2026, 10, 25), time(2, 30)).hour == 0


def test_unknown_addresses_and_wrong_methods_are_answered_kindly(client, public):
    assert client.get("/de/meetings/gibt-es-nicht/").status_code == 404
    assert client.get("/de/meetings/gibt-es-nicht/calendar.ics").status_code == 404
    assert client.post("/de/meetings/").status_code == 405
    assert client.post("/de/meetings/austausch/").status_code == 405


def test_a_meeting_of_several_days_says_when_it_ends(client, public):
    Meeting.objects.update(last_day=public.day + timedelta(days=1), ends_at=public.ends_at + timedelta(days=1))
    assert "until" in text_of(client, "/en/meetings/austausch/")


def test_an_invited_member_sees_their_own_answer_and_the_link_only_when_online(client, portal, public):
    somebody = factories.member(portal, "Karla", user=portal.lena)
    invitation, _token = factories.invited(public, somebody)
    client.force_login(portal.lena)
    page = text_of(client, "/en/meetings/austausch/")
    assert "You are invited" in page
    assert "geheim" not in page
    actions.answer(invitation=invitation, answer="online")
    assert "geheim" in text_of(client, "/en/meetings/austausch/")
