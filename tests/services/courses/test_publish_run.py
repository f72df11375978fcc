"""Karin publishes the next run of a course in under a minute; readers of every language see it at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.users.models import UserProfile
from wagtail_localize.models import Translation

from portal.errors import DomainError, NotAllowed
from services.courses import actions, publishing
from services.courses.announcements import ask_translators
from services.courses.closures import closures_between
from services.courses.models import Announcement, AnnouncementPage, Closure, CourseRun, LessonRule
from services.courses.publishing import RulePlan
from services.courses.publishing_cells import Cell, plan_for, read_cell
from services.courses.publishing_forms import data_from
from tests.services.courses import factories as make

NOW = datetime(2027, 1, 4, 9, tzinfo=ZoneInfo("Europe/Berlin"))
PUBLISH = "/admin/courses/publish/"


@pytest.fixture
def karin(portal, client):
    user = make.course_staff(portal.tarik)
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


@pytest.fixture
def last(portal, karin):
    """Eight Mondays and Wednesdays until 27 January 2027."""
    run = make.run(portal, code="abendkurs-b1-1", room="2.1", childcare="onsite", childcare_places=4)
    rule = LessonRule(
        weekdays=[0, 2], starts=time(18), ends=time(20, 30), first_day=date(2027, 1, 4), last_day=date(2027, 1, 27)
    )
    closed = closures_between(portal.district, rule.first_day, rule.last_day)
    actions.generate_lessons(run=run, rule=rule, closures=closed, user=karin, at=NOW)
    run.refresh_from_db()
    return run


def sent(client, **changes):
    """What a browser sends back after Karin pressed "Copy", with her changes."""
    run = CourseRun.objects.order_by("pk").first()
    data = data_from(publishing.suggestion_from(run, NOW))
    return data | {"do": "publish"} | changes


def test_the_next_run_has_as_many_lessons_past_every_holiday(portal, last):
    Closure.objects.create(
        district=portal.district, reason="winter_break", first_day=date(2027, 2, 8), last_day=date(2027, 2, 14)
    )
    plan = publishing.suggestion_from(last, NOW)
    assert plan.code == "abendkurs-b1-2"
    assert plan.first_day == date(2027, 2, 3)
    assert plan.lessons == last.lessons.taking_place().count() == 7  # Epiphany fell out
    assert plan.last_day == date(2027, 3, 3)
    assert plan.facts["register_until"] == date(2027, 2, 2)


def test_a_copy_never_begins_in_the_past(last):
    plan = publishing.suggestion_from(last, NOW + timedelta(days=200))
    assert plan.first_day > (NOW + timedelta(days=200)).date()


def test_copy_then_publish_are_two_presses(portal, client, last):
    page = client.get(PUBLISH, {"from": last.pk})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Deutsch" in text
    assert "العربية" in text
    assert 'lang="ar" dir="rtl"' in text
    assert CourseRun.objects.count() == 1  # a preview leaves nothing behind
    response = client.post(PUBLISH, sent(client))
    run = CourseRun.objects.get(code="abendkurs-b1-2")
    assert response.url == reverse("courserun:board", args=[run.pk])
    assert (run.previous_run, run.room, run.childcare_places, run.time_of_day) == (last, "2.1", 4, "evening")
    assert run.lessons.taking_place().count() == 7
    assert run.places_free == run.capacity_max == 16
    assert Announcement.objects.get().run == run


def test_a_double_press_publishes_once(client, last):
    data = sent(client)
    first, second = client.post(PUBLISH, data), client.post(PUBLISH, data)
    assert (second.status_code, second.url) == (302, first.url)
    assert CourseRun.objects.count() == 2
    assert Announcement.objects.count() == 1


def test_nothing_typed_is_lost_when_something_is_wrong(client, last):
    response = client.post(PUBLISH, sent(client, code=last.code, room="Saal 7", headline="Neu am Abend"))
    assert response.status_code == 422
    text = response.content.decode()
    assert "Another run has this code" in text
    assert "Saal 7" in text
    assert "Neu am Abend" in text
    assert CourseRun.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"first_day": "2027-02-30"},
        {"lessons": "0"},
        {"lessons": "9" * 30},
        {"rule0-ends": "17:00"},
        {"rule0-weekdays": ["9"]},
        {"venue": "999999999999999999999"},
        {"capacity_min": "20"},
        {"text": "Nur Text"},
        {"code": "../x"},
        {"last_day": "2026-01-01"},
    ],
)
def test_bad_input_is_refused_beside_its_field(client, last, changes):
    response = client.post(PUBLISH, sent(client, **changes))
    assert response.status_code == 422, changes
    assert CourseRun.objects.count() == 1


def test_what_clashes_is_shown_and_nothing_is_refused(portal, client, last):
    other = make.run(portal, code="cafe-1", room="2.1")
    make.lesson(other, date(2027, 2, 10))
    response = client.post(PUBLISH, sent(client, do="preview"))
    assert response.status_code == 200
    assert "the room is taken by cafe-1" in response.content.decode()


def test_other_languages_are_chosen_for_the_preview(client, last):
    response = client.post(PUBLISH, sent(client, do="preview", first="uk", second="ti"))
    text = response.content.decode()
    assert 'lang="uk"' in text
    assert 'lang="ti"' in text


def test_words_reach_translators_and_no_half_translation_goes_live(portal, client, last):
    index = make.finder(portal)
    client.post(PUBLISH, sent(client, headline="Neuer Abendkurs", text="Ab Februar.\n\nKommen Sie!"))
    assert (ask_translators(), ask_translators()) == (1, 0)
    page = AnnouncementPage.objects.get(locale__language_code="de")
    assert page.live
    assert page.get_parent().specific == index
    assert page.text == "<p>Ab Februar.</p><p>Kommen Sie!</p>"
    wanted = Translation.objects.filter(source__object_id=page.translation_key)
    assert {row.target_locale.language_code for row in wanted} == {
        "de-simple",
        "en",
        "ar",
        "uk",
        "ru",
        "tr",
        "fa",
        "fr",
    }
    assert not AnnouncementPage.objects.filter(live=True).exclude(pk=page.pk).exists()


def test_markup_in_an_announcement_stays_text(portal, client, last):
    make.finder(portal)
    client.post(PUBLISH, sent(client, headline="Neu", text="<script>alert(1)</script>"))
    assert "<script>" not in AnnouncementPage.objects.get(locale__language_code="de").text


def test_an_untranslated_announcement_is_read_in_every_language(portal, client, karin, last):
    make.finder(portal)
    plan = publishing.suggestion_from(last, NOW)
    run = publishing.publish_run(plan=plan, user=karin, at=NOW)
    Announcement.objects.update(valid_from=date(2020, 1, 1), valid_until=date(2099, 1, 1))
    client.logout()
    for code in ("en", "ar"):
        text = client.get(f"/{code}/courses/").content.decode()
        assert f"{run.course.code}/#{run.code}" in text
    CourseRun.objects.filter(pk=run.pk).update(status="cancelled", cancel_reason="weather")
    assert "course-news" not in client.get("/en/courses/").content.decode()


def test_an_announcement_page_shows_facts_in_the_readers_language_around_german_words(portal, client, karin, last):
    make.finder(portal)
    plan = publishing.suggestion_from(last, NOW)
    plan = type(plan)(**{**vars(plan), "headline": "Neuer Abendkurs", "text": "Kommen Sie!"})
    run = publishing.publish_run(plan=plan, user=karin, at=NOW)
    page = AnnouncementPage.objects.get(locale__language_code="de")
    client.logout()
    text = client.get(f"/en/courses/{page.slug}/").content.decode()
    assert '<h1 lang="de" dir="ltr">Neuer Abendkurs</h1>' in text
    assert "Childcare in the same house" in text
    assert run.venue.street in text


def test_nobody_makes_an_announcement_without_a_run_in_the_page_tree(portal):
    assert not AnnouncementPage.can_create_at(make.finder(portal))


def test_a_text_without_headline_and_a_portal_without_finder_are_refused(karin, last):
    plan = vars(publishing.suggestion_from(last, NOW))
    for words, message in (({"text": "x"}, "headline"), ({"headline": "x"}, "finder")):
        with pytest.raises(DomainError, match=message):
            publishing.publish_run(plan=publishing.Plan(**{**plan, **words}), user=karin, at=NOW)
    assert CourseRun.objects.count() == 1


def test_every_other_week_counts_half_as_many_days():
    rule = RulePlan((0,), time(18), time(20), every_weeks=2)
    assert publishing.last_day_for([rule], date(2027, 1, 4), 3, {}) == date(2027, 2, 1)


def test_a_plan_without_end_is_refused(last, karin):
    plan = vars(publishing.suggestion_from(last, NOW)) | {"last_day": None, "lessons": None}
    with pytest.raises(ValidationError):
        publishing.publish_run(plan=publishing.Plan(**plan), user=karin, at=NOW)


def test_a_cell_of_the_map_fills_the_plan(portal, client, last):
    house = make.venue(portal, make.DONAUESCHINGEN)
    cell = read_cell({"level": "B1", "ags": make.DONAUESCHINGEN, "time": "morning", "childcare": "1"})
    plan = plan_for(cell, CourseRun.objects.all(), NOW)
    assert plan.facts["venue"] == house
    assert plan.rules == (RulePlan((0, 2), time(9), time(12)),)
    assert client.get(PUBLISH, {"level": "B1", "ags": make.DONAUESCHINGEN, "time": "morning"}).status_code == 200
    assert plan_for(Cell(level="C2"), CourseRun.objects.all(), NOW) is None
    assert "at this level" in client.get(PUBLISH, {"level": "C2"}).content.decode()


@pytest.mark.parametrize(
    "query", [{}, {"from": "x"}, {"from": "99999999999999999999"}, {"course": "0"}, {"level": "Z9"}]
)
def test_any_other_address_leads_to_the_choice(client, last, query):
    response = client.get(PUBLISH, query)
    assert response.status_code == 200
    assert f"?from={last.pk}" in response.content.decode()


def test_a_course_without_runs_begins_empty(portal, client, karin):
    course = make.course(portal, code="neu")
    assert client.get(PUBLISH, {"course": course.pk}).status_code == 200


def test_omar_sees_no_screen_and_publishes_nothing(portal, client, last):
    omar = make.admin_visitor(portal.omar)
    client.force_login(omar)
    for address in (PUBLISH, "/admin/courses/changes/", "/admin/courses/proposals/", "/admin/courses/own/"):
        assert client.get(address).status_code in (302, 403)
    with pytest.raises(NotAllowed):
        publishing.publish_run(plan=publishing.suggestion_from(last, NOW), user=omar, at=NOW)


def test_an_announcement_is_made_and_taken_down_on_the_board(portal, client, karin, last):
    index = make.finder(portal)
    board = reverse("courserun:board", args=[last.pk])
    client.post(board, {"do": "announce", "headline": "Noch Plätze frei", "text": "Melden Sie sich."})
    page = AnnouncementPage.objects.get(locale__language_code="de")
    assert (page.live, page.get_parent().specific) == (True, index)
    response = client.post(board, {"do": "end_announcement", "announcement": Announcement.objects.get().pk})
    assert response.status_code == 302, response.content.decode()[:200]
    page.refresh_from_db()
    assert not page.live
    assert not Announcement.objects.exists()


def test_another_house_chosen_in_the_form_of_facts_can_be_taken_back(portal, client, karin, last):
    house = make.venue(portal, make.DONAUESCHINGEN)
    facts = {
        "course": last.course_id,
        "code": last.code,
        "status": "confirmed",
        "mode": "onsite",
        "venue": house.pk,
        "starts_on": last.starts_on,
        "ends_on": last.ends_on,
        "entry": "start",
        "placement_test": "none",
        "childcare": "none",
    }
    assert client.post(reverse("courserun:edit", args=[last.pk]), facts).status_code == 302
    change = last.changes.get()
    assert (change.kind, CourseRun.objects.get().venue) == ("moved", house)
