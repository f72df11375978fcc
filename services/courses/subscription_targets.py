"""What a subscription is about: filters of the list, one course, or one run. Read, put into words, and looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import District
from services.courses import times
from services.courses.cards import title_of, url_of
from services.courses.finding import Search, conditions_of, read_search
from services.courses.models import Course, CourseRun
from services.courses.pages import words_for
from services.courses.vocabulary import Entry, RunStatus


@dataclass(frozen=True)
class Target:
    """Filters in a fixed order (`query`, empty for all courses), a course, or a run; never two of them."""

    query: str = ""
    course: Course | None = None
    run: CourseRun | None = None

    @property
    def is_filter(self) -> bool:
        """Whether it is about the list and not about one course or run."""
        return self.course is None and self.run is None

    @property
    def address(self) -> str:
        """The query string of the form with which one subscribes to the same."""
        if self.run:
            return urlencode({"run": self.run.code})
        return urlencode({"course": self.course.code}) if self.course else self.query


def target_in(query: QueryDict, district: District, at: datetime) -> Target:
    """What the address asks for. Filters that make no sense are left out; an unknown course or run raises Http404."""
    runs = CourseRun.objects.of(district).listed(at).select_related("course")
    if code := query.get("run"):
        run = runs.filter(code=code[:60]).first()
        if run is None:
            raise Http404
        return Target(run=run)
    if code := query.get("course"):
        course = Course.objects.of(district).public().filter(code=code[:60]).first()
        if course is None:
            raise Http404
        return Target(course=course)
    return Target(query=_fixed(read_search(query, district, at)))


def target_of(subscription: Any) -> Target:
    """What a stored subscription is about."""
    return Target(subscription.query, subscription.course, subscription.run)


def words_of(target: Target, district: District, at: datetime) -> list[str]:
    """The target in the reader's language: the title, or one entry for each filter."""
    if target.is_filter:
        return _wishes(read_search(QueryDict(target.query), district, at)) or [_("All German courses")]
    course: Any = target.run.course if target.run else target.course
    title = title_of(course, words_for([course.key]).get(course.key))
    return [title, str(times.days(target.run.starts_on, target.run.ends_on))] if target.run else [title]


def page_of(target: Target) -> str:
    """Path of the page where the reader sees the same, in their language."""
    course: Any = target.run.course if target.run else target.course
    if course:
        path = url_of(course, words_for([course.key]).get(course.key))
        return f"{path}#{target.run.code}" if target.run else path
    path = reverse("courses_feed").removesuffix("calendar.ics")
    return f"{path}?{target.query}" if target.query else path


def joinable_runs(target: Target, district: District, at: datetime) -> Any:
    """The listed runs that fit and that a person can still join.

    A filter that is not understood any more (a town or kind of course that is gone) fits nothing instead of everything.
    """
    today = timezone.localdate(at)
    joinable = Q(starts_on__gte=today) | Q(starts_on=None) | ~Q(entry=Entry.START)
    runs = CourseRun.objects.of(district).listed(at).exclude(status=RunStatus.CANCELLED).filter(joinable)
    if target.run:
        return runs.none()
    if target.course:
        return runs.filter(course=target.course)
    search = read_search(QueryDict(target.query), district, at)
    if _fixed(search) != target.query:
        return runs.none()
    return runs.matching(conditions_of(search, at))


def _fixed(search: Search) -> str:
    return urlencode(sorted((name, str(value)) for name, value in search.asked.items()))


def _wishes(search: Search) -> list[str]:
    words = []
    for name, value in search.wishes.items():
        field = search.form.fields[name]
        choices = getattr(field, "choices", None)
        words.append(str(dict(choices).get(value, value)) if choices and value is not True else str(field.label))
    return words
