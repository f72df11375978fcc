"""Files that are odd, old or hostile: read if they can be, refused in words if not, and never half."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from services.courses.import_rows import MOST_RUNS, FileRefused
from services.courses.importing import read_file

HEAD = "Kursnummer;Datum;Von;Bis;Raum\n"
TABLE = HEAD + "101;05.10.2027;18:00;20:30;Größe 3\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_spreadsheet_saves_letters_in_its_own_way(encoding):
    data = TABLE.encode(encoding)
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    (row,) = read_file(mark + data).rows
    assert row.values["room"] == "Größe 3"


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_semicolons_commas_and_tabs_part_the_cells(sign, end):
    (row,) = read_file(TABLE.replace(";", sign).replace("\n", end).encode()).rows
    assert row.values["run"] == "101"


def test_headings_are_known_in_german_and_english_in_any_order_and_case():
    data = b"ROOM;until;From;date;run number*\n2.14;20:30;18:00;2027-10-05;101\n"
    (row,) = read_file(data).rows
    assert (row.values["room"], str(row.values["ends"]), row.errors) == ("2.14", "20:30:00", [])


def workbook(rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(change: dict[str, bytes]) -> bytes:
    """A workbook with other parts."""
    file = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(workbook([["Kursnummer"], ["1"]])))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return file.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
SHEET = "xl/worksheets/sheet1.xml"
FAR = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" '
    b't="inlineStr"><is><t>Kursnummer</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    b"</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a text"),
        (b"\x81\x8d\x8f" * 9, "cannot be read"),
        (b"\xff\xfeK\0u\0r", "cannot be read"),
        (b"Farbe;Gestalt\nrot;rund\n", "no rows"),
        (HEAD.encode(), "no rows"),
        (b"Datum;Von;Bis\n05.10.2027;18:00;20:30\n", "column is missing"),
        (HEAD.encode() + b"1;05.10.2027;18:00;20:30;a\n" * 100_000, "too many rows"),
        (HEAD.encode() + b"\n" * 100_000, "too many lines"),
        (b"x" * 1_000_000, "too long"),
        (HEAD.encode() + b'1;"' + b"y;" * 8_000 + b"\n" * 3, "damaged"),
        (b"z" * (5 * 2**20 + 1), "too large"),
        ((";".join(f"Spalte {number}" for number in range(70)) + "\n1").encode(), "too many columns"),
        (workbook([["Kursnummer"], *([str(number)] for number in range(MOST_RUNS + 1))]), "too many rows"),
        (workbook([[f"Spalte {number}" for number in range(70)], ["1"]]), "too many columns"),
        (b"PK\x03\x04 no workbook", "damaged"),
        (workbook([["Kursnummer"], ["1"]])[:-200], "damaged"),
        (repacked({"xl/sharedStrings.xml": LAUGHS}), "not written by a spreadsheet"),
        (repacked({"xl/media/a.bin": b"0" * (20 * 2**20)}), "too large"),
        (repacked({SHEET: b"<" * 900_000}), "too large"),
        (repacked({SHEET: FAR}), "too many lines"),
        (repacked({SHEET: b"<worksheet><sheetData><row>"}), "damaged"),
        (repacked({"xl/workbook.xml": b"<workbook/>"}), "no rows"),
        (repacked({f"xl/parts/{number}.xml": b"<a/>" for number in range(301)}), "too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_or_broken_file_is_refused_in_words(data, told):
    with pytest.raises(FileRefused, match=told):
        read_file(data)


def test_formulas_are_never_computed():
    data = workbook([["Kursnummer", "Raum", "Plätze"], ["101", '=HYPERLINK("http://evil.example")', "=6*7"]])
    (row,) = read_file(data).rows
    assert row.values == {}  # openpyxl stored no result, and nobody works one out
    assert row.ref == "101"


def test_numbers_days_and_times_of_a_workbook_are_understood():
    from datetime import date, datetime, time

    data = workbook(
        [["Kursnummer", "Datum", "Von", "Bis"], [101.0, datetime(2027, 10, 5), time(18), datetime(2027, 1, 1, 20, 30)]]
    )
    (row,) = read_file(data).rows
    assert row.values == {"run": "101", "day": date(2027, 10, 5), "starts": time(18), "ends": time(20, 30)}


def test_empty_lines_and_a_sheet_about_something_else_do_no_harm():
    book = Workbook()
    book.active.append(["Liebe Kolleginnen"])
    sheet = book.create_sheet("Kurse")
    for row in ([None], ["Kursnummer", "Farbe"], [None, None], ["101", "rot"]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    contents = read_file(file.getvalue())
    assert [row.ref for row in contents.rows] == ["101"]
    assert contents.unused == ["Sheet", "Farbe"]
