"""What a service page shows besides its words: contacts, forms, related pages, papers with their German names."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

from portal.languages import SOURCE, fallback_chain
from portal.models import TranslationRecord
from portal.pages import locale_id_of
from portal.translations import is_outdated
from services.directory.models import ContactPoint
from services.pages.translated import best_by_slug, best_of


def facts_of(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Template variables of a service page. The facts are those of the German source, in every language."""
    facts = page.source
    return {
        "facts": facts,
        "papers": _papers(page, facts),
        "contact_points": _contact_points(facts),
        "forms": _forms(facts),
        "related_pages": _related(facts),
        "glossary": _glossary(page),
        "ancestors": _topic(page),
        "record": translation_record(page),
        "print_view": request.GET.get("view") == "print",
    }


def _topic(page: Any) -> list[Any]:
    return best_of(Page, [page.get_parent().translation_key])


def translation_record(page: Any) -> dict[str, Any] | None:
    """Whether a person checked this translation and whether its source has changed since; None for a source."""
    if page.locale_id == locale_id_of(SOURCE):
        return None
    record = TranslationRecord.objects.filter(page_id=page.pk).first()
    if record is None:
        return {"checked": False, "outdated": False}
    return {"checked": record.checked_at is not None, "outdated": is_outdated(record, page.source)}


def _papers(page: Any, facts: Any) -> list[dict[str, Any]]:
    german = {block.id: block.value["name"] for block in facts.documents}
    return [{**block.value, "german": german.get(block.id, "")} for block in page.documents]


def _contact_points(facts: Any) -> list[ContactPoint]:
    wanted = [block["value"] for block in facts.contact_points.raw_data]
    points = {point.pk: point for point in ContactPoint.objects.filter(pk__in=wanted).with_hours()}
    return [points[pk] for pk in wanted if pk in points]


def _forms(facts: Any) -> list[str]:
    return [key.strip() for key in facts.form_pages.split(",") if key.strip()]


def _related(facts: Any) -> list[Any]:
    from services.pages.models import ServicePage

    slugs = [slug.strip() for slug in facts.related.split(",") if slug.strip()]
    return best_by_slug(ServicePage, slugs) if slugs else []


def _glossary(page: Any) -> list[Any]:
    from services.pages.models import Term

    wanted = [block["value"] for block in page.terms.raw_data]
    if not wanted:
        return []
    order = [locale_id_of(code) for code in fallback_chain(get_language())]
    keys = Term.objects.filter(pk__in=wanted).values("translation_key")
    best: dict[Any, Any] = {}
    for term in Term.objects.filter(translation_key__in=keys, locale_id__in=order).select_related("locale"):
        known = best.get(term.translation_key)
        if known is None or order.index(term.locale_id) < order.index(known.locale_id):
            best[term.translation_key] = term
    return sorted(best.values(), key=lambda term: term.term)
