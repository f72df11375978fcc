"""A form survives the way from a source to the editor's blocks and back, word for word."""

from __future__ import annotations

import pytest

from services.intake.builder import source_of
from services.intake.builder_actions import compiled
from services.intake.builder_words import unmarked
from services.intake.compiler import canonical, compile_form
from tests.services.intake.builder_cases import form_block, form_page, small
from tests.services.intake.factories import question, source, step

WHO = question("who", required=True, options=[{"key": "me", "label": "Ich"}, {"key": "you", "label": "Du"}])
EVERY_TYPE = [
    WHO,
    question(
        "many",
        "checkbox",
        max=2,
        options=[{"key": "none", "label": "Nichts", "exclusive": True}, {"key": "a1", "label": "A"}],
    ),
    question("one", "select", sensitivity="special", store=False),
    question("town", "municipality", multiple=True, max=3, prefill="ags"),
    question("tongue", "language"),
    question("line", "text", max=80, autocomplete="name", help="Hilfe"),
    question("long", "textarea", max=500),
    question("phone", "tel", autocomplete="off"),
    question("mail", "email"),
    question("count", "number", min=1, max=9),
    question("day", "date", unknown=True),
    question("since", "month", prefill="since"),
    question("clock", "time"),
    question("ok", "consent", version="2026-11"),
    question("read", "info", help="Zweiter Satz"),
    question("mind", "notice"),
    question("to", "office"),
]
CONDITIONS = [
    [{"question": "who", "is": "me"}, {"question": "who", "is_not": "you"}],
    {"any": [{"question": "who", "is": "me"}, {"question": "many", "any_of": ["a1", "none"]}]},
    [{"question": "day", "before": "2026-05-31"}],
    [{"question": "since", "after": "-36 months"}],
    [{"question": "day", "within_days": 7}],
]


def test_the_demos_counselling_form_is_the_same_from_its_file_and_from_its_page(portal):
    written = source(recipient="responsible")
    page = form_page(portal, written)
    del written["kind"]
    assert canonical(compiled(page, portal.district)) == canonical(compile_form(written, {}))


@pytest.mark.parametrize("asked", EVERY_TYPE, ids=lambda asked: asked["type"])
def test_a_question_of_every_type_comes_back_as_it_was(portal, asked):
    written = small(step("a", asked, question("else", "text")))
    page = form_page(portal, written)
    assert canonical(compiled(page, portal.district)) == canonical(compile_form(written, {}))


@pytest.mark.parametrize("conditions", CONDITIONS, ids=str)
def test_conditions_come_back_as_they_were(portal, conditions):
    written = small(step("a", *EVERY_TYPE), step("b", question("x"), visible_if=conditions))
    page = form_page(portal, written)
    assert source_of(page)["steps"][1]["visible_if"] == conditions
    assert canonical(compiled(page, portal.district)) == canonical(compile_form(written, {}))


def test_rules_stops_files_and_all_the_facts_come_back(portal):
    written = small(
        step(
            "a",
            WHO,
            stop_if=[{"question": "who", "is": "you"}],
            stop_text=["Halt.", "Dort hilft man."],
            intro=["Hallo."],
        ),
        step("f", question("papers", "file", max_files=2, accept=[".pdf", "image/*"]), sensitive=True),
        audience="login",
        assisted=False,
        for_whom="Für Mitglieder",
        topics=["housing"],
        retention_days=30,
        intro=["Eins.", "Zwei."],
        after=["Drei."],
        routing={
            "rules": [
                {"when": [{"question": "who", "is": "me"}], "office": "VS_IM", "urgency": "high", "due_days": 2},
                {"when": [{"question": "_language", "any_of": ["ar", "fa"]}], "office": "responsible"},
            ],
            "default": {"office": "KOORD", "urgency": "low"},
        },
    )
    page = form_page(portal, written)
    assert canonical(compiled(page, portal.district)) == canonical(compile_form(written, {}))


def test_a_reusable_block_stands_in_the_form_by_value(portal):
    form_block("c1", question("danger"), question("phone", "tel"))
    page = form_page(portal, small(step("a", WHO, {"block": "c1", "without": ["phone"]})))
    assert [entry["key"] for entry in source_of(page)["steps"][0]["questions"]] == ["who", "danger"]
    assert source_of(page, shared=True)["steps"][0]["questions"][1] == {"block": "c1", "without": ["phone"]}


def test_the_number_of_a_place_never_stays_in_a_document():
    assert unmarked({"a": ["Satz\x1f12"], "b": {"de": "Satz\x1f1", "ar": "x"}, "n": 3}) == {
        "a": ["Satz"],
        "b": {"de": "Satz", "ar": "x"},
        "n": 3,
    }
