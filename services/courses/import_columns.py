"""The columns of an import file: what they may be called in German and English, and how their cells are read.

Headings are data and not translated strings: a file says the same whoever takes it in, in whatever language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache, partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from services.courses.import_rows import LESSON, LONGEST_REF, RUN, BadCell
from services.courses.reasons import CANCEL_REASONS, Reason
from services.courses.vocabulary import Childcare, Entry, LessonStatus, Mode, PlacementTest, RunStatus, TimeOfDay

Cell = Any
"""What a spreadsheet gives: text, number, yes or no, day, moment, time or nothing."""
NOTHING = "-"
"""Written into a cell, it empties the field; an empty cell leaves it as it is."""

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?::\d{2})?)?(?: ?Uhr)?", re.ASCII)
_YES = {"ja": True, "yes": True, "1": True, "x": True, "wahr": True, "true": True}
_NO = {"nein": False, "no": False, "0": False, "falsch": False, "false": False}
_OTHER_WORDS = {
    "vormittags": "morning",
    "morgens": "morning",
    "nachmittags": "afternoon",
    "abends": "evening",
    "wochenende": "weekend",
    "bestätigt": "confirmed",
    "findet statt": "confirmed",
    "läuft": "running",
    "beendet": "finished",
    "abgesagt": "cancelled",
    "fällt aus": "cancelled",
    "verschoben": "postponed",
    "präsenz": "onsite",
    "keine": "none",
    "keiner": "none",
    "nein": "none",
    "no": "none",
}
"""What people write into lists besides the labels of the portal → code, where the list of the column has it."""
_FORMULA = re.compile(r"[=+@\t\r]|-[^\s\d]")


def plain(cell: Cell) -> str:
    """A cell as one line of text."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        cell = int(cell)
    return " ".join(unicodedata.normalize("NFC", "" if cell is None else str(cell)).split())


def read_text(cell: Cell, most: int = 60) -> str:
    """Words. What begins like a formula is refused: somebody will open it in a spreadsheet."""
    text = plain(cell)
    if text == NOTHING:
        return ""
    if _FORMULA.match(text):
        raise BadCell(_("This begins like a formula. Please write words."))
    if len(text) > most:
        raise BadCell(_("This is too long: at most {number} characters.").format(number=most))
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise BadCell(_("There are unreadable signs in this cell."))
    return text


def read_code(cell: Cell, most: int = 60) -> str:
    """A short name of letters, digits, hyphens and underscores."""
    text = read_text(cell, most)
    if not re.fullmatch(r"[-a-zA-Z0-9_]*", text):
        raise BadCell(_("A code has only letters from a to z, digits and hyphens."))
    return text


def read_day(cell: Cell) -> date | None:
    """A day, as the spreadsheet's own or written 05.10.2026 or 2026-10-05."""
    if isinstance(cell, datetime):
        cell = cell.date()
    text = cell.isoformat() if isinstance(cell, date) else plain(cell)
    if text == NOTHING:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found and found[1]:
            day = date(int(found[3]), int(found[2]), int(found[1]))
        else:
            day = date.fromisoformat(text[:10]) if found else date.min
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        raise BadCell(_("This is not a day. Please write it like 05.10.2026."))
    return day


