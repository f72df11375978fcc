"""What clashes is shown: one room, one teacher, a holiday. Nothing else is."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from services.courses.conflicts import conflicts_of
from services.courses.models import Closure, Lesson, Teacher
from tests.services.courses import factories as make

DAY = date(2027, 3, 1)


@pytest.fixture
def two(portal):
    """Two runs in one house on one evening."""
    one = make.run(portal, code="eins-1", room="A")
    two = make.run(portal, code="zwei-1", room="B", of=make.course(portal, code="zwei"))
    return make.lesson(one, DAY), make.lesson(two, DAY, starts=time(19), ends=time(21))


def kinds(portal, lesson) -> list[str]:
    lessons = Lesson.objects.filter(pk=lesson.pk).with_facts()
    return [conflict.kind for conflict in conflicts_of(lessons, portal.district)]


def test_two_rooms_in_one_house_are_fine(portal, two):
    assert kinds(portal, two[0]) == []


def test_the_same_room_at_the_same_time_clashes(portal, two):
    two[1].run.room = "a "
    two[1].run.save()
    assert kinds(portal, two[0]) == ["room"]


def test_one_after_the_other_is_fine(portal, two):
    two[1].run.room = "A"
    two[1].run.save()
    Lesson.objects.filter(pk=two[1].pk).delete()
    make.lesson(two[1].run, DAY, starts=time(20, 30), ends=time(21))
    assert kinds(portal, two[0]) == []


def test_a_cancelled_lesson_takes_no_room(portal, two):
    two[1].run.room = "A"
    two[1].run.save()
    Lesson.objects.filter(pk=two[1].pk).update(status="cancelled", reason="weather")
    assert kinds(portal, two[0]) == []


def test_one_teacher_in_two_houses_clashes(portal, two):
    teacher = Teacher.objects.create(district=portal.district, provider=two[0].run.course.provider, name="Marta")
    two[0].run.teacher = teacher
    two[0].run.save()
    Lesson.objects.filter(pk=two[1].pk).update(teacher=teacher, venue=make.venue(portal, make.DONAUESCHINGEN))
    assert kinds(portal, two[0]) == ["teacher"]


def test_a_lesson_moved_to_a_holiday_or_a_closed_house_clashes(portal, two):
    Closure.objects.create(
        district=portal.district, venue=two[0].run.venue, reason="venue_closed", first_day=DAY, last_day=DAY
    )
    assert kinds(portal, two[0]) == ["holiday"]


def test_lessons_online_need_no_room(portal, two):
    two[0].run.mode, two[1].run.room = "online", "A"
    two[0].run.save()
    two[1].run.save()
    assert kinds(portal, two[0]) == []


def test_the_board_of_a_run_shows_what_clashes(portal, client):
    karin = make.course_staff(portal.tarik)
    UserProfile.objects.create(user=karin, preferred_language="en")
    client.force_login(karin)
    soon = timezone.localdate() + timedelta(days=3)
    one = make.run(portal, code="eins-1", room="A")
    other = make.run(portal, code="zwei-1", room="A", of=make.course(portal, code="zwei"))
    make.lesson(one, soon)
    make.lesson(other, soon)
    text = client.get(reverse("courserun:board", args=[one.pk])).content.decode()
    assert "the room is taken by zwei-1" in text
