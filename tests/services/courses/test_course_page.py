"""The page of a course: words of one language, facts of all, and nobody comes for a lesson that is cancelled."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from portal.languages import LANGUAGES
from services.courses.actions import cancel_lesson, move_lesson
from services.courses.models import CoursePage, RunNote
from tests.services.courses import factories as make
from tests.standing import told_once

URL = "/{}/courses/abendkurs-b1/"


def story(portal):
    run = make.run(portal, lessons_per_week=6, childcare="onsite", childcare_places=6, capacity_max=16)
    index = make.finder(portal)
    return portal, run, index, make.words(index, run.course)


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
def index(told):
    return told[2]


@pytest.fixture
def page(told):
    return told[3]


def read(client, code: str = "en") -> str:
    response = client.get(URL.format(code))
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


def free_places(number: int, code: str) -> str:
    """What the catalogue of a language says; it must differ from the English words."""
    with translation.override(code):
        words = ngettext("{number} free place", "{number} free places", number).format(number=number)
    assert words != f"{number} free places"
    return words


def machine_data(text: str) -> dict:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    return json.loads(block)


def test_words_and_facts_stand_on_one_page(client, page, run):
    make.lesson(run)
    text = read(client)
    for part in (
        "Am Abend Deutsch lernen.",
        "free of charge",
        "5 free places",
        "Haus der Bildung, Hauptstraße 1",
        "Childcare in the same house, 6 places",
        "Nobody asks for a permit",
        "Kursberatung",
        'href="/en/forms/counselling/?topic=german"',
        'href="webcal://testserver/en/courses/abendkurs-b1/',
    ):
        assert part in text, part


def test_the_arabic_reader_gets_german_words_marked_and_facts_in_arabic_frame(client, page):
    text = read(client, "ar")
    assert '<html lang="ar" dir="rtl">' in text
    assert '<h1 lang="de" dir="ltr">Abendkurs B1 in Furtwangen</h1>' in text
    assert '<div class="prose" lang="de" dir="ltr"><p>Am Abend Deutsch lernen.</p></div>' in text
    assert '<bdi lang="de">Haus der Bildung' in text
    assert 'href="/ar/courses/abendkurs-b1/calendar.ics"' in text


def test_a_translated_page_shows_the_same_facts(client, page, run):
    make.in_language(page.get_parent().specific, "ar", title="دورات")
    make.in_language(page, "ar", title="دورة مسائية", intro="<p>تعلم في المساء.</p>")
    text = read(client, "ar")
    assert "<h1>دورة مسائية</h1>" in text
    assert free_places(5, "ar") in text
    run.places_free = 2
    run.save()
    for code in ("ar", "de"):
        assert free_places(2, code) in read(client, code)
    assert "2 free places" in read(client, "en")


def test_cancelled_skipped_and_moved_lessons_say_so_in_words(portal, client, page, run):
    karin, day = make.course_staff(portal.eva), timezone.localdate()
    first, second = make.lesson(run), make.lesson(run, day + timedelta(days=3))
    make.lesson(run, day + timedelta(days=4), status="skipped", reason="autumn_break")
    cancel_lesson(lesson=first, reason="teacher_ill", user=karin)
    move_lesson(lesson=second, day=day + timedelta(days=5), starts=first.starts, ends=first.ends, user=karin)
    text = read(client)
    assert "Cancelled: the teacher is ill" in text
    assert "No lesson: autumn holidays" in text
    assert "It was planned for" in text
    assert text.count("<s>") == 2


def test_a_cancelled_lesson_is_on_list_page_and_feed_in_the_very_next_request(portal, client, page, run):
    lesson = make.lesson(run)
    addresses = ("/en/courses/", URL.format("en"), "/en/courses/calendar.ics", f"{URL.format('en')}calendar.ics")
    before = [client.get(address) for address in addresses]
    cancel_lesson(lesson=lesson, reason="teacher_ill", user=make.course_staff(portal.eva))
    for address, old in zip(addresses, before, strict=True):
        response = client.get(address, headers={"If-None-Match": old["ETag"]})
        assert response.status_code == 200
        assert "Cancelled: the teacher is ill" in response.content.decode()


def test_past_lessons_are_not_shown(client, page, run):
    old = make.lesson(run, timezone.localdate() - timedelta(days=2))
    assert str(old.uid) not in read(client)


def test_a_long_term_folds_its_later_lessons(client, page, run):
    for number in range(12):
        make.lesson(run, timezone.localdate() + timedelta(days=number + 1))
    text = read(client)
    first, later = text.split("Show all lessons")
    assert (first.count("<li><time datetime="), later.count("<li><time datetime=")) == (8, 4)
    # The folded ones come without files of their own: long lists stay light on a phone.
    assert (first.count("Add to calendar"), later.count("Add to calendar")) == (8, 0)


def test_a_note_comes_in_the_best_language(client, page, run):
    RunNote.objects.create(run=run, language="de", text="Bringen Sie ein Foto mit.")
    RunNote.objects.create(run=run, language="fa", text="عکس بیاورید.")
    assert '<p class="note" lang="de" dir="ltr">Bringen Sie ein Foto mit.</p>' in read(client, "ar")
    assert '<p class="note" lang="fa" dir="rtl">عکس بیاورید.</p>' in read(client, "fa-af")


def test_access_of_the_house_is_told_as_far_as_it_is_known(portal, client, page, run):
    run.venue.step_free, run.venue.lift = True, False
    run.venue.save()
    text = read(client)
    assert "reachable without steps: yes" in text
    assert "lift: no" in text
    assert "induction loop" not in text


def test_a_course_without_a_page_of_words_has_an_address_in_every_language(client, run, page):
    page.delete()
    text = read(client, "ar")
    assert "<h1>State course: advanced</h1>" in text or "<h1>" in text
    assert "This page is not yet in your language" not in text
    assert client.get("/ar/courses/no-such-course/").status_code == 404
    run.course.is_public = False
    run.course.save()
    assert client.get(URL.format("ar")).status_code == 404


def test_an_arabic_finder_does_not_hide_the_german_words_of_a_course(client, page):
    make.in_language(page.get_parent().specific, "ar", title="دورات")
    assert '<h1 lang="de" dir="ltr">Abendkurs B1 in Furtwangen</h1>' in read(client, "ar")


def test_a_page_without_facts_says_please_ask(index, client):
    page = CoursePage(title="Bald", slug="bald", intro="<p>Bald.</p>")
    make._published(index, page)
    response = client.get("/en/courses/bald/")
    assert response.status_code == 200
    assert "No dates are known at the moment." in response.content.decode()


def test_machines_read_the_course_and_its_runs(client, page, run):
    make.rule(run, run.starts_on, run.ends_on, [1, 3])
    data = machine_data(read(client))
    assert (data["@type"], data["courseCode"], data["offers"]["category"]) == ("Course", "abendkurs-b1", "Free")
    (instance,) = data["hasCourseInstance"]
    assert instance["remainingAttendeeCapacity"] == 5
    assert instance["startDate"] == run.starts_on.isoformat()
    assert instance["eventStatus"] == "https://schema.org/EventScheduled"
    assert instance["courseSchedule"][0]["byDay"] == ["https://schema.org/Tuesday", "https://schema.org/Thursday"]
    assert instance["location"]["address"]["addressLocality"] == "Furtwangen"


def test_machines_are_told_no_places_that_are_too_old(client, page, run):
    run.places_updated_at = timezone.now() - timedelta(days=31)
    run.save()
    assert "remainingAttendeeCapacity" not in machine_data(read(client))["hasCourseInstance"][0]


def test_nothing_breaks_out_of_the_data_for_machines(portal, client, page, run):
    evil = "</script><script>alert(1)</script><!-- & \u2028"
    run.venue.name = evil
    run.venue.save()
    CoursePage.objects.filter(pk=page.pk).update(teaser=evil[:200])
    text = read(client)
    assert machine_data(text)["hasCourseInstance"][0]["location"]["name"] == evil
    assert "<script>alert" not in text


def test_the_page_asks_the_database_a_bounded_number_of_times(client, page, run):
    counts = []
    for number in (1, 12):
        for step in range(number):
            make.lesson(run, timezone.localdate() + timedelta(days=step + number))
        make.run(client and page and _cast(run), f"other-{number}", run.course)
        read(client)
        with CaptureQueriesContext(connection) as queries:
            read(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _cast(run):
    from types import SimpleNamespace

    return SimpleNamespace(district=run.district, towns={make.FURTWANGEN: run.venue.municipality}, offices={})


def test_people_find_the_course_by_its_kind_and_provider(page):
    words = " ".join(page.findable_text())
    assert "Volkshochschule" in words
    assert "Ärzten" in words


@pytest.mark.parametrize("code", [entry.code for entry in LANGUAGES])
def test_list_month_course_and_calendar_open_in_every_language(client, page, run, code):
    make.rule(run, run.starts_on, run.ends_on, [1, 3], every_weeks=2)
    make.lesson(run)
    make.lesson(run, timezone.localdate() + timedelta(days=3), status="skipped", reason="autumn_break")
    for path in (
        "",
        f"?place={make.FURTWANGEN}&level=A2",
        "?women=1&level=C2",
        "?view=month",
        "abendkurs-b1/",
        "calendar.ics",
    ):
        assert client.get(f"/{code}/courses/{path}").status_code == 200, path


def test_a_confirmed_run_is_running_from_its_first_day_on(client, page, run):
    assert "Will take place" in read(client)
    run.starts_on = timezone.localdate()
    run.save()
    assert "Is running" in read(client)


def test_editors_see_a_preview_of_words_with_facts(portal, client, page):
    client.force_login(portal.ada)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    data = {
        "title": "Neuer Titel",
        "slug": page.slug,
        "teaser": "Kurz",
        "intro": "null",
        "goals": "null",
        "join": "null",
    }
    assert client.post(address, data).json()["is_valid"]
    text = client.get(address).content.decode()
    assert "Neuer Titel" in text
    assert free_places(5, "de") in text
