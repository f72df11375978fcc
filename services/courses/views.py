"""Calendar feeds of courses in every language: the whole list with its filters, one course, one lesson."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.calendars import to_ical
from portal.models import District
from services.courses.cards import title_of
from services.courses.feeds import entries_of
from services.courses.finding import conditions_of, read_search
from services.courses.models import Course, CoursePage, CourseRun, Lesson
from services.courses.pages import words_for
from services.courses.vocabulary import LessonStatus

MOST_ENTRIES = 2000
"""Entries of one feed, the earliest first; later ones come as time goes by."""


@require_safe
def courses_feed(request: HttpRequest) -> HttpResponse:
    """All lessons of the runs that fit the filters in the query, which are those of the list."""
    now = timezone.now()
    district = District.objects.for_request(request)
    conditions = conditions_of(read_search(request.GET, district, now), now)
    runs = CourseRun.objects.of(district).public().matching(conditions)
    lessons = Lesson.objects.of(district).public().filter(run__in=runs.order_by()).in_feed(now)
    return _calendar(request, lessons, _("German courses"), "courses")


@require_safe
def course_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """All lessons of one course."""
    course = _course(request, slug)
    lessons = Lesson.objects.public().filter(run__course=course).in_feed(timezone.now())
    title = title_of(course, words_for([course.key]).get(course.key))
    return _calendar(request, lessons, title, course.code)


@require_safe
def lesson_file(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """One lesson, to be put into one's own calendar."""
    course = _course(request, slug)
    lessons = Lesson.objects.public().filter(run__course=course, uid=uid)
    if not lessons.exists():
        raise Http404
    return _calendar(request, lessons, "", course.code)


def _course(request: HttpRequest, slug: str) -> Course:
    courses = Course.objects.of(District.objects.for_request(request)).public()
    # The slug of the page is meant to be the code of the course; where editors chose another, both work.
    keys = CoursePage.objects.filter(slug=slug, live=True).values("translation_key")
    course = courses.filter(Q(code=slug) | Q(key__in=keys)).order_by("pk").first()
    if course is None:
        raise Http404
    return course


def _calendar(request: HttpRequest, lessons: Any, name: str, filename: str) -> HttpResponse:
    if request.GET.get("cancelled") == "0":
        lessons = lessons.exclude(status__in=[LessonStatus.CANCELLED, LessonStatus.SKIPPED])
    base = f"{request.scheme}://{request.get_host()}"
    body = to_ical(entries_of(lessons.for_feed()[:MOST_ENTRIES], base), name=name)
    # ETag and 304 are given by portal.caching, as to every public answer that only reads.
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
