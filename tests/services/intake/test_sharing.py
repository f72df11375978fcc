"""Blocks are written once: a form says where they belong, and may leave out or change a question of them."""

from __future__ import annotations

import copy

import pytest

from services.intake.reach import FormError
from services.intake.sharing import resolve

BLOCKS = {
    "options": {"options": [{"key": "yes", "label": "Ja"}, {"key": "no", "label": "Nein"}]},
    "reach": {"questions": [{"key": "way", "options": ["yes", "no"]}, {"key": "mail", "required": True}]},
    "where": {"steps": [{"key": "where", "questions": [{"key": "town"}, {"block": "reach"}]}]},
    "notice": {"sentences": ["Eins.", "Zwei."]},
}


def test_steps_questions_sentences_and_options_come_to_their_place():
    form = resolve(
        {
            "key": "f",
            "notice": [{"block": "notice"}, "Drei."],
            "steps": [
                {"block": "where"},
                {"key": "b", "questions": [{"key": "x", "options": [{"key": "none", "like": "no"}, "yes"]}]},
            ],
        },
        BLOCKS,
    )
    assert form["notice"] == ["Eins.", "Zwei.", "Drei."]
    assert [question["key"] for question in form["steps"][0]["questions"]] == ["town", "way", "mail"]
    assert form["steps"][1]["questions"][0]["options"] == [
        {"key": "none", "label": "Nein"},
        {"key": "yes", "label": "Ja"},
    ]


def test_a_question_can_be_left_out_or_changed_for_one_form_alone():
    before = copy.deepcopy(BLOCKS)
    source = {
        "steps": [
            {"key": "a", "questions": [{"block": "reach", "without": ["way"], "change": {"mail": {"required": False}}}]}
        ]
    }
    form = resolve(source, BLOCKS)
    assert form["steps"][0]["questions"] == [{"key": "mail", "required": False}]
    assert before == BLOCKS
    assert source["steps"][0]["questions"][0]["block"] == "reach"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"block": "nothing"}, "no block"),
        ({"block": "notice"}, "no block"),
        ({"block": "reach", "without": ["gone"]}, "gone"),
        ({"block": "reach", "change": {"gone": {}}}, "gone"),
        ({"block": "reach", "only": ["way"]}, "only"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(entry, said):
    with pytest.raises(FormError) as refusal:
        resolve({"key": "f", "steps": [{"key": "a", "questions": [entry]}]}, BLOCKS)
    assert said in refusal.value.problem


def test_an_option_nobody_shares_is_refused_with_its_question():
    with pytest.raises(FormError) as refusal:
        resolve({"key": "f", "steps": [{"key": "a", "questions": [{"key": "x", "options": ["maybe"]}]}]}, BLOCKS)
    assert refusal.value.place == "step a, question x"
