"""Whether every step and question of a form can be reached by some way of answering. Pure.

A condition that is never true is not a matter of taste: the question behind it is missing, and nobody sees it.
"""

from __future__ import annotations

import re
from typing import Any

from portal.languages import is_known

CHOICES = frozenset({"radio", "checkbox", "select"})
"""Types whose options are part of the form."""

OPERATORS = frozenset({"is", "is_not", "any_of"})

ELSEWHERE = "elsewhere"
"""Answer to `municipality`: another place. Answer to `language`: another language."""

UNKNOWN = "unknown"
"""Answer to `municipality`: I do not know."""


class FormError(Exception):
    """A form that must not be published. `place` says where, the message what is wrong."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}.")
        self.place = place
        self.problem = problem


def can_be(question: dict[str, Any], value: Any) -> bool:
    """Whether a question can be answered with this value; only choices can carry a condition."""
    if not isinstance(value, str):
        return False
    kind = question["type"]
    if kind in CHOICES:
        return any(option["key"] == value for option in question["options"])
    if kind == "municipality":
        return value in {ELSEWHERE, UNKNOWN} or bool(re.fullmatch(r"\d{8}", value))
    if kind == "language":
        return value == ELSEWHERE or is_known(value)
    return False


def check(document: dict[str, Any]) -> None:
    """Raise `FormError` for the first step or question that no answers lead to."""
    needs: dict[str, list[dict[str, Any]]] = {}
    questions = {question["key"]: question for step in document["steps"] for question in step["questions"]}
    for step in document["steps"]:
        if not satisfiable(step["visible_if"], needs, questions):
            raise FormError(f"step {step['key']}", "no answers lead to this step")
        for question in step["questions"]:
            conditions = [*step["visible_if"], *question["visible_if"]]
            if not satisfiable(conditions, needs, questions):
                raise FormError(f"step {step['key']}, question {question['key']}", "no answers lead to this question")
            needs[question["key"]] = conditions
        if step["stop_if"] and not satisfiable([*step["visible_if"], *step["stop_if"]], needs, questions):
            raise FormError(f"step {step['key']}, stop_if", "no answers lead to this stop")


def satisfiable(
    conditions: list[dict[str, Any]], needs: dict[str, list[dict[str, Any]]], questions: dict[str, dict[str, Any]]
) -> bool:
    """Whether all conditions, and those of the questions they need, can hold together."""
    pending, all_conditions = list(conditions), list(conditions)
    visited: set[str] = set()
    while pending:
        condition = pending.pop()
        name = condition["question"]
        if "is_not" in condition or name in visited:
            continue  # an answer that must be missing or different needs nothing else to be visible
        visited.add(name)
        pending += needs.get(name, [])
        all_conditions += needs.get(name, [])
    names = {condition["question"] for condition in all_conditions}
    return all(
        _possible(questions[name], [entry for entry in all_conditions if entry["question"] == name]) for name in names
    )


def _possible(question: dict[str, Any], conditions: list[dict[str, Any]]) -> bool:
    wanted = [{entry["is"]} if "is" in entry else set(entry["any_of"]) for entry in conditions if "is_not" not in entry]
    forbidden = {entry["is_not"] for entry in conditions if "is_not" in entry}
    if question["type"] == "checkbox":
        return all(values - forbidden for values in wanted)
    if wanted:
        return bool(set.intersection(*wanted) - forbidden)
    if question["type"] in CHOICES and question["required"]:
        return bool({option["key"] for option in question["options"]} - forbidden)
    return True
