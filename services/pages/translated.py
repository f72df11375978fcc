"""Lists of pages in the reader's language, falling back page by page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from wagtail.models import Page

from portal.languages import SOURCE, fallback_chain
from portal.pages import locale_id_of


def best_of(model: type[Page], keys: list[Any], language: str | None = None) -> list[Any]:
    """For each translation key, in order, the best live page of that type for a language. Two queries at most."""
    order = [locale_id_of(code) for code in fallback_chain(language or get_language())]
    pages: dict[Any, Any] = {}
    found = model.objects.filter(translation_key__in=keys, locale_id__in=order, live=True, alias_of=None)
    for page in sorted(found, key=lambda page: -order.index(page.locale_id)):
        pages[page.translation_key] = page
    return [pages[key] for key in keys if key in pages]


def best_by_slug(model: type[Page], slugs: list[str]) -> list[Any]:
    """For each slug, in order, the best live page of that type for the reader; slugs are equal in all languages."""
    order = [locale_id_of(code) for code in fallback_chain(get_language())]
    found = model.objects.filter(slug__in=slugs, locale_id__in=order, live=True, alias_of=None)
    pages = {page.slug: page for page in sorted(found, key=lambda page: -order.index(page.locale_id))}
    return [pages[slug] for slug in slugs if slug in pages]


def children_in(parent: Any, model: type[Page]) -> list[Any]:
    """The children of a page's German source, each in the best language for the reader, in the tree's order."""
    source = parent.source
    children = model.objects.filter(
        path__startswith=source.path, depth=source.depth + 1, locale_id=locale_id_of(SOURCE), live=True
    ).order_by("path")
    return best_of(model, list(children.values_list("translation_key", flat=True)))
