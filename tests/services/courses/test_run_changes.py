"""Cancelled, moved, full, free again: one click each, told to those concerned, and taken back by one more click."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from services.courses import actions, notifications
from services.courses.closures import closures_between
from services.courses.concerned import Concerned
from services.courses.models import Closure, CourseRun, RunChange
from services.courses.run_memory import last_undoable
from tests.services.courses import factories as make

NOW = datetime(2027, 1, 11, 9, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def karin(portal):
    return make.course_staff(portal.tarik)


@pytest.fixture
def run(portal):
    """Mondays from 18 January to 8 February 2027; the week after is free of school in this story."""
    row = make.run(portal, starts_on=date(2027, 1, 18), ends_on=date(2027, 2, 8))
    for number in range(4):
        make.lesson(row, date(2027, 1, 18) + timedelta(weeks=number))
    Closure.objects.create(
        district=portal.district, reason="winter_break", first_day=date(2027, 2, 15), last_day=date(2027, 2, 19)
    )
    return row


@pytest.fixture
def people(monkeypatch):
    """Who is concerned: the neighbours who hold seats and subscriptions each name theirs; here we do."""
    rows = [
        Concerned("amira@example.org", "ar", "seat"),
        Concerned("olena@example.org", "uk", "subscription", "/uk/stop/abc/"),
        Concerned("ali@example.org", "en", "waiting"),
    ]
    monkeypatch.setattr(notifications, "concerned_by", lambda run: iter(rows))
    return rows


def mails() -> dict[str, OutboxMessage]:
    return {row.language: row for row in OutboxMessage.objects.order_by("pk")}


def test_a_cancelled_course_is_told_to_everybody_in_their_language(karin, run, people):
    actions.cancel_run(run=run, reason="too_few", user=karin, at=NOW)
    found = mails()
    assert set(found) == {"ar", "uk", "en"}
    assert found["en"].subject.startswith("Cancelled: ")
    assert "too few people registered" in found["en"].body
    assert "waiting list" in found["en"].body
    assert "Cancelled" not in found["ar"].subject
    assert f"/ar/courses/{run.course.code}/#{run.code}" in found["ar"].body


def test_nobody_s_address_stands_readable_in_the_outbox(karin, run, people):
    actions.cancel_run(run=run, reason="too_few", user=karin, at=NOW)
    assert not OutboxMessage.objects.exclude(recipient="").exists()


def test_a_subscriber_can_stop_by_one_click_of_the_mail_program(karin, run, people, portal):
    actions.cancel_run(run=run, reason="too_few", user=karin, at=NOW)
    found = mails()
    address = f"{portal.district.site.root_url}/uk/stop/abc/"
    assert found["uk"].unsubscribe == address
    assert address in found["uk"].body
    assert found["ar"].unsubscribe == ""


def test_people_with_a_place_need_no_mail_that_the_course_is_full(karin, run, people):
    actions.mark_full(run=run, user=karin, at=NOW)
    assert set(mails()) == {"uk"}
    assert CourseRun.objects.get().places_state == "full"


def test_those_who_wait_hear_that_places_are_free_again(karin, run, people):
    CourseRun.objects.update(places_state="full", places_free=0)
    actions.mark_free(run=run, user=karin, at=NOW)
    assert set(mails()) == {"uk", "en"}
    assert "free places again" in mails()["en"].body


def test_a_second_press_of_full_sends_nothing_twice(karin, run, people):
    actions.mark_full(run=run, user=karin, at=NOW)
    actions.mark_full(run=run, user=karin, at=NOW + timedelta(minutes=5))
    assert OutboxMessage.objects.count() == 1
    assert RunChange.objects.count() == 1


def test_undo_within_a_minute_leaves_no_mail_and_the_facts_as_before(karin, run, people):
    actions.cancel_run(run=run, reason="too_few", user=karin, at=NOW)
    change = RunChange.objects.get()
    assert min(row.not_before for row in OutboxMessage.objects.all()) == NOW + timedelta(seconds=60)
    actions.undo_run_change(change=change, user=karin, at=NOW)
    row = CourseRun.objects.get()
    assert (row.status, row.cancel_reason, row.cancelled_at) == ("confirmed", "", None)
    assert row.lessons.taking_place().count() == 4
    assert not OutboxMessage.objects.exists()


def test_undo_after_the_mails_left_corrects_them(karin, run, people):
    actions.cancel_run(run=run, reason="too_few", user=karin, at=NOW)
    OutboxMessage.objects.filter(language="en").update(sent_at=NOW, attempts=1)
    actions.undo_run_change(change=RunChange.objects.get(), user=karin, at=NOW)
    rest = OutboxMessage.objects.order_by("pk")
    assert [row.language for row in rest] == ["en", "en"]
    assert rest[1].subject.startswith("Correction: ")


def test_calendars_follow_a_cancellation_and_its_undoing(karin, run):
    actions.cancel_run(run=run, reason="too_few", user=karin, at=NOW)
    actions.undo_run_change(change=RunChange.objects.get(), user=karin, at=NOW)
    assert {lesson.sequence for lesson in run.lessons.all()} == {2}


def test_what_somebody_changed_since_is_not_overwritten_by_undo(karin, run):
    actions.mark_full(run=run, user=karin, at=NOW)
    actions.set_places(run=run, free=2, user=karin, at=NOW)
    with pytest.raises(DomainError, match="changed this course since"):
        actions.undo_run_change(change=RunChange.objects.get(), user=karin, at=NOW)
    assert CourseRun.objects.get().places_free == 2


def test_only_the_latest_change_can_be_taken_back_and_only_for_a_week(karin, run):
    actions.mark_full(run=run, user=karin, at=NOW)
    first = RunChange.objects.get()
    actions.cancel_run(run=run, reason="weather", user=karin, at=NOW)
    with pytest.raises(DomainError, match="no longer"):
        actions.undo_run_change(change=first, user=karin, at=NOW)
    assert last_undoable(run, NOW + timedelta(days=8)) is None
    actions.undo_run_change(change=last_undoable(run, NOW), user=karin, at=NOW)
    assert last_undoable(run, NOW) == first


def test_a_week_later_skips_the_holiday_and_keeps_identities(karin, run):
    before = list(run.lessons.order_by("utc_start").values_list("uid", flat=True))
    actions.move_run(run=run, weeks=1, user=karin, at=NOW)
    lessons = list(run.lessons.order_by("utc_start"))
    assert [lesson.uid for lesson in lessons] == before
    assert [lesson.day for lesson in lessons] == [date(2027, 1, 25) + timedelta(weeks=n) for n in range(4)]
    assert (lessons[3].status, lessons[3].reason) == ("skipped", "winter_break")
    row = CourseRun.objects.get()
    assert (row.starts_on, row.ends_on) == (date(2027, 1, 25), date(2027, 2, 8))


def test_a_moved_course_can_be_put_back(karin, run):
    actions.move_run(run=run, weeks=1, user=karin, at=NOW)
    actions.undo_run_change(change=RunChange.objects.get(), user=karin, at=NOW)
    lessons = run.lessons.order_by("utc_start")
    assert [lesson.day for lesson in lessons] == [date(2027, 1, 18) + timedelta(weeks=n) for n in range(4)]
    assert {lesson.status for lesson in lessons} == {"planned"}


def test_lessons_that_are_over_do_not_move(karin, run):
    actions.move_run(run=run, weeks=1, user=karin, at=datetime(2027, 1, 20, tzinfo=ZoneInfo("Europe/Berlin")))
    assert run.lessons.order_by("utc_start").first().day == date(2027, 1, 18)


def test_making_the_lessons_of_a_begun_rule_again_doubles_none_of_the_moved_ones(portal, karin):
    row = make.run(portal)
    rule = make.rule(row, date(2027, 1, 4), date(2027, 1, 25))
    closed = closures_between(portal.district, rule.first_day, rule.last_day)
    actions.generate_lessons(run=row, rule=rule, closures=closed, user=karin, at=NOW - timedelta(days=14))
    after_first = datetime(2027, 1, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    actions.move_run(run=row, weeks=1, user=karin, at=after_first)
    moved = sorted(lesson.day for lesson in row.lessons.all())
    actions.generate_lessons(run=row, rule=rule, closures=closed, user=karin, at=after_first)
    assert sorted(lesson.day for lesson in row.lessons.all()) == moved


def test_another_house_is_told_and_every_lesson_to_come_counts_as_changed(portal, karin, run, people):
    house = make.venue(portal, make.DONAUESCHINGEN)
    actions.move_run(run=run, venue=house, room="2.1", user=karin, at=NOW)
    row = CourseRun.objects.get()
    assert (row.venue, row.room) == (house, "2.1")
    assert {lesson.sequence for lesson in run.lessons.all()} == {1}
    assert "Donaueschingen" in mails()["en"].body


def test_a_cancelled_lesson_is_told_with_day_and_reason(karin, run, people):
    lesson = run.lessons.order_by("utc_start").first()
    actions.cancel_lesson(lesson=lesson, reason="teacher_ill", user=karin, at=NOW)
    assert set(mails()) == {"ar", "uk"}
    actions.undo_run_change(change=RunChange.objects.get(), user=karin, at=NOW)
    lesson.refresh_from_db()
    assert (lesson.status, lesson.is_detached) == ("planned", False)


def test_nothing_is_told_about_a_lesson_that_is_over(karin, run, people):
    lesson = run.lessons.order_by("utc_start").first()
    actions.cancel_lesson(lesson=lesson, reason="teacher_ill", user=karin, at=NOW + timedelta(days=60))
    assert not OutboxMessage.objects.exists()


def test_a_mail_names_the_kind_of_course_where_its_title_has_no_translation(portal, karin, run, people):
    make.words(make.finder(portal), run.course)
    actions.cancel_run(run=run, reason="too_few", user=karin, at=NOW)
    assert "Abendkurs" not in mails()["en"].subject
    assert "Abendkurs" not in mails()["ar"].body


@pytest.mark.parametrize("who", ["omar", "eva"])
def test_others_change_nothing(portal, run, who):
    user = getattr(portal, who)
    for verb, more in (
        (actions.mark_full, {}),
        (actions.mark_free, {}),
        (actions.move_run, {"weeks": 1}),
        (actions.cancel_run, {"reason": "weather"}),
    ):
        with pytest.raises(NotAllowed):
            verb(run=run, user=user, at=NOW, **more)
    assert not RunChange.objects.exists()


def test_a_course_that_is_over_is_not_moved(karin, run):
    CourseRun.objects.update(status="finished")
    with pytest.raises(DomainError, match="ended"):
        actions.move_run(run=run, weeks=1, user=karin, at=NOW)
    CourseRun.objects.update(status="confirmed")
    with pytest.raises(DomainError, match="Nothing was changed"):
        actions.move_run(run=run, user=karin, at=NOW)


def test_a_fresh_run_of_today_has_no_change_to_take_back(run):
    assert last_undoable(run, timezone.now()) is None
