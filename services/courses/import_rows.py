"""What is read from a file before anybody looks at the database: rows, each with what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.errors import DomainError

MOST_BYTES = 5 * 2**20
"""Of a file as it is sent."""
MOST_ROWS = 3000
"""Runs and lessons of one file. A provider with more sends one file per term."""
MOST_RUNS = 500
"""Runs among them; each is checked like a form."""
MOST_CHANGED = 1000
"""Rows of one file that change something that is here: each tells calendars and people, so it takes its time."""
LONGEST_LINE = 20_000
"""Characters of one line; a row of all columns with notes has some hundred."""
LONGEST_REF = 200
"""Characters of a number at the source; calendar programs make long ones."""

RUN, LESSON = "run", "lesson"


class FileRefused(DomainError):
    """The whole file cannot be read. The sentence says what to do."""

    status = 422


class BadCell(Exception):
    """A cell cannot be understood. Its text is a sentence for the person who sent the file."""


@dataclass
class Row:
    """One run or lesson of a file. `values` holds only what the file says; what it leaves empty is not there."""

    kind: str
    ref: str
    line: int
    """Line, or number of the entry in a calendar file; from 1."""
    sheet: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Contents:
    """What a file holds."""

    rows: list[Row] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    """Headings of columns nobody asked for."""
