"""From every way of answering and what comes of it to few rows that a person can read. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

Picks = tuple[int, ...]
"""Numbers of the choices, one for each question."""

Case = tuple[Picks, Hashable]
"""A way of answering and its outcome."""


@dataclass(frozen=True)
class Merged:
    """All ways of answering that fit `conditions` (position of a question → numbers of choices) end the same way."""

    conditions: tuple[tuple[int, frozenset[int]], ...]
    outcome: Any
    members: tuple[Picks, ...]


def merged(cases: Sequence[Case]) -> list[Merged]:
    """The shortest table found that says the same: every way of answering is in exactly one row."""
    if not cases:
        return []
    outcomes = list(dict.fromkeys(outcome for _picks, outcome in cases))
    numbers = {outcome: number for number, outcome in enumerate(outcomes)}  # numbers are compared much faster
    rows = _shortest([(picks, numbers[outcome]) for picks, outcome in cases])
    return [Merged(row.conditions, outcomes[row.outcome], row.members) for row in rows]


def _shortest(cases: list[Case]) -> list[Merged]:
    """Tries orders of the questions, moving one at a time as long as that helps."""
    order = list(range(len(cases[0][0])))
    best = _build(cases, order)
    improved = True
    while improved and len(best) > 1:
        improved = False
        for position in range(len(order)):
            for place in range(len(order)):
                tried = [entry for entry in order if entry != order[position]]
                tried.insert(place, order[position])
                rows = _build(cases, tried)
                if len(rows) < len(best):
                    best, order, improved = rows, tried, True
    return best


def _build(cases: list[Case], order: list[int]) -> list[Merged]:
    first = cases[0][1]
    if not order or all(outcome == first for _picks, outcome in cases):
        return [Merged((), outcome, members) for outcome, members in _by_outcome(cases).items()]
    position, rest = order[0], order[1:]
    values: dict[int, list[Case]] = {}
    for case in cases:
        values.setdefault(case[0][position], []).append(case)
    alike: dict[Any, tuple[list[int], list[list[Merged]]]] = {}
    for value in sorted(values):
        rows = _build(values[value], rest)
        said = frozenset((row.conditions, row.outcome) for row in rows)
        numbers, built = alike.setdefault(said, ([], []))
        numbers.append(value)
        built.append(rows)
    found = []
    for numbers, built in alike.values():
        mine = ((position, frozenset(numbers)),) if len(alike) > 1 else ()
        found += _together(built, mine)
    return found


def _together(built: list[list[Merged]], mine: tuple[tuple[int, frozenset[int]], ...]) -> list[Merged]:
    """Rows that say the same become one, in the order of the first; `mine` stands before their conditions."""
    rows: dict[Any, list[Picks]] = {}
    for table in built:
        for row in table:
            rows.setdefault((row.conditions, row.outcome), []).extend(row.members)
    return [Merged((*mine, *conditions), outcome, tuple(members)) for (conditions, outcome), members in rows.items()]


def _by_outcome(cases: list[Case]) -> dict[Hashable, tuple[Picks, ...]]:
    found: dict[Hashable, list[Picks]] = {}
    for picks, outcome in cases:
        found.setdefault(outcome, []).append(picks)
    return {outcome: tuple(members) for outcome, members in found.items()}
