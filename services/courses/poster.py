"""The poster of a course: one A4 page to hang up, in any language, with a QR code to the page that is always right.

Printing takes a second of work, so a poster is kept by what stands on it: changed facts make another file at once.
"""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from typing import Any

import pikepdf
from django.core.cache import cache
from django.utils.translation import get_language

from portal.languages import SOURCE, language
from portal.printing import pdf
from services.courses.cards import RunCard, card_of, title_of, url_of
from services.courses.models import Course
from services.courses.pages import words_for
from services.courses.presentation import labels_of
from services.courses.times import plain

MOST_RUNS = 3
"""Runs on one poster; the QR code leads to the others."""
SIZES = ("large", "medium", "small")
"""Sizes of the letters, tried in this order (see poster.css)."""
KEPT_SECONDS = 24 * 3600
TEMPLATE = "services/courses/paper_poster.html"


def poster_of(course: Course, runs: list[Any], base: str, at: Any) -> bytes:
    """The poster of these runs of a course as PDF, in the active language. `base` is scheme and host.

    Raises `portal.printing.PrintingMissing`.
    """
    code = get_language() or SOURCE
    facts = poster_facts(course, runs, base, at)
    text = json.dumps([code, TEMPLATE, facts], sort_keys=True, ensure_ascii=False)
    key = f"poster:{hashlib.sha256(text.encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _on_one_page(facts, code)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _on_one_page(facts: dict[str, Any], code: str) -> bytes:
    """As large as one page allows; what fits on no page even small keeps its second one."""
    made = b""
    for size in SIZES:
        made = pdf(TEMPLATE, {"poster": facts, "size": size}, language=code)
        with pikepdf.open(BytesIO(made)) as paper:
            if len(paper.pages) == 1:
                break
    return made


def poster_facts(course: Course, runs: list[Any], base: str, at: Any) -> dict[str, Any]:
    """What stands on the poster, as plain values in the active language."""
    words = words_for([course.key]).get(course.key)
    cards = [card_of(run, words, at) for run in runs]
    labels = labels_of(course)
    spoken = words.language if words else language(get_language())
    address = base + (cards[0].url if cards else url_of(course, words))
    return {
        "title": title_of(course, words),
        "teaser": words.teaser if words else "",
        "lang": spoken.code,
        "dir": spoken.direction,
        "is_foreign": spoken.code != get_language(),
        "family": str(course.get_family_display()),
        "levels": plain(labels["levels"]),
        "literacy": str(course.get_literacy_display()),
        "cost": labels["cost"],
        "exemption": course.exemption,
        "routes": [str(route) for route in labels["routes"]],
        "runs": [_run(card) for card in cards[:MOST_RUNS]],
        "has_more": len(cards) > MOST_RUNS,
        "contact": _contact(course, runs),
        "provider": course.provider.name,
        "address": address,
    }


def _run(card: RunCard) -> dict[str, Any]:
    run = card.run
    venue = run.venue if run.mode != "online" else None
    return {
        "status": card.status,
        "is_cancelled": card.is_cancelled,
        "dates": str(card.dates),
        "weekly": [str(pattern) for pattern in card.weekly],
        "mode": "" if run.mode == "onsite" else str(run.get_mode_display()),
        "place": ", ".join(part for part in (venue.address, run.room) if part) if venue else "",
        "stop": venue.stop if venue else "",
        "childcare": card.childcare,
        "women_only": run.women_only,
        "entry": str(run.get_entry_display()),
        "is_step_free": bool(venue and venue.step_free),
    }


def _contact(course: Course, runs: list[Any]) -> dict[str, str]:
    point = next((run.whom_to_ask() for run in runs), None) or course.provider.contact_point
    if point is None:
        return {}
    return {"name": point.name, "phone": point.phone, "email": point.email}
