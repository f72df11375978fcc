"""The demo's pages: built in German from the source files, then published in each language that has a catalogue.

Keys and block ids are derived from slugs, so that loading again finds what it made and translations keep their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Locale, Page

from home.demo.forms import load_blocks, page_values
from home.demo.markup import Stream, key_of, markup, plain, prose
from home.demo.words import sources
from home.models import EmergencyPage, GeneralPage, HomePage
from portal.languages import SOURCE
from services.courses.models import CourseIndexPage, CoursePage
from services.directory.models import ContactPoint, Office
from services.intake.models import FormIndexPage, IntakeFormPage
from services.pages.models import ServicePage, Term, TopicPage

GENERAL = (
    "emergency",
    "about",
    "volunteering",
    "imprint",
    "privacy",
    "accessibility",
    "easy-language",
    "sign-language",
)
TOPICS = ["arrival", "asylum", "benefits", "health", "school", "housing", "work", "german"]


def body_of(place: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Sections of a general page."""
    stream = Stream(f"{place}:body")
    for section in document.get("sections", []):
        stream.add("section", {"heading": plain(section["heading"]), "text": prose(section)})
    return stream.blocks


@transaction.atomic
def load_german(home: HomePage) -> None:
    """Build or refresh the German tree below the start page and publish what changed."""
    terms = load_terms()
    save(home, home_values(sources()["pages/home"]))
    for name in GENERAL:
        document = sources()[f"pages/{name}"]
        values = general_values(f"pages/{name}", document)
        place_below(home, EmergencyPage if document["kind"] == "emergency" else GeneralPage, name, values)
    load_topics(home, terms)
    load_courses(home)
    load_forms(home)


def load_topics(home: HomePage, terms: dict[str, Term]) -> None:
    """The topics in their order, each with its service pages."""
    facts = Facts(
        offices={office.code: office for office in Office.objects.all()},
        points=dict(ContactPoint.objects.values_list("code", "pk")),
        terms=terms,
    )
    for topic in sorted(TOPICS, key=lambda slug: sources()[f"pages/{slug}/index"].get("order", 99)):
        document = sources()[f"pages/{topic}/index"]
        values = {name: document[name] for name in ("title", "teaser", "icon")} | {"intro": prose(document)}
        parent = place_below(home, TopicPage, topic, values, place=f"pages/{topic}/index")
        for place, entry in sources().items():
            if place.startswith(f"pages/{topic}/") and entry["kind"] == "service":
                values = service_words(place, entry) | service_facts(place, entry, facts)
                place_below(parent, ServicePage, place.rsplit("/", 1)[1], values, place=place)


def home_values(document: dict[str, Any]) -> dict[str, Any]:
    """Fields of the start page."""
    tiles = Stream("pages/home:tiles")
    for tile in document["tiles"]:
        tiles.add("tile", {"label": tile["label"], "text": tile.get("text", ""), "target": tile["target"]})
    return {
        "title": document["title"],
        "teaser": document["teaser"],
        "tiles": tiles.blocks,
        "body": body_of("pages/home", document),
    }


def general_values(place: str, document: dict[str, Any]) -> dict[str, Any]:
    """Fields of a general page; the emergency page has numbers besides."""
    values = {"title": document["title"], "teaser": document["teaser"], "body": body_of(place, document)}
    if document["kind"] == "emergency":
        numbers = Stream(f"{place}:numbers")
        for entry in document["numbers"]:
            note = entry.get("languages_note", "")
            numbers.add("number", {name: entry.get(name, "") for name in ("label", "number", "text")} | {"note": note})
        values["numbers"] = numbers.blocks
    return values


def service_words(place: str, document: dict[str, Any]) -> dict[str, Any]:
    """The words of a service page."""
    names = ("documents", "steps", "deadlines", "questions", "links")
    streams = {name: Stream(f"{place}:{name}") for name in names}
    for paper in document.get("documents", []):
        words = {"name": plain(paper["name"]), "note": plain(paper.get("note", ""))}
        streams["documents"].add("paper", {**words, "kind": paper.get("kind", "original")})
    for step in document.get("steps", []):
        streams["steps"].add("step", {"text": f"<p>{markup(step['text'])}</p>"})
    for deadline in document.get("deadlines", []):
        streams["deadlines"].add("deadline", {name: plain(deadline[name]) for name in ("label", "text")})
    for question in document.get("questions", []):
        streams["questions"].add("question", {"question": plain(question["question"]), "answer": prose(question)})
    for link in document.get("links", []):
        publisher = {"publisher": link.get("publisher", ""), "language": link.get("language", "de")}
        streams["links"].add("link", {"label": plain(link["label"]), "url": link["url"], **publisher})
    glance = document.get("facts", {})
    return {
        "title": document["title"],
        "teaser": document["teaser"],
        **{name: plain(glance.get(name, "")) for name in ("cost", "duration", "deadline", "online")},
        **{name: stream.blocks for name, stream in streams.items()},
        **{name: prose(document.get(name, {})) for name in ("eligibility", "costs", "remedy")},
    }


