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
    order = tuple(range(len(cases[0][0])))
    known: _Known = {}
    best = _build(cases, order, frozenset(), known)
    seen = {order}
    improved = True
    while improved and len(best) > 1:
        improved = False
        for position in range(len(order)):
            for place in range(len(order)):
                rest = order[:position] + order[position + 1 :]
                tried = (*rest[:place], order[position], *rest[place:])
                if tried in seen:
                    continue  # was not shorter, or is the best one itself
                seen.add(tried)
                rows = _build(cases, tried, frozenset(), known)
                if len(rows) < len(best):
                    best, order, improved = rows, tried, True
    return best


_Known = dict[tuple[frozenset[tuple[int, int]], tuple[int, ...]], list[Merged]]
"""Parts of tables by what was answered before them and the order of what follows: most orders share their ends."""


def _build(cases: list[Case], order: tuple[int, ...], given: frozenset[tuple[int, int]], known: _Known) -> list[Merged]:
    """The table of the cases in which the `given` choices were made."""
    if (given, order) not in known:
        known[given, order] = _built(cases, order, given, known)
    return known[given, order]


def _built(cases: list[Case], order: tuple[int, ...], given: frozenset[tuple[int, int]], known: _Known) -> list[Merged]:
    first = cases[0][1]
    if not order or all(outcome == first for _picks, outcome in cases):
        return [Merged((), first, tuple([picks for picks, _outcome in cases]))]
    position, rest = order[0], order[1:]
    values: dict[int, list[Case]] = {}
    for case in cases:
        values.setdefault(case[0][position], []).append(case)
    alike: dict[Any, tuple[list[int], list[list[Merged]]]] = {}
    for value in sorted(values):
        rows = _build(values[value], rest, given | {(position, value)}, known)
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
