"""Other programs get what people see: every filter as Atom and JSON, in every language, right in the next request."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from services.courses.actions import cancel_lesson, cancel_run, move_lesson
from services.courses.json_feed import PER_PAGE
from tests.portal.test_rendered import committed, reader  # noqa: F401 - fixtures
from tests.services.courses import factories as make
from tests.standing import told_once

ATOM = "/{}/courses/news.atom"
JSON = "/{}/courses/courses.json"
NAMES = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def story(portal):
    run = make.run(portal)
    make.rule(run, run.starts_on, run.ends_on)
    make.words(make.finder(portal), run.course)
    return portal, run


kept = told_once(story, "en")


@pytest.fixture
def told(kept, db):
    return deepcopy(kept)


@pytest.fixture
def portal(told):
    return told[0]


@pytest.fixture
def run(told):
    return told[1]


@pytest.fixture
def karin(portal):
    return make.course_staff(portal.yasmin)


def atom(client, query: str = "", code: str = "en") -> ET.Element:
    response = client.get(ATOM.format(code) + query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314 - our own answer


def data(client, query: str = "", code: str = "en") -> dict:
    response = client.get(JSON.format(code) + query)
    assert response.status_code == 200
    return json.loads(response.content)


def test_the_atom_feed_has_what_the_standard_wants(client, run):
    feed = atom(client)
    (entry,) = feed.findall("a:entry", NAMES)
    for part in (feed, entry):
        assert len(part.findall("a:id", NAMES)) == 1
        assert part.find("a:updated", NAMES).text.endswith("Z")
        assert part.find("a:title", NAMES).text
    assert feed.find("a:author/a:name", NAMES).text
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", NAMES)}
    assert links == {"self": "http://testserver/en/courses/news.atom", "alternate": "http://testserver/en/courses/"}
    assert entry.find("a:link", NAMES).get("href") == "http://testserver/en/courses/abendkurs-b1/#abendkurs-b1-1"
    assert "Haus der Bildung, Hauptstraße 1, 78120 Furtwangen" in entry.find("a:summary", NAMES).text


def test_an_entry_has_one_identity_in_all_languages_and_marks_a_foreign_title(client, run):
    identities = set()
    for code in ("de", "ar", "ti"):
        feed = atom(client, code=code)
        assert feed.get(LANG) == code
        identities.add(feed.find("a:entry/a:id", NAMES).text)
        assert feed.find("a:entry/a:title", NAMES).get(LANG) == (None if code == "de" else "de")
    assert len(identities) == 1
    assert identities == {f"urn:uuid:{data(client)['runs'][0]['id']}"}


def test_letters_that_no_xml_may_carry_do_not_break_the_feed(client, run):
    page = make.CoursePage.objects.get()
    page.title = "Kurs \x0b<b>&\ud7ff B1"
    page.save()
    assert atom(client).find("a:entry/a:title", NAMES).text == "Kurs <b>&\ud7ff B1"


def test_the_latest_change_comes_first(portal, client, karin, run):
    lesson = make.lesson(run)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        make.run(portal, "newer-1", make.course(portal, "newer"))
    assert "Abendkurs" not in atom(client).find("a:entry/a:title", NAMES).text
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        cancel_lesson(lesson=lesson, reason="teacher_ill", user=karin)
        feed = atom(client)
    assert "Abendkurs" in feed.find("a:entry/a:title", NAMES).text
    assert "Cancelled: the teacher is ill" in feed.find("a:entry/a:summary", NAMES).text
    assert feed.find("a:updated", NAMES).text == feed.find("a:entry/a:updated", NAMES).text


def test_json_tells_facts_as_codes_with_words(client, run):
    make.lesson(run)
    answer = data(client, "?time=evening", "de")
    assert (answer["version"], answer["language"], answer["total"], answer["next"]) == (1, "de", 1, None)
    assert answer["filters"] == {"time": "evening"}
    (one,) = answer["runs"]
    assert one["course"]["family"] == {"code": "VWV_ADV", "label": "Landeskurs: Aufbau"}
    assert one["places"]["code"] == "few"
    assert one["places"]["free"] == 5
    assert one["weekly"][0]["weekdays"] == [0]
    assert one["venue"]["ags"] == make.FURTWANGEN
    assert one["lessons"][0]["starts_at"].endswith("T18:00")
    assert one["lessons"][0]["zone"] == "Europe/Berlin"


def test_feeds_tell_nothing_that_is_not_public(portal, client, run):
    run.internal_notes = "Geheimnis"
    run.save()
    make.run(portal, "hidden-1", run.course, is_public=False)
    assert "Geheimnis" not in client.get(JSON.format("de")).content.decode()
    assert [one["code"] for one in data(client)["runs"]] == ["abendkurs-b1-1"]
    assert len(atom(client).findall("a:entry", NAMES)) == 1


@pytest.mark.parametrize("query", ["?time=morning", "?women=1", "?level=C2"])
def test_feeds_obey_the_filters_and_may_be_empty(client, run, query):
    assert data(client, query)["runs"] == []
    feed = atom(client, query)
    assert feed.findall("a:entry", NAMES) == []
    assert feed.find("a:updated", NAMES).text


def test_what_a_program_misspelt_is_left_out_and_said(client, run):
    assert data(client, "?level=Z9&time=evening")["ignored"] == ["How much German do you know?"]


def test_long_answers_come_in_pages_that_lead_on(portal, client, run):
    extra = [
        make.CourseRun(district=portal.district, course=run.course, code=f"r-{number}", status="planned")
        for number in range(PER_PAGE)
    ]
    make.CourseRun.objects.bulk_create(extra)
    first = data(client)
    assert (len(first["runs"]), first["total"]) == (PER_PAGE, PER_PAGE + 1)
    second = json.loads(client.get(first["next"].removeprefix("http://testserver")).content)
    assert (len(second["runs"]), second["next"]) == (1, None)
    codes = {one["code"] for one in [*first["runs"], *second["runs"]]}
    assert len(codes) == PER_PAGE + 1


@pytest.mark.parametrize("page", ["0", "-1", "x", "2", "99999999999999999999", "%00"])
def test_a_page_that_is_none_is_not_found(client, run, page):
    assert client.get(f"{JSON.format('de')}?page={page}").status_code == 404


@pytest.mark.parametrize("address", [ATOM, JSON])
def test_identical_data_gives_identical_bytes_and_costs_nothing_the_second_time(client, run, address):
    make.lesson(run, timezone.localdate() + timedelta(days=9))
    with time_machine.travel(timezone.now().replace(hour=8), tick=False) as clock:
        first = client.get(address.format("uk"))
        clock.shift(timedelta(hours=7))
        assert client.get(address.format("uk")).content == first.content
        third = client.get(address.format("uk"), headers={"If-None-Match": first["ETag"]})
    assert (third.status_code, third.content) == (304, b"")
    assert not first.cookies


@pytest.mark.parametrize("address", [ATOM, JSON])
def test_feeds_are_only_read_and_ask_a_bounded_number_of_times(
    portal, client, run, address, django_assert_max_num_queries
):
    assert client.post(address.format("de")).status_code == 405
    for number in range(12):
        other = make.run(portal, f"c{number}-1", make.course(portal, f"c{number}"))
        make.rule(other, other.starts_on, other.ends_on)
        make.lesson(other)
    client.get(address.format("de"))
    with django_assert_max_num_queries(10):
        client.get(address.format("de"))


CHANGED_ADDRESSES = (
    "/{}/courses/",
    "/{}/courses/?time=evening",
    "/{}/courses/abendkurs-b1/",
    "/{}/courses/calendar.ics",
    "/{}/courses/abendkurs-b1/calendar.ics",
    ATOM,
    JSON,
    "/{}/search/?q=Abendkurs",
)


def test_a_changed_date_is_everywhere_in_every_language_in_the_very_next_request(client, karin, run):
    lesson = make.lesson(run)
    call_command("update_index", verbosity=0)
    codes = ("de", "en", "ar", "ti")
    addresses = [address.format(code) for address in CHANGED_ADDRESSES for code in codes]
    before = {address: client.get(address) for address in addresses}
    day = lesson.day + timedelta(days=3)
    move_lesson(lesson=lesson, day=day, starts=lesson.starts, ends=lesson.ends, user=karin)
    for address, old in before.items():
        new = client.get(address, headers={"If-None-Match": old["ETag"]} if "ETag" in old else {})
        assert new.status_code == 200, address
        assert new.content != old.content, address
    assert "T18:00" in data(client)["runs"][0]["lessons"][0]["starts_at"]
    assert data(client)["runs"][0]["lessons"][0]["starts_at"].startswith(day.isoformat())


def test_a_cancelled_run_is_everywhere_in_the_very_next_request(client, karin, run):
    call_command("update_index", verbosity=0)
    addresses = [address.format("en") for address in CHANGED_ADDRESSES if not address.endswith(".ics")]
    before = {address: client.get(address).content for address in addresses}
    cancel_run(run=run, reason="too_few", user=karin)
    for address, old in before.items():
        new = client.get(address).content
        assert new != old, address
        assert "Cancelled" in new.decode(), address


def test_kept_pages_are_no_older_than_the_facts(reader, committed, karin, run):  # noqa: F811 - fixtures by name
    lesson = make.lesson(run)
    addresses = [address.format("en") for address in CHANGED_ADDRESSES if "?" not in address]
    before = {address: reader.get(address).text for address in addresses}
    assert all(reader.get(address).queries == 0 for address in addresses)  # kept
    with committed():
        cancel_lesson(lesson=lesson, reason="teacher_ill", user=karin)
    for address, old in before.items():
        new = reader.get(address).text
        assert new != old, address
        assert "Cancelled: the teacher is ill" in re.sub(r"\r\n ", "", new), address


def test_search_finds_a_course_nobody_wrote_a_page_about(portal, client, run):
    make.run(portal, "new-1", make.course(portal, "new", family="MIA"), make.DONAUESCHINGEN)
    text = client.get("/en/search/?q=women strong Donaueschingen").content.decode()
    assert 'href="/en/courses/new/"' in text
    assert "5 free places" in text
    assert 'href="/en/courses/new/"' not in client.get("/en/search/?q=piano").content.decode()


def test_the_calendar_page_gives_the_address_to_copy_with_the_filters(client, run):
    text = client.get("/en/courses/calendar/?time=evening&level=B1&page=3").content.decode()
    assert "http://testserver/en/courses/calendar.ics?level=B1&amp;time=evening" in text
    assert 'href="webcal://testserver/en/courses/calendar.ics?level=B1&amp;time=evening"' in text
    assert 'href="/en/courses/news.atom?level=B1&amp;time=evening"' in text
    assert 'href="/en/courses/courses.json?level=B1&amp;time=evening"' in text
    assert 'href="/en/courses/?level=B1&amp;time=evening"' in text
    assert "Google Calendar" in text


def test_the_calendar_page_of_one_course_names_it_in_its_own_language(client, run):
    text = client.get("/ar/courses/abendkurs-b1/calendar/").content.decode()
    assert '<span lang="de" dir="ltr">Abendkurs B1 in Furtwangen</span>' in text
    assert "webcal://testserver/ar/courses/abendkurs-b1/calendar.ics" in text
    assert client.get("/ar/courses/nothing/calendar/").status_code == 404
