"""What the course finder and the page of a course show besides their words; a bounded number of queries each."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Window
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.languages import language
from portal.models import District
from services.courses import times
from services.courses.cards import RunCard, card_of, cards_of, levels_of, line_of, title_of
from services.courses.finding import Search, alternatives_for, read_search, runs_for
from services.courses.linked_data import course_data
from services.courses.models import CourseRun, Lesson
from services.courses.news import feed_addresses
from services.courses.pages import Words
from services.courses.vocabulary import AccessRoute, Audience, Certificate
from services.directory.models import ContactPoint

PER_PAGE = 20
NEWS_DAYS = 21
"""How many days ahead a card in the list tells of lessons."""
QUICK = ("free", "childcare", "women", "online")
"""Filters offered as plain links beside the form."""
MOST_CONTACTS = 2
LEARN_NOW = (
    ("vhs-Lernportal", "https://www.vhs-lernportal.de/", gettext_lazy("A0 to B2, reading and writing, too")),
    ("DW Deutsch lernen", "https://learngerman.dw.com/", gettext_lazy("A1 to C1, videos and exercises")),
    (
        "Deutsch für dich (Goethe-Institut)",
        "https://www.goethe.de/deutschfuerdich",
        gettext_lazy("A1 to C2, with other learners"),
    ),
)
"""Where people learn by themselves until a course begins, free of charge; name, address, for whom."""


def list_of(request: HttpRequest, at: datetime | None = None) -> dict[str, Any]:
    """Template variables of the list: filters, runs of one page, and alternatives where nothing fits."""
    now = at or timezone.now()
    district = District.objects.for_request(request)
    search = read_search(request.GET, district, now)
    asked = request.GET.get("page", "")
    page, found = _page_of(runs_for(search, district, now), asked)
    cards = cards_of(found, now, search)
    if not cards and search.wishes:
        nearest = alternatives_for(search, district, now)
        cards = cards_of([run for run, _labels in nearest], now, search)
        for card, (_run, labels) in zip(cards, nearest, strict=True):
            card.missing = times.listed(labels)
    _add_news(cards, now)
    number = page.paginator.count
    return {
        **filters_of(request, search),
        "ignored": [*search.ignored, _("Page")] if asked and asked != str(page.number) else search.ignored,
        "cards": cards,
        "count": number,
        "count_text": ngettext("{number} course found", "{number} courses found", number).format(number=number),
        "page_of_runs": page,
        "page_numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
    }


def filters_of(request: HttpRequest, search: Search) -> dict[str, Any]:
    """Template variables of the filters: the form, what was chosen with links that undo it, and quick links."""
    chips = [(wish, address_with(request, **{name: ""})) for wish, name in chosen(search)]
    labels = {name: search.form.fields[name].label for name in QUICK if name not in search.wishes}
    quick = [(label, address_with(request, **{name: "1"})) for name, label in labels.items()]
    shown = {"search": search, "ignored": search.ignored, "chips": chips, "quick": quick}
    shown |= {"noindex": bool(set(request.GET) - {"view"}), "wishes": urlencode(search.asked), "learn_now": LEARN_NOW}
    return shown | feed_addresses(search)


def address_with(request: HttpRequest, **changes: str) -> str:
    """The address being read with some values changed; the first page of it. Empty values are taken away."""
    query = request.GET.copy()
    for key, value in {**changes, "page": ""}.items():
        query.pop(key, None)
        if value:
            query[key] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def course_facts(course: Any, page: Any, request: HttpRequest, at: datetime | None = None) -> dict[str, Any]:
    """Template variables of a course: its facts, runs with all lessons to come, contacts, data for machines."""
    now = at or timezone.now()
    if course is None or course.district_id != District.objects.for_request(request).pk:
        return {"course": None, "cards": [], "has_words": page is not None}
    words = Words(page.title, page.teaser, page.url_path, page.content_language) if page is not None else None
    runs = list(
        course.runs.listed(now)
        .in_reading_order(now)
        .with_facts()
        .select_related("course__provider__contact_point", "venue", "contact_point")
        .prefetch_related("notes")
    )
    cards = [card_of(run, words, now) for run in runs]
    by_run: dict[int, list[Any]] = defaultdict(list)
    for lesson in Lesson.objects.filter(run__in=runs).upcoming(now).with_facts():
        by_run[lesson.run_id].append(line_of(lesson, words))
    for card in cards:
        card.lessons = by_run[card.run.pk]
    feed = reverse("course_feed", args=[course.code])
    return {
        "course": course,
        "has_words": page is not None,
        "title": title_of(course, words),
        "cards": cards,
        "labels": labels_of(course),
        "contacts": _contacts(course, runs),
        "linked_data": course_data(course, cards, words, request),
        "subscribe_url": f"webcal://{request.get_host()}{feed}",
        "subscribe_address": reverse("course_calendar", args=[course.code]),
        "poster_address": reverse("course_poster", args=[course.code]),
    }


def labels_of(course: Any) -> dict[str, Any]:
    """The facts of a course in words of the reader's language."""
    total = course.lessons_total or 0
    length = ngettext("{number} lesson of {minutes} minutes", "{number} lessons of {minutes} minutes", total)
    return {
        "levels": levels_of(course),
        "length": length.format(number=total, minutes=course.lesson_minutes),
        "cost": _cost(course),
        "routes": [AccessRoute(code).label for code in course.access_routes],
        "audience": times.listed(Audience(code).label for code in course.audience) if course.audience else "",
        "certificates": times.listed(Certificate(code).label for code in course.certificates),
        "languages": [language(code) for code in course.languages],
    }


