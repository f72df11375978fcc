"""The sitemap over all languages, each address with its translations (hreflang)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from network.meetings.models import Meeting
from portal.languages import LANGUAGES, SOURCE, complete_codes
from portal.models import District
from portal.pages import code_of, path_in
from services.intake.models import FormVersion, IntakeFormPage

PLAIN_VIEWS = ("finder", "search", "offices", "meetings", "course_questionnaire")
"""Public views that are no pages and exist fully in the first set of languages."""


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Address, last change and alternates of everything public that has a text of its own."""
    district = District.objects.for_request(request)
    roots = district.site.root_page.get_translations(inclusive=True)
    pages = Page.objects.none()
    for root in roots:
        pages = pages | Page.objects.descendant_of(root, inclusive=True)
    by_key: dict[Any, dict[str, Any]] = defaultdict(dict)
    unlisted = IntakeFormPage.translations_of(FormVersion.objects.of(district).unlisted_keys())
    for page in pages.live().public().filter(alias_of=None).exclude(translation_key__in=unlisted).order_by("path"):
        code = code_of(page.locale_id)
        by_key[page.translation_key][code] = {"path": path_in(page, code), "changed": page.last_published_at}
    groups = list(by_key.values())
    for name in PLAIN_VIEWS:
        groups.append({code: {"path": _view_path(name, code), "changed": None} for code in complete_codes()})
    for slug, changed in Meeting.objects.of(district).public().upcoming().values_list("slug", "changed_at"):
        groups.append(
            {code: {"path": _view_path("meeting", code, slug), "changed": changed} for code in complete_codes()}
        )
    order = {entry.code: position for position, entry in enumerate(LANGUAGES)}
    found = []
    for group in groups:
        alternates = [(code, group[code]["path"]) for code in sorted(group, key=order.__getitem__)]
        fallback = dict(alternates).get(SOURCE, alternates[0][1])
        for code, _path in alternates:
            found.append({**group[code], "alternates": alternates, "fallback": fallback})
    return found


def sitemap_response(request: HttpRequest) -> HttpResponse:
    """The sitemap as XML."""
    base = f"{request.scheme}://{request.get_host()}"
    return render(
        request, "home/sitemap.xml", {"entries": entries(request), "base": base}, content_type="application/xml"
    )


def _view_path(name: str, code: str, *args: str) -> str:
    with translation.override(code):
        return reverse(name, args=args)
