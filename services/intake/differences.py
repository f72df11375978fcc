"""What changed between two versions of a form, told to editors in words.

Steps, questions and options are followed by their keys, so that a new wording is a new wording and not a new question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.languages import LANGUAGES, SOURCE, is_known
from services.intake.branches import in_words
from services.intake.phrases import Teller, language_name, sensitivity_name, type_name

WORDS = frozenset(("title", "teaser", "intro", "notice", "after", "label", "help", "stop_text"))
"""Parts that hold sentences in all languages."""

CONDITIONS = frozenset(("visible_if", "stop_if"))
FOLLOWED = frozenset(("steps", "questions", "options", "key", "schema", "languages"))
"""Parts that are compared one by one, or in words of their own."""


@dataclass(frozen=True)
class Change:
    """One change. `place`: where, from the form down. `before`, `after`: what stood there, empty where nothing did."""

    place: tuple[str, ...]
    what: str
    before: str = ""
    after: str = ""
    language: str = ""
    """Tag of the language of `before` and `after`; empty where they are in the words of the admin."""


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], towns: Mapping[str, str] | None = None, code: str = SOURCE
) -> list[Change]:
    """All changes from one document to another, in reading order of the new one. None: they say the same."""
    return list(_Comparison(Teller(old, code, towns), Teller(new, code, towns)).form())


class _Comparison:
    def __init__(self, old: Teller, new: Teller) -> None:
        self.old, self.new = old, new

    def form(self) -> Iterator[Change]:
        old, new = self.old.document, self.new.document
        place = (_("Form"),)
        yield from self._parts(old, new, place)
        yield from self._languages(old, new, place)
        yield from self._each(old.get("steps"), new.get("steps"), place, self._step_names(), self._step)

    def _languages(self, old: Mapping[str, Any], new: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[Change]:
        before, after = list(old.get("languages") or []), list(new.get("languages") or [])
        for tag in after:
            if tag not in before:
                yield Change(place, _("Language is complete now: %(name)s") % {"name": language_name(tag)})
        for tag in before:
            if tag not in after:
                yield Change(place, _("Language is not complete any more: %(name)s") % {"name": language_name(tag)})

    def _step_names(self) -> tuple[str, str, str]:
        return _("Step added"), _("Step removed"), _("Steps are in another order")

    def _step(self, old: Mapping[str, Any], new: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[Change]:
        yield from self._parts(old, new, place)
        names = (_("Question added"), _("Question removed"), _("Questions are in another order"))
        yield from self._each(old.get("questions"), new.get("questions"), place, names, self._question)

    def _question(self, old: Mapping[str, Any], new: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[Change]:
        yield from self._parts(old, new, place)
        names = (_("Answer added"), _("Answer removed"), _("Answers are in another order"))
        yield from self._each(old.get("options"), new.get("options"), place, names, self._parts)

    def _each(
        self, old: Any, new: Any, place: tuple[str, ...], names: tuple[str, str, str], compare: Any
    ) -> Iterator[Change]:
        """Things that have a key, by their key."""
        before, after = _by_key(old), _by_key(new)
        added, removed, moved = names
        for key, thing in after.items():
            if key not in before:
                yield Change(place, added, after=self._name(thing, self.new))
        for key, thing in before.items():
            if key not in after:
                yield Change(place, removed, before=self._name(thing, self.old))
        stayed_before, stayed_after = [k for k in before if k in after], [k for k in after if k in before]
        if stayed_before != stayed_after:
            yield Change(
                place,
                moved,
                before=" → ".join(self._name(before[key], self.old) for key in stayed_before),
                after=" → ".join(self._name(after[key], self.new) for key in stayed_after),
            )
        for key in stayed_after:
            yield from compare(before[key], after[key], (*place, self._name(after[key], self.new)))

    def _name(self, thing: Mapping[str, Any], teller: Teller) -> str:
        words = thing.get("title") or thing.get("label")
        text = teller.text(words) if words else ""
        key = str(thing.get("key", ""))
        return _("“%(text)s” (%(key)s)") % {"text": text, "key": key} if text else key

    def _parts(self, old: Mapping[str, Any], new: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[Change]:
        """The parts of one thing that are not things themselves."""
        for name in dict.fromkeys((*new, *old)):
            before, after = old.get(name), new.get(name)
            if name in FOLLOWED or before == after:
                continue
            if name in WORDS or _is_words(before) or _is_words(after):
                yield from self._wording(part_name(name), before, after, place)
            else:
                told = self._told(name, before, self.old), self._told(name, after, self.new)
                if told[0] != told[1]:
                    yield Change(place, part_name(name), *told)

    def _told(self, name: str, value: Any, teller: Teller) -> str:
        if name in CONDITIONS:
            return teller.condition(value) or (_("always") if name == "visible_if" else _("never"))
        if name == "type":
            return type_name(str(value or ""))
        if name == "sensitivity":
            return sensitivity_name(str(value or ""))
        if name == "recipient":
            return str(value or "") or _("the responsible office")
        return in_words(value, teller) if value not in (None, "", [], {}) else ""

    def _wording(self, what: str, before: Any, after: Any, place: tuple[str, ...]) -> Iterator[Change]:
        """A sentence or several, language by language."""
        old, new = _paragraphs(before), _paragraphs(after)
        tags = [entry.code for entry in LANGUAGES]
        tags += sorted({tag for words in (*old, *new) for tag in words} - set(tags))
        for tag in tags:
            was, now = _said(old, tag), _said(new, tag)
            if was != now:
                yield Change(
                    place, _("%(part)s, %(language)s") % {"part": what, "language": _tongue(tag)}, was, now, tag
                )


def part_name(name: str) -> str:
    """What a part of a document is called; one that is not known here keeps its name."""
    names = {
        "title": _("Title"),
        "teaser": _("Text in lists"),
        "intro": _("Introduction"),
        "notice": _("Notice before sending"),
        "after": _("Text after sending"),
        "label": _("Wording"),
        "help": _("Help text"),
        "stop_text": _("Advice where the form ends"),
        "visible_if": _("Shown if"),
        "stop_if": _("The form ends if"),
        "type": _("Type"),
        "required": _("Must be answered"),
        "max": _("At most"),
        "sensitivity": _("Sensitivity"),
        "sensitive": _("Sensitive step with quick exit"),
        "store": _("Is sent"),
        "autocomplete": _("Help of the browser"),
        "recipient": _("Recipient"),
        "routing": _("Routing"),
        "rules": _("Routing"),
        "retention": _("Retention"),
        "retention_days": _("Retention in days"),
        "exclusive": _("Excludes other answers"),
    }
    return names.get(name, name)


def _by_key(things: Any) -> dict[str, Mapping[str, Any]]:
    if not isinstance(things, list | tuple):
        return {}
    return {str(thing.get("key", number)): thing for number, thing in enumerate(things) if isinstance(thing, Mapping)}


def _is_words(value: Any) -> bool:
    """Whether this is a sentence in languages, or a list of them."""
    if isinstance(value, list | tuple):
        return bool(value) and all(_is_words(item) for item in value)
    return isinstance(value, Mapping) and SOURCE in value and all(is_known(str(tag)) for tag in value)


def _paragraphs(value: Any) -> list[Mapping[str, str]]:
    items: Sequence[Any] = value if isinstance(value, list | tuple) else [value]
    return [item if isinstance(item, Mapping) else {SOURCE: str(item)} for item in items if item]


def _said(paragraphs: Sequence[Mapping[str, str]], tag: str) -> str:
    return "\n".join(words[tag] for words in paragraphs if words.get(tag))


def _tongue(tag: str) -> str:
    return language_name(tag)