def read_clock(cell: Cell) -> time:
    """A time of day, as the spreadsheet's own or written 18:00, 18.00 or 18 Uhr."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0, tzinfo=None)
    found = _CLOCK.fullmatch(plain(cell))
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise BadCell(_("This is not a time. Please write it like 18:00."))
    return time(int(found[1]), int(found[2] or 0))


def read_number(cell: Cell, most: int = 1000) -> int | None:
    """A whole number from 0."""
    text = plain(cell)
    if text == NOTHING:
        return None
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or int(text) > most:
        raise BadCell(_("Please write a whole number from 0 to {number}.").format(number=most))
    return int(text)


def read_yes(cell: Cell) -> bool:
    """Yes or no."""
    known = {**_YES, **_NO}
    text = plain(cell).casefold()
    if text not in known:
        raise BadCell(_("Please write yes or no."))
    return known[text]


def read_choice(cell: Cell, choices: Any, optional: bool = False) -> str:
    """One of a list: its code, or its label in German or English."""
    text = plain(cell)
    if optional and text == NOTHING:
        return ""
    found = _labels(choices).get(text.casefold())
    if found is None:
        allowed = ", ".join(str(choice.label) for choice in choices)
        raise BadCell(_("Please choose from the list: {choices}").format(choices=allowed))
    return found


@lru_cache(maxsize=32)
def _labels(choices: Any) -> dict[str, str]:
    known = {}
    for code in ("de", "en"):
        with translation.override(code):
            known.update({str(choice.label).casefold(): choice.value for choice in choices})
    codes = {choice.value for choice in choices}
    other = {word: code for word, code in _OTHER_WORDS.items() if code in codes}
    return other | known | {code.casefold(): code for code in codes}


def read_lesson_status(cell: Cell) -> bool:
    """Whether a lesson takes place."""
    return read_choice(cell, (LessonStatus.PLANNED, LessonStatus.CANCELLED)) == LessonStatus.PLANNED


@dataclass(frozen=True)
class Column:
    """`headings`: German, English, then other words for the same. `example` stands in the file to download."""

    name: str
    headings: tuple[str, ...]
    read: Callable[[Cell], Any]
    example: str = ""
    is_required: bool = False


_NUMBER = ("Kursnummer", "Run number", "Kurs-Nr.", "Nummer", "Number", "Nr.", "External ref")
_VENUE = Column(
    "venue", ("Ort", "Venue", "Kursort", "Unterrichtsort", "Location", "Place"), partial(read_text, most=160)
)
_ROOM = Column("room", ("Raum", "Room", "Zimmer"), read_text, "2.14")
_REASON = Column("reason", ("Grund", "Reason"), partial(read_choice, choices=CANCEL_REASONS))

RUN_COLUMNS = (
    Column("ref", _NUMBER, partial(read_text, most=80), "2026-101", is_required=True),
    Column("course", ("Kurs", "Course", "Angebot", "Course code"), read_code, "alpha-cafe"),
    Column("code", ("Kürzel", "Code", "Slug"), read_code, "alpha-cafe-2026-3"),
    Column("status", ("Status", "State"), partial(read_choice, choices=RunStatus), "Geplant"),
    _REASON,
    Column("mode", ("Unterrichtsform", "Mode", "Form"), partial(read_choice, choices=Mode)),
    _VENUE,
    _ROOM,
    Column(
        "starts_on", ("Erster Tag", "First day", "Beginn", "Start", "Kursbeginn", "Start date"), read_day, "05.10.2026"
    ),
    Column("ends_on", ("Letzter Tag", "Last day", "Ende", "End", "Kursende", "End date"), read_day, "18.12.2026"),
    Column(
        "time_of_day", ("Tageszeit", "Time of day"), partial(read_choice, choices=TimeOfDay, optional=True), "Abends"
    ),
    Column(
        "lessons_per_week",
        ("Stunden pro Woche", "Lessons per week", "UE pro Woche"),
        partial(read_number, most=60),
        "4",
    ),
    Column("entry", ("Einstieg", "Entry"), partial(read_choice, choices=Entry)),
    Column("capacity_min", ("Mindestzahl", "Minimum", "Mindestteilnehmerzahl"), read_number, "6"),
    Column("capacity_max", ("Plätze", "Places", "Capacity", "Höchstteilnehmerzahl"), read_number, "16"),
    Column("places_free", ("Freie Plätze", "Free places"), read_number, "5"),
    Column("register_from", ("Anmeldung ab", "Registration from"), read_day),
    Column("register_until", ("Anmeldeschluss", "Registration until", "Anmeldung bis"), read_day, "30.09.2026"),
    Column("placement_test", ("Einstufungstest", "Placement test"), partial(read_choice, choices=PlacementTest)),
    Column("childcare", ("Kinderbetreuung", "Childcare"), partial(read_choice, choices=Childcare)),
    Column("childcare_places", ("Betreuungsplätze", "Childcare places"), read_number),
    Column("women_only", ("Nur für Frauen", "Women only"), read_yes, "nein"),
    Column("is_public", ("Öffentlich", "Public"), read_yes, "ja"),
)
LESSON_COLUMNS = (
    Column("run", (*_NUMBER, "Kurs", "Run", "Course run"), partial(read_text, most=80), "2026-101", is_required=True),
    Column(
        "ref",
        ("Terminnummer", "Lesson number", "Termin-Nr.", "UID", "Lesson ID"),
        partial(read_text, most=LONGEST_REF),
        "1",
    ),
    Column("day", ("Datum", "Date", "Tag", "Day"), read_day, "05.10.2026", is_required=True),
    Column("starts", ("Von", "From", "Beginn", "Start", "Start time"), read_clock, "18:00", is_required=True),
    Column("ends", ("Bis", "Until", "Ende", "End", "To", "End time"), read_clock, "20:30", is_required=True),
    _VENUE,
    _ROOM,
    Column("takes_place", ("Status", "State"), read_lesson_status),
    _REASON,
)
COLUMNS = {RUN: RUN_COLUMNS, LESSON: LESSON_COLUMNS}


def heading_key(text: Cell) -> str:
    """A heading without capitals, dots, stars and extra spaces."""
    return re.sub(r"[\W_]+", " ", plain(text).casefold()).strip()


def kind_of(headings: list[Cell]) -> str:
    """Lessons have a date and a time of their own; everything else is runs."""
    found = {heading_key(heading) for heading in headings}
    return (
        LESSON if all(found & _keys(column) for column in LESSON_COLUMNS if column.name in ("day", "starts")) else RUN
    )


def places_of(headings: list[Cell], kind: str) -> tuple[dict[int, Column], list[str], list[Column]]:
    """Which column stands where; the headings nobody asked for; the columns that must be there and are not."""
    places: dict[int, Column] = {}
    unused, taken = [], set()
    for place, heading in enumerate(headings):
        column = next((one for one in COLUMNS[kind] if heading_key(heading) in _keys(one)), None)
        if column and column.name not in taken:
            places[place] = column
            taken.add(column.name)
        elif heading_key(heading):
            unused.append(plain(heading)[:60])
    return places, unused, [column for column in COLUMNS[kind] if column.is_required and column.name not in taken]


def _keys(column: Column) -> set[str]:
    return {heading_key(heading) for heading in column.headings}


REASON_UNKNOWN = Reason.OTHER
"""Reason of a cancellation when the file gives none."""
