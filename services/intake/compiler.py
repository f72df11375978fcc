"""From the source of a form and its translations to one checked document, the only thing a journey ever reads.

A document is plain JSON. Of the form: `schema`, `key`, `languages` (those in which every sentence exists), `audience`
(`services.intake.audience`), `assisted` (whether somebody may fill it in together with the person), `retention_days`
(kept after closing), `topics` (codes every case of this form gets), `routing`, `recipient` (code of the default office,
empty where the responsible one gets the answers), `title`, `teaser`, `for_whom`, `intro`, `notice`, `after`, `steps`.

A step has `key`, `title`, `intro`, `sensitive`, `visible_if`, `stop_if`, `stop_text`, `questions`; a question has
`key`, `type`, `label`, `help`, `required`, `max`, `sensitivity`, `store`, `autocomplete`, `visible_if`, `options` (of
`key`, `label` and perhaps `exclusive`) and what its type has besides (`services.intake.question_types`).

`routing` has `rules`, of which the first whose `when` holds decides, and a `default`. Both say `office` (a code, or
`responsible` for the one the directory names), `urgency` and `due_days` (working days, None for those of the urgency).

Every sentence is a table of languages, `{"de": "…", "ar": "…"}`, and German is always in it; a language that misses
in it is shown in German and marked as such (`services.intake.wording`). Conditions: `services.intake.conditions`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from portal.languages import LANGUAGES, SOURCE, is_known
from services.intake import reach
from services.intake.checking import (
    FORM_KEY,
    KEY,
    OPTION_KEY,
    flag_of,
    key_of,
    list_of,
    one_of,
    only,
    table_of,
    text_of,
    whole_of,
)
from services.intake.condition_compiler import conditions_of
from services.intake.question_types import AUTOCOMPLETE, EXTRAS, SENSITIVITIES, TYPES, extras_of, maximum_of
from services.intake.reach import CHOICES, DAYS, SILENT, FormError
from services.intake.routing_compiler import RESPONSIBLE, routing_of

SCHEMA_VERSION = 2
AUDIENCES = frozenset({"public", "invited", "login", "staff"})
RESERVED_STEPS = frozenset(
    (
        *(
            "start",
            "check",
            "receipt",
            "stop",
            "doors",
            "leave",
            "deleted",
            "done",
            "resume",
            "save",
            "files",
            "expired",
        ),
        *("stay", "both", "notice"),
    )
)
KEPT_DAYS = (7, 3650)
USUAL_DAYS = 90
"""Days a closed case is kept: the range an editor may choose from, and what counts where nothing is said."""

PLACEHOLDER = re.compile(r"\{[^}]*\}")

FORM_PARTS = frozenset(
    (
        *("kind", "key", "audience", "assisted", "recipient", "routing", "topics", "retention_days", "samples"),
        *("title", "teaser", "for_whom", "intro", "notice", "after", "steps"),
    )
)
STEP_PARTS = frozenset(("key", "title", "intro", "sensitive", "visible_if", "stop_if", "stop_text", "questions"))
QUESTION_PARTS = EXTRAS | frozenset(
    ("key", "type", "label", "help", "required", "sensitivity", "store", "autocomplete", "visible_if", "options")
)


def compile_form(source: dict[str, Any], translations: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The document of a form. `translations` maps a language tag to {German sentence: translated sentence}.

    Blocks must be put in place before (`services.intake.sharing`). Raises `FormError`, which names the place, for
    anything that could leave a person stuck or astray.
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
        key = key_of(source.get("key"), FORM_KEY, "form")
        place = f"form {key}"
        only(source, FORM_PARTS, place)
        audience = one_of(source.get("audience", "public"), AUDIENCES, f"{place}, audience", "audience")
        steps = self._steps(source.get("steps"), place)
        routing = routing_of(source, self.questions)
        default = routing["default"]["office"]
        kept = whole_of(source.get("retention_days"), f"{place}, retention_days", *KEPT_DAYS)
        document = {
            "schema": SCHEMA_VERSION,
            "key": key,
            "audience": audience,
            "assisted": flag_of(source.get("assisted", audience == "public"), f"{place}, assisted"),
            "retention_days": kept or USUAL_DAYS,
            "topics": self._topics(source.get("topics", []), f"{place}, topics"),
            "routing": routing,
            "recipient": "" if default == RESPONSIBLE else default,
            "title": self._words(source.get("title"), f"{place}, title"),
            "teaser": self._words(source.get("teaser", ""), f"{place}, teaser", optional=True),
            "for_whom": self._words(source.get("for_whom", ""), f"{place}, for_whom", optional=audience == "public"),
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

    def _topics(self, sources: Any, place: str) -> list[str]:
        return [key_of(code, KEY, place) for code in list_of(sources, place, "must be a list of codes")]

    def _parts_apart(self) -> None:
        """A date is typed in parts, whose names must not be those of other questions."""
        for key, question in self.questions.items():
            parts = ("day", "month", "year") if question["type"] in DAYS else ()
            for name in sorted({f"{key}_{part}" for part in parts} & set(self.questions)):
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
        source = table_of(source, form_place, "a step must be a table")
        key = key_of(source.get("key"), KEY, form_place)
        place = f"step {key}"
        if key in RESERVED_STEPS:
            raise FormError(place, "this key is reserved")
        only(source, STEP_PARTS, place)
        step = {
            "key": key,
            "title": self._words(source.get("title"), f"{place}, title"),
            "intro": self._paragraphs(source.get("intro", []), f"{place}, intro"),
            "sensitive": flag_of(source.get("sensitive", False), f"{place}, sensitive"),
            "visible_if": self._conditions(source, "visible_if", place),
        }
        questions = source.get("questions")
        if not isinstance(questions, list) or not questions:
            raise FormError(place, "there is no question")
        step["questions"] = [self._question(entry, place) for entry in questions]
        for question in step["questions"]:
            if question["type"] == "file" and len(step["questions"]) > 1:
                raise FormError(f"{place}, question {question['key']}", "files need a step of their own")
        step["stop_if"] = self._conditions(source, "stop_if", place)
        step["stop_text"] = self._paragraphs(source.get("stop_text", []), f"{place}, stop_text")
        if bool(step["stop_if"]) != bool(step["stop_text"]):
            raise FormError(place, "stop_if and stop_text belong together")
        return step

    def _question(self, source: Any, step_place: str) -> dict[str, Any]:
        source = table_of(source, step_place, "a question must be a table")
        key = key_of(source.get("key"), KEY, step_place)
        place = f"{step_place}, question {key}"
        if key in self.questions:
            raise FormError(place, "this key is used twice")
        only(source, QUESTION_PARTS, place)
        kind = source.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            raise FormError(place, f"unknown type “{kind}”")
        autocomplete = text_of(source.get("autocomplete", ""), f"{place}, autocomplete")
        if autocomplete and autocomplete not in AUTOCOMPLETE:
            raise FormError(place, f"unknown autocomplete “{autocomplete}”")
        question = {
            "key": key,
            "type": kind,
            "label": self._words(source.get("label"), f"{place}, label"),
            "help": self._words(source.get("help", ""), f"{place}, help", optional=True),
            "required": flag_of(source.get("required", False), f"{place}, required"),
            "max": maximum_of(source, kind, place),
            "sensitivity": one_of(source.get("sensitivity", "none"), SENSITIVITIES, place, "sensitivity"),
            "store": flag_of(source.get("store", kind not in SILENT), f"{place}, store"),
            "autocomplete": autocomplete,
            "visible_if": self._conditions(source, "visible_if", place),
            "options": self._options(source.get("options", []), kind, place),
            **extras_of(source, kind, place),
        }
        if kind in SILENT and (question["required"] or question["store"]):
            raise FormError(place, f"the type “{kind}” has no answer, so it can neither be required nor stored")
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
            source = table_of(source, place, "an option must be a table")
            key = key_of(source.get("key"), OPTION_KEY, place)
            where = f"{place}, option {key}"
            if any(option["key"] == key for option in options):
                raise FormError(where, "this key is used twice")
            only(source, frozenset({"key", "label", "exclusive"}), where)
            option: dict[str, Any] = {"key": key, "label": self._words(source.get("label"), where)}
            if flag_of(source.get("exclusive", False), f"{where}, exclusive"):
                if kind != "checkbox":
                    raise FormError(where, "only one of several ticks can exclude the others")
                option["exclusive"] = True
            options.append(option)
        return options

    def _conditions(self, source: Mapping[str, Any], name: str, place: str) -> Any:
        return conditions_of(source.get(name, []), self.questions, f"{place}, {name}")

    def _words(self, text: Any, place: str, optional: bool = False) -> dict[str, str]:
        text = text_of(text, place)
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
        return [self._words(text, place) for text in list_of(sources, place, "must be a list of sentences")]
