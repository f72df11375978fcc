"""Checks the conditions of a source: every one must name something that was asked before and can be answered so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.conditions import CODES, MOST_DAYS, OPERATORS, is_day
from services.intake.reach import DAYS, READING, FormError, can_be

Questions = Mapping[str, Mapping[str, Any]]


def conditions_of(source: Any, questions: Questions, place: str, is_rule: bool = False) -> Any:
    """The conditions as a document holds them: a list (AND) or `{"any": [...]}` (OR of two or more).

    `questions` are those read so far. A rule may also ask for the language of the reader. `{"all": [...]}` is a list.
    """
    if isinstance(source, dict) and set(source) == {"all"}:
        source = source["all"]
    if isinstance(source, dict) and set(source) == {"any"}:
        found = _all_of(source["any"], questions, place, is_rule)
        return {"any": found} if len(found) > 1 else found
    return _all_of(source if source is not None else [], questions, place, is_rule)


def _all_of(sources: Any, questions: Questions, place: str, is_rule: bool) -> list[dict[str, Any]]:
    if not isinstance(sources, list):
        raise FormError(place, "conditions must be a list")
    return [_condition(source, questions, place, is_rule) for source in sources]


def _condition(source: Any, questions: Questions, place: str, is_rule: bool) -> dict[str, Any]:
    if not isinstance(source, dict) or len(source) != 2 or "question" not in source:
        raise FormError(place, "a condition names a question and one comparison, and cannot hold others")
    name = source["question"]
    question = questions.get(name) if isinstance(name, str) else None
    if is_rule and name == READING:
        question = {"key": READING, "type": "language"}
    if question is None:
        raise FormError(place, f"the question “{name}” is unknown or comes later")
    operator = next(part for part in source if part != "question")
    if operator not in OPERATORS:
        raise FormError(place, f"unknown comparison “{operator}”")
    value = source[operator]
    if operator in CODES:
        _check_codes(question, name, value if operator == "any_of" else [value], place)
    else:
        _check_day(question, name, operator, value, place)
    return {"question": name, operator: value}


def _check_codes(question: Mapping[str, Any], name: str, values: Any, place: str) -> None:
    if not isinstance(values, list) or not values:
        raise FormError(place, "any_of needs at least one option")
    for value in values:
        if not can_be(question, value):
            raise FormError(place, f"the question “{name}” has no option “{value}”")


def _check_day(question: Mapping[str, Any], name: str, operator: str, value: Any, place: str) -> None:
    if question["type"] not in DAYS:
        raise FormError(place, f"the question “{name}” is no date, so nothing is {operator} it")
    if operator == "within_days":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
            raise FormError(place, "within_days needs a number of days")
    elif not is_day(value):
        raise FormError(place, f"“{value}” is no day, for example 2026-05-31, 2026-05, today or +7 days")
