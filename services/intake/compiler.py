"""From the source of a form and its translations to one checked document, the only thing a journey ever reads.

A document is plain JSON: `schema`, `key`, `languages` (those in which every sentence exists), `recipient` (code of a
fixed office, or empty: the responsible one), `title`, `teaser`, `intro`, `notice`, `after`, `steps`. A step has `key`,
`title`, `intro`, `sensitive`, `visible_if`, `stop_if`, `stop_text`, `questions`; a question has `key`, `type`,
`label`, `help`, `required`, `max`, `sensitivity`, `store`, `autocomplete`, `visible_if`, `options` (of `key`, `label`).
Every sentence is a table of languages, `{"de": "…", "ar": "…"}`, and German is always in it; a language that misses
in it is shown in German and marked as such (`services.intake.wording`). Conditions of a list are joined by AND, each is
`{"question": …, "is": …}`, `{…, "is_not": …}` or `{…, "any_of": […]}`.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from portal.languages import LANGUAGES, SOURCE, is_known
from services.intake import reach
from services.intake.reach import CHOICES, FormError

SCHEMA_VERSION = 1
TYPES = frozenset(
    (
        "radio",
        "checkbox",
        "select",
        "text",
        "textarea",
        "tel",
        "email",
        "month",
        "date",
        "number",
        "municipality",
        "language",
        *("info", "file"),
    )
)
RESERVED_STEPS = frozenset(("start", "check", "receipt", "stop", "doors", "leave", "deleted", "done"))
USUAL_FILES = 5
SENSITIVITIES = frozenset({"none", "personal", "special"})
AUTOCOMPLETE = frozenset(("off", "name", "nickname", "tel", "email", "street-address", "organization"))

LONGEST_TEXT = 4000
"""Most characters a question may allow; less than what is kept of an unchecked text (`actions.LONGEST_TYPED`)."""

FORM_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
OPTION_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
PLACEHOLDER = re.compile(r"\{[^}]*\}")

FORM_PARTS = frozenset(("kind", "key", "recipient", "title", "teaser", "intro", "notice", "after", "steps"))
STEP_PARTS = frozenset(("key", "title", "intro", "sensitive", "visible_if", "stop_if", "stop_text", "questions"))
QUESTION_PARTS = frozenset(
    ("key", "type", "label", "help", "required", "max", "sensitivity", "store", "autocomplete", "visible_if", "options")
) | frozenset({"max_files", "accept"})


def compile_form(source: dict[str, Any], translations: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The document of a form. `translations` maps a language tag to {German sentence: translated sentence}.

    Raises `FormError`, which names the place, for anything that could leave a person stuck or astray.
    """
    return _Compiler(translations).form(source)


