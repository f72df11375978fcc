"""What clashes: two lessons in one room, one teacher in two places, a lesson on a holiday. Warnings, never locks.

Staff may know better (a big room for two groups, a course that goes on in the holidays), so nothing is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.models import District
from services.courses import times
from services.courses.closures import Closures, closures_between
from services.courses.models import Lesson
from services.courses.reasons import Reason
from services.courses.vocabulary import Mode

ROOM, HOUSE, TEACHER, HOLIDAY = "room", "house", "teacher", "holiday"


@dataclass(frozen=True)
class Conflict:
    """One lesson that clashes, with what: another lesson, or the code of a closure."""

    kind: str
    lesson: Lesson
    other: Lesson | None = None
    reason: str = ""

    @property
    def sentence(self) -> SafeString:
        """What clashes, for staff."""
        if self.other is None:
            return format_html("{}: {}", times.when(self.lesson), Reason(self.reason).label)
        patterns = {
            ROOM: _("{when}: the room is taken by {run}"),
            HOUSE: _("{when}: {run} is in the same house, and no room is named"),
            TEACHER: _("{when}: {teacher} teaches {run}"),
        }
        teacher = teacher_of(self.lesson)
        return format_html(
            patterns[self.kind], when=times.when(self.other), run=self.other.run.code, teacher=teacher or ""
        )


def conflicts_of(lessons: Iterable[Lesson], district: District) -> list[Conflict]:
    """Everything that clashes with these lessons, in their order; those that do not take place clash with nothing.

    Lessons need their facts (`with_facts`) or a run in memory. Two queries, and one for each further venue.
    """
    held = [lesson for lesson in lessons if lesson.takes_place]
    if not held:
        return []
    by_day: dict[date, list[Lesson]] = defaultdict(list)
    for other in _others(held, district):
        by_day[other.day].append(other)
    closed = _closed(held, district)
    found: list[Conflict] = []
    for lesson in held:
        if reason := closed[_venue_id(lesson)].get(lesson.day):
            found.append(Conflict(HOLIDAY, lesson, reason=reason))
        found += [
            Conflict(kind, lesson, other)
            for other in by_day[lesson.day]
            if _overlap(lesson, other) and (kind := _clash(lesson, other))
        ]
    return found


def teacher_of(lesson: Lesson) -> Any:
    """The teacher of a lesson: its own or the run's."""
    return lesson.teacher if lesson.teacher_id else lesson.run.teacher


def _others(held: list[Lesson], district: District) -> list[Lesson]:
    venues = {pk for lesson in held if (pk := _venue_id(lesson))}
    teachers = {pk for lesson in held if (pk := _teacher_id(lesson))}
    same = Q(venue__in=venues) | Q(venue=None, run__venue__in=venues)
    same |= Q(teacher__in=teachers) | Q(teacher=None, run__teacher__in=teachers)
    first, last = min(lesson.day for lesson in held), max(lesson.day for lesson in held)
    # Two lessons of the same run can clash, too: two rules on one evening.
    return list(Lesson.objects.of(district).taking_place().between(first, last).filter(same).with_facts())


def _closed(held: list[Lesson], district: District) -> dict[int | None, Closures]:
    first, last = min(lesson.day for lesson in held), max(lesson.day for lesson in held)
    venues = {_venue_id(lesson) for lesson in held}
    return {pk: closures_between(district, first, last, venue_ids=[pk] if pk else []) for pk in venues}


def _overlap(lesson: Lesson, other: Lesson) -> bool:
    return lesson.uid != other.uid and lesson.utc_start < other.utc_end and other.utc_start < lesson.utc_end


def _clash(lesson: Lesson, other: Lesson) -> str:
    if _teacher_id(lesson) and _teacher_id(lesson) == _teacher_id(other):
        return TEACHER
    if not _venue_id(lesson) or _venue_id(lesson) != _venue_id(other):
        return ""
    room, other_room = _room(lesson), _room(other)
    if room and other_room:
        return ROOM if room == other_room else ""
    return "" if room or other_room else HOUSE


def _venue_id(lesson: Lesson) -> int | None:
    if lesson.run.mode == Mode.ONLINE:
        return None
    return lesson.venue_id or lesson.run.venue_id


def _teacher_id(lesson: Lesson) -> int | None:
    return lesson.teacher_id or lesson.run.teacher_id


def _room(lesson: Lesson) -> str:
    return (lesson.room or ("" if lesson.venue_id else lesson.run.room)).strip().casefold()
