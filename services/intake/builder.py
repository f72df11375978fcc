"""From what editors keep in a page to the source that the compiler reads, and back.

The source is the same as that of a form written as a file, so both have one compiler. `source_of` asks for every
sentence by its place, the content path of wagtail-localize, so that a language can be put in without touching anything
else (services.intake.builder_words). `content_of` is the way back; ids of blocks follow from keys, so that loading or
importing again keeps translations in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from services.intake.page_models import FormBlock, IntakeFormPage
from services.intake.reach import SILENT

Say = Callable[[Any, str, str], str]
"""(page or block of questions, content path, German sentence) → the sentence to put there."""

SENTENCES = ("intro", "notice", "after")
"""Streams of paragraphs of a page."""

EXTRAS = ("max", "min", "multiple", "unknown", "version", "max_files", "prefill", "autocomplete")
"""Parts of a question that are the same in the block and in the source, left out where they say nothing."""


def as_written(owner: Any, path: str, text: str) -> str:
    """The German sentence itself."""
    return text


def source_of(page: IntakeFormPage, say: Say = as_written, shared: bool = False) -> dict[str, Any]:
    """The form of a German page as a source for the compiler.

    With `shared`, blocks of questions stay references, as in an exported file; else their questions stand in place.
    """
    reader = _Reader(page, say, shared)
    return _without_nothing(
        {
            "key": page.key,
            "audience": page.audience,
            "assisted": page.assisted,
            "topics": _split(page.topics),
            "retention_days": page.retention_days,
            "routing": _routing(page),
            "title": say(page, "title", page.title),
            "teaser": say(page, "teaser", page.teaser),
            "for_whom": say(page, "for_whom", page.for_whom),
            **{name: list(reader.sentences(getattr(page, name), name)) for name in SENTENCES},
            "steps": [reader.step(block.value, f"steps.{block.id}") for block in page.steps],
        }
    )


def questions_of(block: FormBlock, say: Say = as_written) -> list[dict[str, Any]]:
    """The questions of a reusable block as the compiler reads them."""
    return list(_Reader(block, say, shared=False).questions(block.questions, "questions"))


def sentences_of(block: FormBlock, say: Say = as_written) -> list[str]:
    """The sentences of a reusable block."""
    return list(_Reader(block, say, shared=False).sentences(block.sentences, "sentences"))


class _Reader:
    """Reads steps and questions of a page, or questions of a reusable block."""

    def __init__(self, owner: Any, say: Say, shared: bool) -> None:
        self.owner, self.say, self.shared = owner, say, shared

    def sentences(self, stream: Any, path: str) -> Iterator[Any]:
        for block in stream:
            if block.block_type != "shared":
                yield self.say(self.owner, f"{path}.{block.id}", block.value)
            elif self.shared:
                yield {"block": block.value.key if block.value else ""}
            elif block.value:
                yield from sentences_of(block.value, self.say)

    def step(self, value: Any, path: str) -> dict[str, Any]:
        return _without_nothing(
            {
                "key": value["key"],
                "title": self.say(self.owner, f"{path}.title", value["title"]),
                "intro": self._paragraphs(value["intro"], f"{path}.intro"),
                "sensitive": value["sensitive"],
                "visible_if": conditions_of(value["visible_if"]),
                "stop_if": conditions_of(value["stop_if"]),
                "stop_text": self._paragraphs(value["stop_text"], f"{path}.stop_text"),
                "questions": list(self.questions(value["questions"], f"{path}.questions")),
            }
        )

    def questions(self, stream: Any, path: str) -> Iterator[dict[str, Any]]:
        for block in stream:
            if block.block_type != "shared":
                yield self._question(block.block_type, block.value, f"{path}.{block.id}")
                continue
            found, without = block.value["block"], _split(block.value["without"])
            if self.shared:
                yield _without_nothing({"block": found.key if found else "", "without": without})
            elif found:
                yield from (question for question in questions_of(found, self.say) if question["key"] not in without)

    def _question(self, kind: str, value: Any, path: str) -> dict[str, Any]:
        question = {
            "key": value["key"],
            "type": kind,
            "label": self.say(self.owner, f"{path}.label", value["label"]),
            "help": self.say(self.owner, f"{path}.help", value["help"]),
            "visible_if": conditions_of(value["visible_if"]),
        }
        if kind not in SILENT:
            question |= {name: value[name] for name in ("required", "sensitivity")}
            question |= {name: value.get(name) for name in EXTRAS}
            question["accept"] = _split(value.get("accept"))
            question["options"] = [
                self._option(item.value, f"{path}.options.{item.id}")
                for item in (value["options"].bound_blocks if "options" in value else ())
            ]
            return {**_without_nothing(question), "store": value["store"]}
        return _without_nothing(question)

    def _option(self, value: Any, path: str) -> dict[str, Any]:
        option = {"key": value["key"], "label": self.say(self.owner, f"{path}.label", value["label"])}
        return {**option, "exclusive": True} if value.get("exclusive") else option

    def _paragraphs(self, items: Any, path: str) -> list[str]:
        return [self.say(self.owner, f"{path}.{item.id}", item.value) for item in items.bound_blocks]


def conditions_of(value: Any) -> Any:
    """Conditions of a block as the compiler reads them (services.intake.conditions)."""
    found = [_condition(entry) for entry in value["conditions"]]
    return {"any": found} if value["match"] == "any" and len(found) > 1 else found


def _condition(entry: Any) -> dict[str, Any]:
    comparison, answers = entry["comparison"], str(entry["answers"] or "")
    value: Any = answers.strip()
    if comparison == "any_of":
        value = _split(answers)
    elif comparison == "within_days" and value.isdecimal():
        value = int(value)
    return {"question": entry["question"], comparison: value}


def _routing(page: IntakeFormPage) -> dict[str, Any]:
    default = {"office": page.default_office, "urgency": page.default_urgency, "due_days": page.default_due_days}
    rules = [
        {"when": conditions_of(block.value["when"]), **{name: block.value[name] for name in default}}
        for block in page.routing
    ]
    return {"default": _without_nothing(default), "rules": [_without_nothing(rule) for rule in rules]}


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _without_nothing(table: dict[str, Any]) -> dict[str, Any]:
    """A table without what the compiler understands by itself; `assisted` says something also when it is false."""
    return {name: value for name, value in table.items() if value or name == "assisted"}
