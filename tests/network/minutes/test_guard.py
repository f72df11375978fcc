"""The guard warns of clients' data, and only of that."""

from __future__ import annotations

import pytest

from network.minutes.guard import mark, undecided, warnings_in
from network.minutes.models import GuardMark
from tests.network import factories


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Herr Alrashid hat keinen Kursplatz.", "name", "Herr Alrashid"),
        ("geboren am 03.04.1988 in Aleppo", "birth_date", "03.04.1988"),
        ("Az. 7654321-475 liegt noch beim Amt", "file_number", "7654321-475"),
        ("Bitte anrufen: 0171 2345678", "phone", "0171 2345678"),
        ("Konto DE89 3704 0044 0532 0130 00", "iban", "DE89 3704 0044 0532 0130 00"),
        ("wohnt in der Bahnhofstraße 12a", "address", "Bahnhofstraße 12a"),
        ("wohnt Am Alten Weg 7", "address", "Alten Weg 7"),
        ("zieht in die Lange Gasse 4, 78120 Furtwangen", "address", "Lange Gasse 4, 78120 Furtwangen"),
        ("siehe Anfrage SBK-7F3K-29", "request", "SBK-7F3K-29"),
        ("siehe die Adresse Ringstraße ٤", "address", "Ringstraße ٤"),
    ],
)
def test_data_about_a_person_is_found_with_its_place(text, kind, words):
    found = warnings_in({"note": f"Erste Zeile.\n{text}"})
    assert [(row.kind, row.line) for row in found] == [(kind, 2)], found
    assert words in found[0].words


@pytest.mark.parametrize(
    "text",
    [
        "Am 14.01.2027 treffen wir uns um 9:30 Uhr im Raum 12.",
        "2026 gab es 14 Kurse mit 280 Plätzen, davon 35 frei.",
        "Der Weg zum Jobcenter ist weit. Punkt 3 entfällt.",
        "Beschluss: 12 Stimmen dafür, 1 dagegen.",
        "§ 12a AufenthG und § 47 AsylG gelten.",
        "",
    ],
)
def test_ordinary_minutes_raise_no_alarm(text):
    assert warnings_in({"note": text}) == []


def test_people_of_the_network_and_guests_of_the_meeting_may_be_named(portal):
    factories.member(portal, "Tobias Rapp")
    meeting = factories.meeting(portal)
    factories.invited(meeting, guest_name="Nadia Rahimi", guest_email="n@example.org")
    text = {"note": "Herr Rapp und Frau Rahimi berichten. Frau Unbekannt fehlt."}
    assert [row.words for row in undecided(text, district=portal.district, meeting=meeting)] == ["Frau Unbekannt"]
    elsewhere = undecided(text, district=portal.district)
    assert [row.words for row in elsewhere] == ["Frau Rahimi", "Frau Unbekannt"]


def test_a_false_alarm_is_never_asked_again_and_the_words_are_not_kept(portal):
    text = {"note": "Treffpunkt: Bahnhofstraße 12"}
    found = undecided(text, district=portal.district)
    mark(
        found,
        district=portal.district,
        user=portal.yasmin,
        false_alarms=frozenset(row.fingerprint for row in found),
    )
    assert undecided({"text": "Wir sind in der Bahnhofstraße 13"}, district=portal.district) != []
    assert undecided({"text": "Neu: Bahnhofstraße  12"}, district=portal.district) == []
    kept = GuardMark.objects.get()
    assert kept.made_by == portal.yasmin
    assert "Bahnhof" not in "".join(str(value) for value in GuardMark.objects.values_list()[0])
