"""Finds what should not stand in texts about everybody: names, birth dates, file numbers, telephone numbers, accounts.

A recogniser warns; it proves nothing. It knows patterns, no people: whoever writes stays responsible for the text
(handbook: domain §4.4 "Anonymity guard"). Nothing here keeps or logs what it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST = 100_000
"""Characters that are looked at."""
OLD_DATE = timedelta(days=3 * 365)
"""A full date as long ago as this is taken for a birth date even without a word that says so: meetings and courses,
of which such texts speak, are younger."""
FEWEST_DIGITS = 9
"""Digits in one piece that may be a telephone number; shorter ones are keys of towns and the like."""


class Kind(models.TextChoices):
    """What was found."""

    NAME = "name", _("a name")
    BIRTH_DATE = "birth_date", _("a date of birth")
    FILE_NUMBER = "file_number", _("a file number")
    PHONE = "phone", _("a telephone number")
    EMAIL = "email", _("an e-mail address")
    IBAN = "iban", _("an account number")


@dataclass(frozen=True)
class Found:
    """One place in a text: `start` and `end` count characters as in Python; `excerpt` is the text between them."""

    kind: Kind
    start: int
    end: int
    excerpt: str


# Digits of Arabic, Persian and Bengali writing become plain ones, one for one, so that places stay the same.
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹০১২৩৪৫৬৭৮৯\u00a0\u202f", "0123456789" * 3 + "  ")

_UPPER = "A-ZÄÖÜÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞİŁŃŇŐŘŚŞŠŢŤŪŮŰŹŻŽА-ЯЁІЇЄҐ"
_NAME = rf"[{_UPPER}][\w'’-]+"
_TITLED = re.compile(
    rf"\b(?:Herrn?|Hr\.|Frau|Fr\.|Familie|Fam\.|Eheleute|Geschwister|Mr\.?|Mrs\.?|Ms\.?|Madame|Monsieur|Bay|Bayan|пан|пані|г-н|г-жа)"
    rf"\s+(?:(?:Dr\.|Prof\.)\s+)*(?P<name>(?:{_NAME}|[{_UPPER}]\.)(?:[ ](?:al-|el-|von |van |de )?{_NAME}){{0,2}})"
)
_INITIAL = re.compile(rf"\b(?P<name>{_NAME}) [{_UPPER}]\.(?![\w])")
_LABELLED = re.compile(
    rf"\b(?:Name|Vorname|Nachname|Klient(?:in)?|Mandant(?:in)?)\s*:\s*(?P<name>{_NAME}(?: {_NAME})?)"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+\d{1,3}|00\d{2}|\(0\d{2,5}\)|0\d{2,5})(?:[ /().-]{0,3}\d){5,12}(?!\d)")
_DAY = re.compile(
    r"(?<!\d)(?:(?P<d>\d{1,2})[./-] ?(?P<m>\d{1,2})[./-] ?(?P<y>\d{4}|\d{2})"
    r"|(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2}))(?!\d)"
)
_BORN = re.compile(
    r"(?:\bgeb(?:\.|oren(?:\s+am)?)?|\bGeburts(?:datum|tag)|\*|\bborn(?:\s+on)?"
    r"|\bdate of birth|\bnée? le|\bдата рождения|\bнарод\w*)\s*:?\s*$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:seit|ab|bis|Stand|Fassung|vom|since|until|from)(?: dem| zum)?\s*$", re.IGNORECASE)
_FILE = re.compile(
    r"(?:\b(?:Aktenzeichen|Aktennummer|Akten-Nr\.?|AZR(?:-Nummer|-Nr\.?)?|A[Zz]\.?|Fallnummer|Fall-Nr\.?|BG-?(?:Nummer|Nr\.?)|"
    r"Kundennummer|Kunden-Nr\.?|Vorgangsnummer|Personennummer|Passnummer|Pass-Nr\.?|Ausweisnummer|"
    r"Versicherten(?:nummer|-Nr\.?)|Versicherungsnummer|file (?:number|no\.?)|case (?:number|no\.?))"
    r"\s*[:#]?\s*(?:\w{1,4} ){0,2}(?=[\w/.-]*\d)[\w][\w/.-]{2,30}(?: ?[-/] ?\w{1,10}){0,3})"
    r"|(?<![\w-])\d{7}-\d{3}(?![\w-])"  # the Federal Office for Migration: seven digits and the country's three
    r"|\b\d{3,5}BG\d{5,8}\b"  # a household at the Jobcenter
    r"|\b\d{2} ?\d{6} ?[A-Z] ?\d{3}\b"  # pension insurance
    r"|(?<!\w)[A-Z]\d{9}(?!\w)"  # health insurance
)
_NO_NAMES = frozenset(
    # What stands after a title or before a letter without being anybody.
    {
        "Raum",
        "Gruppe",
        "Haus",
        "Gebäude",
        "Anlage",
        "Stufe",
        "Niveau",
        "Klasse",
        "Block",
        "Saal",
        "Punkt",
        "Variante",
        "Option",
        "Teil",
        "Abschnitt",
        "Modul",
        "Phase",
        "Linie",
        "Bus",
        "Stadt",
        "Gemeinde",
        "Landkreis",
        "Typ",
        "Kategorie",
        "Buchstabe",
        "Plan",
        "Spalte",
        "Zeile",
        "Tabelle",
        "Room",
        "Group",
        "Building",
        "Level",
        "Und",
        "Oder",
        "Mit",
        "Ohne",
        "Kind",
        "Kinder",
    }
)


def find_personal_data(text: str, *, known: Iterable[str] = (), on: date | None = None) -> list[Found]:
    """What in a text looks like data about a person, in the order of the text; places never overlap.

    `known` are names that may stand there (members who speak in minutes), in any order of first and last name; `on` is
    the day from which birth dates are told from recent ones (today if not said). Only the first `LONGEST` characters
    are looked at.
    """
    plain = text[:LONGEST].translate(_DIGITS)
    allowed = {word.casefold() for name in known for word in re.findall(r"[\w'’-]+", name)}
    candidates = [
        *_all(Kind.EMAIL, _EMAIL, plain),
        *_all(Kind.IBAN, _IBAN, plain),
        *_all(Kind.FILE_NUMBER, _FILE, plain),
        *_birth_dates(plain, on or timezone.localdate()),
        *_phones(plain),
        *_names(plain, allowed),
    ]
    taken: list[Found] = []
    for kind, start, end in candidates:  # the surer kinds come first
        if not any(start < other.end and other.start < end for other in taken):
            taken.append(Found(kind, start, end, text[start:end]))
    return sorted(taken, key=lambda found: found.start)


def _all(kind: Kind, pattern: re.Pattern[str], text: str) -> list[tuple[Kind, int, int]]:
    return [(kind, *match.span()) for match in pattern.finditer(text)]


def _birth_dates(text: str, today: date) -> list[tuple[Kind, int, int]]:
    found = []
    for match in _DAY.finditer(text):
        day = _day_of(match, today)
        if day is None:
            continue
        before = text[max(0, match.start() - 24) : match.start()]
        said = _BORN.search(before)
        is_old = len(match["y"] or match["y2"]) == 4 and day < today - OLD_DATE
        if said or (is_old and not _SINCE.search(before)):
            # The word that says "born" belongs to what was found.
            found.append((Kind.BIRTH_DATE, match.start() - (len(said.group()) if said else 0), match.end()))
    return found


def _phones(text: str) -> list[tuple[Kind, int, int]]:
    found = []
    for match in _PHONE.finditer(text):
        number = match.group()
        if not _DAY.fullmatch(number.strip()) and (not number.isdigit() or len(number) >= FEWEST_DIGITS):
            found.append((Kind.PHONE, *match.span()))
    return found


def _day_of(match: re.Match[str], today: date) -> date | None:
    year = int(match["y"] or match["y2"])
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    try:
        day = date(year, int(match["m"] or match["m2"]), int(match["d"] or match["d2"]))
    except ValueError:
        return None
    return day if year >= 1900 and day <= today else None


def _names(text: str, allowed: set[str]) -> list[tuple[Kind, int, int]]:
    found = []
    for pattern in (_TITLED, _LABELLED, _INITIAL):
        for match in pattern.finditer(text):
            words = re.findall(r"[\w'’-]+", match["name"])
            if words[0] in _NO_NAMES or any(word.casefold() in allowed for word in words):
                continue
            found.append((Kind.NAME, *match.span()))
    return found
