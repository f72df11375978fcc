"""Rows as a file: CSV and XLSX that no spreadsheet runs, and JSON. Everything is built in memory; callers set limits.

A cell that begins like a formula would be run by the spreadsheet of whoever opens the file (OWASP: CSV injection). It
gets an apostrophe in front, in headings too; numbers stay numbers. JSON is for programs and stays as it is.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet may hold; longer text is cut and ends with an ellipsis."""

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What neither XML nor a spreadsheet allows: control characters, halves of pairs, two places without a character.
_NOT_IN_FILES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]']")

Cell = Any
"""Text, number, yes or no, day, moment, nothing, or a list of these."""


def as_csv(
    headings: Sequence[Cell], rows: Iterable[Sequence[Cell]], *, bom: bool = True, delimiter: str = ";"
) -> Iterator[bytes]:
    """Lines of a CSV file in UTF-8. As German spreadsheets expect it: with byte order mark and semicolons."""
    if bom:
        yield b"\xef\xbb\xbf"
    for row in chain([headings], rows):
        line = io.StringIO()
        csv.writer(line, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerow([safe(cell) for cell in row])
        yield line.getvalue().encode()


def as_xlsx(headings: Sequence[Cell], rows: Iterable[Sequence[Cell]], *, title: str = "") -> bytes:
    """A workbook with one sheet. It never touches the disk: what people wrote must not lie in a temporary file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_TITLES.sub(" ", _clean(title))[:31] or None)
    sheet.freeze_panes = "A2"
    for place in range(len(headings)):
        sheet.column_dimensions[get_column_letter(place + 1)].width = 22
    sheet._writer = WorksheetWriter(sheet, out=io.BytesIO())
    sheet._writer.write_top()
    bold = Font(bold=True)
    sheet.append([_cell(sheet, heading, font=bold) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _InMemory(book, archive).save()
    return file.getvalue()


def as_json(keys: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A list of objects, one per row. Days and moments in ISO 8601, lists as lists."""
    yield b"["
    between = b"\n"
    for row in rows:
        entry = {key: _plain(cell) for key, cell in zip(keys, row, strict=True)}
        yield between + json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace")
        between = b",\n"
    yield b"\n]\n"


def as_file(
    kind: str, name: str, keys: Sequence[str], headings: Sequence[Cell], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """The answer with which a browser saves a file: `kind` is csv, xlsx or json, `name` comes without ending."""
    if kind == "xlsx":
        content = as_xlsx(headings, rows, title=name)
    else:
        content = b"".join(as_csv(headings, rows) if kind == "csv" else as_json(keys, rows))
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = str(content_disposition_header(True, f"{name}.{kind}"))
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def safe(value: Cell) -> str | int | float:
    """A cell's value that no spreadsheet takes for a formula. Numbers stay numbers, moments are local time."""
    plain = _plain(value)
    if isinstance(plain, bool):
        return int(plain)
    if isinstance(plain, (int, float)):
        return plain
    if isinstance(plain, list):
        plain = ", ".join(str(item) for item in plain)
    text = _clean("" if plain is None else str(plain))
    if text.lstrip(" \u00a0\ufeff\u200b").startswith(_STARTS_FORMULA) or text.startswith(_STARTS_FORMULA):
        text = "'" + text
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


class _InMemory(ExcelWriter):
    """openpyxl writes each sheet to a temporary file first and takes this file into the archive; here it does not."""

    def write_worksheet(self, ws: Any) -> None:
        for name in ("_drawing", "_rels"):
            setattr(ws, name, None)
        ws.close()
        ws._rels = ws._writer._rels
        self._archive.writestr(ws.path[1:], ws._writer.out.getvalue())
        self.manifest.append(ws)


def _cell(sheet: Any, value: Cell, font: Font | None = None) -> Any:
    day = isinstance(value, (datetime, date))
    cell = WriteOnlyCell(sheet, _naive(value) if day else None)
    if not day:
        content = safe(value)
        # Said, not guessed: openpyxl takes "#N/A" for an error and "=1" for a formula.
        cell._value, cell.data_type = content, "s" if isinstance(content, str) else "n"
        if isinstance(content, str) and "\n" in content:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font is not None:
        cell.font = font
    return cell


def _naive(value: date | datetime) -> date | datetime:
    """Spreadsheets know no time zones: local time."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value


def _plain(value: Cell) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case Decimal():
            return float(value)
        case datetime():
            return _naive(value).isoformat(" ", "minutes")  # type: ignore[call-arg]  # a moment stays a moment
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
    return str(value)  # lazy translations, too


def _clean(text: str) -> str:
    return _NOT_IN_FILES.sub("", text)
