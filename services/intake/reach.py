"""Whether every step, question and rule of a form can be reached by some way of answering. Pure.

A condition that is never true is not a matter of taste: the question behind it is missing, and nobody sees it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.languages import is_known
from services.intake.conditions import Condition, Conditions, span

CHOICES = frozenset({"radio", "checkbox", "select"})
"""Types whose options are part of the form."""

DAYS = frozenset({"date", "month"})
"""Types whose answer is a day, a month or a year."""

SILENT = frozenset({"info", "notice", "office"})
"""Types that tell something and have no answer."""

ELSEWHERE = "elsewhere"
"""Answer to `municipality`: another place. Answer to `language`: another language."""

UNKNOWN = "unknown"
"""Answer to `municipality`: I do not know."""

GIVEN = "yes"
"""Answer to `consent` where it was given; there is no other."""

READING = "_language"
"""Stands in the conditions of a rule for the language in which the person reads."""

MOST_WAYS = 4096
"""Combinations of OR that are tried; no form written by people comes near."""


class FormError(Exception):
    """A form that must not be published. `place` says where, the message what is wrong."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}.")
        self.place = place
        self.problem = problem


def can_be(question: Mapping[str, Any], value: Any) -> bool:
    """Whether a question can be answered with this key; only what offers its answers can be compared with one."""
    if not isinstance(value, str):
        return False
    kind = question["type"]
    if kind in CHOICES:
        return any(option["key"] == value for option in question["options"])
    if kind == "municipality":
        return value in {ELSEWHERE, UNKNOWN} or bool(re.fullmatch(r"\d{8}", value))
    if kind == "language":
        return value == ELSEWHERE or is_known(value)
    return kind == "consent" and value == GIVEN


def check(document: Mapping[str, Any]) -> None:
    """Raise `FormError` for the first step, question, stop or rule that no answers lead to."""
    needs: dict[str, list[Conditions]] = {}
    questions = {question["key"]: question for step in document["steps"] for question in step["questions"]}
    for step in document["steps"]:
        if not satisfiable([step["visible_if"]], needs, questions):
            raise FormError(f"step {step['key']}", "no answers lead to this step")
        for question in step["questions"]:
            conditions = [step["visible_if"], question["visible_if"]]
            if not satisfiable(conditions, needs, questions):
                raise FormError(f"step {step['key']}, question {question['key']}", "no answers lead to this question")
            needs[question["key"]] = conditions
        if step["stop_if"] and not satisfiable([step["visible_if"], step["stop_if"]], needs, questions):
            raise FormError(f"step {step['key']}, stop_if", "no answers lead to this stop")
    for number, rule in enumerate(document["routing"]["rules"], start=1):
        if not satisfiable([rule["when"]], needs, questions):
            raise FormError(f"routing, rule {number}", "no answers lead to this rule")


def satisfiable(
    groups: list[Conditions], needs: Mapping[str, list[Conditions]], questions: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Whether all groups of conditions, and those of the questions they need, can hold together."""
    return any(_possible_together(way, questions) for way in itertools.islice(_ways(groups, needs, set()), MOST_WAYS))


def _ways(
    groups: list[Conditions], needs: Mapping[str, list[Conditions]], visited: set[str]
) -> Iterator[list[Condition]]:
    """Every way to choose one side of each OR, with the conditions of the questions that are then needed."""
    if not groups:
        yield []
        return
    first, rest = groups[0], groups[1:]
    sides: Iterable[list[Condition]] = [[entry] for entry in first["any"]] if isinstance(first, Mapping) else [[*first]]
    for side in sides:
        # an answer that must be missing or different needs nothing else to be visible
        names = {entry["question"] for entry in side if "is_not" not in entry} - visited
        further = [group for name in sorted(names) for group in needs.get(name, [])]
        for others in _ways([*further, *rest], needs, visited | names):
            yield [*side, *others]


def _possible_together(conditions: list[Condition], questions: Mapping[str, Mapping[str, Any]]) -> bool:
    names = {condition["question"] for condition in conditions}
    reading = {"type": "language", "required": True}
    return all(
        _possible(
            reading if name == READING else questions[name],
            [entry for entry in conditions if entry["question"] == name],
        )
        for name in names
    )


def _possible(question: Mapping[str, Any], conditions: list[Condition]) -> bool:
    if question["type"] in DAYS:
        return _some_day(conditions)
    wanted = [{entry["is"]} if "is" in entry else set(entry["any_of"]) for entry in conditions if "is_not" not in entry]
    forbidden = {entry["is_not"] for entry in conditions if "is_not" in entry}
    if question["type"] == "checkbox" or question.get("multiple"):
        return all(values - forbidden for values in wanted)
    if wanted:
        return bool(set.intersection(*wanted) - forbidden)
    if question["type"] in CHOICES and question["required"]:
        return bool({option["key"] for option in question["options"]} - forbidden)
    return True


def _some_day(conditions: list[Condition]) -> bool:
    """Whether a day fits between all fixed days. Distances from today change every day and are not weighed."""
    before = [span(entry["before"])[0] for entry in conditions if entry.get("before", "today")[:1].isdigit()]
    after = [span(entry["after"])[1] for entry in conditions if entry.get("after", "today")[:1].isdigit()]
    return not before or not after or (min(before) - max(after)).days > 1
