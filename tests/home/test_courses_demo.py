"""The demo's courses are alive on whatever day somebody starts the demo."""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

import pytest
import time_machine
from django.utils import timezone

from home.demo import courses
from services.courses.models import Course, CourseRun, Lesson, Venue

DAYS = ["2026-11-22 12:00 +0000", "2027-02-03 23:30 +0000", "2027-08-15 01:00 +0000", "2028-02-29 08:00 +0000"]


@pytest.mark.parametrize("day", DAYS)
def test_there_are_past_and_coming_lessons_a_holiday_and_one_cancelled_lesson(portal, day):
    with time_machine.travel(day, tick=False):
        courses.load(portal.district)
        now = timezone.now()
        assert set(Course.objects.values_list("code", flat=True)) == {
            "alpha-cafe",
            "integrationskurs-vs",
            "abendkurs-b1",
        }
        lessons = Lesson.objects.all()
        assert lessons.filter(utc_end__lt=now).exists()
        assert lessons.upcoming(now).count() > lessons.filter(utc_end__lt=now).count()
        assert lessons.filter(status="skipped").exists()
        cancelled = lessons.get(status="cancelled")
        assert now < cancelled.utc_start < now + timedelta(days=60)
        assert {run.course.code for run in CourseRun.objects.listed(now)} == {
            "alpha-cafe",
            "integrationskurs-vs",
            "abendkurs-b1",
        }


def test_every_fact_of_the_demo_is_valid(portal):
    courses.load(portal.district)
    for model in (Course, CourseRun, Lesson, Venue):
        for row in model.objects.all():
            row.full_clean()


def test_words_and_facts_of_the_demo_meet_on_one_key(portal):
    courses.load(portal.district)
    assert Course.objects.get(code="alpha-cafe").key == uuid5(NAMESPACE_URL, "lotse:course:alpha-cafe")


def test_places_and_childcare_differ(portal):
    courses.load(portal.district)
    assert len(set(CourseRun.objects.values_list("places_state", flat=True))) == 4
    assert len(set(CourseRun.objects.values_list("childcare", flat=True))) == 3


def test_loading_again_keeps_what_staff_changed(portal):
    courses.load(portal.district)
    uids = set(Lesson.objects.values_list("uid", flat=True))
    CourseRun.objects.filter(code="abendkurs-b1-1").update(places_free=1)
    courses.load(portal.district)
    assert set(Lesson.objects.values_list("uid", flat=True)) == uids
    assert CourseRun.objects.get(code="abendkurs-b1-1").places_free == 1


def test_a_demo_that_ran_out_starts_anew(portal):
    courses.load(portal.district)
    with time_machine.travel(timezone.now() + timedelta(days=300), tick=False):
        courses.load(portal.district)
        assert Lesson.objects.upcoming(timezone.now()).count() > 50
        assert CourseRun.objects.count() == 4