def canonical(document: dict[str, Any]) -> str:
    """The one way to write a document down: sorted keys, no spaces, letters as they are."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


class _Compiler:
    """Checks part by part in reading order, so that a condition can only name what was read before."""

    def __init__(self, translations: dict[str, dict[str, str]]) -> None:
        for code in translations:
            if not is_known(code):
                raise FormError("translations", f"unknown language “{code}”")
        self.translations = {entry.code: translations[entry.code] for entry in LANGUAGES if entry.code in translations}
        self.complete = {code for code, table in self.translations.items() if table} | {SOURCE}
        self.questions: dict[str, dict[str, Any]] = {}

    def form(self, source: dict[str, Any]) -> dict[str, Any]:
        key = _key(source.get("key"), FORM_KEY, "form")
        place = f"form {key}"
        _only(source, FORM_PARTS, place)
        steps = self._steps(source.get("steps"), place)
        document = {
            "schema": SCHEMA_VERSION,
            "key": key,
            "recipient": _text(source.get("recipient", ""), f"{place}, recipient"),
            "title": self._words(source.get("title"), f"{place}, title"),
            "teaser": self._words(source.get("teaser", ""), f"{place}, teaser", optional=True),
            "intro": self._paragraphs(source.get("intro", []), f"{place}, intro"),
            "notice": self._paragraphs(source.get("notice", []), f"{place}, notice"),
            "after": self._paragraphs(source.get("after", []), f"{place}, after"),
            "steps": steps,
        }
        if not document["notice"]:
            raise FormError(place, "the notice is missing: people must read who gets their answers before they send")
        self._parts_apart()
        reach.check(document)
        document["languages"] = [entry.code for entry in LANGUAGES if entry.code in self.complete]
        return document

    def _parts_apart(self) -> None:
        """A date is typed in parts, whose names must not be those of other questions."""
        for key, question in self.questions.items():
            taken = (
                {f"{key}_{part}" for part in ("day", "month", "year")}
                if question["type"] in {"date", "month"}
                else set()
            )
            for name in sorted(taken & set(self.questions)):
                raise FormError(f"question {name}", f"this key is taken by a part of the date “{key}”")

    def _steps(self, sources: Any, place: str) -> list[dict[str, Any]]:
        if not isinstance(sources, list) or not sources:
            raise FormError(place, "there is no step")
        seen: set[str] = set()
        steps = []
        for source in sources:
            step = self._step(source, place)
            if step["key"] in seen:
                raise FormError(f"step {step['key']}", "this key is used twice")
            seen.add(step["key"])
            steps.append(step)
        return steps

    def _step(self, source: Any, form_place: str) -> dict[str, Any]:
        if not isinstance(source, dict):
            raise FormError(form_place, "a step must be a table")
        key = _key(source.get("key"), KEY, form_place)
        place = f"step {key}"
        if key in RESERVED_STEPS:
            raise FormError(place, "this key is reserved")
        _only(source, STEP_PARTS, place)
        step = {
            "key": key,
            "title": self._words(source.get("title"), f"{place}, title"),
            "intro": self._paragraphs(source.get("intro", []), f"{place}, intro"),
            "sensitive": _flag(source.get("sensitive", False), f"{place}, sensitive"),
            "visible_if": self._conditions(source.get("visible_if", []), f"{place}, visible_if"),
        }
        questions = source.get("questions")
        if not isinstance(questions, list) or not questions:
            raise FormError(place, "there is no question")
        asked = step["questions"] = [self._question(entry, place) for entry in questions]
        for question in asked:
            if question["type"] == "file" and len(asked) > 1:
                raise FormError(f"{place}, question {question['key']}", "files need a step of their own")
        step["stop_if"] = self._conditions(source.get("stop_if", []), f"{place}, stop_if")
        step["stop_text"] = self._paragraphs(source.get("stop_text", []), f"{place}, stop_text")
        if bool(step["stop_if"]) != bool(step["stop_text"]):
            raise FormError(place, "stop_if and stop_text belong together")
        return step

    def _question(self, source: Any, step_place: str) -> dict[str, Any]:
        if not isinstance(source, dict):
            raise FormError(step_place, "a question must be a table")
        key = _key(source.get("key"), KEY, step_place)
        place = f"{step_place}, question {key}"
        if key in self.questions:
            raise FormError(place, "this key is used twice")
        _only(source, QUESTION_PARTS, place)
        kind = source.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            raise FormError(place, f"unknown type “{kind}”")
        question = {
            "key": key,
            "type": kind,
            "label": self._words(source.get("label"), f"{place}, label"),
            "help": self._words(source.get("help", ""), f"{place}, help", optional=True),
            "required": _flag(source.get("required", False), f"{place}, required"),
            "max": _maximum(source.get("max"), place, kind),
            "sensitivity": _text(source.get("sensitivity", "none"), f"{place}, sensitivity"),
            "store": _flag(source.get("store", kind != "info"), f"{place}, store"),
            "autocomplete": _text(source.get("autocomplete", ""), f"{place}, autocomplete"),
            "visible_if": self._conditions(source.get("visible_if", []), f"{place}, visible_if"),
            "options": self._options(source.get("options", []), kind, place),
        }
        if question["sensitivity"] not in SENSITIVITIES:
            raise FormError(place, f"unknown sensitivity “{question['sensitivity']}”")
        if question["autocomplete"] and question["autocomplete"] not in AUTOCOMPLETE:
            raise FormError(place, f"unknown autocomplete “{question['autocomplete']}”")
        if kind == "info" and (question["required"] or question["store"]):
            raise FormError(place, "an info has no answer, so it can neither be required nor stored")
        if kind == "file":
            question["max_files"] = _maximum(source.get("max_files"), place, kind) or USUAL_FILES
            question["accept"] = [_text(entry, f"{place}, accept") for entry in source.get("accept") or []]
        self.questions[key] = question
        return question

    def _options(self, sources: Any, kind: str, place: str) -> list[dict[str, Any]]:
        if kind not in CHOICES:
            if sources:
                raise FormError(place, f"the type “{kind}” has no options")
            return []
        if not isinstance(sources, list) or not sources:
            raise FormError(place, "the options are missing")
        options: list[dict[str, Any]] = []
        for source in sources:
            if not isinstance(source, dict):
                raise FormError(place, "an option must be a table")
            key = _key(source.get("key"), OPTION_KEY, place)
            if any(option["key"] == key for option in options):
                raise FormError(f"{place}, option {key}", "this key is used twice")
            _only(source, frozenset({"key", "label"}), f"{place}, option {key}")
            options.append({"key": key, "label": self._words(source.get("label"), f"{place}, option {key}")})
        return options

    def _conditions(self, sources: Any, place: str) -> list[dict[str, Any]]:
        if not isinstance(sources, list):
            raise FormError(place, "conditions must be a list")
        return [self._condition(source, place) for source in sources]

    def _condition(self, source: Any, place: str) -> dict[str, Any]:
        if not isinstance(source, dict) or len(source) != 2 or "question" not in source:
            raise FormError(place, "a condition names a question and one of is, is_not, any_of")
        name = source["question"]
        question = self.questions.get(name) if isinstance(name, str) else None
        if question is None:
            raise FormError(place, f"the question “{name}” is unknown or comes later")
        operator = next(part for part in source if part != "question")
        if operator not in reach.OPERATORS:
            raise FormError(place, f"unknown comparison “{operator}”")
        values = source[operator] if operator == "any_of" else [source[operator]]
        if not isinstance(values, list) or not values:
            raise FormError(place, "any_of needs at least one option")
        for value in values:
            if not reach.can_be(question, value):
                raise FormError(place, f"the question “{name}” has no option “{value}”")
        return {"question": name, operator: source[operator]}

    def _words(self, text: Any, place: str, optional: bool = False) -> dict[str, str]:
        text = _text(text, place)
        if not text:
            if optional:
                return {}
            raise FormError(place, "the text is missing")
        words = {SOURCE: text}
        for code, table in self.translations.items():
            if code == SOURCE:
                continue
            translated = (table.get(text) or "").strip()
            if not translated:
                self.complete.discard(code)
                continue
            if sorted(PLACEHOLDER.findall(translated)) != sorted(PLACEHOLDER.findall(text)):
                raise FormError(f"{place} ({code})", "the translation has other {placeholders} than the source")
            words[code] = translated
        return words

    def _paragraphs(self, sources: Any, place: str) -> list[dict[str, str]]:
        if not isinstance(sources, list):
            raise FormError(place, "must be a list of sentences")
        return [self._words(text, place) for text in sources]


def _text(value: Any, place: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FormError(place, "must be a text")
    return value.strip()


def _flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise FormError(place, "must be true or false")
    return value


def _maximum(value: Any, place: str, kind: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise FormError(f"{place}, max", "must be a whole number above 0")
    if kind in {"text", "textarea"} and value > LONGEST_TEXT:
        raise FormError(f"{place}, max", f"must be at most {LONGEST_TEXT} characters")
    return value


def _key(value: Any, shape: re.Pattern[str], place: str) -> str:
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise FormError(place, f"malformed key “{value}”")
    return value


def _only(source: dict[str, Any], known: frozenset[str], place: str) -> None:
    unknown = sorted(set(source) - known)
    if unknown:
        raise FormError(place, f"unknown part “{unknown[0]}”")
