"""A form that could leave somebody stuck is never published, and the refusal says where."""

from __future__ import annotations

import copy
import re

import pytest

from services.intake.compiler import canonical, compile_form, fingerprint
from services.intake.question_types import TYPES
from services.intake.reach import FormError
from tests.services.intake.factories import compiled, form, in_arabic, question, source, step, translated

WHO = question("who", options=[{"key": "me", "label": "Ich"}, {"key": "other", "label": "Andere"}], required=True)


def refused(*steps, **more):
    with pytest.raises(FormError) as refusal:
        compiled(*steps, **more)
    return refusal.value


def test_the_real_counselling_form_is_accepted_in_all_its_parts():
    document = compile_form(source(), translated(source()))
    assert [entry["key"] for entry in document["steps"]] == ["danger", "who", "where", "topic", "letter", "contact"]
    assert document["languages"] == ["de", "ar"]
    assert document["steps"][2]["questions"][0]["label"]["ar"] == in_arabic("In welcher Stadt oder Gemeinde leben Sie?")


def test_the_same_source_is_the_same_text_whatever_the_order_of_its_parts():
    one = form(step("a", question("x", required=True)))
    other = dict(reversed(one.items()))
    assert canonical(compile_form(one, {})) == canonical(compile_form(other, {}))
    assert fingerprint(compile_form(one, {})) != fingerprint(compile_form({**one, "title": "Anders"}, {}))


def test_a_language_with_a_missing_sentence_falls_back_and_is_not_called_complete():
    tables = translated(source())
    del tables["ar"]["Wo leben Sie?"]
    document = compile_form(source(), tables)
    assert document["languages"] == ["de"]
    assert document["steps"][2]["title"] == {"de": "Wo leben Sie?"}
    assert document["title"]["ar"] == in_arabic("Beratung anfragen")


@pytest.mark.parametrize("language", ["xx", "klingon", "DE"])
def test_a_language_nobody_knows_is_refused(language):
    with pytest.raises(FormError):
        compile_form(form(step("a", question("x"))), {language: {}})


def test_a_translation_that_lost_the_name_of_the_office_is_refused():
    with pytest.raises(FormError) as refusal:
        compile_form(form(step("a", question("x"))), {"ar": {"Geht an: **{office}**.": "يذهب إلى"}})
    assert "notice" in refusal.value.place
    assert "(ar)" in refusal.value.place


@pytest.mark.parametrize("key", ["", None, 7, "Who", "2nd", "a b", "a-b", "ü", "a" * 41, "a\n"])
def test_malformed_keys_are_refused(key):
    assert "malformed" in refused(step("a", question("x") | {"key": key})).problem
    assert "malformed" in refused(step("a", question("x")) | {"key": key}).problem


@pytest.mark.parametrize("key", ["", None, "a b", "ä", "-a"])
def test_malformed_options_are_refused(key):
    asked = question("x", options=[{"key": key, "label": "Ja"}])
    assert "malformed" in refused(step("a", asked)).problem


def test_keys_used_twice_are_refused_with_their_place():
    assert refused(step("a", question("x")), step("a", question("y"))).place == "step a"
    assert refused(step("a", question("x")), step("b", question("x"))).place == "step b, question x"
    twice = question("x", options=[{"key": "yes", "label": "Ja"}, {"key": "yes", "label": "Doch"}])
    assert refused(step("a", twice)).place == "step a, question x, option yes"


@pytest.mark.parametrize("key", ["check", "receipt", "start", "stop", "doors", "leave", "done"])
def test_a_step_cannot_take_the_address_of_another_page(key):
    assert "reserved" in refused(step(key, question("x"))).problem


def test_a_question_cannot_take_the_name_of_a_part_of_a_date():
    assert refused(step("a", question("due", "date"), question("due_month", "text"))).place == "question due_month"


@pytest.mark.parametrize("kind", ["upload", "", None, "html", "Radio"])
def test_unknown_types_are_refused(kind):
    assert "unknown type" in refused(step("a", question("x") | {"type": kind})).problem


@pytest.mark.parametrize("kind", sorted(TYPES - {"radio", "checkbox", "select", "info", "consent"}))
def test_every_type_without_options_compiles_and_takes_none(kind):
    assert compiled(step("a", question("x", kind)))["steps"][0]["questions"][0]["type"] == kind
    refusal = refused(step("a", question("x", kind, options=[{"key": "y", "label": "Y"}])))
    assert "no options" in refusal.problem


@pytest.mark.parametrize("kind", ["radio", "checkbox", "select"])
@pytest.mark.parametrize("options", [[], None, {}, [7]])
def test_a_choice_without_options_is_refused(kind, options):
    assert refused(step("a", question("x", kind, options=options)))


def condition(**parts):
    return [{"question": "who", **parts}]


