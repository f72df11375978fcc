"""Mails about a changed run, each person in their own language: a feed is never the only way a cancellation travels.

They leave through the outbox in the transaction of the change. For a minute they wait, so that a slip of the hand can
be taken back before anybody has read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from portal.models import OutboxMessage
from portal.outbox import HiddenMail, queue_many
from portal.sealing import stamp
from services.courses import times
from services.courses.cards import state_of, url_of
from services.courses.concerned import Concerned, concerned_by
from services.courses.models import CourseRun, Lesson, RunChange
from services.courses.pages import Words, words_for
from services.courses.run_change_models import ChangeKind
from services.courses.vocabulary import Mode, RunStatus

UNDO_SECONDS = 60
"""How long a mail waits, so that a click by mistake can be taken back unread."""
NEXT_LESSONS = 5
"""Lessons named in a mail."""
SEAT, WAITING, INTEREST, SUBSCRIPTION = "seat", "waiting", "interest", "subscription"
EVERYBODY = frozenset({SEAT, WAITING, INTEREST, SUBSCRIPTION})
LOOKING = frozenset({WAITING, INTEREST, SUBSCRIPTION})
WHO_HEARS: dict[str, frozenset[str]] = {
    ChangeKind.NEW: frozenset({INTEREST, SUBSCRIPTION}),
    ChangeKind.FULL: frozenset({INTEREST, SUBSCRIPTION}),
    ChangeKind.FREE: LOOKING,
    ChangeKind.LESSON_CANCELLED: frozenset({SEAT, SUBSCRIPTION}),
    ChangeKind.LESSON_MOVED: frozenset({SEAT, SUBSCRIPTION}),
    ChangeKind.LESSON_RESTORED: frozenset({SEAT, SUBSCRIPTION}),
}
"""Kind of change → on which ground people hear of it; all who are concerned where nothing is said here."""


@dataclass(frozen=True)
class _Text:
    subject: str
    body: str


def tell_run_changed(run: CourseRun, change: RunChange, *, at: datetime | None = None) -> int:
    """Queue one mail for each person this change concerns, in their language; return how many people.

    Called again for the same change it queues nothing twice.
    """
    hears = WHO_HEARS.get(change.kind, EVERYBODY)
    people = [person for person in concerned_by(run) if person.because in hears]
    return _queue(run, change, people, at or timezone.now())


def take_back_mails(run: CourseRun, change: RunChange, undone: RunChange, *, at: datetime | None = None) -> int:
    """Drop the mails of a change that still wait; tell those who have had theirs that it no longer counts."""
    prefix = f"run-change:{change.pk}:"
    OutboxMessage.objects.waiting().filter(dedupe_key__startswith=prefix, attempts=0).delete()
    told = set(OutboxMessage.objects.filter(dedupe_key__startswith=prefix).values_list("dedupe_key", flat=True))
    people = [person for person in concerned_by(run) if _key(change, person) in told]
    return _queue(run, undone, people, at or timezone.now())


def _queue(run: CourseRun, change: RunChange, people: list[Concerned], now: datetime) -> int:
    texts: dict[tuple[str, str], _Text] = {}
    mails = []
    for person in people:
        ground = (person.language, person.because)
        if ground not in texts:
            texts[ground] = _text(run, change, person, now)
        text, stop = texts[ground], f"{_base(run)}{person.stop}" if person.stop else ""
        body = text.body + _way_out(person.language, stop)
        mails.append(HiddenMail(_key(change, person), person.address, person.language, text.subject, body, stop))
    queue_many(mails, not_before=now + timedelta(seconds=UNDO_SECONDS))
    change.told = len(mails)
    change.save(update_fields=["told"])
    return len(mails)


def _key(change: RunChange, person: Concerned) -> str:
    return f"run-change:{change.pk}:{stamp('run-change', person.address.strip().casefold().encode())[:32]}"


def _text(run: CourseRun, change: RunChange, person: Concerned, now: datetime) -> _Text:
    with translation.override(person.language):
        words = words_for([run.course.key], person.language).get(run.course.key)
        title = _title(run, words, person.language)
        paragraphs = [
            _sentence(run, change),
            "\n".join([title, *_facts(run)]),
            "\n".join(_lessons(run, change, now)),
            _("All dates and places:") + f"\n{_base(run)}{url_of(run.course, words)}#{run.code}",
            _because(person.because),
        ]
        return _Text(_subject(change).format(title=title)[:200], "\n\n".join(text for text in paragraphs if text))


def _subject(change: RunChange) -> str:
    return {
        ChangeKind.NEW: _("New course: {title}"),
        ChangeKind.CANCELLED: _("Cancelled: {title}"),
        ChangeKind.LESSON_CANCELLED: _("Cancelled: {title}"),
        ChangeKind.MOVED: _("Moved: {title}"),
        ChangeKind.LESSON_MOVED: _("Moved: {title}"),
        ChangeKind.FULL: _("Full: {title}"),
        ChangeKind.FREE: _("Free places: {title}"),
        ChangeKind.LESSON_RESTORED: _("Takes place: {title}"),
        ChangeKind.TAKEN_BACK: _("Correction: {title}"),
    }[ChangeKind(change.kind)]


def _sentence(run: CourseRun, change: RunChange) -> str:
    lesson: Any = change.lesson
    patterns = {
        ChangeKind.NEW: _("There is a new course."),
        ChangeKind.CANCELLED: _("This course does not take place: {reason}"),
        ChangeKind.MOVED: _("This course has other dates or another place."),
        ChangeKind.FULL: _("All places of this course are taken at the moment."),
        ChangeKind.FREE: _("This course has free places again. Please ask soon."),
        ChangeKind.LESSON_CANCELLED: _("There is no lesson on this day: {when}. The reason: {reason}."),
        ChangeKind.LESSON_MOVED: _("A lesson was moved. It was planned for {before}. It takes place: {when}."),
        ChangeKind.LESSON_RESTORED: _("This lesson takes place after all: {when}."),
        ChangeKind.TAKEN_BACK: _("Our last mail about this course no longer counts. This is right now:"),
    }
    reason = lesson.get_reason_display() if lesson else run.get_cancel_reason_display()
    before = times.moment(lesson.moved_from) if lesson and lesson.moved_from else ""
    return patterns[ChangeKind(change.kind)].format(
        reason=reason, when=_plain(times.when(lesson)) if lesson else "", before=_plain(before)
    )


def _title(run: CourseRun, words: Words | None, code: str) -> str:
    """The title in the person's language, or the kind of course, which every language has."""
    return words.title if words and words.language.code == code else str(run.course.get_family_display())


