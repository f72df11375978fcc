"""Tables for spreadsheet programs, which must show what is in a cell and never run it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that a program may take for a formula (OWASP: CSV injection), full-width forms included."""


def harmless(value: Any) -> str:
    """A cell that is text, whatever it begins with, also after spaces and invisible signs."""
    text = "" if value is None else str(value)
    visible = text.lstrip(" \u00a0\u200b\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufeff")
    return f"'{text}" if text.startswith(FORMULA) or visible.startswith(FORMULA) else text


def csv_file(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download in UTF-8 with a mark by which Excel knows it."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response, delimiter=";", quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return response
