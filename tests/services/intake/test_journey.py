"""Which pages a person sees, where they may go, and what becomes of answers they no longer give."""

from __future__ import annotations

import itertools

import pytest

from services.intake.compiler import compile_form
from services.intake.journey import Journey, holds, is_empty
from tests.services.intake.factories import compiled, question, source, step

HELPER = [{"key": "me", "label": "Ich"}, {"key": "helper", "label": "Helfer"}, {"key": "office", "label": "Amt"}]


def if_(name, **parts):
    return [{"question": name, **parts}]


@pytest.fixture
def document():
    """Who (with a follow-up on the same page), an extra step for offices, what (several), and an optional end."""
    return compiled(
        step(
            "who",
            question("actor", options=HELPER, required=True),
            question("knows", required=True, visible_if=if_("actor", any_of=["helper", "office"])),
            question("hint", "info", visible_if=if_("knows", **{"is": "no"})),
            stop_if=if_("knows", **{"is": "no"}),
            stop_text=["Bitte fragen Sie zuerst."],
        ),
        step("desk", question("desk_name", "text", required=True), visible_if=if_("actor", **{"is": "office"})),
        step("what", question("topics", "checkbox", required=True), question("note", "text")),
        step("end", question("wish", "text")),
    )


SELF = {"actor": "me", "topics": ["yes"], "note": None, "wish": None}


@pytest.mark.parametrize(
    ("condition", "answer", "result"),
    [
        ({"is": "a"}, "a", True),
        ({"is": "a"}, "b", False),
        ({"is": "a"}, None, False),
        ({"is": "a"}, ["a", "b"], True),
        ({"is": "a"}, [], False),
        ({"is_not": "a"}, "a", False),
        ({"is_not": "a"}, "b", True),
        ({"is_not": "a"}, None, True),
        ({"is_not": "a"}, ["a", "b"], False),
        ({"is_not": "a"}, ["b"], True),
        ({"any_of": ["a", "b"]}, "b", True),
        ({"any_of": ["a", "b"]}, "c", False),
        ({"any_of": ["a", "b"]}, ["c", "b"], True),
        ({"any_of": ["a", "b"]}, ["c"], False),
        ({"any_of": ["a", "b"]}, None, False),
    ],
)
def test_a_condition_over_one_answer_or_several(condition, answer, result):
    assert holds([{"question": "x", **condition}], {"x": answer}) is result


def test_conditions_are_joined_by_and_and_none_is_true():
    both = [{"question": "x", "is": "a"}, {"question": "y", "is_not": "b"}]
    assert holds([], {})
    assert holds(both, {"x": "a"})
    assert not holds(both, {"x": "a", "y": "b"})
    assert not holds(both, {"x": "c", "y": "c"})


@pytest.mark.parametrize(("value", "empty"), [(None, True), ("", True), ([], True), ("0", False), (["a"], False)])
def test_what_counts_as_no_answer(value, empty):
    assert is_empty(value) is empty


def test_at_the_beginning_the_first_step_is_open_and_nothing_else(document):
    journey = Journey(document, {})
    assert journey.first_incomplete() == "who"
    assert journey.visible_steps == ["who", "what", "end"]
    assert [name for name in document_steps(document) if journey.can_visit(name)] == ["who"]


def test_a_question_appears_with_the_answer_that_calls_for_it(document):
    assert keys(Journey(document, {"actor": "me"}), "who") == ["actor"]
    assert keys(Journey(document, {"actor": "helper"}), "who") == ["actor", "knows"]
    assert Journey(document, {"actor": "helper"}).open_questions("who") == ["knows"]


def test_a_step_appears_with_the_answer_that_calls_for_it(document):
    journey = Journey(document, {"actor": "office", "knows": "yes"})
    assert journey.visible_steps == ["who", "desk", "what", "end"]
    assert journey.next_step("who") == "desk"
    assert journey.previous_step("what") == "desk"
    assert Journey(document, {"actor": "me"}).next_step("who") == "what"
    assert Journey(document, {"actor": "me"}).previous_step("what") == "who"


def test_the_first_step_has_none_before_and_the_last_none_after(document):
    journey = Journey(document, SELF)
    assert journey.previous_step("who") is None
    assert journey.next_step("end") is None
    assert journey.first_incomplete() is None


def test_from_a_step_that_vanished_the_way_goes_on(document):
    journey = Journey(document, {"actor": "me"})
    assert journey.next_step("desk") == "what"
    assert journey.previous_step("desk") == "who"
    assert journey.next_step("nonsense") == "who"
    assert journey.previous_step("nonsense") is None


def test_nobody_jumps_over_an_unanswered_step(document):
    journey = Journey(document, {"actor": "me", "wish": "later"})
    assert journey.can_visit("what")
    assert not journey.can_visit("end")
    assert not journey.can_visit("desk")
    assert not journey.can_visit("nonsense")


def test_an_optional_question_is_shown_once_and_may_stay_empty(document):
    journey = Journey(document, {"actor": "me", "topics": ["yes"]})
    assert journey.open_questions("what") == ["note"]
    assert Journey(document, {"actor": "me", "topics": ["yes"], "note": None}).open_questions("what") == []


