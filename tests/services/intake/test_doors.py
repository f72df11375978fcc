"""Where the form ends, where another body helps better, and how somebody still reaches a person."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from services.directory.presentation import REASONS
from services.inbox.models import Case
from services.intake.models import Draft
from tests.services.intake.factories import Walker, case_of, open_form

NO_DATE = {"au_start_month": None, "au_start_year": None}
ALONE = {"phase": "VU", "unaccompanied_minor": "yes", **NO_DATE}
AWAY = {"ags": "elsewhere", "phase": "AU", **NO_DATE}
OTHER = {"phase": "PRIVATE", "group": "OTHER", **NO_DATE}


@pytest.fixture
def amira(portal, client) -> Walker:
    open_form(portal)
    amira = Walker(client).start()
    amira.post("danger", danger="none")
    amira.post("who", actor="self")
    return amira


def live(amira, **answers):
    """Answer where she lives; infos on the page are read."""
    shown = ["ags", "phase", "au_start", "group", "unaccompanied_minor", "minor_info", "homeless_info"]
    given = {"ags": "08326012", "unaccompanied_minor": "no", **answers}
    return amira.post("where", shown=shown, **{key: value for key, value in given.items() if value is not None})


@pytest.mark.parametrize(
    ("answers", "door", "rule"),
    [
        (ALONE, "Jugendamt", "R1"),
        (AWAY, "Migrationsberatung", "R2"),
        (OTHER, "Migrationsberatung", "R13"),
    ],
)
def test_another_body_that_helps_better_is_shown_at_once_with_its_reason(amira, answers, door, rule):
    assert live(amira, **answers)["Location"] == amira.path("doors")
    html = amira.get("doors").content.decode()
    assert f'<bdi lang="de">{door}</bdi>' in html
    assert escape(str(REASONS[rule])) in html
    assert amira.path("leave") in html


@pytest.mark.parametrize("answers", [ALONE, AWAY, OTHER])
def test_whoever_still_wants_contact_reaches_the_coordination_office(portal, amira, answers):
    live(amira, **answers)
    assert amira.client.post(amira.path("doors"))["Location"] == amira.path("topic")
    amira.fill(**answers).send()
    case, _entries = case_of(portal)
    assert case.office.code == "KOORD"
    assert case.rule in {"R1", "R2", "R13"}


@pytest.mark.parametrize("answers", [ALONE, AWAY, OTHER])
def test_nobody_sends_past_the_door(portal, amira, answers):
    live(amira, **answers)
    assert amira.get("topic").status_code == 200
    amira.fill(**answers)
    assert amira.get("check")["Location"] == amira.path("doors")
    assert amira.client.post(amira.path("check"), {})["Location"] == amira.path("doors")
    assert not Case.objects.exists()


def test_another_door_later_is_shown_again(amira):
    live(amira, **OTHER)
    amira.client.post(amira.path("doors"))
    assert live(amira, **ALONE)["Location"] == amira.path("doors")


def test_who_is_responsible_after_all_goes_on_without_a_door(amira):
    live(amira, **OTHER)
    assert live(amira, phase="AU")["Location"] == amira.path("topic")
    assert amira.get("doors")["Location"] == amira.path("topic")


def test_doors_before_the_question_lead_to_the_question(portal, client):
    open_form(portal)
    amira = Walker(client).start()
    assert amira.get("doors")["Location"] == amira.path("danger")
    assert amira.client.post(amira.path("doors"))["Location"] == amira.path("danger")


def test_whoever_has_no_home_reads_about_the_town_hall_and_writes_to_counselling(amira):
    amira.fill(phase="HOMELESS", **NO_DATE)
    html = amira.get("check").content.decode()
    assert '<bdi lang="de">Landratsamt, Integrationsmanagement</bdi>' in html
    assert "<details open>" in html
    assert '<bdi lang="de">Rathaus</bdi>' in html


def test_a_helper_whose_person_does_not_know_is_stopped_with_advice(amira):
    answers = {"actor": "helper", "knows": "no"}
    assert amira.post("who", **answers)["Location"].endswith("#id_q-ask_first")
    response = amira.post("who", shown=["actor", "knows", "ask_first"], **answers)
    assert response["Location"] == amira.path("stop")
    html = amira.get("stop").content.decode()
    assert "Bitte fragen Sie zuerst die Person." in html
    for where in ("where", "topic", "check", "doors"):
        assert amira.get(where).status_code in {302, 303}
    assert amira.get("check")["Location"] == amira.path("stop")
    assert not Case.objects.exists()


def test_whoever_was_stopped_can_change_the_answer_and_go_on(amira):
    amira.post("who", shown=["actor", "knows", "ask_first"], actor="helper", knows="no")
    assert amira.get("who").status_code == 200
    assert amira.post("who", actor="self")["Location"] == amira.path("where")
    assert amira.get("stop")["Location"] == amira.path("where")


def test_in_danger_nobody_is_stopped(amira):
    shown = ["danger", "danger_help", "danger_child"]
    amira.post("danger", shown=shown, danger="child_in_danger")
    shown = ["actor", "knows", "danger_reminder"]
    response = amira.post("who", shown=shown, actor="helper", knows="no")
    assert response["Location"] == amira.path("where")


def test_in_danger_the_numbers_come_before_the_next_question(amira):
    response = amira.post("danger", shown=["danger"], danger="self_harm")
    assert response["Location"] == amira.path("danger") + "#id_q-danger_help"
    html = amira.get("danger").content.decode()
    assert "0800 111 0 111" in html
    assert "Polizei 110" in html
    shown = ["danger", "danger_help", "danger_self"]
    assert amira.post("danger", shown=shown, danger="self_harm")["Location"] == amira.path("who")


# What the finder already knows ---------------------------------------------------------------------------------------


def test_what_the_finder_knows_is_filled_in_and_still_asked(portal, client):
    open_form(portal)
    page = client.get("/de/forms/counselling/?ags=08326074&phase=AU&au_start=2025-03&group=UKRAINE&x=1")
    html = page.content.decode()
    assert '<input type="hidden" name="ags" value="08326074">' in html
    assert "UKRAINE" not in html.split("<main")[1].split("</main>")[0]
    amira = Walker(client).start(ags="08326074", phase="AU", au_start="2025-03", group="UKRAINE")
    assert amira.store().kept.answers == {}
    amira.post("danger", danger="none")
    amira.post("who", actor="self")
    html = amira.get("where").content.decode()
    assert '<option value="08326074" selected' in html
    assert 'value="3"' in html
    assert 'value="2025"' in html


def test_a_link_about_a_topic_ticks_it(portal, client):
    open_form(portal)
    html = client.get("/de/forms/counselling/?topic=german").content.decode()
    assert '<input type="hidden" name="topics" value="german">' in html
    amira = Walker(client).start(topics="german")
    assert amira.store().kept.unfinished["topic"]["q-topics"] == ["german"]
    assert 'type="hidden" name="topics"' not in client.get("/de/forms/counselling/?topic=x").content.decode()


@pytest.mark.parametrize(
    "query", ["ags=<script>", "ags=1", "phase=X", "au_start=2025-13", "au_start=soon", "ags=" + "9" * 999]
)
def test_what_cannot_be_is_not_filled_in(portal, client, query):
    open_form(portal)
    html = client.get(f"/de/forms/counselling/?{query}").content.decode()
    assert 'type="hidden"' not in html
    name, _equals, value = query.partition("=")
    Walker(client).start(**{name: value})
    assert Draft.objects.count() == 1
