"""A run and a lesson as readers see them, in their language; templates hold no rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.languages import SOURCE, Language, fallback_chain, language
from portal.pages import path_in
from services.courses import times
from services.courses.finding import ASK_AFTER_DAYS, Search, days_since
from services.courses.models import CourseRun, Lesson
from services.courses.pages import Words, words_for
from services.courses.vocabulary import BOOKABLE, Childcare, LessonStatus, Level, Mode, PlacesState, RunStatus

FIRST_LESSONS = 8
"""Lessons of a run shown at once; the others open on request."""
MOST_NEWS = 3
"""Lessons that do not take place told on one card of the list."""

_PLACES_BADGES = {
    PlacesState.FREE: "badge--good",
    PlacesState.FEW: "badge--warning",
    PlacesState.WAITLIST: "badge--warning",
    PlacesState.FULL: "badge--bad",
    PlacesState.ASK: "badge--warning",
}
_LESSON_BADGES = {LessonStatus.CANCELLED: "badge--bad"}


@dataclass(frozen=True)
class Places:
    """Whether there is room: the state that may be claimed today, its words, its colour, and how old it is."""

    state: str
    label: str
    badge: str
    age: str


class Titled:
    """Something with the title of a course, which may be in another language than the page around it."""

    words: Words | None

    @property
    def title_attrs(self) -> SafeString:
        """` lang="…" dir="…"` when the title is not in the reader's language."""
        return foreign_attrs(self.words.language) if self.words else mark_safe("")


@dataclass(frozen=True)
class LessonLine(Titled):
    """A lesson with the words that say what became of it. `state` is empty when it takes place as planned."""

    lesson: Lesson
    words: Words | None
    title: str
    url: str
    state: str

    @property
    def badge(self) -> str:
        """Colour of the state."""
        return _LESSON_BADGES.get(LessonStatus(self.lesson.status), "badge--warning")

    @property
    def when(self) -> SafeString:
        """Day and time."""
        return times.when(self.lesson)

    @property
    def moved_from(self) -> SafeString | str:
        """Day and time it was planned for, when it was moved and takes place."""
        moved = self.lesson.moved_from if self.lesson.status == LessonStatus.MOVED else None
        return times.moment(moved) if moved else ""


@dataclass
class RunCard(Titled):
    """A run as the list and the course page show it."""

    run: CourseRun
    words: Words | None
    title: str
    url: str
    places: Places
    status: str
    dates: SafeString
    weekly: list[SafeString]
    distance: SafeString | str = ""
    lessons: list[LessonLine] = field(default_factory=list)
    missing: str = ""

    @property
    def is_cancelled(self) -> bool:
        """Whether the whole run is cancelled."""
        return self.run.status == RunStatus.CANCELLED

    @property
    def levels(self) -> SafeString:
        """The levels taught."""
        return levels_of(self.run.course)

    @property
    def childcare(self) -> str:
        """The kind of childcare, nothing when there is none."""
        return "" if self.run.childcare == Childcare.NONE else str(self.run.get_childcare_display())

    @property
    def access(self) -> list[tuple[str, bool]]:
        """What is known about access to the venue."""
        return self.run.venue.access if self.run.venue and self.run.mode != Mode.ONLINE else []

    @property
    def registration(self) -> SafeString | str:
        """From when until when people register, as far as it is known."""
        first, last = self.run.register_from, self.run.register_until
        if last and not first:
            return times.until(last)
        return times.days(first, last) if first else ""

    @property
    def note(self) -> Any:
        """The note in the best language for the reader. Needs prefetched notes."""
        notes = {note.language: note for note in self.run.notes.all()}
        return next((notes[code] for code in fallback_chain(get_language()) if code in notes), None)

    @property
    def note_attrs(self) -> SafeString:
        """` lang="…" dir="…"` when the note is not in the reader's language."""
        return foreign_attrs(language(self.note.language))

    @property
    def next_lesson(self) -> LessonLine | None:
        """The next lesson people should come to."""
        return next((line for line in self.lessons if line.lesson.takes_place), None)

    @property
    def news(self) -> list[LessonLine]:
        """The next lessons that do not take place or were moved."""
        return [line for line in self.lessons if line.state][:MOST_NEWS]

    @property
    def first_lessons(self) -> list[LessonLine]:
        """The lessons shown at once."""
        return self.lessons[:FIRST_LESSONS]

    @property
    def more_lessons(self) -> list[LessonLine]:
        """The lessons that open on request."""
        return self.lessons[FIRST_LESSONS:]


