"""Conditions over days and joined by OR, refused with their place where they cannot be true."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.conditions import holds, is_day, span
from services.intake.journey import Journey
from services.intake.reach import FormError
from tests.services.intake.factories import compiled, question, step

TODAY = date(2026, 11, 22)
WHO = question("who", options=[{"key": "me", "label": "Ich"}, {"key": "other", "label": "Andere"}], required=True)
DAY = question("day", "date", unknown=True)


def when(name, **parts):
    return {"question": name, **parts}


def refused(*steps, **more):
    with pytest.raises(FormError) as refusal:
        compiled(*steps, **more)
    return refusal.value


@pytest.mark.parametrize(
    ("condition", "answer", "result"),
    [
        ({"before": "2026-12-01"}, "2026-11-30", True),
        ({"before": "2026-12-01"}, "2026-12-01", False),
        ({"after": "2026-12-01"}, "2026-12-01", False),
        ({"after": "2026-12-01"}, "2026-12-02", True),
        ({"before": "2026-12"}, "2026-11-30", True),
        ({"before": "2026-12"}, "2026-12-01", False),
        ({"after": "2026-12"}, "2026-12-31", False),
        ({"after": "2026-12"}, "2027-01", True),
        ({"before": "today"}, "2026-11-21", True),
        ({"before": "today"}, "2026-11-22", False),
        ({"after": "-36 months"}, "2023-11-22", False),
        ({"after": "-36 months"}, "2023-11-23", True),
        ({"before": "+1 years"}, "2027-11-21", True),
        ({"within_days": 7}, "2026-11-29", True),
        ({"within_days": 7}, "2026-11-30", False),
        ({"within_days": 7}, "2020-01-01", True),
        ({"within_days": 0}, "2026-11-22", True),
        # known in part: the first day counts for before and within, the last for after
        ({"within_days": 10}, "2026-12", True),
        ({"before": "2026-06-15"}, "2026", True),
        ({"after": "2026-06-15"}, "2026", True),
        ({"before": "2026-06-15"}, None, False),
        ({"after": "2026-06-15"}, None, False),
        ({"within_days": 7}, None, False),
    ],
)
def test_a_condition_over_a_day(condition, answer, result):
    assert holds([when("day", **condition)], {"day": answer}, TODAY) is result


def test_months_end_where_the_calendar_says():
    assert span("2028-02") == (date(2028, 2, 1), date(2028, 2, 29))
    assert holds([when("day", before="+1 months")], {"day": "2027-02-27"}, date(2027, 1, 31))
    assert not holds([when("day", before="+1 months")], {"day": "2027-02-28"}, date(2027, 1, 31))


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11", "today", "+7 days", "-36 months", "+100 years"])
def test_days_a_condition_may_name(text):
    assert is_day(text)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-02-30", "tomorrow", "7 days", "+7 weeks", "+9999 years", 7]
)
def test_days_nobody_understands(text):
    assert not is_day(text)
    assert "is no day" in refused(step("a", DAY, question("x", visible_if=[when("day", before=text)]))).problem


def test_one_of_several_is_enough_with_or():
    either = {"any": [when("who", **{"is": "me"}), when("day", within_days=7)]}
    assert holds(either, {"who": "me"}, TODAY)
    assert holds(either, {"who": "other", "day": "2026-11-23"}, TODAY)
    assert not holds(either, {"who": "other", "day": "2027-11-23"}, TODAY)
    document = compiled(step("a", WHO, DAY), step("b", question("x"), visible_if=either))
    assert Journey(document, {"who": "other", "day": None}, TODAY).visible_steps == ["a"]
    assert Journey(document, {"who": "me", "day": None}, TODAY).visible_steps == ["a", "b"]


def test_and_may_be_written_out_and_or_of_one_is_that_one():
    document = compiled(
        step("a", WHO),
        step("b", question("x"), visible_if={"all": [when("who", **{"is": "me"})]}),
        step("c", question("y"), visible_if={"any": [when("who", **{"is": "me"})]}),
    )
    assert [entry["visible_if"] for entry in document["steps"][1:]] == [[when("who", **{"is": "me"})]] * 2


@pytest.mark.parametrize(
    "conditions",
    [
        {"any": [{"any": [when("who", **{"is": "me"})]}]},
        {"any": when("who", **{"is": "me"})},
        {"any": [when("who", **{"is": "me"})], "all": []},
        {"none": []},
        [{"any": [when("who", **{"is": "me"})]}],
        [when("who", before="2026-01-01")],
        [when("who", within_days=7)],
        [when("day", **{"is": "2026-01-01"})],
        [when("day", within_days=-1)],
        [when("day", within_days="7")],
        [when("day", within_days=True)],
        [when("_language", **{"is": "ar"})],
    ],
)
def test_what_cannot_be_read_aloud_is_refused_with_its_place(conditions):
    assert refused(step("a", WHO, DAY, question("x", visible_if=conditions))).place.startswith(
        "step a, question x, visible_if"
    )


def test_a_step_behind_days_that_never_meet_is_refused():
    never = [when("day", before="2026-01-01"), when("day", after="2026-06-01")]
    assert refused(step("a", DAY), step("b", question("x"), visible_if=never)).place == "step b"
    compiled(
        step("a", DAY),
        step("b", question("x"), visible_if=list(reversed(never))[:1] + [when("day", before="2027-01-01")]),
    )


def test_or_is_refused_only_where_no_side_can_hold():
    inner = question("inner", visible_if=[when("who", **{"is": "me"})])
    impossible = [when("inner", **{"is": "yes"}), when("who", **{"is": "other"})]
    compiled(step("a", WHO, inner), step("b", question("x"), visible_if={"any": impossible}))
    assert refused(step("a", WHO, inner), step("b", question("x"), visible_if=impossible)).place == "step b"


def test_a_form_with_many_ors_is_checked_in_no_time():
    many = [question(f"q{number}") for number in range(12)]
    either = {"any": [when(f"q{number}", **{"is": "yes"}) for number in range(12)]}
    steps = [step(f"s{number}", question(f"x{number}"), visible_if=either) for number in range(12)]
    assert len(compiled(step("a", *many), *steps)["steps"]) == 13


def test_consent_can_lead_on_and_a_town_among_several_too():
    agreed = question("agreed", "consent", version="1")
    towns = question("towns", "municipality", multiple=True)
    document = compiled(
        step("a", agreed, towns),
        step("b", question("x"), visible_if=[when("agreed", **{"is": "yes"})]),
        step("c", question("y"), visible_if=[when("towns", **{"is": "08326012"}), when("towns", **{"is": "08326074"})]),
    )
    answers = {"agreed": "yes", "towns": ["08326012", "08326074"]}
    assert Journey(document, answers).visible_steps == ["a", "b", "c"]
    assert Journey(document, {"agreed": None, "towns": ["08326012"]}).visible_steps == ["a"]
