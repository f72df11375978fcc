"""Runs for machines: which of them fit a filter, and when each was last changed. Feeds are made of this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import DateTimeField, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from portal.models import District
from services.courses.cards import RunCard, cards_of, places_of, state_of, status_of
from services.courses.finding import Search, conditions_of, read_search
from services.courses.models import CoursePage, CourseRun, Lesson
from services.courses.times import days, plain, when
from services.courses.vocabulary import CourseFamily, RunStatus

MOST_LESSONS = 3000
"""Lessons of all runs of one answer; runs after that come without."""
MOST_TOLD = 60
"""Runs told of on one page of search results."""
MOST_ROWS = 1000
"""Courses without a page, counted once for each of their venues, in which search looks."""


@dataclass(frozen=True)
class News:
    """The runs of one answer with all their lessons to come, and from which filters they were found."""

    search: Search
    cards: list[RunCard]
    total: int
    lessons: dict[int, list[Lesson]] = field(default_factory=dict)
    moments: dict[int, datetime] = field(default_factory=dict)
    """When each run was last changed, by primary key, its lessons included."""

    @property
    def changed_at(self) -> datetime | None:
        """When one of these runs was last changed."""
        return max(self.moments.values(), default=None)


def news_for(request: HttpRequest, at: datetime, *, first: int, most: int, latest: bool) -> News:
    """Runs that fit the filters of the address, from number `first` on: the `latest` change first, or by first day."""
    district = District.objects.for_request(request)
    search = read_search(request.GET, district, at)
    # `updated_at` of a run tells of its facts; a moved lesson leaves it alone.
    newest = Lesson.objects.filter(run=OuterRef("pk")).order_by("-changed_at").values("changed_at")[:1]
    runs = CourseRun.objects.of(district).listed(at).matching(conditions_of(search, at)).with_facts()
    runs = runs.annotate(
        news_at=Greatest(
            F("updated_at"),
            F("course__updated_at"),
            Coalesce(Subquery(newest, output_field=DateTimeField()), F("updated_at")),
        )
    )
    runs = runs.order_by("-news_at", "pk") if latest else runs.order_by(F("starts_on").asc(nulls_last=True), "pk")
    found = list(runs[first : first + most])
    total = len(found) if not first and len(found) < most else runs.order_by().count()
    return News(
        search, cards_of(found, at, search), total, _lessons_of(found, at), {run.pk: run.news_at for run in found}
    )


def identity_of(run: CourseRun) -> UUID:
    """What names a run in feeds: for life, the same in all languages and on every host."""
    return uuid5(run.course.key, run.code)


def feed_addresses(search: Search) -> dict[str, str]:
    """Where this filter is for machines. Codes alone, so an address stays whatever else stands in the reader's."""
    query = f"?{urlencode(search.asked)}" if search.wishes else ""
    return {
        "feed_address": reverse("courses_feed") + query,
        "atom_address": reverse("courses_atom") + query,
        "json_address": reverse("courses_json") + query,
        "subscribe_address": reverse("courses_calendar") + query,
    }


def dates_now(keys: Iterable[UUID], at: datetime) -> dict[UUID, list[str]]:
    """What is to be said today of the courses with these keys, in plain words: for search, which finds words only."""
    wanted = list(keys)
    runs = list(
        CourseRun.objects.listed(at)
        .filter(course__key__in=wanted)
        .select_related("course", "venue")
        .in_reading_order(at)[:MOST_TOLD]
        if wanted
        else ()
    )
    lessons = _lessons_of(runs, at) if runs else {}
    told: dict[UUID, list[str]] = defaultdict(list)
    for run in runs:
        told[run.course.key] += _told(run, lessons.get(run.pk, []), at)
    return told


def courses_without_words(district: District, at: datetime) -> dict[UUID, dict[str, str]]:
    """Public courses with runs but without a page, by key: title, address, and German text to search in."""
    pages = CoursePage.objects.filter(live=True, alias_of=None, translation_key=OuterRef("course__key"))
    runs = CourseRun.objects.of(district).listed(at).filter(~Exists(pages)).order_by("course__code", "venue_id")
    rows = runs.values_list(
        "course__key", "course__code", "course__family", "course__provider__name", "venue__name", "venue__town"
    )
    base = reverse("courses_feed").removesuffix("calendar.ics")
    found: dict[UUID, dict[str, str]] = {}
    for key, code, family, *german in rows.distinct()[:MOST_ROWS]:
        entry = {"title": str(CourseFamily(family).label), "url": f"{base}{code}/", "text": code}
        found.setdefault(key, entry)["text"] += " " + " ".join(filter(None, german))
    return found


def _told(run: Any, lessons: list[Lesson], at: datetime) -> list[str]:
    state = status_of(run, at) if run.status == RunStatus.CANCELLED else places_of(run, at).label
    lines = [f"{plain(days(run.starts_on, run.ends_on))}: {state}"]
    changed = next((lesson for lesson in lessons if state_of(lesson)), None)
    if changed:
        lines.append(f"{plain(when(changed))}: {state_of(changed)}")
    return lines


def _lessons_of(runs: Iterable[Any], at: datetime) -> dict[int, list[Lesson]]:
    by_run: dict[int, list[Lesson]] = defaultdict(list)
    rows = {run.pk: run for run in runs}
    for lesson in Lesson.objects.filter(run__in=list(rows)).upcoming(at).select_related("venue")[:MOST_LESSONS]:
        lesson.run = rows[lesson.run_id]
        by_run[lesson.run_id].append(lesson)
    return by_run
