"""Amira looks for a course near her, in her words; what is not understood never breaks the page."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from services.courses.finding import kilometres
from services.courses.models import Course
from services.courses.presentation import list_of
from tests.services.courses import factories as make
from tests.standing import told_once

HERE = f"place={make.FURTWANGEN}"


ALL = ["alpha-1", "second-1", "evening-1", "online-1"]

kept = told_once(lambda portal: (portal, make.finder(portal)), "en")


@pytest.fixture
def told(kept, db):
    return deepcopy(kept)


@pytest.fixture
def portal(told):
    return told[0]


@pytest.fixture
def finder(told):
    return told[1]


def test_all_courses_come_by_their_first_day(amira, offers):
    assert amira() == ALL


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("level=A0", ["alpha-1", "second-1", "online-1"]),
        ("level=A2", ["second-1", "evening-1", "online-1"]),
        ("level=B1", ["second-1", "evening-1", "online-1"]),
        ("level=B2", ["online-1"]),
        ("time=morning", ["alpha-1"]),
        ("time=evening", ["evening-1"]),
        ("childcare=1", ["alpha-1", "second-1"]),
        ("women=1", ["alpha-1"]),
        ("free=1", ["second-1", "evening-1"]),
        ("literacy=none", ["alpha-1"]),
        ("literacy=other", ["alpha-1", "second-1"]),
        ("family=DIGITAL", ["online-1"]),
        ("online=1", ["online-1"]),
        ("childcare=1&free=1", ["second-1"]),
        ("level=A2&time=evening&free=1", ["evening-1"]),
        (f"{HERE}&within=10", ["evening-1", "online-1"]),
        (f"{HERE}&within=20&free=1", ["evening-1", "second-1"]),
        ("within=10", ALL),
    ],
)
def test_each_filter_and_their_combination_leave_what_fits(amira, offers, query, found):
    assert amira(query) == found


def test_the_nearest_course_comes_first_and_says_how_far_it_is(amira, offers):
    assert amira(HERE) == ["evening-1", "online-1", "second-1", "alpha-1"]
    assert "in your town" in amira.text
    assert re.search(r'about 19 km from <bdi lang="de">Furtwangen</bdi>', amira.text)
    assert re.search(r'about 25 km from <bdi lang="de">Furtwangen</bdi>', amira.text)


def test_distances_are_those_of_the_globe(portal):
    one, other = portal.towns[make.FURTWANGEN], portal.towns[make.VILLINGEN]
    assert kilometres(one, other) == pytest.approx(18.9, abs=0.2)
    assert kilometres(one, one) == 0


@pytest.mark.parametrize(
    ("days", "shown", "counts_as_free"),
    [(0, "5 free places", True), (29, "5 free places", True), (31, "Please ask", True), (61, "Please ask", False)],
)
def test_old_information_about_places_is_not_sold_as_new(portal, amira, days, shown, counts_as_free):
    day = timezone.localdate() - timedelta(days=days)  # days of the wall, not 24 hours: a clock change may lie between
    make.run(portal, places_updated_at=timezone.make_aware(datetime.combine(day, time.min)))
    assert amira()
    assert shown in amira.text
    assert (f"updated {days} days ago" if days else "updated today") in amira.text
    assert (amira("free=1") == ["abendkurs-b1-1"] and "No course fits" not in amira.text) == counts_as_free


def test_a_run_nobody_ever_counted_says_please_ask(portal, amira):
    make.run(portal, places_updated_at=None)
    amira()
    assert "Please ask" in amira.text
    assert "free places</span>" not in amira.text


def test_where_nothing_fits_the_nearest_offers_say_what_is_missing(amira, offers):
    found = amira("women=1&time=evening&childcare=1")
    assert found[0] == "alpha-1"
    assert len(found) == 3
    assert "No course fits all your wishes" in amira.text
    assert "Does not fit: <bdi>When do you have time?</bdi>" in amira.text
    assert "/en/forms/counselling/?topic=german" in amira.text


def test_one_wish_that_nothing_meets_still_shows_what_there_is(portal, amira):
    make.run(portal)
    assert amira("women=1") == ["abendkurs-b1-1"]
    assert "0 courses found" in amira.text


def test_an_empty_list_says_what_to_do(amira):
    assert amira() == []
    assert "There are no courses in the list" in amira.text


@pytest.mark.parametrize(
    "query",
    [
        "place=99999999",
        "level=Z9",
        "time=midnight",
        "childcare=maybe",
        "free=%00",
        "family=IK_ALPHA",
        "within=-5&" + HERE,
        "literacy='--",
        "page=abc",
        "page=999999999999999999999",
        "page=-1",
        "women=2",
        "online=%F0%28%8C%28",
    ],
)
def test_what_makes_no_sense_is_left_out_with_a_note(portal, amira, query):
    make.run(portal)
    assert amira(query) == ["abendkurs-b1-1"]
    assert "We did not understand this filter" in amira.text


@pytest.mark.parametrize("query", ["level=A2&level=B1", "x=1&y[]=2", "&&&", "%", "view=week", "m=1", "place=&level="])
def test_strange_addresses_are_answered_calmly(portal, amira, query):
    make.run(portal)
    assert amira(query) == ["abendkurs-b1-1"]


def test_chosen_filters_can_be_taken_away_one_by_one(amira, offers):
    amira("time=evening&free=1&page=1")
    assert '<a href="/en/courses/?free=1"><bdi>In the evening</bdi>' in amira.text
    assert '<a href="/en/courses/?time=evening"><bdi>With free places</bdi>' in amira.text
    assert 'href="/en/courses/?time=evening&amp;free=1&amp;childcare=1"' in amira.text
    assert 'href="/en/courses/calendar.ics?time=evening&amp;free=1"' in amira.text


def test_twenty_courses_are_on_a_page_and_links_keep_the_filters(portal, amira):
    of = make.course(portal)
    for number in range(23):
        make.run(portal, f"run-{number:02}", of)
    assert len(amira("time=evening")) == 20
    assert 'rel="next" href="?time=evening&amp;page=2"' in amira.text
    assert len(amira("time=evening&page=2")) == 3
    assert 'aria-current="page"' in amira.text


def test_what_is_over_hidden_or_for_schools_is_not_listed(portal, amira):
    of, today = make.course(portal), timezone.localdate()
    make.run(portal, "over", of, starts_on=today - timedelta(days=60), ends_on=today - timedelta(days=1))
    make.run(portal, "finished", of, status="finished")
    make.run(portal, "hidden", of, is_public=False)
    make.run(portal, "hidden-course", make.course(portal, "h", is_public=False))
    make.run(portal, "school", make.course(portal, "s", family="SCHOOL_VKL"))
    assert amira() == []


def test_a_cancelled_course_is_told_for_two_weeks_and_comes_last(portal, amira):
    of = make.course(portal)
    make.run(
        portal,
        "cancelled",
        of,
        status="cancelled",
        cancel_reason="too_few",
        starts_on=timezone.localdate(),
        cancelled_at=timezone.now() - timedelta(days=13),
    )
    make.run(
        portal,
        "long-ago",
        of,
        status="cancelled",
        cancel_reason="too_few",
        cancelled_at=timezone.now() - timedelta(days=15),
    )
    make.run(portal, "open", of)
    assert amira() == ["open", "cancelled"]
    assert amira("free=1") == ["open"]


def test_courses_one_can_still_join_come_before_those_that_have_begun(portal, amira):
    of, past = make.course(portal), timezone.localdate() - timedelta(days=20)
    make.run(portal, "begun", of, starts_on=past)
    make.run(portal, "begun-open", of, starts_on=past, entry="rolling")
    make.run(portal, "coming", of)
    assert amira() == ["begun-open", "coming", "begun"]


def test_a_course_of_another_district_is_not_listed(portal, amira):
    from wagtail.models import Page, Site

    from portal.models import District

    make.run(portal)
    site = Site.objects.create(hostname="other.example", root_page=Page.objects.get(pk=portal.home.pk))
    other = District.objects.create(site=site, name="Anderswo", key="08325")
    Course.objects.all().update(district=other)
    for of in Course.objects.all():
        for run in of.runs.all():
            run.course = of
            run.save()
    assert amira() == []


def test_a_course_without_a_page_is_readable_in_every_language_at_once(portal, amira):
    make.run(portal)
    for code in ("ar", "ti", "de-simple"):
        amira("", code)
        with translation.override(code):
            label = str(Course.objects.get().get_family_display())
        assert f">{label}</a></h3>" in amira.text
        assert f'href="/{code}/courses/abendkurs-b1/#abendkurs-b1-1"' in amira.text


def test_the_number_of_queries_does_not_grow_with_the_courses(portal, amira, rf):
    index_queries = []
    for number in range(2):
        for sub in range(number * 9 + 1):
            run = make.run(portal, f"c{number}{sub}-1", make.course(portal, f"c{number}{sub}"), childcare="onsite")
            make.rule(run, run.starts_on, run.ends_on)
            make.lesson(run)
        amira(HERE)
        with CaptureQueriesContext(connection) as queries:
            assert len(amira(HERE)) == number * 9 + 1 + (number == 1)
        index_queries.append(len(queries))
    assert index_queries[0] == index_queries[1]
    request = rf.get("/en/courses/", {"place": make.FURTWANGEN, "level": "A2", "childcare": "1"})
    with CaptureQueriesContext(connection) as queries:
        list_of(request)
    assert len(queries) <= 9  # site and district included


def test_reading_the_list_sets_no_cookie_and_an_unchanged_list_costs_no_bytes(portal, amira, client):
    make.run(portal)
    amira()
    assert not amira.response.cookies
    etag = amira.response["ETag"]
    again = client.get("/en/courses/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_phone_that_takes_compressed_pages_gets_the_same_fingerprint_twice(portal, finder, client):
    make.run(portal)
    first = client.get("/en/courses/", headers={"Accept-Encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip"
    second = client.get("/en/courses/", headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert second.status_code == 304
