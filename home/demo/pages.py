"""The demo's pages: built in German from the source files, then published in each language that has a catalogue.

Keys and block ids are derived from slugs, so that loading again finds what it made and translations keep their place.
"""

from __future__ import annotations

from html import escape
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from wagtail.models import Locale, Page

from home.demo.words import sources
from home.models import EmergencyPage, GeneralPage, HomePage
from portal.languages import SOURCE
from services.courses.models import CourseIndexPage, CoursePage
from services.directory.models import ContactPoint, Office
from services.intake.models import FormIndexPage, IntakeFormPage
from services.pages.models import ServicePage, Term, TopicPage

TOPICS = ["arrival", "asylum", "benefits", "health", "school", "housing", "work", "german"]


def key_of(place: str) -> UUID:
    """The translation key of what a source file describes, the same at every loading."""
    return uuid5(NAMESPACE_URL, f"lotse:{place}")


def markup(text: str) -> str:
    """Source text as rich text: `**Wort**` becomes bold, everything else is escaped."""
    parts = escape(text, quote=False).split("**")
    return "".join(f"<b>{part}</b>" if number % 2 else part for number, part in enumerate(parts))


def plain(text: str) -> str:
    """Source text for a field without markup."""
    return text.replace("**", "")


def prose(document: dict[str, Any], *names: str) -> str:
    """Paragraphs and list items of a document as rich text."""
    html = ""
    for name in names or ("paragraphs", "items"):
        values = document.get(name, [])
        if not values:
            continue
        if name == "paragraphs":
            html += "".join(f"<p>{markup(value)}</p>" for value in values)
        else:
            html += "<ul>" + "".join(f"<li>{markup(value)}</li>" for value in values) + "</ul>"
    return html


