"""The way back: from the source of a form to what a page keeps in its fields. Pure but for the blocks it may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.inbox.statuses import Urgency
from services.intake.builder import EXTRAS, SENTENCES
from services.intake.compiler import USUAL_DAYS
from services.intake.question_types import TYPES, USUAL_FILES
from services.intake.reach import SILENT, FormError

SharedPk = Callable[[str], int]
"""Key of a reusable block → its primary key. Raises `FormError` for an unknown one."""


def content_of(source: Mapping[str, Any], shared: SharedPk, known: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Values for the fields of a form page; StreamFields as raw data.

    The same keys give the same ids of blocks; `known` are those a page has already (`ids_of`). The source must have
    been checked by the compiler, references to blocks apart.
    """
    writer = _Writer(f"form:{source['key']}", shared, known)
    routing = source.get("routing") or {}
    default = routing.get("default") or {}
    return {
        "key": source["key"],
        "title": source["title"],
        "teaser": source.get("teaser", ""),
        "for_whom": source.get("for_whom", ""),
        "audience": source.get("audience", "public"),
        "assisted": source.get("assisted", source.get("audience", "public") == "public"),
        "topics": ", ".join(source.get("topics", [])),
        "retention_days": source.get("retention_days") or USUAL_DAYS,
        "default_office": default.get("office") or source.get("recipient") or "",
        "default_urgency": default.get("urgency", Urgency.NORMAL.value),
        "default_due_days": default.get("due_days"),
        "routing": [writer.rule(rule, number) for number, rule in enumerate(routing.get("rules") or [])],
        **{
            name: [writer.sentence(entry, f"{name}:{number}") for number, entry in enumerate(source.get(name, []))]
            for name in SENTENCES
        },
        "steps": [writer.step(step) for step in source.get("steps", [])],
    }


def ids_of(page: Any) -> dict[str, str]:
    """Where things stand in a page → ids of their blocks, so that a new text keeps its translations' places."""
    found = {f"{name}:{number}": block.id for name in SENTENCES for number, block in enumerate(getattr(page, name))}
    for step in page.steps:
        place = f"steps:{step.value['key']}"
        found[place] = step.id
        for name in ("intro", "stop_text"):
            found |= {f"{place}:{name}:{number}": item.id for number, item in enumerate(step.value[name].bound_blocks)}
        for child in step.value["questions"]:
            if child.block_type == "shared":
                found[f"{place}:block:{getattr(child.value['block'], 'key', '')}"] = child.id
                continue
            where = f"{place}:{child.value['key']}"
            found[where] = child.id
            for item in child.value["options"].bound_blocks if "options" in child.value else ():
                found[f"{where}:options:{item.value['key']}"] = item.id
    return found


def block_content(source: Mapping[str, Any], key: str) -> dict[str, list[dict[str, Any]]]:
    """Raw data of the questions and sentences of a reusable block."""
    writer = _Writer(f"block:{key}", _no_block)
    sentences = [
        writer.sentence(entry, f"sentences:{number}") for number, entry in enumerate(source.get("sentences", []))
    ]
    return {"questions": writer.questions(source.get("questions", []), "questions"), "sentences": sentences}


def _no_block(key: str) -> int:
    raise FormError(f"block {key}", "a reusable block cannot hold another one")


class _Writer:
    """Writes raw StreamField data with ids that follow from keys."""

    def __init__(self, place: str, shared: SharedPk, known: Mapping[str, str] | None = None) -> None:
        self.place, self.shared, self.known = place, shared, known or {}

    def block(self, kind: str, value: Any, place: str) -> dict[str, Any]:
        made = uuid5(NAMESPACE_URL, f"lotse:{self.place}:{place}")
        return {"type": kind, "value": value, "id": self.known.get(place) or str(made)}

    def sentence(self, entry: Any, place: str) -> dict[str, Any]:
        if isinstance(entry, Mapping):
            return self.block("shared", self.shared(entry["block"]), place)
        return self.block("paragraph", entry, place)

    def step(self, source: Mapping[str, Any]) -> dict[str, Any]:
        place = f"steps:{source['key']}"
        value = {
            "key": source["key"],
            "title": source.get("title", ""),
            "intro": self._paragraphs(source.get("intro"), f"{place}:intro"),
            "sensitive": source.get("sensitive", False),
            "visible_if": self.conditions(source.get("visible_if"), f"{place}:visible_if"),
            "stop_if": self.conditions(source.get("stop_if"), f"{place}:stop_if"),
            "stop_text": self._paragraphs(source.get("stop_text"), f"{place}:stop_text"),
            "questions": self.questions(source.get("questions", []), place),
        }
        return self.block("step", value, place)

    def questions(self, sources: list[Any], place: str) -> list[dict[str, Any]]:
        found = []
        for source in sources:
            if "block" in source:
                value = {"block": self.shared(source["block"]), "without": ", ".join(source.get("without", []))}
                found.append(self.block("shared", value, f"{place}:block:{source['block']}"))
            else:
                found.append(self._question(source, f"{place}:{source['key']}"))
        return found

    def _question(self, source: Mapping[str, Any], place: str) -> dict[str, Any]:
        kind = source.get("type")
        if kind not in TYPES:
            raise FormError(f"question {source['key']}", f"unknown type “{kind}”")
        value = {
            "key": source["key"],
            "label": source.get("label", ""),
            "help": source.get("help", ""),
            "visible_if": self.conditions(source.get("visible_if"), f"{place}:visible_if"),
        }
        if kind not in SILENT:
            value |= {
                "required": source.get("required", False),
                "sensitivity": source.get("sensitivity", "none"),
                "store": source.get("store", True),
                **{name: source[name] for name in EXTRAS if source.get(name)},
            }
        if kind == "file":
            value |= {
                "accept": ", ".join(source.get("accept") or []),
                "max_files": source.get("max_files") or USUAL_FILES,
            }
        if source.get("options"):
            value["options"] = [
                self.block("item", dict(option), f"{place}:options:{option['key']}") for option in source["options"]
            ]
        return self.block(kind, value, place)

    def conditions(self, source: Any, place: str) -> dict[str, Any]:
        if isinstance(source, Mapping):
            match, entries = next(iter(source)), next(iter(source.values()))
        else:
            match, entries = "all", source or []
        items = [
            self.block("item", _condition(entry), f"{place}:{number}:{entry['question']}")
            for number, entry in enumerate(entries)
        ]
        return {"match": match, "conditions": items}

    def rule(self, source: Mapping[str, Any], number: int) -> dict[str, Any]:
        value = {
            "when": self.conditions(source.get("when"), f"routing:{number}"),
            "office": source.get("office", ""),
            "urgency": source.get("urgency", Urgency.NORMAL.value),
            "due_days": source.get("due_days"),
        }
        return self.block("rule", value, f"routing:{number}")

    def _paragraphs(self, texts: list[str] | None, place: str) -> list[dict[str, Any]]:
        return [self.block("item", text, f"{place}:{number}") for number, text in enumerate(texts or [])]


def _condition(entry: Mapping[str, Any]) -> dict[str, Any]:
    comparison = next(name for name in entry if name != "question")
    value = entry[comparison]
    answers = ", ".join(value) if isinstance(value, list) else str(value)
    return {"question": entry["question"], "comparison": comparison, "answers": answers}
