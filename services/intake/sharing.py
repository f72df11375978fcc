"""Puts shared parts of forms in their place: blocks of steps, questions or sentences, and options by their key.

A block is written once and used by reference, so that forms do not repeat each other and a better sentence is better
everywhere. In a list of steps, questions or sentences, `{block = "where"}` stands for everything the block has of that
kind; `without = ["au_start"]` leaves out questions by their key, and steps that are empty then, and
`change = {channels = {required = false}}` gives questions other parts. In the options of a question a text stands for
the option with that key in the block `options`, `{key = "none", like = "no"}` for its words alone.
The result knows no blocks any more.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from services.intake.reach import FormError

OPTIONS = "options"
"""Name of the block with options that many questions have."""

SENTENCES = ("intro", "notice", "after")

Blocks = Mapping[str, Mapping[str, Any]]


def resolve(source: Mapping[str, Any], blocks: Blocks) -> dict[str, Any]:
    """The source with every reference replaced. Raises `FormError` for a block or option nobody knows."""
    form = copy.deepcopy(dict(source))
    place = f"form {form.get('key')}"
    for name in SENTENCES:
        if isinstance(form.get(name), list):
            form[name] = _spliced(form[name], name, "sentences", blocks, place)
    if isinstance(form.get("steps"), list):
        form["steps"] = _spliced(form["steps"], "steps", "steps", blocks, place)
        for step in form["steps"]:
            if isinstance(step, dict):
                _resolve_step(step, blocks)
    return form


def _resolve_step(step: dict[str, Any], blocks: Blocks) -> None:
    place = f"step {step.get('key')}"
    if isinstance(step.get("intro"), list):
        step["intro"] = _spliced(step["intro"], "intro", "sentences", blocks, place)
    if not isinstance(step.get("questions"), list):
        return
    step["questions"] = _spliced(step["questions"], "questions", "questions", blocks, place)
    for question in step["questions"]:
        if isinstance(question, dict) and isinstance(question.get("options"), list):
            where = f"{place}, question {question.get('key')}"
            question["options"] = [_option(entry, blocks, where) for entry in question["options"]]


def _spliced(entries: list[Any], name: str, part: str, blocks: Blocks, place: str) -> list[Any]:
    found: list[Any] = []
    for entry in entries:
        if not isinstance(entry, dict) or "block" not in entry:
            found.append(entry)
            continue
        if unknown := set(entry) - {"block", "without", "change"}:
            raise FormError(f"{place}, {name}", f"a block has no part “{sorted(unknown)[0]}”")
        block = blocks.get(entry["block"])
        if block is None or part not in block:
            raise FormError(f"{place}, {name}", f"there is no block “{entry['block']}” of {part}")
        shared = copy.deepcopy(list(block[part]))
        found += _fitted(shared, entry.get("without", []), entry.get("change", {}), part, place)
    return found


def _fitted(entries: list[Any], without: list[str], change: dict[str, Any], part: str, place: str) -> list[Any]:
    """The entries of a block without some questions and with other parts of some; in place."""
    questions = entries if part == "questions" else [question for step in entries for question in _questions(step)]
    known = {question.get("key"): question for question in questions if isinstance(question, dict)}
    for key in [*without, *change]:
        if key not in known:
            raise FormError(place, f"the block has no question “{key}” to leave out or to change")
    for key, parts in change.items():
        known[key].update(parts)
    if part == "questions":
        return [question for question in entries if question.get("key") not in without]
    if part == "steps":
        for step in entries:
            step["questions"] = [question for question in _questions(step) if question.get("key") not in without]
        return [step for step in entries if step["questions"]]
    return entries


def _questions(step: Any) -> list[Any]:
    return list(step.get("questions", [])) if isinstance(step, dict) else []


def _option(entry: Any, blocks: Blocks, place: str) -> Any:
    alike = entry.get("like") if isinstance(entry, dict) else entry
    if not isinstance(alike, str):
        return entry
    known = {option["key"]: option for option in blocks.get(OPTIONS, {}).get("options", [])}
    if alike not in known:
        raise FormError(place, f"there is no shared option “{alike}”")
    own = {part: value for part, value in entry.items() if part != "like"} if isinstance(entry, dict) else {}
    return {**known[alike], **own}