@dataclass(frozen=True)
class Facts:
    """What service pages point to: offices and contact points by code, glossary terms by slug."""

    offices: dict[str, Office]
    points: dict[str, int]
    terms: dict[str, Term]


def service_facts(place: str, document: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """The facts of a service page."""
    terms, points = Stream(f"{place}:terms"), Stream(f"{place}:contact_points")
    for slug in document.get("terms", []):
        if slug in facts.terms:
            terms.add("term", facts.terms[slug].pk)
    for code in document.get("contact_points", []):
        points.add("contact_point", facts.points[code])
    owner = document["owner"]
    return {
        "terms": terms.blocks,
        "contact_points": points.blocks,
        "responsible_office": facts.offices.get(owner) or facts.offices.get(f"{owner}_LRA"),
        "form_pages": ", ".join(document.get("forms", [])),
        "related": ", ".join(document.get("related", [])),
        "legal_basis": "\n".join(document.get("legal_basis", [])),
        **{name: document.get(name, "") for name in ("source_label", "source_url")},
        **{name: document[name] for name in ("reviewed_on", "review_by")},
    }


def load_courses(home: HomePage) -> None:
    """The course list and the words of each course; its facts are loaded apart and meet on the key."""
    document = sources()["pages/courses/index"]
    values = {"title": document["title"], "teaser": document["teaser"], "intro": prose(document)}
    index = place_below(home, CourseIndexPage, "courses", values, place="pages/courses/index")
    for place, entry in sources().items():
        if entry.get("kind") != "course":
            continue
        slug = place.rsplit("/", 1)[1]
        lists = {name: prose({"items": entry.get(name, [])}) for name in ("goals", "join")}
        values = {"title": entry["title"], "teaser": entry["teaser"], "intro": prose(entry), **lists}
        place_below(index, CoursePage, slug, values, place=f"course:{slug}")


def load_forms(home: HomePage) -> None:
    """The forms, as editors keep them, and the blocks they share."""
    document = sources()["pages/forms/index"]
    values = {"title": document["title"], "teaser": document["teaser"]}
    index = place_below(home, FormIndexPage, "forms", values, place="pages/forms/index")
    blocks = load_blocks()
    for place, document in sources().items():
        if document.get("kind") == "form":
            key = document["key"]
            place_below(index, IntakeFormPage, key, page_values(key, blocks), place=place)


def load_terms() -> dict[str, Term]:
    """The glossary in German by slug."""
    locale = Locale.objects.get(language_code=SOURCE)
    Term.objects.bulk_create(
        [
            Term(
                slug=slug,
                locale=locale,
                translation_key=key_of(place),
                term=document["term"],
                explanation=document["explanation"],
            )
            for place, document in sources().items()
            if (slug := place.removeprefix("terms/")) != place
        ],
        update_conflicts=True,
        unique_fields=["slug", "locale"],
        update_fields=["term", "explanation"],
    )
    return {term.slug: term for term in Term.objects.filter(locale=locale)}


def place_below(parent: Page, model: type[Page], slug: str, values: dict[str, Any], place: str = "") -> Any:
    """Find or make the German page of a source file below its parent, and publish it when something changed."""
    key = key_of(place or f"pages/{slug}")
    page = model.objects.filter(translation_key=key, locale=parent.locale).first()
    if page is None:
        page = model(slug=slug, locale=parent.locale, translation_key=key, live=False, show_in_menus=True)
        _fill(page, values)
        parent.add_child(instance=page)
        page.save_revision().publish()
    else:
        save(page, values)
    return page


def save(page: Page, values: dict[str, Any]) -> None:
    """Publish a page anew if its source file says something else than it does."""
    before = page.serializable_data()
    _fill(page, values)
    if page.live_revision_id is None or page.serializable_data() != before:
        page.save_revision().publish()


def _fill(page: Page, values: dict[str, Any]) -> None:
    for name, value in values.items():
        field = page._meta.get_field(name)
        setattr(page, name, field.stream_block.to_python(value) if isinstance(value, list) else value)