def _facts(run: CourseRun) -> Iterator[str]:
    if run.status == RunStatus.CANCELLED:
        return
    patterns = ", ".join(_plain(text) for text in times.weekly(run.rules.all()))
    dates = _plain(times.days(run.starts_on, run.ends_on))
    yield _("When: {when}").format(when=f"{dates}; {patterns}" if patterns else dates)
    place = _("Online") if run.mode == Mode.ONLINE else _place(run.venue, run.room)
    if place:
        yield _("Where: {where}").format(where=place)


def _lessons(run: CourseRun, change: RunChange, now: datetime) -> Iterator[str]:
    if run.status == RunStatus.CANCELLED or change.kind == ChangeKind.FULL:
        return
    rows = run.lessons.upcoming(now).with_facts()[:NEXT_LESSONS]
    lines = [_lesson(lesson) for lesson in rows]
    if lines:
        yield _("The next lessons:")
        yield from lines


def _lesson(lesson: Lesson) -> str:
    own_place = _place(lesson.venue, lesson.room) if lesson.venue_id or lesson.room else ""
    parts = [_plain(times.when(lesson)), state_of(lesson), own_place]
    return "- " + "; ".join(part for part in parts if part)


def _place(venue: Any, room: str) -> str:
    return ", ".join(part for part in (venue.address if venue else "", room) if part)


def _because(ground: str) -> str:
    return {
        SEAT: _("You get this mail because you have a place in this course."),
        WAITING: _("You get this mail because you are on the waiting list of this course."),
        INTEREST: _("You get this mail because you told us that you look for a course."),
        SUBSCRIPTION: _("You get this mail because you subscribed to news about courses."),
    }.get(ground, "")


def _way_out(code: str, stop: str) -> str:
    if not stop:
        return "\n"
    with translation.override(code):
        return "\n" + _("No more of these mails:") + f"\n{stop}\n"


def _base(run: CourseRun) -> str:
    return str(run.district.site.root_url)


def _plain(text: Any) -> str:
    """A sentence without marks, for a mail."""
    return unescape(strip_tags(str(text)))
