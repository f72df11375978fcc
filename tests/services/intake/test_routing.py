"""Rules in the form decide where answers go, how urgent they are and when an answer is due; the first one wins."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.journey import Journey
from services.intake.reach import FormError
from services.intake.routing import decision, recipient, topics
from tests.services.intake.factories import compiled, know_who_helps, question, step

TODAY = date(2026, 11, 22)
KIND = question("kind", options=[{"key": "a", "label": "A"}, {"key": "b", "label": "B"}], required=True)
PHASES = [{"key": "AU", "label": "AU"}, {"key": "VU", "label": "VU"}, {"key": "UNKNOWN", "label": "?"}]
WHERE = (question("ags", "municipality"), question("phase", options=PHASES), question("deadline", "date"))


def rule(*when, office="KOORD", **more):
    return {"when": list(when), "office": office, **more}


def is_(name, value):
    return {"question": name, "is": value}


def form(*rules, default="KOORD", questions=(KIND, *WHERE), **more):
    routing = {"rules": list(rules), "default": {"office": default}}
    return compiled(step("a", *questions), recipient="", routing=routing, **more)


def refused(*args, **more):
    with pytest.raises(FormError) as refusal:
        form(*args, **more)
    return refusal.value


def test_the_first_rule_that_holds_decides_and_else_the_default():
    document = form(
        rule(is_("kind", "a"), office="DRK", urgency="high"),
        rule({"question": "deadline", "within_days": 7}, office="VS_IM", urgency="danger", due_days=2),
    )
    answers = {"kind": "a", "deadline": "2026-11-23"}
    assert decision(document, answers, TODAY) == {"office": "DRK", "urgency": "high", "due_days": None}
    answers["kind"] = "b"
    assert decision(document, answers, TODAY) == {"office": "VS_IM", "urgency": "danger", "due_days": 2}
    answers["deadline"] = "2027-01-01"
    assert decision(document, answers, TODAY) == {"office": "KOORD", "urgency": "normal", "due_days": None}


def test_a_rule_may_look_at_the_town_the_phase_and_the_language_of_the_reader():
    document = form(
        rule(is_("ags", "08326074"), is_("phase", "AU"), office="VS_IM"),
        rule(is_("_language", "uk"), office="DRK"),
    )
    assert decision(document, {"ags": "08326074", "phase": "AU"}, TODAY, "de")["office"] == "VS_IM"
    assert decision(document, {"ags": "08326074", "phase": "VU"}, TODAY, "de")["office"] == "KOORD"
    assert decision(document, {}, TODAY, "uk")["office"] == "DRK"


def test_the_directory_names_the_responsible_office(portal):
    know_who_helps(portal)
    document = form(rule(is_("kind", "a"), office="responsible", urgency="high"), default="responsible")
    answers = {"kind": "a", "ags": "08326074", "phase": "AU"}
    found = recipient(portal.district, Journey(document, answers, TODAY), TODAY, code="de")
    assert (found.office.code, found.urgency, found.rule) == ("VS_IM", "high", "R9")
    answers["phase"] = "VU"
    assert recipient(portal.district, Journey(document, answers, TODAY), TODAY, code="de").office.code == "DRK"


def test_without_an_answer_that_decides_the_coordination_office_finds_the_way(portal):
    know_who_helps(portal)
    found = recipient(portal.district, Journey(form(default="responsible"), {"kind": "a"}, TODAY), TODAY)
    assert found.office.code == "KOORD"


def test_an_office_that_takes_no_cases_any_more_loses_nobodys_message(portal):
    know_who_helps(portal)
    document = form(rule(is_("kind", "a"), office="VS_IM"), default="LRA_IM")
    portal.offices["VS_IM"].is_active = False
    portal.offices["VS_IM"].save()
    assert recipient(portal.district, Journey(document, {"kind": "a"}), TODAY).office.code == "LRA_IM"
    portal.offices["LRA_IM"].takes_cases = False
    portal.offices["LRA_IM"].save()
    assert recipient(portal.district, Journey(document, {"kind": "a"}), TODAY).office.code == "KOORD"


def test_a_rule_never_looks_at_an_answer_of_a_hidden_branch(portal):
    know_who_helps(portal)
    document = form(
        rule(is_("more", "yes"), office="DRK"), questions=(KIND, question("more", visible_if=[is_("kind", "b")]))
    )
    stale = {"kind": "a", "more": "yes"}
    assert recipient(portal.district, Journey(document, stale), TODAY).office.code == "KOORD"


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (rule(is_("kind", "gone")), "routing, rule 1"),
        (rule(is_("nothing", "a")), "routing, rule 1"),
        (rule(), "routing, rule 1"),
        (rule(is_("kind", "a"), is_("kind", "b")), "routing, rule 1"),
        (rule(is_("kind", "a"), office="nowhere"), "routing, rule 1, office"),
        (rule(is_("kind", "a"), office=None), "routing, rule 1, office"),
        (rule(is_("kind", "a"), urgency="soon"), "routing, rule 1, urgency"),
        (rule(is_("kind", "a"), due_days=0), "routing, rule 1, due_days"),
        (rule(is_("kind", "a"), colour="red"), "routing, rule 1"),
        (rule(is_("_language", "xx")), "routing, rule 1"),
        ("kind", "routing, rule 1"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_number(broken, place):
    assert refused(broken).place == place


@pytest.mark.parametrize("default", ["", None])
def test_a_form_without_default_office_is_refused(default):
    assert refused(default=default).place == "routing, default"


def test_two_different_defaults_are_refused():
    with pytest.raises(FormError):
        compiled(step("a", KIND), recipient="KOORD", routing={"default": {"office": "DRK"}})


def test_topics_are_those_of_the_form_and_those_the_person_chose():
    document = form(topics=["appointment"])
    assert topics(document, {"topics": ["work"]}, {"topics"}) == ["appointment", "work"]
    assert topics(document, {"topics": "work"}, {"topics"}) == ["appointment", "work"]
    assert topics(document, {"topics": ["work"]}, set()) == ["appointment"]


def test_a_draft_on_a_document_from_before_there_were_rules_ends_where_it_would_have():
    document = {key: value for key, value in form(questions=(KIND, *WHERE)).items() if key != "routing"}
    old = {**document, "schema": 1, "recipient": ""}
    assert decision(old, {}, TODAY)["office"] == "responsible"
    assert decision(old, {"deadline": "2026-11-23"}, TODAY)["urgency"] == "high"
    assert decision({**old, "recipient": "KOORD"}, {}, TODAY)["office"] == "KOORD"


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"audience": "everybody"}, "form small, audience"),
        ({"audience": "staff"}, "form small, for_whom"),
        ({"retention_days": 1}, "form small, retention_days"),
        ({"retention_days": 36500}, "form small, retention_days"),
        ({"topics": ["A B"]}, "form small, topics"),
        ({"assisted": "yes"}, "form small, assisted"),
    ],
)
def test_what_a_form_says_about_itself_must_make_sense(more, place):
    assert refused(**more).place == place


@pytest.mark.parametrize(
    "broken",
    [
        question("x", "consent"),
        question("x", "text", options=[{"key": "a", "label": "A"}]),
        question("x", "radio", unknown=True),
        question("x", "text", multiple=True),
        question("x", "number", min=9, max=3),
        question("x", "tel", prefill="phone"),
        question("x", "file", max_files=99),
        question("x", "file", accept=["exe files"]),
        question("x", "radio", options=[{"key": "a", "label": "A", "exclusive": True}]),
        question("x", "notice", required=True),
        question("x", "office", store=True),
    ],
)
def test_a_part_its_type_does_not_have_is_refused(broken):
    assert refused(questions=(broken,)).place.startswith("step a, question x")


def test_files_need_a_step_of_their_own():
    assert "step of their own" in refused(questions=(KIND, question("papers", "file"))).problem
