"""Lessons as calendar entries in the reader's language (RFC 5545).

The identity of an entry is the same in all languages, so that a reader who changes the language sees nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.calendars import Entry
from services.courses.cards import LessonLine, lesson_lines
from services.courses.models import Lesson
from services.courses.vocabulary import LessonStatus, Mode

_STATUS = {LessonStatus.CANCELLED: "CANCELLED", LessonStatus.SKIPPED: "CANCELLED"}


def entries_of(lessons: Iterable[Lesson], base: str) -> list[Entry]:
    """One entry per lesson. `base` is scheme and host, for the link back to the course."""
    return [_entry(line, base) for line in lesson_lines(lessons)]


def _entry(line: LessonLine, base: str) -> Entry:
    lesson = line.lesson
    return Entry(
        uid=str(lesson.uid),
        start=lesson.local_start,
        end=lesson.local_end,
        summary=_summary(line),
        changed_at=lesson.changed_at,
        description=line.state,
        location=_location(lesson),
        url=f"{base}{line.url}",
        status=_STATUS.get(LessonStatus(lesson.status), "CONFIRMED"),
        sequence=lesson.sequence,
    )


def _summary(line: LessonLine) -> str:
    patterns = {
        LessonStatus.CANCELLED: _("Cancelled: {title}"),
        LessonStatus.SKIPPED: _("No lesson: {title}"),
        LessonStatus.MOVED: _("Moved: {title}"),
    }
    return patterns.get(LessonStatus(line.lesson.status), "{title}").format(title=line.title)


def _location(lesson: Lesson) -> str:
    if lesson.run.mode == Mode.ONLINE:
        return _("Online")
    room = lesson.room or ("" if lesson.venue_id else lesson.run.room)
    return ", ".join(part for part in (lesson.place.address if lesson.place else "", room) if part)
