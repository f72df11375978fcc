"""What a document says, in words for the people who edit forms: questions, answers, conditions.

The glue is in the language of the admin, the form's own sentences in the language asked for. Pure but for the names of
municipalities, which the caller brings. A part of a document that is not known here is told as it stands, never left
out and never a reason to fail: documents outlive the code that reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.languages import SOURCE, is_known, language
from services.intake.reach import DAYS, ELSEWHERE, GIVEN, READING, UNKNOWN
from services.intake.wording import plain

_DISTANCE = re.compile(r"([+-])(\d{1,4}) (days|months|years)")


def type_name(kind: str) -> str:
    """What a type of question is called; a type that is not known here keeps its name."""
    names = {
        "radio": _("one answer of several"),
        "checkbox": _("several answers"),
        "select": _("one answer from a list"),
        "text": _("short text"),
        "textarea": _("long text"),
        "tel": _("telephone number"),
        "email": _("e-mail address"),
        "month": _("month"),
        "date": _("date"),
        "number": _("number"),
        "municipality": _("municipality"),
        "language": _("language"),
        "info": _("information without an answer"),
        "notice": _("notice"),
        "file": _("file"),
        "consent": _("consent"),
        "time": _("time"),
        "office": _("the office that gets the answers"),
    }
    return names.get(kind, kind)


def sensitivity_name(level: str) -> str:
    """What a level of sensitivity is called."""
    names = {"none": _("not personal"), "personal": _("personal"), "special": _("specially protected")}
    return names.get(level, level)


def leaves(part: Any) -> Iterator[dict[str, Any]]:
    """Every single comparison in a condition of any shape: a list, `any`, `all`, nested or alone."""
    if isinstance(part, Mapping):
        if isinstance(part.get("question"), str):
            yield dict(part)
            return
        for inner in part.values():
            yield from leaves(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from leaves(inner)


def values_of(leaf: Mapping[str, Any]) -> list[str]:
    """The answers that one comparison names."""
    found: list[str] = []
    for name, value in leaf.items():
        if name != "question":
            found += [str(item) for item in (value if isinstance(value, list | tuple) else [value])]
    return found


def questions_of(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """All questions of a document by key, in reading order."""
    return {question["key"]: question for step in document.get("steps", []) for question in step.get("questions", [])}


class Teller:
    """Tells the parts of one document to readers of one language of it."""

    def __init__(self, document: Mapping[str, Any], code: str = SOURCE, towns: Mapping[str, str] | None = None) -> None:
        """`towns` maps municipality keys to names."""
        self.document, self.code, self.towns = document, code, dict(towns or {})
        self.questions = questions_of(document)

    def text(self, words: Any) -> str:
        """A sentence of the form in the chosen language, or the next one of its chain."""
        return plain(words, self.code) if isinstance(words, Mapping) else str(words or "")

    def question(self, key: str) -> str:
        """The wording of a question; its key where it has none."""
        if key == READING:
            return _("Language of the page")
        found = self.questions.get(key)
        return (self.text(found.get("label")) if found else "") or key

    def step(self, key: str) -> str:
        """The title of a step; its key where it has none."""
        titles = (self.text(step.get("title")) for step in self.document.get("steps", []) if step.get("key") == key)
        return next(titles, "") or key

    def answer(self, key: str, value: Any) -> str:
        """One answer to a question in words."""
        question = self.questions.get(key, {})
        kind, value = question.get("type"), str(value)
        if kind == "municipality":
            fixed = {ELSEWHERE: _("Another place"), UNKNOWN: _("I do not know")}
            return fixed.get(value) or self.towns.get(value, value)
        if kind == "language" or key == READING:
            return _("Another language") if value == ELSEWHERE else language_name(value)
        if kind in DAYS:
            return day_name(value)
        if kind == "consent" and value == GIVEN:
            return _("given")
        for option in question.get("options") or []:
            if isinstance(option, Mapping) and option.get("key") == value:
                return self.text(option.get("label")) or value
        return value

    def condition(self, part: Any) -> str:
        """A whole condition as one sentence without its beginning; empty where there is none."""
        return self._join(part)

    def only_if(self, part: Any) -> str:
        """`only if “Topic” is “Housing”`; empty for what is always shown."""
        told = self.condition(part)
        return _("only if %(condition)s") % {"condition": told} if told else ""

    def _join(self, part: Any) -> str:
        if isinstance(part, Mapping):
            if isinstance(part.get("question"), str):
                return self._leaf(part)
            told = [self._group(name, inner) for name, inner in part.items()]
            return _and([text for text in told if text])
        if isinstance(part, list | tuple):
            told = [self._join(inner) for inner in part]
            return _and([text for text in told if text])
        return "" if part in (None, "", True) else str(part)

    def _group(self, name: str, inner: Any) -> str:
        told = [self._join(item) for item in (inner if isinstance(inner, list | tuple) else [inner])]
        told = [text for text in told if text]
        if name != "any":
            return _and(told)
        joined = _or(told)
        return f"({joined})" if len(told) > 1 else joined

    def _leaf(self, leaf: Mapping[str, Any]) -> str:
        key = leaf["question"]
        told = []
        for name, value in leaf.items():
            if name != "question":
                items = value if isinstance(value, list | tuple) else [value]
                if name == "within_days":
                    told.append(
                        _("“%(question)s” is in the past or at most %(number)s days away")
                        % {"question": self.question(key), "number": value}
                    )
                    continue
                answers = _or([_("“%(text)s”") % {"text": self.answer(key, item)} for item in items])
                told.append(self._compare(key, name, answers))
        return _and(told) or _("“%(question)s” is answered") % {"question": self.question(key)}

    def _compare(self, key: str, operator: str, answers: str) -> str:
        several = self.questions.get(key, {}).get("type") == "checkbox"
        values = {"question": self.question(key), "answers": answers, "operator": operator}
        if operator in {"is", "any_of"}:
            if several:
                return _("%(answers)s is chosen at “%(question)s”") % values
            return _("“%(question)s” is %(answers)s") % values
        if operator in {"is_not", "none_of"}:
            if several:
                return _("%(answers)s is not chosen at “%(question)s”") % values
            return _("“%(question)s” is not %(answers)s") % values
        if operator == "before":
            return _("“%(question)s” is before %(answers)s") % values
        if operator == "after":
            return _("“%(question)s” is after %(answers)s") % values
        return _("“%(question)s” %(operator)s %(answers)s") % values


def language_name(code: str) -> str:
    """A language as it calls itself; a tag we do not know as it is."""
    return language(code).endonym if is_known(code) else code


def day_name(value: str) -> str:
    """A date (`YYYY-MM-DD`), a month (`YYYY-MM`) or a distance from today in words; anything else as it is."""
    if value == "today":
        return _("today")
    if found := _DISTANCE.fullmatch(value):
        return _distance(found[1], int(found[2]), found[3])
    try:
        day = date.fromisoformat(value if len(value) > 7 else f"{value}-01")
    except ValueError:
        return value
    return str(formats.date_format(day, "SHORT_DATE_FORMAT" if len(value) > 7 else "YEAR_MONTH_FORMAT"))


def _distance(sign: str, number: int, unit: str) -> str:
    words = {
        "days": ngettext("%(number)d day", "%(number)d days", number),
        "months": ngettext("%(number)d month", "%(number)d months", number),
        "years": ngettext("%(number)d year", "%(number)d years", number),
    }[unit] % {"number": number}
    if sign == "+":
        return _("today plus %(distance)s") % {"distance": words}
    return _("today minus %(distance)s") % {"distance": words}


def _and(texts: list[str]) -> str:
    return _(" and ").join(texts)


def _or(texts: list[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return _("%(first)s or %(last)s") % {"first": ", ".join(texts[:-1]), "last": texts[-1]}