def test_a_required_question_is_not_answered_by_nothing(document):
    assert Journey(document, {"actor": None}).open_questions("who") == ["actor"]
    assert Journey(document, {"actor": "me", "topics": [], "note": None}).open_questions("what") == ["topics"]


def test_an_info_is_open_until_its_page_was_sent(document):
    told = {"actor": "helper", "knows": "no"}
    assert Journey(document, told).open_questions("who") == ["hint"]
    assert Journey(document, {**told, "hint": True}).open_questions("who") == []


def test_the_form_stops_and_nothing_behind_can_be_visited(document):
    journey = Journey(document, {**SELF, "actor": "helper", "knows": "no", "hint": True})
    assert journey.stopped("who")
    assert journey.stopped_at() == "who"
    assert journey.first_incomplete() == "who"
    assert journey.can_visit("who")
    assert not journey.can_visit("what")
    assert not Journey(document, SELF).stopped("who")
    assert Journey(document, SELF).stopped_at() is None


def test_an_answer_of_a_hidden_branch_neither_counts_nor_leaves(document):
    changed = {**SELF, "actor": "me", "knows": "no", "hint": True, "desk_name": "Amt X"}
    journey = Journey(document, changed)
    assert not journey.stopped("who")
    assert journey.purged() == {"actor": "me", "topics": ["yes"], "note": None, "wish": None}
    assert "desk_name" not in journey.counted


def test_infos_never_leave(document):
    journey = Journey(document, {"actor": "helper", "knows": "no", "hint": True})
    assert journey.counted["hint"] is True
    assert "hint" not in journey.purged()


def test_an_answer_to_no_question_never_leaves(document):
    assert "evil" not in Journey(document, {**SELF, "evil": "x"}).purged()


def test_a_chain_of_hidden_questions_hides_all_of_it():
    chain = compiled(
        step(
            "a",
            question("one", required=True),
            question("two", required=True, visible_if=if_("one", **{"is": "yes"})),
            question("three", required=True, visible_if=if_("two", **{"is": "yes"})),
        )
    )
    answers = {"one": "no", "two": "yes", "three": "yes"}
    assert keys(Journey(chain, answers), "a") == ["one"]
    assert Journey(chain, answers).purged() == {"one": "no"}


def test_the_review_lists_what_can_be_answered_in_order(document):
    rows = Journey(document, SELF).review()
    assert [(row.step, row.question["key"], row.answer) for row in rows] == [
        ("who", "actor", "me"),
        ("what", "topics", ["yes"]),
        ("what", "note", None),
        ("end", "wish", None),
    ]


def test_progress_counts_the_visible_steps(document):
    assert Journey(document, SELF).position("what") == (2, 3)
    assert Journey(document, {**SELF, "actor": "office", "knows": "yes"}).position("what") == (3, 4)
    assert Journey(document, SELF).position("desk") == (0, 3)


def test_a_step_whose_questions_are_all_hidden_is_left_out():
    document = compiled(
        step("a", question("x", required=True)), step("b", question("y", visible_if=if_("x", **{"is": "yes"})))
    )
    assert Journey(document, {"x": "no"}).visible_steps == ["a"]
    assert Journey(document, {"x": "no"}).first_incomplete() is None


def test_whatever_is_answered_the_way_has_an_end_and_can_be_walked():
    """Every combination of the first two steps of the counselling form and of the place leads to one open step."""
    document = compile_form(source(), {})
    dangers = [None, "none", "violence", "child_in_danger", "medical"]
    actors, knowing = [None, "self", "family", "helper", "professional"], [None, "yes", "no"]
    phases = [None, "VU", "AU", "PRIVATE", "HOMELESS", "UNKNOWN"]
    for danger, actor, knows, phase in itertools.product(dangers, actors, knowing, phases):
        given = {"danger": danger, "actor": actor, "knows": knows, "phase": phase}
        journey = Journey(document, {key: value for key, value in given.items() if value})
        barrier = journey.first_incomplete()
        open_to = [name for name in document_steps(document) if journey.can_visit(name)]
        assert open_to == journey.visible_steps[: journey.visible_steps.index(barrier) + 1]
        seen, here = [], journey.visible_steps[0]
        while here:
            assert here not in seen
            seen.append(here)
            here = journey.next_step(here)
        assert seen == journey.visible_steps


def test_a_helper_is_asked_to_ask_first_except_in_danger():
    document = compile_form(source(), {})
    unknowing = {"actor": "helper", "knows": "no"}
    assert Journey(document, {"danger": "none", **unknowing}).stopped("who")
    assert Journey(document, {"danger": "medical", **unknowing}).stopped("who")
    assert not Journey(document, {"danger": "violence", **unknowing}).stopped("who")
    assert not Journey(document, {"danger": "child_in_danger", **unknowing}).stopped("who")


def document_steps(document):
    return [entry["key"] for entry in document["steps"]]


def keys(journey, name):
    return [entry["key"] for entry in journey.visible_questions(name)]
