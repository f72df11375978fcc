"""Small numbers of people are kept back, and others with them, so that no total gives a hidden one away.

A value of one to four is hidden (`FEWEST`). Where exactly one part of a known sum is hidden, or all hidden parts
together are fewer than five, the next smallest is hidden too, along rows and, where columns add up, along columns,
until nothing changes any more. Zero is shown: nobody is not somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5
"""The smallest number of people that is shown, but for zero."""

Grid = list[dict[str, int]]


@dataclass(frozen=True)
class Sum:
    """A column that is the sum of others."""

    total: str
    parts: tuple[str, ...]


def hidden_cells(rows: Sequence[dict[str, int]], sums: Sequence[Sum], *, adds_up: bool) -> set[tuple[int, str]]:
    """Places (row, column) that must not be shown. `adds_up`: the sum of every column is known to somebody."""
    hidden = {(place, code) for place, row in enumerate(rows) for code, value in row.items() if 0 < value < FEWEST}
    codes = sorted({code for row in rows for code in row})
    while True:
        before = len(hidden)
        for place, row in enumerate(rows):
            for one in sums:
                _protect_sum(rows, place, row, one, hidden)
        if adds_up:
            for code in codes:
                _protect(rows, [(place, code) for place, row in enumerate(rows) if code in row], hidden)
        if len(hidden) == before:
            return hidden


def _protect_sum(
    rows: Sequence[dict[str, int]], place: int, row: dict[str, int], one: Sum, hidden: set[tuple[int, str]]
) -> None:
    parts = [(place, code) for code in one.parts if code in row]
    if one.total not in row or not parts:
        return
    if (place, one.total) in hidden:
        # A hidden total is safe only while a part is hidden too: else it is the sum of what is shown.
        shown = [cell for cell in parts if cell not in hidden and _value(rows, cell)]
        if shown and not any(cell in hidden for cell in parts):
            hidden.add(min(shown, key=lambda cell: _value(rows, cell)))
        return
    if not _protect(rows, parts, hidden):
        hidden.add((place, one.total))


def _protect(rows: Sequence[dict[str, int]], line: list[tuple[int, str]], hidden: set[tuple[int, str]]) -> bool:
    """Hide more cells of a line whose sum is known; whether that was enough."""
    rest = sorted((cell for cell in line if cell not in hidden and _value(rows, cell)), key=lambda c: _value(rows, c))
    while _tells(rows, line, hidden) and rest:
        hidden.add(rest.pop(0))
    return not _tells(rows, line, hidden)


def _tells(rows: Sequence[dict[str, int]], line: list[tuple[int, str]], hidden: set[tuple[int, str]]) -> bool:
    kept = [cell for cell in line if cell in hidden]
    return bool(kept) and (len(kept) < 2 or sum(_value(rows, cell) for cell in kept) < FEWEST)


def _value(rows: Sequence[dict[str, int]], cell: tuple[int, str]) -> int:
    return rows[cell[0]][cell[1]]
