"""Search over pages, courses and offices in every language, without JavaScript, tolerant of spelling.

Words are normalised by `portal.search_terms` before they reach the database, so no input can be a broken query.
Pages in the reader's language come first; then pages whose German text matches, marked as such.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from modelsearch.query import And, Or, PlainText
from wagtail.models import Page

from portal.languages import SOURCE, complete_codes
from portal.models import District
from portal.pages import locale_id_of
from portal.search_terms import forms, query_forms
from services.courses.news import courses_without_words, dates_now
from services.directory.models import Office
from services.intake.models import FormVersion, IntakeFormPage

PER_PAGE = 20
MOST_HITS = 100


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search page: a form, and what was found."""
    query = request.GET.get("q", "").replace("\x00", "").strip()
    code = get_language() or SOURCE
    district = District.objects.for_request(request)
    offices = find_offices(query, code, district) if query else []
    courses = find_courses(query, code, district) if query else []
    hits = find_pages(query, code, district) if query else []
    page = Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))
    for hit in page:
        hit["page"] = hit["page"].specific
    dates = dates_now([hit["page"].translation_key for hit in page], timezone.now())
    for hit in page:
        hit["dates"] = dates.get(hit["page"].translation_key, [])
    context = {
        "query": query[:500],
        "hits": page,
        "offices": offices,
        "courses": courses,
        "found": len(hits) + len(offices) + len(courses),
        "translations": complete_codes() if not query else [],
        "noindex": bool(query),
    }
    return render(request, "home/search.html", context)


def find_pages(query: str, code: str, district: District) -> list[dict[str, Any]]:
    """Pages that match all words, the reader's language first; each with whether its German text was what matched."""
    own = _matching(query, code, code, district)
    if code != SOURCE and not own:
        own = _matching(query, code, SOURCE, district)  # a German word found in a translation, where it is kept
    hits = [{"page": page, "by_german": False} for page in own]
    if code == SOURCE:
        return hits
    known = {page.translation_key for page in own}
    german = [page for page in _matching(query, SOURCE, SOURCE, district) if page.translation_key not in known]
    here = {
        page.translation_key: page
        for page in Page.objects.filter(
            translation_key__in=[page.translation_key for page in german], locale_id=locale_id_of(code), live=True
        ).select_related("locale")
    }
    return hits + [{"page": here.get(page.translation_key, page), "by_german": True} for page in german]


def _matching(query: str, code: str, rules: str, district: District) -> list[Page]:
    groups = query_forms(query, rules)
    if not groups:
        return []
    home = district.site.root_page
    key = home.translation_key
    root = home if code == SOURCE else Page.objects.filter(translation_key=key, locale_id=locale_id_of(code)).first()
    if root is None:
        return []
    wanted = [
        Or([PlainText(form) for form in sorted(group)]) if len(group) > 1 else PlainText(*group) for group in groups
    ]
    pages = Page.objects.live().public().filter(path__startswith=root.path, locale_id=locale_id_of(code))
    found = pages.search(And(wanted) if len(wanted) > 1 else wanted[0])
    unlisted = IntakeFormPage.translations_of(FormVersion.objects.of(district).unlisted_keys())
    return [page for page in found[:MOST_HITS] if not page.alias_of_id and page.translation_key not in unlisted]


def find_courses(query: str, code: str, district: District) -> list[dict[str, Any]]:
    """Courses that nobody wrote a page about yet, whose kind, provider or town match all words."""
    groups, own_groups = query_forms(query, SOURCE), query_forms(query, code)
    if not groups:
        return []
    now = timezone.now()
    known = courses_without_words(district, now)
    found = []
    for key, course in known.items():
        german = set().union(*forms(course["text"], SOURCE), set())
        own = set().union(*forms(f"{course['title']} {course['text']}", code), set())
        if all(one & own or other & german for one, other in zip(own_groups, groups, strict=False)):
            found.append(key)
    dates = dates_now(found[:PER_PAGE], now)
    return [{**known[key], "dates": dates.get(key, [])} for key in found[:PER_PAGE]]


def find_offices(query: str, code: str, district: District) -> list[Office]:
    """Offices whose name, task or towns match all words."""
    groups = query_forms(query, SOURCE)
    own_groups = query_forms(query, code)
    if not groups:
        return []
    found = []
    for office in Office.objects.of(district).active().prefetch_related("contact_points"):
        text = " ".join([office.name, office.code, *(f"{p.name} {p.town}" for p in office.contact_points.all())])
        words = set().union(*forms(text, SOURCE))
        labels = set().union(*forms(str(office.get_kind_display()), code), set())
        if all(group & words for group in groups) or all(group & labels for group in own_groups):
            found.append(office)
    return found