class Stream:
    """Raw StreamField data with ids that stay the same."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.blocks: list[dict[str, Any]] = []

    def add(self, kind: str, value: Any) -> Stream:
        """Append a block."""
        number = len(self.blocks)
        self.blocks.append({"type": kind, "value": value, "id": str(key_of(f"{self.place}:{number}"))})
        return self


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
    save(home, "pages/home", home_values(sources()["pages/home"]))
    for name in (
        "emergency",
        "about",
        "volunteering",
        "imprint",
        "privacy",
        "accessibility",
        "easy-language",
        "sign-language",
    ):
        place = f"pages/{name}"
        document = sources()[place]
        model = EmergencyPage if document["kind"] == "emergency" else GeneralPage
        values = general_values(place, document)
        if model is EmergencyPage:
            values["numbers"] = numbers_of(place, document)
        place_below(home, model, name, place, values)
    offices = {office.code: office for office in Office.objects.all()}
    points = dict(ContactPoint.objects.values_list("code", "pk"))
    for topic in sorted(TOPICS, key=lambda slug: sources()[f"pages/{slug}/index"].get("order", 99)):
        document = sources()[f"pages/{topic}/index"]
        values = {
            "title": document["title"],
            "teaser": document["teaser"],
            "icon": document["icon"],
            "intro": prose(document),
        }
        parent = place_below(home, TopicPage, topic, f"pages/{topic}/index", values)
        for place, entry in sources().items():
            if place.startswith(f"pages/{topic}/") and entry["kind"] == "service":
                place_below(
                    parent,
                    ServicePage,
                    place.rsplit("/", 1)[1],
                    place,
                    service_values(place, entry, offices, points, terms),
                )
    load_courses(home)
    load_forms(home)


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
    """Fields of a general page."""
    return {"title": document["title"], "teaser": document["teaser"], "body": body_of(place, document)}


def numbers_of(place: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    """The emergency numbers."""
    stream = Stream(f"{place}:numbers")
    for entry in document["numbers"]:
        stream.add(
            "number",
            {
                "label": entry["label"],
                "number": entry["number"],
                "text": entry.get("text", ""),
                "note": entry.get("languages_note", ""),
            },
        )
    return stream.blocks


def service_values(
    place: str, document: dict[str, Any], offices: dict[str, Office], points: dict[str, int], terms: dict[str, Term]
) -> dict[str, Any]:
    """Fields of a service page: words and facts."""
    facts = document.get("facts", {})
    streams = {
        name: Stream(f"{place}:{name}")
        for name in ("documents", "steps", "deadlines", "questions", "links", "terms", "contact_points")
    }
    for paper in document.get("documents", []):
        streams["documents"].add(
            "paper",
            {"name": plain(paper["name"]), "note": plain(paper.get("note", "")), "kind": paper.get("kind", "original")},
        )
    for step in document.get("steps", []):
        streams["steps"].add("step", {"text": f"<p>{markup(step['text'])}</p>"})
    for deadline in document.get("deadlines", []):
        streams["deadlines"].add("deadline", {"label": plain(deadline["label"]), "text": plain(deadline["text"])})
    for question in document.get("questions", []):
        streams["questions"].add("question", {"question": plain(question["question"]), "answer": prose(question)})
    for link in document.get("links", []):
        streams["links"].add(
            "link",
            {
                "label": plain(link["label"]),
                "url": link["url"],
                "publisher": link.get("publisher", ""),
                "language": link.get("language", "de"),
            },
        )
    for slug in document.get("terms", []):
        if slug in terms:
            streams["terms"].add("term", terms[slug].pk)
    for code in document.get("contact_points", []):
        streams["contact_points"].add("contact_point", points[code])
    return {
        "title": document["title"],
        "teaser": document["teaser"],
        **{name: plain(facts.get(name, "")) for name in ("cost", "duration", "deadline", "online")},
        **{name: stream.blocks for name, stream in streams.items()},
        "eligibility": prose(document.get("eligibility", {})),
        "costs": prose(document.get("costs", {})),
        "remedy": prose(document.get("remedy", {})),
        "responsible_office": offices.get(document["owner"]) or offices.get(f"{document['owner']}_LRA"),
        "form_pages": ", ".join(document.get("forms", [])),
        "related": ", ".join(document.get("related", [])),
        "legal_basis": "\n".join(document.get("legal_basis", [])),
        "source_label": document.get("source_label", ""),
        "source_url": document.get("source_url", ""),
        "reviewed_on": document["reviewed_on"],
        "review_by": document["review_by"],
    }


def load_courses(home: HomePage) -> None:
    """The course list and the words of each course; its facts are loaded apart and meet on the key."""
    document = sources()["pages/courses/index"]
    values = {"title": document["title"], "teaser": document["teaser"], "intro": prose(document)}
    index = place_below(home, CourseIndexPage, "courses", "pages/courses/index", values)
    for place, entry in sources().items():
        if entry["kind"] != "course":
            continue
        slug = place.rsplit("/", 1)[1]
        lists = {name: prose({"items": entry.get(name, [])}) for name in ("goals", "join")}
        values = {"title": entry["title"], "teaser": entry["teaser"], "intro": prose(entry), **lists}
        place_below(index, CoursePage, slug, f"course:{slug}", values)


def load_forms(home: HomePage) -> None:
    """The start pages of the forms."""
    values = {"title": "Formulare", "teaser": ""}
    index = place_below(home, FormIndexPage, "forms", "pages/forms", values)
    for place, document in sources().items():
        if document["kind"] == "form":
            values = {"title": document["title"], "teaser": document["teaser"], "key": document["key"]}
            place_below(index, IntakeFormPage, document["key"], place, values)


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


def place_below(parent: Page, model: type[Page], slug: str, place: str, values: dict[str, Any]) -> Any:
    """Find or make the German page of a source file below its parent, and publish it when something changed."""
    page = model.objects.filter(translation_key=key_of(place), locale=parent.locale).first()
    if page is None:
        page = model(slug=slug, locale=parent.locale, translation_key=key_of(place), live=False, show_in_menus=True)
        _fill(page, values)
        parent.add_child(instance=page)
        page.save_revision().publish()
    else:
        save(page, place, values)
    return page


def save(page: Page, place: str, values: dict[str, Any]) -> None:
    """Publish a page anew if its source file says something else than it does."""
    before = page.serializable_data()
    _fill(page, values)
    if page.live_revision_id is None or page.serializable_data() != before:
        page.save_revision().publish()


def _fill(page: Page, values: dict[str, Any]) -> None:
    for name, value in values.items():
        field = page._meta.get_field(name)
        setattr(page, name, field.stream_block.to_python(value) if isinstance(value, list) else value)
