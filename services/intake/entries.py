"""Answers in words: for the person who checks them, in their language, and for staff, in German and as it was read.

A case keeps the sentences beside the keys, so that it can be read as long as it lives, whatever becomes of the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import babel
from babel import dates as cldr
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.languages import SOURCE, language
from services.intake.journey import Journey, is_empty
from services.intake.reach import DAYS, ELSEWHERE, UNKNOWN
from services.intake.wording import both, choose

FREE = frozenset({"text", "textarea", "tel", "email", "number", "time"})
"""Types whose answer is what the person typed."""

PROSE = frozenset({"text", "textarea"})
"""Those of them that are in a language."""

UNNAMED = frozenset({"de-simple", "ku"})
"""Languages that CLDR calls just German and just Kurdish; staff read our name for them."""


def worded(question: Mapping[str, Any], answer: Any, code: str, towns: Mapping[str, str]) -> list[tuple[str, str]]:
    """An answer as pairs of text and language tag; the tag is empty for what was typed. Nothing answered: no pair."""
    if is_empty(answer):
        return []
    kind, chosen = question["type"], answer if isinstance(answer, list) else [answer]
    if kind in FREE:
        return [(str(answer), "")]
    if kind in DAYS:
        return [(_day(str(answer), code), code)]
    if kind == "municipality":
        return [_town(str(entry), code, towns) for entry in chosen]
    if kind == "language":
        return [_language(str(entry), code) for entry in chosen]
    if kind in {"consent", "file"}:
        return [(_said(kind, len(chosen), code), code)]
    return [choose(option["label"], code) for option in question["options"] if option["key"] in chosen]


def entries(journey: Journey, code: str, towns: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a case carries: stored answers of visible questions with their words, nothing left empty.

    A consent says to which version of its text it was given; the label is that text.
    """
    return [
        {
            "key": row.question["key"],
            "label": both(row.question["label"], code),
            "value": row.answer,
            "text": _text(row.question, row.answer, code, towns),
            **({"version": row.question["version"]} if row.question["type"] == "consent" else {}),
            **_contact(row.question),
        }
        for row in journey.review()
        if row.question["store"] and not is_empty(row.answer)
    ]


def _contact(question: Mapping[str, Any]) -> dict[str, str]:
    """Whether the answer is a way to reach the person: the inbox finds other cases of the same person by it."""
    kinds = {"email": "email", "tel": "phone"}
    kind = kinds.get(question["type"]) or {"name": "name", **kinds}.get(question.get("autocomplete") or "")
    return {"contact": kind} if kind else {}


def _text(question: Mapping[str, Any], answer: Any, code: str, towns: Mapping[str, str]) -> dict[str, str]:
    """German for staff and what the person read; free text exists in the person's words alone."""
    if question["type"] in PROSE:
        return {code: str(answer)}
    return {tag: ", ".join(text for text, _found in worded(question, answer, tag, towns)) for tag in (SOURCE, code)}


def _said(kind: str, count: int, code: str) -> str:
    with translation.override(code):
        if kind == "consent":
            return _("Yes, I agree")
        return ngettext("{count} file", "{count} files", count).format(count=count)


def _day(answer: str, code: str) -> str:
    """A day, a month or, where no more is known, a year."""
    locale = language(code).cldr
    if len(answer) == 4:
        return answer
    if len(answer) == 7:
        return str(cldr.format_skeleton("yMMMM", date.fromisoformat(f"{answer}-01"), locale=locale))
    return str(cldr.format_date(date.fromisoformat(answer), "long", locale=locale))


def _town(answer: str, code: str, towns: Mapping[str, str]) -> tuple[str, str]:
    with translation.override(code):
        fixed = {ELSEWHERE: _("Another place"), UNKNOWN: _("I do not know")}
    return (fixed[answer], code) if answer in fixed else (towns.get(answer, answer), SOURCE)


def _language(answer: str, code: str) -> tuple[str, str]:
    if answer == ELSEWHERE:
        with translation.override(code):
            return _("Another language"), code
    entry = language(answer)
    if code != SOURCE:
        return entry.endonym, entry.code
    german = babel.Locale.parse(SOURCE).languages  # staff may not know the endonym of every language
    return entry.endonym if entry.code in UNNAMED else german.get(entry.code) or german[entry.cldr], SOURCE
