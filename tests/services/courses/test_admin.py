"""Karin keeps the courses in the admin; Eva and Omar cannot."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from services.courses.models import Course, CourseRun, Provider, Venue
from tests.services.courses import factories as make


@pytest.fixture
def karin(portal, client):
    """Karin, logged in; she has chosen English for the admin."""
    user = make.course_staff(portal.tarik)
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


@pytest.fixture
def lesson(portal):
    return make.lesson(make.run(portal))


def board(lesson) -> str:
    return reverse("courserun:board", args=[lesson.run_id])


def test_karin_sees_the_lists_of_her_district(portal, client, karin, lesson):
    for name, shown in (
        ("provider", "Volkshochschule"),
        ("venue", "Haus der Bildung"),
        ("course", "abendkurs-b1"),
        ("courserun", "abendkurs-b1-1"),
        ("closure", ""),
    ):
        response = client.get(reverse(f"{name}:index"))
        assert response.status_code == 200
        assert shown in response.content.decode()


def test_karin_adds_a_provider_a_venue_a_course_and_a_run(portal, client, karin):
    town = portal.towns[make.FURTWANGEN]
    client.post(reverse("provider:add"), {"code": "vhs", "name": "VHS", "is_active": "on"})
    client.post(reverse("venue:add"), {"code": "haus", "name": "Haus", "town": "Furtwangen", "municipality": town.pk})
    facts = {
        "code": "eok",
        "provider": Provider.objects.get().pk,
        "family": "EOK",
        "level_from": "A0",
        "level_to": "A1.1",
        "literacy": "latin",
        "lesson_minutes": 45,
        "access_routes": ["OPEN"],
        "languages": ["de", "ti"],
        "is_public": "on",
    }
    client.post(reverse("course:add"), facts)
    course = Course.objects.get()
    assert (course.district, course.languages, course.access_routes) == (portal.district, ["de", "ti"], ["OPEN"])
    facts = {
        "course": course.pk,
        "code": "eok-1",
        "status": "planned",
        "mode": "onsite",
        "venue": Venue.objects.get().pk,
        "entry": "start",
        "placement_test": "none",
        "childcare": "none",
        "is_public": "on",
    }
    response = client.post(reverse("courserun:add"), facts)
    run = CourseRun.objects.get()
    assert run.district == portal.district
    assert response.url == reverse("courserun:board", args=[run.pk])


def test_a_code_that_is_taken_is_told_at_the_form(portal, client, karin):
    make.provider(portal)
    response = client.post(reverse("provider:add"), {"code": "vhs", "name": "Andere", "is_active": "on"})
    assert response.status_code == 200
    assert "Another provider has this code." in response.content.decode()


def test_a_course_gets_the_page_that_describes_it(portal, client, karin):
    course = make.course(portal, "evening")
    page = make.words(make.finder(portal), make.course(portal, "other"))
    Course.objects.filter(code="other").delete()
    form = client.get(reverse("course:edit", args=[course.pk])).context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    client.post(reverse("course:edit", args=[course.pk]), {**data, "page": page.pk})
    course.refresh_from_db()
    assert course.key == page.translation_key
    client.post(reverse("course:edit", args=[course.pk]), data)
    course.refresh_from_db()
    assert course.key != page.translation_key


def test_a_new_venue_of_a_run_reaches_the_calendars(portal, client, karin, lesson):
    run, elsewhere = lesson.run, make.venue(portal, make.VILLINGEN)
    form = client.get(reverse("courserun:edit", args=[run.pk])).context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    response = client.post(reverse("courserun:edit", args=[run.pk]), {**data, "venue": elsewhere.pk})
    assert response.status_code == 302
    lesson.refresh_from_db()
    assert (lesson.place, lesson.sequence) == (elsewhere, 1)


def test_cancelling_is_no_choice_of_the_form_but_a_button_of_its_own(client, karin, lesson):
    form = client.get(reverse("courserun:edit", args=[lesson.run_id])).context["form"]
    assert "cancelled" not in dict(form.fields["status"].choices)
    assert client.post(board(lesson), {"do": "cancel_run", "reason": "too_few"}).status_code == 302
    lesson.refresh_from_db()
    lesson.run.refresh_from_db()
    assert (lesson.status, lesson.run.status) == ("cancelled", "cancelled")


def test_karin_cancels_restores_and_moves_a_lesson(client, karin, lesson):
    assert "Cancel this lesson" in client.get(board(lesson)).content.decode()
    name = {"lesson": lesson.pk}
    client.post(board(lesson), {"do": "cancel_lesson", "reason": "teacher_ill", **name})
    lesson.refresh_from_db()
    assert (lesson.status, lesson.reason) == ("cancelled", "teacher_ill")
    client.post(board(lesson), {"do": "restore_lesson", **name})
    day = lesson.day + timedelta(days=1)
    client.post(
        board(lesson), {"do": "move_lesson", "day": day.isoformat(), "starts": "10:00", "ends": "12:00", **name}
    )
    lesson.refresh_from_db()
    assert (lesson.status, lesson.day, lesson.sequence) == ("moved", day, 3)


def test_karin_counts_places_makes_lessons_and_writes_a_note(client, karin, lesson):
    run = lesson.run
    client.post(board(lesson), {"do": "set_places", "free": "9"})
    client.post(board(lesson), {"do": "set_note", "language": "tr", "text": "Kalem getirin."})
    rule = {
        "weekdays": ["0", "2"],
        "starts": "18:00",
        "ends": "20:00",
        "first_day": "2027-01-11",
        "last_day": "2027-01-24",
        "every_weeks": "1",
    }
    assert client.post(board(lesson), {"do": "add_rule", **rule}).status_code == 302
    client.post(board(lesson), {"do": "repeat_rule", "rule": run.rules.get().pk})
    run.refresh_from_db()
    assert (run.places_state, run.places_free) == ("free", 9)
    assert run.notes.get().text == "Kalem getirin."
    assert run.lessons.filter(rule=run.rules.get()).count() == 4


def test_an_old_state_can_be_looked_up(client, karin, lesson):
    lesson.day = timezone.localdate() - timedelta(days=40)
    lesson.save()
    assert 'name="lesson"' not in client.get(board(lesson)).content.decode()
    assert f'name="lesson" value="{lesson.pk}"' in client.get(f"{board(lesson)}?all=1").content.decode()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"do": "dance"}, 422),
        ({}, 422),
        ({"do": "cancel_lesson", "lesson": "x", "reason": "weather"}, 422),
        ({"do": "cancel_lesson", "lesson": "²", "reason": "weather"}, 422),
        ({"do": "cancel_lesson", "lesson": "999999999999999999999999", "reason": "weather"}, 422),
        ({"do": "cancel_lesson", "reason": "epiphany"}, 422),
        ({"do": "move_lesson", "day": "yesterday", "starts": "25:00"}, 422),
        ({"do": "move_lesson", "day": "2027-02-01", "starts": "12:00", "ends": "10:00"}, 422),
        ({"do": "set_places", "free": "17"}, 409),
        ({"do": "set_places", "free": "many"}, 422),
        ({"do": "add_rule", "weekdays": "9"}, 422),
        ({"do": "repeat_rule", "rule": ""}, 422),
        ({"do": "set_note", "language": "tlh", "text": "x"}, 422),
        ({"do": "restore_lesson"}, 409),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason_and_changes_nothing(client, karin, lesson, data, status):
    response = client.post(board(lesson), {"lesson": lesson.pk, **data})
    assert response.status_code == status
    lesson.refresh_from_db()
    lesson.run.refresh_from_db()
    assert (lesson.status, lesson.sequence, lesson.run.places_free) == ("planned", 0, 5)


def test_a_lesson_of_another_run_is_not_touched(portal, client, karin, lesson):
    other = make.lesson(make.run(portal, "other-1", lesson.run.course), date(2027, 5, 3))
    response = client.post(board(lesson), {"do": "cancel_lesson", "lesson": other.pk, "reason": "weather"})
    assert response.status_code == 422
    other.refresh_from_db()
    assert other.status == "planned"


def test_a_run_of_another_district_does_not_open(portal, client, karin, lesson):
    from wagtail.models import Page, Site

    from portal.models import District

    site = Site.objects.create(hostname="other.example", root_page=Page.objects.get(pk=portal.home.pk))
    lesson.run.course.district = District.objects.create(site=site, name="Anderswo", key="08325")
    lesson.run.course.save()
    lesson.run.save()
    for address in (board(lesson), reverse("courserun:edit", args=[lesson.run_id])):
        assert client.get(address, follow=True).status_code == 404
    assert "abendkurs-b1-1" not in client.get(reverse("courserun:index")).content.decode()


@pytest.mark.parametrize("who", ["eva", "omar", "lena"])
def test_editors_and_case_workers_do_not_get_in(portal, client, lesson, who):
    client.force_login(getattr(portal, who))
    pages = [
        reverse(f"{name}:{view}")
        for name in ("provider", "venue", "closure", "course", "courserun")
        for view in ("index", "add")
    ]
    for address in [*pages, reverse("courserun:edit", args=[lesson.run_id]), board(lesson)]:
        assert client.get(address).status_code in (302, 403), address
    response = client.post(board(lesson), {"do": "cancel_lesson", "lesson": lesson.pk, "reason": "weather"})
    assert response.status_code in (302, 403)
    lesson.refresh_from_db()
    assert (lesson.status, lesson.sequence) == ("planned", 0)


def test_a_stranger_is_asked_to_log_in(client, lesson):
    response = client.post(board(lesson), {"do": "cancel_lesson", "lesson": lesson.pk, "reason": "weather"})
    assert response.status_code == 302
    lesson.refresh_from_db()
    assert lesson.status == "planned"
