"""What changed between two versions, and what a document says, in words."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from services.intake.branches import branches_of
from services.intake.compiler import compile_form
from services.intake.differences import Change, differences
from services.intake.phrases import Teller, leaves, type_name, values_of
from tests.services.intake.factories import compiled, form, question, source, step, translated

BASE = compiled(
    step("one", question("topic", "radio", label="Thema", required=True, options=[
        {"key": "home", "label": "Wohnen"}, {"key": "school", "label": "Schule"}, {"key": "work", "label": "Arbeit"}])),
    step("two", question("until", "date", label="Frist"), visible_if=[{"question": "topic", "is": "home"}]),
    recipient="KOORD",
)  # fmt: skip


def changed(change: Any) -> list[Change]:
    new = copy.deepcopy(BASE)
    change(new)
    return differences(BASE, new)


def only(change: Any) -> Change:
    [found] = changed(change)
    return found


def topic(document: dict[str, Any]) -> dict[str, Any]:
    return document["steps"][0]["questions"][0]


def test_two_equal_versions_say_the_same():
    assert differences(BASE, copy.deepcopy(BASE)) == []


def test_a_new_wording_is_told_per_language():
    found = changed(lambda new: topic(new)["label"].update(de="Worum geht es?", ar="موضوع"))
    assert [(c.language, c.before, c.after) for c in found] == [("de", "Thema", "Worum geht es?"), ("ar", "", "موضوع")]
    assert found[0].place[-1] == "„Worum geht es?“ (topic)" or "Worum geht es?" in found[0].place[-1]


def test_a_removed_translation_is_told():
    old = copy.deepcopy(BASE)
    topic(old)["label"]["ar"] = "موضوع"
    [found] = differences(old, BASE)
    assert (found.language, found.before, found.after) == ("ar", "موضوع", "")


def test_added_and_removed_answers_are_told_by_name():
    added = only(lambda new: topic(new)["options"].append({"key": "debt", "label": {"de": "Schulden"}}))
    assert "Schulden" in added.after
    removed = only(lambda new: topic(new)["options"].pop())
    assert "Arbeit" in removed.before


def test_another_order_is_told_with_both_orders():
    found = only(lambda new: topic(new)["options"].reverse())
    assert found.before.index("Wohnen") < found.before.index("Arbeit")
    assert found.after.index("Arbeit") < found.after.index("Wohnen")


def test_added_removed_and_moved_steps_and_questions():
    assert "Schritt two" in only(lambda new: new["steps"].pop()).before
    assert "Schritt two" in only(lambda new: new["steps"].reverse()).before
    more = copy.deepcopy(topic(BASE)) | {"key": "more", "label": {"de": "Mehr"}}
    assert "Mehr" in only(lambda new: new["steps"][0]["questions"].append(more)).after


def test_a_condition_is_told_in_words():
    found = only(lambda new: new["steps"][1].update(visible_if=[{"question": "topic", "any_of": ["home", "work"]}]))
    for text, words in ((found.before, ("Thema", "Wohnen")), (found.after, ("Thema", "Wohnen", "Arbeit"))):
        assert all(word in text for word in words)
        assert "{" not in text
        assert "any_of" not in text


def test_a_dropped_condition_reads_always():
    found = only(lambda new: new["steps"][1].update(visible_if=[]))
    assert found.after
    assert "Wohnen" not in found.after


def test_routing_and_retention_are_told_without_json():
    def change(new: dict[str, Any]) -> None:
        rule = {"when": [{"question": "topic", "is": "home"}], "office": "VS_IM", "urgency": "high", "due_days": 2}
        new["routing"]["rules"].append(rule)
        new["retention_days"] = 30

    found = {c.what: c for c in changed(change)}
    assert len(found) == 2
    told = " ".join(f"{c.before} {c.after}" for c in found.values())
    for word in ("VS_IM", "Wohnen", "90", "30", "2"):
        assert word in told
    assert not set(told) & set("{}[]'")


def test_flags_read_yes_and_no():
    found = only(lambda new: topic(new).update(required=False))
    assert {found.before, found.after} == {"ja", "nein"} or {found.before, found.after} == {"yes", "no"}


def test_complete_languages_are_told():
    assert "العربية" in only(lambda new: new["languages"].append("ar")).what


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [{"de": "a"}], {"a": {"b": [1]}}, [[1]], True])
def test_parts_nobody_knows_are_told_and_never_fail(value):
    def change(new: dict[str, Any]) -> None:
        new["hologram"] = topic(new)["hologram"] = new["steps"][0]["hologram"] = value

    changed(change)
    new = copy.deepcopy(BASE)
    change(new)
    branches_of(new, "de")


def test_the_demo_form_against_its_translation_names_only_languages():
    bare, full = compile_form(source(), {}), compile_form(source(), translated(source()))
    assert {c.language for c in differences(bare, full)} == {"ar", ""}


# Words ---------------------------------------------------------------------------------------------------------------


def words(part: Any) -> str:
    return Teller(BASE).condition(part)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ([{"question": "topic", "is": "home"}], ["Thema", "Wohnen"]),
        ([{"question": "topic", "is_not": "home"}], ["Thema", "Wohnen"]),
        (
            {"any": [{"question": "topic", "is": "home"}, {"question": "until", "before": "2026-05-31"}]},
            ["Wohnen", "Frist"],
        ),
        ({"all": [{"question": "topic", "is": "home"}, {"question": "until", "after": "+7 days"}]}, ["Wohnen", "7"]),
        ([{"any": [{"question": "topic", "is": "home"}]}, {"question": "until", "within_days": 9}], ["Wohnen", "9"]),
        ([{"question": "gone", "is": "x"}], ["gone", "x"]),
        ([{"question": "topic", "sounds_like": ["home"]}], ["Thema", "sounds_like", "Wohnen"]),
        ([{"question": "_language", "any_of": ["ar", "fa"]}], ["العربية", "فارسی"]),
        ([{"question": "topic"}], ["Thema"]),
    ],
)
def test_conditions_of_every_shape_are_said_in_words(part, said):
    text = words(part)
    assert all(word in text for word in said), text
    assert not set(text) & set("{}[]'")


@pytest.mark.parametrize("part", [None, [], {}, "", 3, [None], {"any": []}, {"any": 5}, [[["x"]]]])
def test_malformed_conditions_never_fail(part):
    words(part)
    list(leaves(part))


def test_is_and_is_not_are_told_apart():
    assert words([{"question": "topic", "is": "home"}]) != words([{"question": "topic", "is_not": "home"}])


def test_every_comparison_is_found_in_any_nesting():
    part = {"any": [{"question": "a", "is": "1"}, {"all": [{"question": "b", "any_of": ["2", "3"]}]}]}
    assert [(leaf["question"], values_of(leaf)) for leaf in leaves(part)] == [("a", ["1"]), ("b", ["2", "3"])]


def test_an_unknown_type_keeps_its_name():
    assert type_name("hologram") == "hologram"


def test_the_print_view_has_every_step_question_and_answer():
    document = compile_form(form(step("one", question("topic")), step("two", question("more", "checkbox"))), {})
    seen = branches_of(document, "de")
    assert [entry["title"]["text"] for entry in seen["steps"]] == ["Schritt one", "Schritt two"]
    assert [option["key"] for option in seen["steps"][1]["questions"][0]["options"]] == ["yes", "no"]


def test_a_sentence_without_translation_says_its_language():
    seen = branches_of(BASE, "ar")
    assert seen["steps"][0]["title"]["language"].code == "de"
    assert branches_of(BASE, "de")["steps"][0]["title"]["language"] is None
