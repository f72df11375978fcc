"""Each type of question takes what people type, in any script and spelling, and says clearly what it cannot take."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from services.intake.entries import entries, worded
from services.intake.fields import field_for
from services.intake.journey import Journey
from tests.services.intake.factories import compiled, question, step

TOWNS = [("08326012", "Donaueschingen"), ("08326074", "Villingen-Schwenningen")]


def field(kind: str, code: str = "de", **more):
    asked = compiled(step("a", question("x", kind, **more)))["steps"][0]["questions"][0]
    return field_for(asked, code, lambda: TOWNS)


@pytest.mark.parametrize(
    ("kind", "more", "typed", "kept"),
    [
        ("number", {}, "3", "3"),
        ("number", {}, " ۱۲ ", "12"),
        ("number", {}, "1 000", "1000"),
        ("number", {}, "٠٧", "7"),
        ("number", {"min": 5, "max": 90}, "90", "90"),
        ("number", {}, "", None),
        ("time", {}, "9", "09:00"),
        ("time", {}, "9:30", "09:30"),
        ("time", {}, "9.30 Uhr", "09:30"),
        ("time", {}, "930", "09:30"),
        ("time", {}, "1430", "14:30"),
        ("time", {}, "3 pm", "15:00"),
        ("time", {}, "12 am", "00:00"),
        ("time", {}, "١٤:٣٠", "14:30"),
        ("time", {}, "", None),
        ("tel", {}, "٠٧٧٢١ ١٢٣٤٥", "+49 7721 12345"),
        ("email", {}, " amira@example.org ", "amira@example.org"),
        ("date", {}, ["27", "3", "2026"], "2026-03-27"),
        ("date", {}, ["٢٧", "٣", "٢٠٢٦"], "2026-03-27"),
        ("date", {}, ["२७", "३", "२०२६"], "2026-03-27"),
        ("date", {"unknown": True}, ["", "3", "2026"], "2026-03"),
        ("date", {"unknown": True}, ["", "", "٢٠٢٦"], "2026"),
        ("date", {"unknown": True}, ["", "", ""], None),
        ("month", {}, ["3", "2026"], "2026-03"),
        ("month", {"unknown": True}, ["", "2026"], "2026"),
        ("radio", {}, "yes", "yes"),
        ("select", {}, "", None),
        ("checkbox", {}, ["no", "yes"], ["yes", "no"]),
        ("municipality", {}, "08326012", "08326012"),
        ("municipality", {"multiple": True}, ["08326074", "08326012"], ["08326012", "08326074"]),
        ("language", {"multiple": True}, ["uk", "ar"], ["ar", "uk"]),
        ("consent", {"version": "1"}, True, "yes"),
        ("consent", {"version": "1"}, False, None),
    ],
)
def test_what_people_type_is_kept_in_one_form(kind, more, typed, kept):
    assert field(kind, **more).clean(typed) == kept


@pytest.mark.parametrize(
    ("kind", "more", "typed"),
    [
        ("number", {}, "drei"),
        ("number", {}, "-3"),
        ("number", {}, "3,5"),
        ("number", {"min": 5}, "4"),
        ("number", {"max": 90}, "91"),
        ("number", {}, "9" * 40),
        ("time", {}, "25:00"),
        ("time", {}, "9:75"),
        ("time", {}, "13 pm"),
        ("time", {}, "mittags"),
        ("tel", {}, "keins"),
        ("email", {}, "amira"),
        ("date", {}, ["31", "2", "2026"]),
        ("date", {}, ["", "3", "2026"]),
        ("date", {}, ["1", "", "2026"]),
        ("date", {"unknown": True}, ["3", "", "2026"]),
        ("date", {"unknown": True}, ["", "3", ""]),
        ("date", {"unknown": True}, ["", "13", "2026"]),
        ("date", {}, ["1", "1", "1066"]),
        ("month", {}, ["", "2026"]),
        ("month", {}, ["3", "26"]),
        ("radio", {}, "maybe"),
        ("checkbox", {}, ["yes", "maybe"]),
        ("checkbox", {"max": 1}, ["yes", "no"]),
        ("municipality", {}, "99999999"),
        ("municipality", {"multiple": True}, ["08326012", "unknown"]),
        ("language", {}, "klingon"),
        ("consent", {"version": "1", "required": True}, False),
    ],
)
def test_nonsense_is_refused_with_a_sentence(kind, more, typed):
    with pytest.raises(ValidationError) as refusal:
        field(kind, **more).clean(typed)
    assert all(len(message) > 20 for message in refusal.value.messages)


def test_i_do_not_know_goes_with_nothing_else_and_the_error_names_it():
    options = [
        {"key": "a", "label": "Eins"},
        {"key": "b", "label": "Zwei"},
        {"key": "none", "label": "Keins davon", "exclusive": True},
    ]
    asked = field("checkbox", options=options)
    assert asked.clean(["none"]) == ["none"]
    assert asked.clean(["a", "b"]) == ["a", "b"]
    with pytest.raises(ValidationError) as refusal:
        asked.clean(["a", "none"])
    assert "Keins davon" in refusal.value.messages[0]


@pytest.mark.parametrize("kind", ["info", "notice", "office"])
def test_what_only_tells_something_has_no_field(kind):
    assert field(kind) is None


def test_a_consent_is_never_ticked_by_us():
    html = str(field("consent", version="1").widget.render("x", None))
    assert "checked" not in html


def test_several_towns_and_languages_are_boxes_that_say_their_language():
    html = str(field("municipality", "ar", multiple=True).choices)
    assert '<bdi lang="de">Donaueschingen</bdi>' in html
    html = str(field("language", "ar", multiple=True).choices)
    assert '<bdi lang="uk">Українська</bdi>' in html


@pytest.mark.parametrize(
    ("kind", "more", "answer", "german", "english"),
    [
        ("date", {"unknown": True}, "2026", ["2026"], ["2026"]),
        ("date", {"unknown": True}, "2026-03", ["März 2026"], ["March 2026"]),
        ("time", {}, "09:30", ["09:30"], ["09:30"]),
        ("municipality", {"multiple": True}, ["08326012"], ["Donaueschingen"], ["Donaueschingen"]),
        ("language", {"multiple": True}, ["ar", "uk"], ["Arabisch", "Ukrainisch"], ["العربية", "Українська"]),
        ("file", {}, ["a" * 8, "b" * 8], ["2 files"], ["2 files"]),
    ],
)
def test_an_answer_in_words_for_staff_and_for_the_person(kind, more, answer, german, english):
    asked = compiled(step("a", question("x", kind, **more)))["steps"][0]["questions"][0]
    said = [text for text, _code in worded(asked, answer, "de", dict(TOWNS))]
    assert said == german or kind == "file"
    assert [text for text, _code in worded(asked, answer, "en", dict(TOWNS))] == english


def test_a_case_keeps_the_version_of_the_text_to_which_somebody_agreed():
    document = compiled(step("a", question("x", "consent", version="2026-11"), question("y", "text")))
    kept = entries(Journey(document, {"x": "yes", "y": None}), "de", {})
    assert [(entry["key"], entry["value"], entry["version"]) for entry in kept] == [("x", "yes", "2026-11")]
    assert entries(Journey(document, {"x": None, "y": None}), "de", {}) == []
