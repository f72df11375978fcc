"""Topics and service pages for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from wagtail.models import Locale

from services.directory.models import ContactPoint
from services.pages.models import ServicePage, Term, TopicPage


def topic(portal: Any, **values: Any) -> TopicPage:
    """A published German topic."""
    return published(
        portal.home, TopicPage, **{"title": "Wohnen", "slug": "housing", "teaser": "Eine Wohnung", **values}
    )


def service(parent: TopicPage, **values: Any) -> ServicePage:
    """A published German service page with one of everything."""
    words = {
        "title": "Wohnung suchen",
        "slug": "search",
        "teaser": "Wer eine Wohnung sucht",
        "cost": "kostenlos",
        "eligibility": "<p>Alle Menschen</p>",
        "reviewed_on": date(2026, 11, 1),
        "review_by": date(2099, 1, 1),
        "documents": [("paper", {"name": "Meldebescheinigung", "note": "vom Rathaus", "kind": "copy"})],
        "steps": [("step", {"text": "<p>Lesen Sie den <b>Mietvertrag</b>.</p>"})],
        "questions": [("question", {"question": "Wie lange dauert es?", "answer": "<p>Lange.</p>"})],
        "links": [("link", {"label": "Mehr", "url": "https://example.org/", "publisher": "Amt", "language": "de"})],
        "form_pages": "counselling",
        "legal_basis": "§ 535 BGB",
    }
    return published(parent, ServicePage, **{**words, **values})


def published(parent: Any, model: type, **values: Any) -> Any:
    """A live page with a revision, as the editor's button leaves it."""
    page = parent.add_child(instance=model(locale=parent.locale, **values))
    page.save_revision().publish()
    return model.objects.get(pk=page.pk)


def translated(page: Any, code: str, **values: Any) -> Any:
    """The page in another language with a text of its own, live; parents must exist there."""
    copy = page.copy_for_translation(Locale.objects.get(language_code=code), copy_parents=True)
    for name, value in values.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return type(page).objects.get(pk=copy.pk)


def contact_point(portal: Any, code: str = "lra", **values: Any) -> ContactPoint:
    """A contact point of the district's office."""
    return ContactPoint.objects.create(
        **{
            "office": portal.offices["LRA_IM"],
            "code": code,
            "name": "Beratung Landratsamt",
            "phone": "+49 30 23125 001",
            "email": "beratung@example.org",
            **values,
        }
    )


def term(code: str = "de", **values: Any) -> Term:
    """A glossary term."""
    return Term.objects.create(
        **{
            "slug": "mietvertrag",
            "term": "Mietvertrag",
            "explanation": "Ein Vertrag über eine Wohnung.",
            "locale": Locale.objects.get(language_code=code),
            **values,
        }
    )