@pytest.mark.parametrize(
    "conditions",
    [
        condition(**{"is": "nobody"}),
        condition(is_not="nobody"),
        condition(any_of=["me", "nobody"]),
        condition(any_of=[]),
        condition(any_of="me"),
        condition(like="me"),
        condition(**{"is": "me", "is_not": "me"}),
        condition(**{"is": ["me"]}),
        condition(**{"is": None}),
        [{"question": "later", "is": "yes"}],
        [{"question": "unknown", "is": "yes"}],
        [{"question": ["who"], "is": "me"}],
        [{"is": "me"}],
        ["who"],
        {"question": "who", "is": "me"},
    ],
)
def test_conditions_that_cannot_be_understood_are_refused(conditions):
    refusal = refused(step("a", WHO, question("x", visible_if=conditions)), step("b", question("later")))
    assert refusal.place.startswith("step a, question x, visible_if")


def test_a_step_cannot_depend_on_its_own_question():
    assert refused(step("a", WHO, visible_if=condition(**{"is": "me"}))).place == "step a, visible_if"


def test_a_condition_on_what_somebody_types_is_refused():
    typed = [{"question": "name", "is": "Amira"}]
    assert refused(step("a", question("name", "text"), question("x", visible_if=typed)))


@pytest.mark.parametrize("value", ["unknown", "elsewhere", "08326012"])
def test_a_municipality_may_be_a_condition(value):
    compiled(step("a", question("ags", "municipality"), question("x", visible_if=[{"question": "ags", "is": value}])))


def test_a_step_no_answers_lead_to_is_refused():
    never = [{"question": "who", "is": "me"}, {"question": "who", "is": "other"}]
    assert refused(step("a", WHO), step("b", question("x"), visible_if=never)).place == "step b"
    neither = [{"question": "who", "is_not": "me"}, {"question": "who", "is_not": "other"}]
    assert refused(step("a", WHO), step("b", question("x"), visible_if=neither)).place == "step b"
    split = [{"question": "who", "any_of": ["me"]}, {"question": "who", "is_not": "me"}]
    assert refused(step("a", WHO), step("b", question("x"), visible_if=split)).place == "step b"


def test_a_question_behind_two_doors_that_never_open_together_is_refused():
    inner = question("inner", visible_if=condition(**{"is": "me"}))
    deep = question("deep", visible_if=[{"question": "inner", "is": "yes"}, {"question": "who", "is": "other"}])
    assert refused(step("a", WHO, inner, deep)).place == "step a, question deep"


def test_several_ticks_can_be_set_together():
    both = [{"question": "many", "is": "yes"}, {"question": "many", "is": "no"}]
    compiled(step("a", question("many", "checkbox")), step("b", question("x"), visible_if=both))


def test_a_stop_needs_its_words_and_must_be_possible():
    assert refused(step("a", WHO, stop_if=condition(**{"is": "me"}))).place == "step a"
    assert refused(step("a", WHO, stop_text=["Halt."])).place == "step a"
    never = [{"question": "who", "is": "me"}, {"question": "who", "is": "other"}]
    assert refused(step("a", WHO, stop_if=never, stop_text=["Halt."])).place == "step a, stop_if"


@pytest.mark.parametrize("notice", [[], None, [""], "Text"])
def test_a_form_without_notice_is_refused(notice):
    assert refused(step("a", question("x")), notice=notice)


@pytest.mark.parametrize("part", ["title", "steps"])
def test_missing_parts_are_refused(part):
    broken = form(step("a", question("x")))
    del broken[part]
    with pytest.raises(FormError):
        compile_form(broken, {})


def test_a_slip_of_the_keyboard_is_not_ignored():
    assert "requierd" in refused(step("a", question("x", requierd=True))).problem
    assert "intro_text" in refused(step("a", question("x"), intro_text="…")).problem
    assert "colour" in refused(step("a", question("x")), colour="red").problem


@pytest.mark.parametrize(
    "more",
    [
        {"max": 0},
        {"max": "3"},
        {"max": True},
        {"required": "yes"},
        {"store": 1},
        {"sensitivity": "secret"},
        {"autocomplete": "cc-number"},
        {"label": ""},
        {"label": 3},
    ],
)
def test_values_of_the_wrong_kind_are_refused(more):
    assert refused(step("a", question("x", **more)))


@pytest.mark.parametrize("kind", ["text", "textarea"])
def test_a_text_longer_than_what_is_kept_while_unchecked_is_refused(kind):
    compiled(step("a", question("x", kind, max=4000)))
    assert refused(step("a", question("x", kind, max=4001))).place == "step a, question x, max"


def test_an_info_is_neither_required_nor_stored():
    assert refused(step("a", WHO, question("x", "info", required=True)))
    assert refused(step("a", WHO, question("x", "info", store=True)))


@pytest.mark.parametrize("broken", [None, [], "form", 3])
def test_nonsense_in_place_of_steps_and_questions_is_refused(broken):
    assert refused(step("a") | {"questions": broken})
    assert refused(step("a") | {"questions": [broken]})
    with pytest.raises(FormError):
        compile_form(form() | {"steps": [broken]}, {})


def test_the_source_is_left_as_it_was():
    before = source()
    given = copy.deepcopy(before)
    compile_form(given, {})
    assert given == before


def test_a_refusal_reads_like_a_sentence():
    assert re.fullmatch(r"step a: there is no question\.", str(refused(step("a"))))
