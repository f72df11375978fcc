"""The truth table says what really happens to answers that are sent."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from services.inbox.deadlines import due
from services.inbox.models import Case
from services.intake import truth_table
from services.intake.actions import publish, save_step, start_draft, submit_draft, want_contact
from services.intake.answers import AnswerStore
from services.intake.journey import Journey
from services.intake.reach import READING
from services.intake.truth_cases import shortened
from services.intake.truth_dates import changes, span_name
from services.intake.truth_rows import merged
from services.intake.truth_table import TruthTable, table_of
from tests.cast import Cast
from tests.services.intake.factories import compiled, know_who_helps, open_form, question, step

PLAIN = {"tel": "+49 7721 12345", "email": "a@example.org", "number": "3", "date": "2026-05-04", "month": "2026-05"}


def rule(
    name: str, office: str = "responsible", urgency: str = "high", days: int | None = None, **comparison: Any
) -> dict:
    return {"when": [{"question": name, **comparison}], "office": office, "urgency": urgency, "due_days": days}


def routed(*rules: dict, default: str = "KOORD") -> dict[str, Any]:
    return {"recipient": "", "routing": {"rules": list(rules), "default": {"office": default}}}


def any_answer(asked: dict[str, Any]) -> Any:
    if asked["options"]:
        first = asked["options"][0]["key"]
        return [first] if asked["type"] == "checkbox" else first
    kinds = {"municipality": "08326012", "language": "de", "consent": "yes", **PLAIN}
    return kinds.get(asked["type"], "Text") if asked["required"] else None


def filled(document: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """These answers, and any for what else must be answered on this way through the form."""
    answers = {key: value for key, value in answers.items() if key != READING}
    while True:
        journey = Journey(document, answers)
        for name in journey.visible_steps:
            for asked in journey.visible_questions(name):
                if asked["key"] not in answers:
                    silent = asked["type"] in {"info", "notice", "office"}
                    answers[asked["key"]] = True if silent else any_answer(asked)
        if Journey(document, answers).first_incomplete() is None or Journey(document, answers).stopped_at():
            return answers


def really_send(portal: Cast, version: Any, answers: dict[str, Any], at: Any) -> Case | str:
    """Send for real, through the doors if there are any. The case, or the step that ended the form."""
    language = answers.get(READING, "de")
    with translation.override(language):
        complete = filled(version.document, answers)
        draft, token = start_draft(version=version, language=language, at=at)
        store = AnswerStore.open(district=portal.district, key=version.key, draft_id=draft.pk, token=token, at=at)
        save_step(store=store, step="any", answers=complete, language=language)
        if store.journey.stopped_at():
            return str(store.journey.stopped_at())
        to = truth_table.routing.recipient(portal.district, store.journey, timezone.localtime(at).date(), "", language)
        if to.show_doors:
            want_contact(store=store, rule=to.rule, language=language)
        submit_draft(store=store, language=language, at=at)
    return Case.objects.get(submission__number=store.receipt["number"])


def assert_true(portal: Cast, version: Any, table: TruthTable, number: int) -> int:
    chance, sent = random.Random(7), 0  # noqa: S311 - a reproducible draw, no secret
    at = timezone.now()
    for _round in range(number):
        line = chance.choice(table.lines)
        happened = really_send(portal, version, line.answers(chance), at)
        if line.goal is None:
            assert isinstance(happened, str), line
            continue
        assert isinstance(happened, Case), line
        sent += 1
        assert happened.office.code == line.goal.office, line
        assert happened.rule == line.goal.rule, line
        assert happened.urgency == line.decided.urgency, line
        assert happened.due_at == line.due_at == due(at, line.decided.urgency, line.decided.due_days), line
    return sent


def test_two_hundred_random_rows_agree_with_really_sending(portal):
    version = open_form(portal)
    table = table_of(portal.district, version.document, timezone.now())
    assert not table.problem
    assert assert_true(portal, version, table, 200) > 150


def test_rules_with_offices_languages_and_dates_agree_with_really_sending(portal):
    know_who_helps(portal)
    topics = question("topics", "checkbox", required=True, max=2, options=options("a", "b", "c", "d"))
    document = compiled(
        step("one", topics, question("when", "date"), question("ags", "municipality", required=True)),
        **routed(
            {
                "when": {
                    "any": [{"question": "topics", "any_of": ["a", "b"]}, {"question": "when", "before": "today"}]
                },
                "office": "VS_IM",
                "urgency": "high",
            },
            rule("ags", "STG_IM", "low", 3, **{"is": "08326017"}),
            rule(READING, "KOE_IM", "normal", **{"any_of": ["ar", "fa"]}),
            rule("when", "DRK", "high", after="+10 days"),
        ),
    )
    version = publish(district=portal.district, key="small", document=document)
    table = table_of(portal.district, document, timezone.now())
    assert {line.decided.number for line in table.lines} == {0, 1, 2, 3, 4}
    assert_true(portal, version, table, 60)


def options(*keys: str) -> list[dict[str, str]]:
    return [{"key": key, "label": f"Antwort {key}"} for key in keys]


def test_every_way_of_answering_is_in_exactly_one_row(portal):
    version = open_form(portal)
    table = table_of(portal.district, version.document, timezone.now())
    for line in table.lines[:1]:
        assert len(line.cells) == len(table.columns) == len(table.questions)
    goals = [group for line in table.lines for group in line.samples]
    assert all(goals)


def test_towns_that_the_directory_treats_alike_are_one_and_others_are_not(portal):
    know_who_helps(portal)
    groups = truth_table.alike(portal.district, dict(truth_table.routing.towns(portal.district)))
    assert ["08326012", "08326017"] in [sorted(group) for group in groups]
    assert ["08326074"] in groups


def test_all_towns_of_a_group_really_lead_to_the_same_office(portal):
    version = open_form(portal)
    at = timezone.now()
    base = {"phase": "AU", "unaccompanied_minor": "no", "danger": "none"}
    offices = {
        ags: really_send(portal, version, {**base, "ags": ags}, at).office.code for ags in ("08326012", "08326017")
    }
    assert set(offices.values()) == {"LRA_IM"}


def test_a_form_with_a_fixed_recipient_has_one_row(portal):
    know_who_helps(portal)
    table = table_of(portal.district, compiled(step("one", question("a")), recipient="VS_IM"), timezone.now())
    assert table.columns == ()
    assert [line.goal.office for line in table.lines] == ["VS_IM"]


def test_an_office_that_takes_no_cases_is_not_promised(portal):
    know_who_helps(portal)
    portal.offices["VS_IM"].takes_cases = False
    portal.offices["VS_IM"].save()
    table = table_of(portal.district, compiled(step("one", question("a")), recipient="VS_IM"), timezone.now())
    assert [line.goal.office for line in table.lines] == ["KOORD"]


def test_a_form_that_ends_with_advice_says_so(portal):
    know_who_helps(portal)
    asked = step(
        "one", question("knows", required=True), stop_if=[{"question": "knows", "is": "no"}], stop_text=["Halt."]
    )
    table = table_of(portal.district, compiled(asked, recipient="KOORD"), timezone.now())
    ends = {line.cells[0]: line.end for line in table.lines}
    assert ends == {("Ja",): "", ("Nein",): "Schritt one"}


def test_a_form_that_ends_on_a_later_step_for_an_earlier_answer_says_so(portal):
    know_who_helps(portal)
    last = step("last", question("other"), stop_if=[{"question": "knows", "is": "no"}], stop_text=["Halt."])
    document = compiled(step("one", question("knows", required=True)), last, recipient="KOORD")
    ends = {line.cells[0]: line.end for line in table_of(portal.district, document, timezone.now()).lines}
    assert ends == {("Ja",): "", ("Nein",): "Schritt last"}


def test_the_limit_of_a_deadline_is_found_to_the_day(portal):
    know_who_helps(portal)
    document = compiled(step("one", question("until", "date")), **routed(rule("until", within_days=9)))
    table = table_of(portal.district, document, timezone.now())
    today = timezone.localdate()
    [high] = [line for line in table.lines if line.decided.urgency == "high"]
    span = (None, (today + timedelta(days=9)).toordinal())
    assert high.cells == ((span_name("date", span),),)


def test_a_change_of_the_directory_changes_the_table_at_once(portal):
    version = open_form(portal)
    at = timezone.now()

    def offices() -> set[str]:
        return {line.goal.office for line in table_of(portal.district, version.document, at).lines if line.goal}

    assert "KOE_IM" in offices()
    portal.offices["KOE_IM"].responsibilities.all().delete()
    assert "KOE_IM" not in offices()


def test_a_form_with_too_many_answers_says_so_and_does_not_fail(portal, client):
    know_who_helps(portal)
    many = [question(f"q{n}", "radio", required=True, options=options(*"abcdefgh")) for n in range(6)]
    rules = [rule(f"q{n}", "VS_IM", **{"is": key}) for n in range(6) for key in "abcdefg"]
    document = compiled(step("one", *many), **routed(*rules))
    publish(district=portal.district, key="small", document=document)
    table = table_of(portal.district, document, timezone.now())
    assert not table.lines
    assert "Frage q5" in table.problem
    client.force_login(portal.eva)
    assert client.get("/admin/forms/small/1/routing/").status_code == 200
    assert "Frage q5" in client.get("/admin/forms/small/1/routing.csv").content.decode()


def test_unknown_types_and_parts_of_a_document_do_not_stop_the_table(portal):
    know_who_helps(portal)
    document = compiled(step("one", question("a", required=True)), **routed(rule("a", "VS_IM", **{"is": "yes"})))
    document["steps"][0]["questions"].append(
        {
            **question("b", "hologram"),
            "label": {"de": "B"},
            "required": True,
            "visible_if": [],
            "store": True,
            "options": [],
            "sensitivity": "none",
        }
    )
    table = table_of(portal.district, document, timezone.now())
    assert {line.goal.office for line in table.lines} == {"VS_IM", "KOORD"}


def test_documents_from_before_there_were_rules_have_a_table(portal):
    know_who_helps(portal)
    danger = question("danger", "radio", required=True, options=options("none", "violence"))
    document = compiled(step("one", danger), recipient="KOORD")
    document.pop("routing")
    assert {line.decided.urgency for line in table_of(portal.district, document, timezone.now()).lines} == {
        "danger",
        "normal",
    }


def test_the_page_can_be_narrowed_down(client, portal):
    open_form(portal)
    client.force_login(portal.eva)
    page = client.get("/admin/forms/counselling/1/routing/?office=KOE_IM&urgency=danger")
    assert page.context["lines"]
    assert {row["line"].goal.office for row in page.context["lines"]} == {"KOE_IM"}
    assert len(page.context["lines"]) < page.context["all_count"]


def test_a_table_costs_a_bounded_number_of_queries(portal, django_assert_max_num_queries):
    version = open_form(portal)
    with django_assert_max_num_queries(400):
        table_of(portal.district, version.document, timezone.now())


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([((0,), "a"), ((1,), "a")], [((), "a", 2)]),
        (
            [((0, 0), "a"), ((0, 1), "b"), ((1, 0), "a"), ((1, 1), "b")],
            [(((1, frozenset({0})),), "a", 2), (((1, frozenset({1})),), "b", 2)],
        ),
        ([], []),
    ],
)
def test_rows_that_end_the_same_are_put_together(cases, expected):
    assert [(row.conditions, row.outcome, len(row.members)) for row in merged(cases)] == expected


def test_changes_are_found_wherever_they_are():
    assert changes([-100, 0, 100], lambda tick: (tick >= -37, tick > 12)) == [-37, 13]
    assert changes([0, 10], lambda tick: 1) == []


def test_long_lists_of_names_are_shortened_by_count():
    assert shortened(["a", "b"]) == "a, b"
    assert shortened(["a", "b", "c", "d", "e"]).startswith("a, b, c ")
