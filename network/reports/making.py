"""Makes the table of a report: rows of the source, small numbers kept back, the chosen columns in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from network.reports.periods import Days, quarters_between
from network.reports.registry import Column, Periods, Scope, Source
from network.reports.suppression import FEWEST, Sum, hidden_cells
from portal.models import District

QUARTER = "quarter"
"""The column that comes first where a report is made for several quarters."""


@dataclass(frozen=True)
class Table:
    """A finished report: nothing in it may be hidden any more."""

    source: Source
    codes: list[str]
    headings: list[str]
    rows: list[list[Any]]
    days: Days
    keeps_back: bool

    @property
    def note(self) -> str:
        """What one has to know to read it."""
        if not self.keeps_back:
            return ""
        return _("Numbers below {fewest} are not shown, nor others that would give them away.").format(fewest=FEWEST)


def make_table(
    *, source: Source, columns: Sequence[str], days: Days, district: District, user: Any, at: datetime
) -> Table:
    """The table for a period. Everything that is hidden is decided over all columns, whichever are chosen: so two
    reports with different columns cannot be laid over each other.
    """
    chosen = [column for column in source.columns if column.code in columns] or list(source.columns)
    rows: list[list[Any]] = []
    keeps_back = False
    spans = quarters_between(*days) if source.periods == Periods.QUARTERS else [days]
    by_quarter = source.periods == Periods.QUARTERS
    for first, last in spans:
        if first > timezone.localtime(at).date():
            continue
        found = list(source.rows(Scope(district, user, first, last, at)))
        hidden = _hidden(source, found)
        keeps_back = keeps_back or bool(hidden)
        for place, row in enumerate(found):
            cells = [_cell(row, column, (place, column.code) in hidden) for column in chosen]
            rows.append([f"{first.year}-{(first.month + 2) // 3}", *cells] if by_quarter else cells)
    codes = [column.code for column in chosen]
    headings = [str(column.label) for column in chosen]
    if by_quarter:
        codes, headings = [QUARTER, *codes], [_("Quarter"), *headings]
    return Table(source, codes, headings, rows, days, keeps_back)


def _hidden(source: Source, rows: list[Mapping[str, Any]]) -> set[tuple[int, str]]:
    counts = [column.code for column in source.columns if column.is_count]
    grid = [{code: row[code] for code in counts if isinstance(row.get(code), int)} for row in rows]
    sums = [Sum(column.code, column.parts) for column in source.columns if column.parts]
    hidden = hidden_cells(grid, sums, adds_up=source.adds_up)
    kept = {(place, code) for place, row in enumerate(rows) for code in counts if code in row and row[code] is None}
    return hidden | kept


def _cell(row: Mapping[str, Any], column: Column, is_hidden: bool) -> Any:
    if is_hidden:
        return _("not shown")
    value = row.get(column.code, "")
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    return value if isinstance(value, (int, float, date)) else str(value if value is not None else "")