def _cost(course: Any) -> str:
    if course.is_free:
        return _("free of charge")
    total, each = course.cost_total, course.cost_per_lesson
    texts = []
    if total is not None:
        texts.append(_("{euros} euros in all").format(euros=number_format(total, 2)))
    if each is not None:
        texts.append(_("{euros} euros for each lesson").format(euros=number_format(each, 2)))
    return ", ".join(texts) or _("Please ask")


def _page_of(runs: Any, asked: str) -> tuple[Page, list[CourseRun]]:
    """One page of runs, counted by the query that reads them; a page beyond the last is the last."""
    wanted = int(asked) if re.fullmatch("[1-9][0-9]{0,5}", asked) else 1
    first = (wanted - 1) * PER_PAGE
    # Keys alone first: the database sorts and counts all runs, and only those of one page with all their facts.
    keys = list(
        runs.annotate(all_of_them=Window(Count("pk"))).values_list("pk", "all_of_them")[first : first + PER_PAGE]
    )
    total = keys[0][1] if keys else (runs.order_by().count() if first else 0)
    page = Paginator(range(total), PER_PAGE).get_page(wanted)
    if not keys and total:
        first = page.start_index() - 1
        keys = list(runs.values_list("pk", "code")[first : first + PER_PAGE])
    rows = {run.pk: run for run in CourseRun.objects.filter(pk__in=[key for key, _rest in keys]).with_facts()}
    found = [rows[key] for key, _rest in keys]
    return page, found


def chosen(search: Search) -> list[tuple[str, str]]:
    """What was chosen, in words, each with the name of its field."""
    return [(_wish(search, name, value), name) for name, value in search.wishes.items()]


def _wish(search: Search, name: str, value: Any) -> str:
    bound = search.form.fields[name]
    return str(dict(bound.choices)[value]) if hasattr(bound, "choices") else str(bound.label)


def _add_news(cards: list[RunCard], at: datetime) -> None:
    by_run = {card.run.pk: card for card in cards}
    lessons = Lesson.objects.filter(run__in=list(by_run), utc_start__lt=at + timedelta(days=NEWS_DAYS)).upcoming(at)
    for lesson in lessons:
        card = by_run[lesson.run_id]
        lesson.run = card.run
        card.lessons.append(line_of(lesson, card.words))


def _contacts(course: Any, runs: list[CourseRun]) -> list[Any]:
    asked = [run.whom_to_ask() for run in runs] or [course.provider.contact_point]
    wanted = list(dict.fromkeys(point.pk for point in asked if point))[:MOST_CONTACTS]
    return list(ContactPoint.objects.filter(pk__in=wanted).with_hours()) if wanted else []
