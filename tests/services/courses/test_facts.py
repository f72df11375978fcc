"""Facts that cannot be true are refused, in words staff understand, in the form and in the database."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from services.courses.models import Closure, Course, CourseRun, Lesson, LessonRule
from services.courses.vocabulary import LEARNER_BANDS, LEGACY_FAMILIES, CourseFamily, LearnerLevel, Level
from tests.services.courses import factories as make


def refused(row, sentence: str) -> bool:
    """The form says the sentence, and the database refuses the row, too."""
    with pytest.raises(ValidationError) as problem:
        row.full_clean()
    assert any(sentence in text for text in problem.value.messages), problem.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    return True


def test_a_course_cannot_end_at_a_lower_level_than_it_begins(portal):
    row = Course(
        district=portal.district,
        code="x",
        provider=make.provider(portal),
        family="EOK",
        level_from="B1.1",
        level_to="A2.2",
    )
    assert refused(row, "must not be below")


@pytest.mark.parametrize("level", Level.values)
def test_every_level_may_be_begin_and_end_of_a_course(portal, level):
    make.course(portal, level_from=level, level_to=level).full_clean()


def test_two_courses_of_a_district_cannot_have_one_code(portal):
    make.course(portal, "b1")
    row = Course(district=portal.district, code="b1", provider=make.provider(portal), family="EOK")
    assert refused(row, "Another course has this code.")


def test_a_course_needs_somebody_who_may_take_part(portal):
    row = make.course(portal)
    row.access_routes = []
    with pytest.raises(ValidationError):
        row.full_clean()


@pytest.mark.parametrize(
    ("field", "value"),
    [("access_routes", ["FREE_BEER"]), ("audience", "women"), ("certificates", [1]), ("languages", ["tlh"])],
)
def test_codes_nobody_can_read_are_refused(portal, field, value):
    row = make.course(portal)
    setattr(row, field, value)
    with pytest.raises(ValidationError) as problem:
        row.full_clean()
    assert field in problem.value.message_dict


def test_a_cost_below_zero_is_refused(portal):
    row = make.course(portal)
    row.cost_total = -1
    assert refused(row, "cannot be below zero")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"starts_on": date(2027, 3, 1), "ends_on": date(2027, 2, 1)}, "The last day must not be before"),
        ({"places_free": 17, "capacity_max": 16}, "more free places than places in all"),
        ({"capacity_min": 20, "capacity_max": 16}, "at least as many places as people"),
        ({"register_from": date(2027, 2, 1), "register_until": date(2027, 1, 1)}, "end of the registration"),
        ({"status": "cancelled"}, "why the course is cancelled"),
    ],
)
def test_a_run_that_cannot_be_is_refused(portal, facts, sentence):
    row = make.run(portal)
    for name, value in facts.items():
        setattr(row, name, value)
    assert refused(row, sentence)


def test_a_run_that_will_take_place_needs_a_venue_and_a_day(portal):
    row = make.run(portal)
    row.venue, row.starts_on = None, None
    with pytest.raises(ValidationError, match="needs a venue"):
        row.full_clean()
    row.mode = "online"
    with pytest.raises(ValidationError, match="needs a first day"):
        row.full_clean()


def test_a_lesson_ends_after_it_begins(portal):
    row = make.lesson(make.run(portal))
    row.ends = time(17)
    assert refused(row, "The end must be after the beginning.")


def test_a_cancelled_lesson_says_why_and_a_moved_one_from_when(portal):
    row = make.lesson(make.run(portal))
    row.status = "cancelled"
    assert refused(row, "Please say why there is no lesson.")
    row.refresh_from_db()
    row.status = "moved"
    assert refused(row, "from when it was moved")


def test_a_rule_has_real_weekdays_and_times_in_order(portal):
    row = LessonRule(
        run=make.run(portal),
        weekdays=[7],
        starts=time(9),
        ends=time(11),
        first_day=date(2027, 1, 1),
        last_day=date(2027, 2, 1),
    )
    with pytest.raises(ValidationError, match="weekday"):
        row.full_clean()
    row.weekdays, row.ends = [0], time(9)
    assert refused(row, "The end must be after the beginning.")


def test_holidays_end_after_they_begin_and_are_entered_once(portal):
    days = {"district": portal.district, "reason": "autumn_break", "first_day": date(2027, 11, 2)}
    assert refused(Closure(last_day=date(2027, 11, 1), **days), "last day must not be before")
    Closure.objects.create(last_day=date(2027, 11, 6), **days)
    assert refused(Closure(last_day=date(2027, 11, 6), **days), "already entered")


def test_wall_time_is_the_truth_and_utc_follows(portal):
    of = make.run(portal)
    winter = make.lesson(of, date(2027, 3, 25))
    summer = make.lesson(of, date(2027, 4, 1))
    assert (winter.starts, summer.starts) == (time(18), time(18))
    assert (winter.utc_start.hour, summer.utc_start.hour) == (17, 16)


def test_a_run_and_its_lessons_belong_to_the_district_of_the_course(portal):
    of = make.run(portal)
    assert make.lesson(of).district == of.district == of.course.district


def test_deleting_a_venue_does_not_take_courses_with_it(portal):
    of = make.run(portal)
    with pytest.raises(IntegrityError), transaction.atomic():
        of.venue.delete()
    assert CourseRun.objects.filter(pk=of.pk).exists()


def test_every_lesson_has_an_identity_of_its_own(portal):
    of = make.run(portal)
    first = make.lesson(of)
    copy = Lesson(
        run=of,
        uid=first.uid,
        day=first.day + timedelta(days=1),
        starts=time(9),
        ends=time(10),
        changed_at=first.changed_at,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_courses_the_law_no_longer_names_keep_their_codes():
    assert {"IK_WOMEN", "IK_PARENTS", "IK_YOUTH"} == set(LEGACY_FAMILIES)
    assert set(LEGACY_FAMILIES) <= set(CourseFamily.values)


def test_every_answer_of_a_learner_leads_to_levels():
    assert set(LEARNER_BANDS) == set(LearnerLevel.values)
    assert {level for band in LEARNER_BANDS.values() for level in band} == set(Level.values)
