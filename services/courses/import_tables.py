"""CSV and XLSX files as rows, without trusting them: sizes are known before anything is unpacked or built.

Formulas are never computed; a workbook gives the value its program stored. Encodings: UTF-8 with or without mark,
UTF-16 with mark, and Windows-1252, as old spreadsheets save.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from services.courses.import_columns import BadCell, Cell, kind_of, places_of, plain
from services.courses.import_rows import LONGEST_LINE, MOST_ROWS, MOST_RUNS, RUN, Contents, FileRefused, Row

MOST_COLUMNS = 60
MOST_SHEETS = 10
MOST_LINES = 20_000
"""Lines of a table with the empty ones, which spreadsheets like to keep at the end."""
MOST_UNPACKED = 16 * 2**20
"""Bytes of a workbook when it is unpacked; a bomb says so itself in its list of parts, and is not opened."""
MOST_PARTS = 300
MOST_TAGS = 800_000
"""Signs that begin or end a piece of XML, in all parts together: a table of 3 000 rows and 40 columns has 500 000."""
MOST_SHARED = 2 * 2**20
"""Bytes of a part that is read as a whole: words and styles."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_GARBAGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def read_csv(data: bytes) -> Contents:
    """A table with semicolons, commas or tabs. Raises `FileRefused`."""
    text = decoded(data)
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        raise FileRefused(_("A line of this file is too long. Is it really a table?"))
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";,\t", key=head.count)
    try:
        return _contents([("", csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))])
    except csv.Error as problem:
        raise FileRefused(_("This table is damaged. Please save it again and retry.")) from problem


def decoded(data: bytes) -> str:
    """The text of a file in one of the encodings people have. Raises `FileRefused` for anything else."""
    try:
        text = data.decode("utf-16") if data.startswith(_UTF16) else _eight_bits(data)
    except UnicodeDecodeError as problem:
        raise FileRefused(_("The letters of this file cannot be read. Please save it as CSV UTF-8.")) from problem
    if _GARBAGE.search(text):
        raise FileRefused(_("This file is not a text. Please save it as CSV UTF-8 or XLSX."))
    return text


def _eight_bits(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def read_xlsx(data: bytes) -> Contents:
    """The sheets of a workbook. Raises `FileRefused`."""
    damaged = _("This workbook is damaged or locked. Please save it again as XLSX and retry.")
    try:
        _check_parts(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # dates that do not exist become text and are refused row by row
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            if len(book.worksheets) > MOST_SHEETS:
                raise FileRefused(_("This workbook has too many sheets."))
            sheets = [
                (sheet.title, sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)) for sheet in book.worksheets
            ]
            return _contents(sheets)
    except FileRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, DefusedXmlException, EOFError, MemoryError) as problem:
        raise FileRefused(damaged) from problem
    except Exception as problem:  # noqa: BLE001 - a made-up workbook breaks the library in any way it likes
        raise FileRefused(damaged) from problem


def _check_parts(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = parts.infolist()
        if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise FileRefused(_("This workbook is too large when it is unpacked. Please send fewer rows."))
        tags = 0
        for info in infos:
            name = info.filename.lower()
            if not name.endswith((".xml", ".rels")):
                continue
            text = parts.read(info)
            tags += text.count(b"<")
            if tags > MOST_TAGS or ("worksheets/" not in name and len(text) > MOST_SHARED):
                raise FileRefused(_("This workbook is too large when it is unpacked. Please send fewer rows."))
            # No spreadsheet writes a DOCTYPE: only there can names that grow without end be defined.
            if b"<!" in text[:4096].replace(b"<!--", b"") or b"<!ENTITY" in text or b"\0" in text[:200]:
                raise FileRefused(_("This workbook was not written by a spreadsheet program."))


def _contents(tables: Iterable[tuple[str, Iterable[Iterable[Cell]]]]) -> Contents:
    contents = Contents()
    for sheet, lines in tables:
        filled = _filled(lines)
        first = next(filled, None)
        if first is not None:
            _read_table(sheet, first[1], filled, contents)
    if not contents.rows:
        raise FileRefused(_("There are no rows in this file."))
    return contents


def _filled(lines: Iterable[Iterable[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    """Lines that hold something, with their numbers."""
    for number, line in enumerate(islice(lines, MOST_LINES + 1), start=1):
        if number > MOST_LINES:
            raise FileRefused(_("This file has too many lines. Please delete the empty ones at the end."))
        cells = list(line)
        if any(plain(cell) for cell in cells):
            yield number, cells


def _read_table(sheet: str, headings: list[Cell], lines: Iterable[tuple[int, list[Cell]]], contents: Contents) -> None:
    if len(headings) > MOST_COLUMNS and any(plain(cell) for cell in headings[MOST_COLUMNS:]):
        raise FileRefused(_("This table has too many columns."))
    kind = kind_of(headings)
    places, unused, missing = places_of(headings, kind)
    if missing and not places:
        contents.unused.append(sheet or plain(headings[0])[:60])  # a sheet about something else
        return
    if missing:
        names = ", ".join(f"„{column.headings[0]}“ / “{column.headings[1]}”" for column in missing)
        raise FileRefused(_("A column is missing in the first line: {names}").format(names=names))
    contents.unused += unused
    for number, cells in lines:
        most = MOST_RUNS if kind == RUN else MOST_ROWS
        if len(contents.rows) >= most:
            raise FileRefused(_("This file has too many rows: at most {number}.").format(number=most))
        contents.rows.append(
            _row(kind, sheet, number, {places[at]: cell for at, cell in enumerate(cells) if at in places})
        )


def _row(kind: str, sheet: str, number: int, cells: dict[Any, Cell]) -> Row:
    row = Row(kind, "", number, sheet)
    for column, cell in cells.items():
        if not plain(cell):
            if column.is_required:
                row.errors.append(_("{column}: this must be filled in.").format(column=column.headings[0]))
            continue
        try:
            if isinstance(cell, str) and cell.startswith("#") and cell.rstrip("!?").isupper():
                raise BadCell(_("The spreadsheet shows an error in this cell."))
            row.values[column.name] = column.read(cell)
        except BadCell as problem:
            row.errors.append(f"{column.headings[0]}: {problem}")
    row.ref = row.values.pop("ref", "")
    if kind != RUN:
        row.ref = _lesson_ref(row)
    return row


def _lesson_ref(row: Row) -> str:
    """Within the run; without a number the time must do, and a moved lesson looks like another one."""
    own = row.ref or " ".join(str(row.values.get(name, "")) for name in ("day", "starts"))
    return f"{row.values.get('run', '')}|{own}"[:200]
