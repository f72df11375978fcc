"""News of courses as an Atom feed (RFC 4287) in the reader's language: one entry per run, the latest change first.

The identity of an entry is the same in all languages. Nothing in it counts days from now, so identical facts give
identical bytes all day long.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.languages import SOURCE
from services.courses.cards import RunCard, state_of
from services.courses.models import Lesson
from services.courses.news import News, feed_addresses, identity_of
from services.courses.times import plain, when

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100
MOST_CHANGES = 8
"""Lessons that do not take place or were moved told in one entry."""
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When an empty feed was last changed."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

ET.register_namespace("", ATOM)


def atom_of(news: News, base: str) -> bytes:
    """The feed. `base` is scheme and host."""
    addresses = feed_addresses(news.search)
    code = get_language() or SOURCE
    feed = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": code})
    _text(feed, "id", base + addresses["atom_address"])
    _text(feed, "title", _("German courses"))
    _text(feed, "updated", _moment(news.changed_at or BEGINNING))
    _text(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", "Lotse")
    _link(feed, "self", base + addresses["atom_address"], "application/atom+xml")
    listed = addresses["atom_address"].replace(reverse("courses_atom"), reverse("courses_feed"))
    _link(feed, "alternate", base + listed.replace("calendar.ics", ""), "text/html")
    for card in news.cards:
        _entry(feed, card, news, base)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="utf-8")


def _entry(feed: ET.Element, card: RunCard, news: News, base: str) -> None:
    entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
    _text(entry, "id", f"urn:uuid:{identity_of(card.run)}")
    title = _text(entry, "title", f"{card.status}: {card.title}" if card.is_cancelled else card.title)
    if card.words and card.words.language.code != get_language():
        title.set("xml:lang", card.words.language.code)
    _text(entry, "updated", _moment(news.moments[card.run.pk]))
    _text(entry, "published", _moment(card.run.created_at))
    _link(entry, "alternate", f"{base}{card.url}#{card.run.code}", "text/html")
    _text(entry, "summary", "\n".join(summary_of(card, news.lessons.get(card.run.pk, []))))


def summary_of(card: RunCard, lessons: list[Lesson]) -> list[str]:
    """The facts of a run as lines of plain text in the reader's language."""
    run = card.run
    lines = [plain(card.dates), *(plain(pattern) for pattern in card.weekly)]
    if run.mode != "onsite":
        lines.append(str(run.get_mode_display()))
    if run.venue and run.mode != "online":
        lines.append(", ".join(part for part in (run.venue.address, run.room) if part))
    lines.append(card.status if card.is_cancelled else f"{card.status}, {card.places.label}")
    lines.append(plain(card.levels))
    if card.childcare:
        lines.append(card.childcare)
    changed = [lesson for lesson in lessons if state_of(lesson)][:MOST_CHANGES]
    lines += [f"{plain(when(lesson))}: {state_of(lesson)}" for lesson in changed]
    return lines


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = _NOT_XML.sub("", str(text))
    return element


def _link(parent: ET.Element, rel: str, address: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": address, "type": kind})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
