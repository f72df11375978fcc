"""Lessons as calendar entries in the reader's language (RFC 5545).

The identity of an entry is the same in all languages, so that a reader who changes the language sees nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from portal.calendars import Entry
from services.courses.cards import state_of, title_of, url_of
from services.courses.models import CourseRun, Lesson
from services.courses.pages import Words, words_for
from services.courses.vocabulary import LessonStatus, Mode

_STATUS = {LessonStatus.CANCELLED: "CANCELLED", LessonStatus.SKIPPED: "CANCELLED"}


@dataclass
class _Shared:
    """What lessons have in common, worked out once: a feed has thousands of lessons of a few runs and states."""

    words: dict[UUID, Words]
    base: str
    patterns: dict[str, str]
    runs: dict[int, tuple[str, str]] = field(default_factory=dict)
    states: dict[tuple[str, str], str] = field(default_factory=dict)

    def of_run(self, run: CourseRun) -> tuple[str, str]:
        """Title and address."""
        if run.pk not in self.runs:
            words = self.words.get(run.course.key)
            self.runs[run.pk] = title_of(run.course, words), f"{self.base}{url_of(run.course, words)}"
        return self.runs[run.pk]

    def state(self, lesson: Lesson) -> str:
        """What became of it."""
        key = lesson.status, lesson.reason
        if key not in self.states:
            self.states[key] = state_of(lesson)
        return self.states[key]


def entries_of(lessons: Iterable[Lesson], base: str) -> list[Entry]:
    """One entry per lesson. `base` is scheme and host, for the link back to the course.

    Takes lessons with their runs and places (`LessonQuerySet.for_feed`). One query for the words of all courses.
    """
    rows = list(lessons)
    patterns = {
        LessonStatus.CANCELLED.value: _("Cancelled: {title}"),
        LessonStatus.SKIPPED.value: _("No lesson: {title}"),
        LessonStatus.MOVED.value: _("Moved: {title}"),
    }
    shared = _Shared(words_for({lesson.run.course.key for lesson in rows}), base, patterns)
    return [_entry(lesson, shared) for lesson in rows]


def _entry(lesson: Lesson, shared: _Shared) -> Entry:
    title, url = shared.of_run(lesson.run)
    return Entry(
        uid=str(lesson.uid),
        start=lesson.local_start,
        end=lesson.local_end,
        summary=shared.patterns.get(lesson.status, "{title}").format(title=title),
        changed_at=lesson.changed_at,
        description=shared.state(lesson),
        location=_location(lesson),
        url=url,
        status=_STATUS.get(lesson.status, "CONFIRMED"),  # type: ignore[call-overload]  # the code is the member
        sequence=lesson.sequence,
    )


def _location(lesson: Lesson) -> str:
    if lesson.run.mode == Mode.ONLINE:
        return _("Online")
    room = lesson.room or ("" if lesson.venue_id else lesson.run.room)
    return ", ".join(part for part in (lesson.place.address if lesson.place else "", room) if part)
