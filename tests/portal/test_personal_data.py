"""What the guard finds in texts about everybody, and what it leaves alone."""

from __future__ import annotations

from datetime import date

import pytest

from portal.personal_data import LONGEST, Kind, find_personal_data

TODAY = date(2026, 11, 22)


def kinds(text: str, **more) -> list[tuple[str, str]]:
    return [(found.kind.value, found.excerpt) for found in find_personal_data(text, on=TODAY, **more)]


@pytest.mark.parametrize(
    ("text", "kind", "excerpt"),
    [
        ("Herr Ahmad Karimi wartet", "name", "Herr Ahmad Karimi"),
        ("mit Frau Dr. Özdemir", "name", "Frau Dr. Özdemir"),
        ("Familie Yılmaz sucht", "name", "Familie Yılmaz"),
        ("Ahmad K. hat keinen Platz", "name", "Ahmad K."),
        ("Name: Olena Koval", "name", "Name: Olena Koval"),
        ("geb. 12.3.1990", "birth_date", "geb. 12.3.1990"),
        ("am 12.03.1990 geboren", "birth_date", "12.03.1990"),
        ("geboren am 01.06.2025", "birth_date", "geboren am 01.06.2025"),
        ("Az. 1234567-423", "file_number", "Az. 1234567-423"),
        ("Aktenzeichen: 12 K 345/24", "file_number", "Aktenzeichen: 12 K 345/24"),
        ("unter 61702BG0012345", "file_number", "61702BG0012345"),
        ("auf DE89 3704 0044 0532 0130 00", "iban", "DE89 3704 0044 0532 0130 00"),
        ("Tel. 0771 123456", "phone", "0771 123456"),
        ("+49 30 23125-001", "phone", "+49 30 23125-001"),
        ("٠٧٧١ ١٢٣٤٥٦", "phone", "٠٧٧١ ١٢٣٤٥٦"),
        ("an a.b@example.org", "email", "a.b@example.org"),
    ],
)
def test_what_points_at_a_person_is_found_in_its_place(text, kind, excerpt):
    assert kinds(text) == [(kind, excerpt)]
    found = find_personal_data(text, on=TODAY)[0]
    assert text[found.start : found.end] == excerpt


@pytest.mark.parametrize(
    "text",
    [
        "Rund 20 Familien in Furtwangen warten seit 01.01.2020 auf einen Platz.",
        "Treffen am 12.10.2026 um 18 Uhr, nächstes am 14.01.2027",
        "Frauen mit Kindern brauchen einen Kurs am Vormittag.",
        "Kurs B1.2 im Raum B. Danach Prüfung.",
        "78048 Villingen-Schwenningen, Schlüssel 08326017",
        "In den Jahren 2024/2025 waren es 25–49 Personen.",
        "Mo bis Fr 08.30 bis 12.00 Uhr, § 12a AufenthG",
        "",
    ],
)
def test_what_needs_are_made_of_is_left_alone(text):
    assert kinds(text) == []


def test_people_who_speak_in_minutes_may_stand_there():
    text = "Frau Beck berichtet von Herrn Karimi."
    assert kinds(text, known=["Katrin Beck"]) == [("name", "Herrn Karimi")]


def test_findings_never_overlap_and_come_in_order():
    text = "Herr Karimi, geb. 1.2.1990, Tel. 0771 123456, a@example.org, Az. 1234567-423"
    found = find_personal_data(text, on=TODAY)
    assert [one.kind for one in found] == [Kind.NAME, Kind.BIRTH_DATE, Kind.PHONE, Kind.EMAIL, Kind.FILE_NUMBER]
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))


def test_a_very_long_text_is_looked_at_only_so_far():
    assert kinds("x " * LONGEST + "geb. 12.3.1990") == []
