"""Karin cancels and moves lessons, counts places, and cancels a course; nobody else may."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.log_actions import registry

from portal.errors import DomainError, NotAllowed
from services.courses import actions
from services.courses.permissions import can_manage_courses
from tests.services.courses import factories as make

NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def karin(portal):
    return make.course_staff(portal.yasmin)


@pytest.fixture
def lesson(portal):
    return make.lesson(make.run(portal), date(2027, 2, 10))


def logged(row) -> list[str]:
    return [entry.action for entry in registry.get_logs_for_instance(row).order_by("pk")]


def test_a_cancelled_lesson_keeps_its_identity_and_tells_calendars(karin, lesson):
    uid = lesson.uid
    row = actions.cancel_lesson(lesson=lesson, reason="teacher_ill", user=karin, at=NOW)
    assert (row.uid, row.status, row.reason, row.sequence, row.changed_at) == (uid, "cancelled", "teacher_ill", 1, NOW)
    assert logged(row) == ["courses.lesson.cancelled"]


def test_a_lesson_is_cancelled_once_and_with_a_reason(karin, lesson):
    with pytest.raises(DomainError, match="why"):
        actions.cancel_lesson(lesson=lesson, reason="epiphany", user=karin)
    actions.cancel_lesson(lesson=lesson, reason="weather", user=karin)
    with pytest.raises(DomainError, match="already"):
        actions.cancel_lesson(lesson=lesson, reason="weather", user=karin)
    lesson.refresh_from_db()
    assert lesson.sequence == 1


def test_a_cancellation_can_be_taken_back(karin, lesson):
    actions.cancel_lesson(lesson=lesson, reason="weather", user=karin)
    row = actions.restore_lesson(lesson=lesson, user=karin)
    assert (row.status, row.reason, row.sequence) == ("planned", "", 2)
    with pytest.raises(DomainError, match="already"):
        actions.restore_lesson(lesson=lesson, user=karin)


def test_a_moved_lesson_says_from_when(karin, lesson):
    before = lesson.utc_start
    row = actions.move_lesson(lesson=lesson, day=date(2027, 2, 12), starts=time(10), ends=time(12), user=karin, at=NOW)
    assert (row.status, row.moved_from, row.sequence, row.changed_at) == ("moved", before, 1, NOW)
    assert row.utc_start == datetime(2027, 2, 12, 9, tzinfo=UTC)
    again = actions.move_lesson(lesson=row, day=date(2027, 2, 13), starts=time(10), ends=time(12), user=karin)
    assert (again.moved_from, again.sequence) == (before, 2)


def test_a_lesson_is_not_moved_to_an_impossible_time(karin, lesson):
    with pytest.raises(ValidationError, match="after the beginning"):
        actions.move_lesson(lesson=lesson, day=date(2027, 2, 12), starts=time(12), ends=time(10), user=karin)
    with pytest.raises(ValidationError, match="does not exist"):
        actions.move_lesson(lesson=lesson, day=date(2027, 3, 28), starts=time(2, 30), ends=time(4), user=karin)
    with pytest.raises(DomainError, match="Nothing"):
        actions.move_lesson(lesson=lesson, day=lesson.day, starts=lesson.starts, ends=lesson.ends, user=karin)
    lesson.refresh_from_db()
    assert (lesson.status, lesson.sequence) == ("planned", 0)


def test_moving_the_last_lesson_moves_the_end_of_the_run(karin, lesson):
    actions.move_lesson(lesson=lesson, day=date(2027, 7, 1), starts=time(10), ends=time(12), user=karin)
    lesson.run.refresh_from_db()
    assert lesson.run.ends_on == date(2027, 7, 1)


@pytest.mark.parametrize(("free", "state"), [(0, "full"), (1, "few"), (5, "few"), (6, "free"), (None, "ask")])
def test_the_number_of_places_decides_the_traffic_light(portal, karin, free, state):
    row = actions.set_places(run=make.run(portal), free=free, user=karin, at=NOW)
    assert (row.places_state, row.places_free, row.places_updated_at) == (state, free, NOW)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"free": 17}, "more free places"),
        ({"free": -1}, "more free places"),
        ({"state": "red"}, "from the list"),
        ({"state": "free", "free": 0}, "does not fit"),
        ({"state": "full", "free": 3}, "does not fit"),
    ],
)
def test_places_that_cannot_be_are_refused(portal, karin, facts, sentence):
    of = make.run(portal)
    with pytest.raises(DomainError, match=sentence):
        actions.set_places(run=of, user=karin, **facts)
    of.refresh_from_db()
    assert of.places_free == 5


def test_a_full_course_may_have_a_waiting_list(portal, karin):
    row = actions.set_places(run=make.run(portal), state="waitlist", free=0, waitlist=7, user=karin)
    assert (row.places_state, row.waitlist_length) == ("waitlist", 7)


def test_cancelling_a_course_cancels_every_lesson_to_come(portal, karin):
    of = make.run(portal)
    past = make.lesson(of, timezone.localdate() - timedelta(days=3))
    coming = make.lesson(of)
    actions.cancel_run(run=of, reason="too_few", user=karin)
    past.refresh_from_db()
    coming.refresh_from_db()
    assert (past.status, past.sequence) == ("planned", 0)
    assert (coming.status, coming.reason, coming.sequence) == ("cancelled", "too_few", 1)
    for deed in (actions.cancel_run, actions.cancel_lesson):
        with pytest.raises(DomainError):
            deed(
                user=karin,
                reason="too_few",
                **{"run" if deed is actions.cancel_run else "lesson": of if deed is actions.cancel_run else coming},
            )
    with pytest.raises(DomainError, match="whole course"):
        actions.restore_lesson(lesson=coming, user=karin)


def test_a_new_house_tells_calendars_of_the_lessons_that_are_there(portal, karin):
    of = make.run(portal)
    elsewhere = make.lesson(of, venue=make.venue(portal, make.VILLINGEN))
    here = make.lesson(of, timezone.localdate() + timedelta(days=3))
    assert actions.place_changed(run=of, user=karin) == 1
    here.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (here.sequence, elsewhere.sequence) == (1, 0)


def test_a_note_is_written_changed_and_taken_away(portal, karin):
    of = make.run(portal)
    actions.set_note(run=of, language="ar", text="أحضر قلماً", user=karin)
    actions.set_note(run=of, language="ar", text="أحضر دفتراً", user=karin)
    assert of.notes.get().text == "أحضر دفتراً"
    actions.set_note(run=of, language="ar", text=" ", user=karin)
    assert not of.notes.exists()


def test_course_staff_and_administrators_manage_courses(portal, karin):
    assert can_manage_courses(karin)
    assert can_manage_courses(portal.ada)


def test_editors_case_workers_and_strangers_do_not(portal):
    for user in (portal.eva, portal.omar, portal.lena, AnonymousUser(), None):
        assert not can_manage_courses(user)


@pytest.mark.parametrize("who", ["eva", "omar"])
def test_nothing_changes_when_somebody_else_tries(portal, lesson, who):
    user, of = getattr(portal, who), lesson.run
    tries = [
        lambda: actions.cancel_lesson(lesson=lesson, reason="weather", user=user),
        lambda: actions.restore_lesson(lesson=lesson, user=user),
        lambda: actions.move_lesson(lesson=lesson, day=date(2027, 2, 11), starts=time(9), ends=time(10), user=user),
        lambda: actions.set_places(run=of, free=1, user=user),
        lambda: actions.set_note(run=of, language="de", text="x", user=user),
        lambda: actions.place_changed(run=of, user=user),
        lambda: actions.cancel_run(run=of, reason="weather", user=user),
    ]
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()
    lesson.refresh_from_db()
    of.refresh_from_db()
    assert (lesson.status, lesson.sequence, of.status, of.places_free) == ("planned", 0, "confirmed", 5)
