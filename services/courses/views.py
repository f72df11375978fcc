"""Courses in every language for calendars, feed readers, programs and walls; and the questions which course fits."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.views import serve

from portal.calendars import to_ical
from portal.languages import complete_codes
from portal.models import District
from services.courses.atom import MOST_ENTRIES as MOST_NEWS
from services.courses.atom import atom_of
from services.courses.cards import foreign_attrs, title_of, url_of
from services.courses.feeds import entries_of
from services.courses.finding import conditions_of, read_search
from services.courses.json_feed import PER_PAGE, json_of
from services.courses.models import Course, CoursePage, CourseRun, Lesson
from services.courses.news import feed_addresses, news_for
from services.courses.pages import FINDER_SLUG, finder_page, words_for
from services.courses.poster import poster_of
from services.courses.presentation import chosen
from services.courses.questionnaire import asked
from services.courses.vocabulary import LessonStatus

MOST_ENTRIES = 2000
"""Entries of one feed, the earliest first; later ones come as time goes by."""


def finder(request: HttpRequest) -> HttpResponseBase:
    """The course finder, past the CMS's way through its tree, which costs half of all queries of this page."""
    page = finder_page(request)
    if page is None or request.method not in {"GET", "HEAD"}:
        return serve(request, f"{FINDER_SLUG}/")
    return page.serve(request)


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


@require_safe
def courses_atom(request: HttpRequest) -> HttpResponse:
    """News of the runs that fit the filters, the latest change first (Atom)."""
    news = news_for(request, timezone.now(), first=0, most=MOST_NEWS, latest=True)
    return _for_machines(atom_of(news, _base(request)), "application/atom+xml; charset=utf-8")


@require_safe
def courses_json(request: HttpRequest) -> HttpResponse:
    """The runs that fit the filters with all facts (JSON), a hundred at a time; a page that is none is not found."""
    asked = request.GET.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,3}", asked):
        raise Http404
    page = int(asked)
    news = news_for(request, timezone.now(), first=(page - 1) * PER_PAGE, most=PER_PAGE, latest=False)
    if page > 1 and not news.cards:
        raise Http404
    response = _for_machines(json_of(news, _base(request), page), "application/json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def calendar_help(request: HttpRequest, slug: str = "") -> HttpResponse:
    """How to subscribe to the dates of a filter or a course, in plain words, with the address to copy."""
    context: dict[str, Any]
    if slug:
        course = _course(request, slug)
        words = words_for([course.key]).get(course.key)
        path, back = reverse("course_feed", args=[course.code]), url_of(course, words)
        context = {"title": title_of(course, words), "title_attrs": foreign_attrs(words.language) if words else ""}
    else:
        now = timezone.now()
        search = read_search(request.GET, District.objects.for_request(request), now)
        addresses = feed_addresses(search)
        path, back = addresses["feed_address"], reverse("courses_feed").removesuffix("calendar.ics")
        back += path.removeprefix(reverse("courses_feed"))
        context = addresses | {"ignored": search.ignored, "chosen": [wish for wish, _name in chosen(search)]}
    host = request.get_host()
    context |= {
        "address": _base(request) + path,
        "subscribe_url": f"webcal://{host}{path}",
        "download": path,
        "back": back,
        "translations": complete_codes(),
        "noindex": bool(slug or request.GET),
    }
    return render(request, "services/courses/calendar_help.html", context)


@require_safe
def course_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """The poster of a course, or of one of its runs (`?run=code`), as PDF in the language of the address."""
    course, now = _course(request, slug), timezone.now()
    runs = course.runs.listed(now).in_reading_order(now).with_facts()
    runs = runs.select_related("course__provider__contact_point", "venue", "contact_point")
    if code := request.GET.get("run", ""):
        runs = runs.filter(code=code.replace("\x00", ""))
        if not runs:
            raise Http404
    response = HttpResponse(poster_of(course, list(runs), _base(request), now), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{course.code}-{get_language()}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def questionnaire(request: HttpRequest) -> HttpResponse:
    """ "Which course fits me?" Answers live in the address of this one answer and nowhere else."""
    shown = asked(request, timezone.now())
    response = render(request, shown.template, shown.context, status=shown.status)
    if request.GET:
        # What a person answered stays in no cache, and no page they go to next is told of it.
        patch_cache_control(response, private=True, no_store=True)
        response["Referrer-Policy"] = "no-referrer"
    return response


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
    body = to_ical(entries_of(lessons.for_feed()[:MOST_ENTRIES], _base(request)), name=name)
    # ETag and 304 are given by portal.caching, as to every public answer that only reads.
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _for_machines(body: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["X-Robots-Tag"] = "noindex"
    return response


def _base(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