def places_of(run: CourseRun, at: datetime) -> Places:
    """What may be said about places: nothing but "please ask" when the information is older than 30 days."""
    checked = run.places_updated_at
    stale = checked is None or days_since(checked, at) > ASK_AFTER_DAYS
    state = PlacesState.ASK if stale else PlacesState(run.places_state)
    label = str(state.label)
    if state in BOOKABLE and run.places_free:
        label = ngettext("{number} free place", "{number} free places", run.places_free).format(number=run.places_free)
    return Places(state, label, _PLACES_BADGES[state], times.age(checked, at) if checked else "")


def status_of(run: CourseRun, at: datetime) -> str:
    """Where the run stands today: a confirmed one runs from its first day on, whether or not somebody said so."""
    begun = run.status == RunStatus.CONFIRMED and run.starts_on and run.starts_on <= timezone.localdate(at)
    return str(RunStatus.RUNNING.label if begun else run.get_status_display())


def card_of(run: CourseRun, words: Words | None, at: datetime, search: Search | None = None) -> RunCard:
    """The card of a run with facts (`with_facts`), without its lessons."""
    card = RunCard(
        run=run,
        words=words,
        title=title_of(run.course, words),
        url=url_of(run.course, words),
        places=places_of(run, at),
        status=status_of(run, at),
        dates=times.days(run.starts_on, run.ends_on),
        weekly=times.weekly(run.rules.all()),
    )
    town = run.venue.municipality_id if run.venue and run.mode != Mode.ONLINE else None
    if search and search.place and town:
        near = town == search.place.pk
        card.distance = _("in your town") if near else times.distance(search.kilometres[town], search.place.name)
    return card


def cards_of(runs: Iterable[CourseRun], at: datetime, search: Search | None = None) -> list[RunCard]:
    """Cards of runs without their lessons. One query for the words of all courses."""
    rows = list(runs)
    words = words_for({run.course.key for run in rows})
    return [card_of(run, words.get(run.course.key), at, search) for run in rows]


def lesson_lines(lessons: Iterable[Lesson]) -> list[LessonLine]:
    """Lessons with titles and states. One query for the words of all their courses."""
    rows = list(lessons)
    words = words_for({lesson.run.course.key for lesson in rows})
    return [line_of(lesson, words.get(lesson.run.course.key)) for lesson in rows]


def line_of(lesson: Lesson, words: Words | None) -> LessonLine:
    """One lesson with its title and what became of it."""
    course = lesson.run.course
    return LessonLine(lesson, words, title_of(course, words), url_of(course, words), state_of(lesson))


def state_of(lesson: Lesson) -> str:
    """What became of a lesson, with the reason; nothing when it takes place as planned."""
    patterns = {
        LessonStatus.SKIPPED: _("No lesson: {reason}"),
        LessonStatus.CANCELLED: _("Cancelled: {reason}"),
        LessonStatus.MOVED: _("Moved"),
    }
    return patterns.get(LessonStatus(lesson.status), "").format(reason=lesson.get_reason_display())


def levels_of(course: Any) -> SafeString:
    """The levels a course teaches, first to last."""
    first, last = Level(course.level_from).label, Level(course.level_to).label
    return format_html("{}", first) if first == last else times.span(first, last)


def title_of(course: Any, words: Words | None) -> str:
    """The title of the course's page, or the kind of course in the reader's language."""
    return words.title if words else str(course.get_family_display())


def url_of(course: Any, words: Words | None) -> str:
    """Address of the course in the reader's language, with or without a page of words."""
    if words:
        return path_in(words, get_language() or SOURCE)  # type: ignore[arg-type]  # it has the one field needed
    return reverse("courses_feed").removesuffix("calendar.ics") + f"{course.code}/"


def foreign_attrs(text_language: Language) -> SafeString:
    """` lang="…" dir="…"` for a text in another language than the page, nothing otherwise."""
    if text_language.code == get_language():
        return mark_safe("")
    return format_html(' lang="{}" dir="{}"', text_language.code, text_language.direction)
