"""Karin makes the lessons of a term: over holidays, over both changes of the clocks, and again when plans change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from portal.errors import DomainError, NotAllowed
from services.courses.actions import cancel_lesson, generate_lessons
from services.courses.closures import closures_between
from services.courses.models import Closure, LessonRule
from tests.services.courses import factories as make

BEFORE = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
def karin(portal):
    return make.course_staff(portal.eva)


@pytest.fixture
def term(portal):
    """A run with a rule: Mondays and Wednesdays in the evening, from October to mid-November 2026."""
    Closure.objects.create(
        district=portal.district, reason="autumn_break", first_day=date(2026, 10, 26), last_day=date(2026, 10, 31)
    )
    return make.rule(make.run(portal), date(2026, 10, 5), date(2026, 11, 13), [0, 2])


def generate(rule, user, at=BEFORE, closures=None):
    if closures is None:
        closures = closures_between(rule.run.district, rule.first_day, rule.last_day)
    return generate_lessons(run=rule.run, rule=rule, closures=closures, user=user, at=at)


def test_every_monday_and_wednesday_becomes_a_lesson(karin, term):
    assert generate(term, karin) == 10
    days = list(term.run.lessons.values_list("day", flat=True))
    assert len(days) == 12
    assert {day.weekday() for day in days} == {0, 2}


def test_a_holiday_makes_a_skipped_lesson_with_its_reason_and_no_gap(karin, term):
    generate(term, karin)
    skipped = term.run.lessons.filter(status="skipped")
    assert [(row.day.day, row.get_reason_display()) for row in skipped] == [
        (26, "autumn holidays"),
        (28, "autumn holidays"),
    ]


def test_lessons_stay_at_the_same_hour_when_the_clocks_go_back(karin, term):
    generate(term, karin)
    hours = {row.day: row.utc_start.hour for row in term.run.lessons.all()}
    assert hours[date(2026, 10, 21)] == 16
    assert hours[date(2026, 11, 2)] == 17
    assert {row.starts for row in term.run.lessons.all()} == {time(18)}


def test_lessons_stay_at_the_same_hour_when_the_clocks_go_forward(karin, portal):
    spring = make.rule(make.run(portal), date(2027, 3, 22), date(2027, 4, 6), [1])
    generate(spring, karin, closures={})
    assert [row.utc_start.hour for row in spring.run.lessons.all()] == [17, 16, 16]


def test_an_hour_the_clocks_skip_is_refused_and_nothing_is_made(karin, portal):
    night = make.rule(make.run(portal), date(2027, 3, 28), date(2027, 3, 28), [6], starts=time(2, 30), ends=time(5))
    with pytest.raises(ValidationError, match="does not exist"):
        generate(night, karin, closures={})
    assert not night.run.lessons.exists()


def test_an_hour_that_comes_twice_means_the_first_one(karin, portal):
    night = make.rule(make.run(portal), date(2026, 10, 25), date(2026, 10, 25), [6], starts=time(2, 30), ends=time(5))
    generate(night, karin, closures={})
    assert night.run.lessons.get().utc_start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_every_second_week_counts_from_the_first_week(karin, portal):
    rule = make.rule(make.run(portal), date(2027, 1, 13), date(2027, 2, 28), [0, 2], every_weeks=2)
    generate(rule, karin, closures={})
    assert [row.day.isoformat() for row in rule.run.lessons.all()] == [
        "2027-01-13",
        "2027-01-25",
        "2027-01-27",
        "2027-02-08",
        "2027-02-10",
        "2027-02-22",
        "2027-02-24",
    ]


def test_the_run_knows_its_first_and_last_day_afterwards(karin, term):
    generate(term, karin)
    term.run.refresh_from_db()
    assert (term.run.starts_on, term.run.ends_on) == (date(2026, 10, 5), date(2026, 11, 11))


def test_making_them_again_changes_nothing(karin, term):
    generate(term, karin)
    before = list(term.run.lessons.values("uid", "sequence", "changed_at", "status"))
    generate(term, karin, at=datetime(2026, 9, 1, tzinfo=UTC))
    assert list(term.run.lessons.values("uid", "sequence", "changed_at", "status")) == before


def test_a_new_hour_keeps_identities_and_raises_the_sequence_of_lessons_to_come_alone(karin, term):
    generate(term, karin)
    uids = set(term.run.lessons.values_list("uid", flat=True))
    term.starts = time(17, 30)
    term.save()
    generate(term, karin, at=datetime(2026, 10, 20, tzinfo=UTC))
    assert set(term.run.lessons.values_list("uid", flat=True)) == uids
    assert {row.sequence for row in term.run.lessons.filter(day__lt=date(2026, 10, 20))} == {0}
    assert {row.sequence for row in term.run.lessons.filter(day__gt=date(2026, 10, 20))} == {1}


def test_a_lesson_cancelled_by_hand_stays_cancelled(karin, term):
    generate(term, karin)
    lesson = term.run.lessons.first()
    cancel_lesson(lesson=lesson, reason="teacher_ill", user=karin)
    generate(term, karin)
    assert term.run.lessons.get(pk=lesson.pk).status == "cancelled"
    assert term.run.lessons.filter(day=lesson.day).count() == 1


def test_lessons_that_fall_out_of_a_running_plan_are_cancelled_not_deleted(karin, term):
    generate(term, karin)
    term.weekdays = [0]
    term.save()
    generate(term, karin, at=datetime(2026, 10, 6, tzinfo=UTC))
    dropped = term.run.lessons.filter(day=date(2026, 10, 7)).get()
    assert (dropped.status, dropped.reason, dropped.sequence) == ("cancelled", "plan_changed", 1)


def test_lessons_of_a_run_that_is_only_planned_just_go(karin, term):
    generate(term, karin)
    term.run.status = "planned"
    term.run.save()
    term.weekdays = [0]
    term.save()
    generate(term, karin)
    assert not term.run.lessons.filter(day=date(2026, 10, 7)).exists()


def test_a_typing_error_in_a_year_does_not_make_thousands_of_lessons(karin, portal):
    rule = make.rule(make.run(portal), date(2026, 10, 5), date(2062, 11, 13), [0])
    with pytest.raises(DomainError, match="too many"):
        generate(rule, karin, closures={})
    assert not rule.run.lessons.exists()


def test_a_rule_that_is_not_saved_yet_is_checked_and_saved(karin, portal):
    of = make.run(portal)
    rule = LessonRule(
        weekdays=[0], starts=time(9), ends=time(11), first_day=date(2027, 1, 11), last_day=date(2027, 1, 18)
    )
    assert generate_lessons(run=of, rule=rule, closures={}, user=karin, at=BEFORE) == 2
    wrong = LessonRule(
        weekdays=[], starts=time(9), ends=time(11), first_day=date(2027, 1, 11), last_day=date(2027, 1, 18)
    )
    with pytest.raises(ValidationError):
        generate_lessons(run=of, rule=wrong, closures={}, user=karin, at=BEFORE)


@pytest.mark.parametrize("who", ["eva", "omar"])
def test_an_editor_and_a_case_worker_make_no_lessons(portal, term, who):
    with pytest.raises(NotAllowed):
        generate(term, getattr(portal, who))
    assert not term.run.lessons.exists()
