"""Rows as files: no spreadsheet runs what somebody typed into a form."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils.translation import gettext_lazy

from portal import tables

HOSTILE = [
    '=HYPERLINK("https://evil.example","klick")',
    "+49 30 23125 001",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\x00=1+1",
    "＝1+1",
]


def read_csv(rows, **options):
    text = b"".join(tables.as_csv(["a"], rows, **options)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=options.get("delimiter", ";")))


def read_xlsx(content):
    return [
        [(cell.value, cell.data_type) for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active
    ]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_begins_like_a_formula_is_text_in_csv(value):
    assert read_csv([[value]])[1][0].startswith("'")


@pytest.mark.parametrize("value", HOSTILE)
def test_what_begins_like_a_formula_is_text_in_xlsx(value):
    content, kind = read_xlsx(tables.as_xlsx(["a"], [[value]]))[1][0]
    assert content.startswith("'")
    assert kind == "s"


@pytest.mark.parametrize("value", HOSTILE)
def test_headings_are_as_safe_as_cells(value):
    assert next(tables.as_csv([value], [], bom=False)).decode().startswith("\"'")
    assert read_xlsx(tables.as_xlsx([value], []))[0][0][0].startswith("'")


@pytest.mark.parametrize("value", ["a=b", "Müller", "مرحبا", "3-4 Personen", "#N/A", "TRUE", "0049", "'quoted'"])
def test_harmless_text_stays_as_it_is(value):
    assert tables.safe(value) == value
    assert read_xlsx(tables.as_xlsx(["a"], [[value]]))[1][0] == (value, "s")


def test_a_cell_cannot_break_out_into_the_next_one():
    rows = read_csv([['x";"=1+1', "b"], ["a;=1", 'b\n"=2']])
    assert rows[1:] == [['x";"=1+1', "b"], ["a;=1", 'b\n"=2']]


@pytest.mark.parametrize(("value", "shown"), [(-5, -5), (0, 0), (2.5, 2.5), (Decimal("1.5"), 1.5), (True, 1)])
def test_numbers_stay_numbers_negative_ones_too(value, shown):
    assert tables.safe(value) == shown
    assert read_xlsx(tables.as_xlsx(["a"], [[value]]))[1][0] == (shown, "n")


def test_moments_are_local_time_and_dates_in_a_spreadsheet():
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert tables.safe(moment) == "2026-07-02 00:30"
    assert tables.safe(date(2026, 7, 1)) == "2026-07-01"
    assert read_xlsx(tables.as_xlsx(["a"], [[moment]]))[1][0] == (datetime(2026, 7, 2, 0, 30), "d")


def test_lists_lazy_words_and_nothing_can_be_written():
    assert tables.safe([gettext_lazy("Housing"), "b"]) == "Wohnen, b"
    assert tables.safe(None) == ""
    assert tables.safe(["=1", "b"]) == "'=1, b"


def test_what_no_file_may_hold_is_taken_out():
    assert tables.safe("a\x00\x0b\ud800b\uffff") == "ab"
    read_xlsx(tables.as_xlsx(["a"], [["\x00\ud800\x1f"]]))
    json.loads(b"".join(tables.as_json(["a"], [["\ud800"]])))


def test_a_cell_longer_than_a_spreadsheet_holds_is_cut():
    text = tables.safe("ä" * 40_000)
    assert len(text) == tables.LONGEST_CELL
    assert text.endswith("…")


def test_the_csv_opens_in_german_spreadsheets_and_can_be_plain():
    assert b"".join(tables.as_csv(["ä", "b"], [])) == '\ufeff"ä";"b"\r\n'.encode()
    assert b"".join(tables.as_csv(["ä", "b"], [], bom=False, delimiter=",")) == '"ä","b"\r\n'.encode()


def test_json_keeps_types_and_is_valid_for_none_one_and_many():
    assert json.loads(b"".join(tables.as_json(["a"], []))) == []
    rows = [["=1", 3, None, ["x"], date(2026, 1, 2)], ["ü", -1, False, [], None]]
    found = json.loads(b"".join(tables.as_json(["a", "b", "c", "d", "e"], rows)))
    assert found[0] == {"a": "=1", "b": 3, "c": None, "d": ["x"], "e": "2026-01-02"}
    assert len(found) == 2


def test_a_workbook_is_whole_and_its_title_allowed():
    content = tables.as_xlsx(["a"], [["b"]], title="Fälle: [offen]/*?'\\" + "x" * 40)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert len(openpyxl.load_workbook(io.BytesIO(content)).active.title) == 31


def test_no_sheet_is_written_to_the_disk(monkeypatch):
    import tempfile

    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refuse)
    assert tables.as_xlsx(["a"], [["geheim"]])


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_answer_is_saved_and_stored_by_nobody(kind):
    response = tables.as_file(kind, "fälle", ["a"], ["A"], [["x"]])
    assert response["Content-Type"] == tables.TYPES[kind]
    assert response["Content-Disposition"].startswith("attachment")
    assert f".{kind}" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"
