"""The matrix of effort and impact: a table that reads like a picture and is one for nobody who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass

from network.needs.models import Need
from network.needs.statuses import Scale


@dataclass(frozen=True)
class Matrix:
    """Rows from the highest impact down; in each a cell for every effort, lowest first."""

    rows: list[tuple[Scale, list[tuple[Scale, list[Need]]]]]
    unestimated: list[Need]
    """Needs whose effort nobody has estimated yet."""


def matrix_of(needs: list[Need]) -> Matrix:
    """Sort needs into the matrix; their order within a cell stays."""
    rows = [
        (
            impact,
            [(effort, [need for need in needs if (need.impact, need.effort) == (impact, effort)]) for effort in Scale],
        )
        for impact in reversed(Scale)
    ]
    return Matrix(rows, [need for need in needs if need.effort is None])
