""" "Which course fits me?": dated rules answer in words, decide nothing, and nobody keeps what was said."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from home.demo import access_rules as demo
from services.courses.access_codes import FAMILIES, Residence
from services.courses.access_rules import Person, answers_for, families_of, routes_of
from services.courses.models import AccessRule
from services.courses.vocabulary import SCHOOL_FAMILIES, CourseFamily
from tests.services.courses import factories as make

ADDRESS = "/en/courses/which-course/"


@pytest.fixture
def rules(portal):
    """The rules of the demo, which are those of the district."""
    demo.load(portal.district)
    return portal.district


@pytest.fixture
def said(rules):
    """What the rules of a day answer to a person: programme → verdict."""

    def verdicts(day: str = "2026-11-22", **about) -> dict[str, str]:
        valid = AccessRule.objects.of(rules).valid_on(date.fromisoformat(day))
        return {answer.programme: answer.verdict for answer in answers_for(Person(**about), valid)}

    return verdicts


def shown(client, query: str, status: int = 200, code: str = "en") -> str:
    response = client.get(f"/{code}/courses/which-course/?{query}")
    assert response.status_code == status
    return response.content.decode()


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", text.split("<main")[1].split("</main>")[0]))


def test_a_recognised_refugee_has_a_right_to_the_integration_course(said):
    assert said(residence="protection")["IK"] == "entitled"


@pytest.mark.parametrize(
    ("day", "verdict", "route_verdict"),
    [
        ("2026-01-31", "maybe", "maybe"),
        ("2026-02-01", "pay", "not_now"),
        ("2026-12-31", "pay", "not_now"),
        ("2027-01-01", "maybe", "maybe"),
    ],
)
def test_the_stop_of_admissions_holds_from_its_first_to_its_last_day(rules, said, day, verdict, route_verdict):
    assert said(day, residence="asylum")["IK"] == verdict
    valid = AccessRule.objects.of(rules).valid_on(date.fromisoformat(day))
    (answer,) = [one for one in answers_for(Person("asylum"), valid) if one.programme == "IK"]
    assert [rule.verdict for rule in answer.rules if rule.route == "ADMITTED_44_4"] == [route_verdict]


def test_a_rule_that_ends_changes_the_page_on_the_next_day(client, rules):
    with time_machine.travel("2026-12-31 22:30 +0000", tick=False):  # 23:30 in Germany
        assert "The Federal Office admits nobody new at the moment." in shown(client, "residence=ukraine")
    with time_machine.travel("2026-12-31 23:30 +0000", tick=False):  # the new year has begun in Germany
        text = shown(client, "residence=ukraine")
    assert "admits nobody new" not in text
    assert "The rule for this time is not known yet." in text


def test_an_admission_from_before_the_stop_stays_valid(said):
    assert said(residence="asylum", letter="ADMITTED_44_4")["IK"] == "entitled"


def test_an_obligation_opens_the_course_whatever_the_paper_is(said):
    assert {said(residence=code, letter="OBLIGED_44A")["IK"] for code in Residence.values} == {"entitled"}


def test_work_courses_are_named_only_to_those_who_work_or_look_for_work_and_know_some_german(said):
    assert "BSK" not in said(residence="protection", work="neither")
    assert "BSK" not in said(residence="protection", work="working", level="A0")
    assert said(residence="protection", work="working", level="B1")["BSK"] == "maybe"
    assert said(residence="protection", work="seeking")["BSK"] == "maybe"
    assert said(residence="asylum", letter="BSK_PERMIT")["BSK"] == "entitled"


def test_the_first_orientation_course_is_for_beginners_in_the_asylum_procedure_first(said):
    assert said(residence="asylum", level="A0")["EOK"] == "open"
    assert said(residence="ukraine", level="A1")["EOK"] == "maybe"
    assert "EOK" not in said(residence="asylum", level="B1")
    assert "EOK" not in said(residence="german")


def test_the_group_for_women_is_named_to_women_who_want_it(said):
    assert said(residence="family", women=True)["MIA"] == "open"
    assert "MIA" not in said(residence="family")


@pytest.mark.parametrize("residence", Residence.values)
def test_nobody_is_left_without_any_way(said, residence):
    verdicts = said(residence=residence)
    assert verdicts["CAFE"] == "open"
    assert set(verdicts.values()) - {"not_now"}


def test_no_programme_leads_to_classes_of_schools_and_every_other_family_has_one():
    named = [family for families in FAMILIES.values() for family in families]
    assert len(named) == len(set(named))
    assert set(named) == set(CourseFamily.values) - SCHOOL_FAMILIES


def test_answers_are_best_first_and_say_which_families_and_grounds_are_open(rules):
    valid = AccessRule.objects.of(rules).valid_on(date(2026, 11, 22))
    answers = answers_for(Person("tolerated"), valid)
    ranks = ["entitled", "open", "maybe", "pay", "not_now"]
    assert [ranks.index(one.verdict) for one in answers] == sorted(ranks.index(one.verdict) for one in answers)
    assert "ALPHA_CAFE" in families_of(answers)
    assert set(routes_of(answers)) == {"OPEN", "SELF_PAYER"}


def test_amira_sees_questions_first(client, rules):
    text = client.get(ADDRESS).content.decode()
    assert text.count('name="residence"') == len(Residence.values)
    assert 'method="get"' in text
    assert "We keep nothing of your answers" in text


def test_the_answer_informs_and_says_that_it_does_not_decide(client, rules):
    text = words(shown(client, "residence=ukraine&level=A1&childcare=1"))
    assert "This is information, not a decision." in text
    assert "Not possible at the moment" in text
    assert "§ 44 Abs. 4 AufenthG" in text
    assert "Federal Office for Migration and Refugees (BAMF)" in text
    assert "Residence permit for people from Ukraine (§ 24)" in text
    assert "The rules were checked on" in text


def test_only_runs_she_has_a_way_into_are_shown_and_wishes_put_them_in_order(portal, client, rules):
    work = make.course(portal, "work", family="BSK_B2", access_routes=["BSK_PERMIT"])
    make.run(portal, "work-1", work)
    state = make.course(portal, "state", family="VWV_BASIC", level_from="A1.1", level_to="A1.2")
    make.run(portal, "state-evening", state, starts_on=timezone.localdate() + timedelta(days=1))
    make.run(portal, "state-morning", state, time_of_day="morning", childcare="onsite")
    cancelled = {"status": "cancelled", "cancel_reason": "too_few", "cancelled_at": timezone.now()}
    make.run(portal, "state-off", state, **cancelled)
    make.run(portal, "school", make.course(portal, "school", family="SCHOOL_VKL"))
    text = shown(client, "residence=protection&level=A1&time=morning&childcare=1")
    assert re.findall(r'<article class="card" id="([^"]+)"', text) == ["state-morning", "state-evening"]
    assert "Does not fit: <bdi>When do you have time? and With childcare</bdi>" in text
    assert "/en/courses/?level=A1&amp;time=morning&amp;childcare=1" in text
    assert "residence" not in text.split("The next courses")[1]  # the paper goes no further


def test_a_course_for_people_with_a_paper_she_lacks_is_not_shown(portal, client, rules):
    make.run(portal, "ik-1", make.course(portal, "ik", family="IK_GENERAL", access_routes=["ADMITTED_44_4"]))
    assert 'id="ik-1"' not in shown(client, "residence=asylum")
    assert 'id="ik-1"' in shown(client, "residence=asylum&letter=ADMITTED_44_4")


@pytest.mark.parametrize(
    "query",
    [
        "residence=",
        "level=A1",
        "residence=king",
        "residence=%00",
        "residence=ukraine&letter=x",
        "residence=ukraine&level=Z9",
        "residence=ukraine&place=00000000",
        "residence=ukraine&women=maybe",
        "residence=ukraine&work=%F0%28%8C%28",
        "residence=" + "x" * 3000,
    ],
)
def test_an_answer_that_cannot_be_brings_the_questions_back_with_what_is_wrong(client, rules, query):
    text = shown(client, query, 422)
    assert "<title>Error:" in text
    assert "Please check your answers" in text


def test_what_was_right_is_kept_when_something_is_wrong(client, rules):
    text = shown(client, "residence=ukraine&level=Z9&women=1", 422)
    assert re.search(r'value="ukraine"[^>]*checked', text)
    assert re.search(r'name="women"[^>]*checked', text)


@pytest.mark.parametrize("query", ["utm=1", "x[]=2", "page=3", ""])
def test_a_link_that_carries_something_else_shows_the_questions(client, rules, query):
    assert "Which paper do you have?" in shown(client, query)


def test_nothing_is_stored_cached_logged_or_told_to_others(client, rules, caplog, django_assert_num_queries):
    caplog.set_level(logging.DEBUG)
    response = client.get(f"{ADDRESS}?residence=tolerated&letter=OBLIGED_44A")
    assert not response.cookies
    assert not Session.objects.exists()
    assert "no-store" in response["Cache-Control"]
    assert "ETag" not in response
    assert response["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert "tolerated" not in "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )


def test_asking_changes_no_row(client, rules):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get(f"{ADDRESS}?residence=tolerated&level=A1&place={make.FURTWANGEN}&women=1")
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert len(queries) <= 12


def test_it_is_only_read(client, rules):
    assert client.post(ADDRESS, {"residence": "asylum"}).status_code == 405


def test_without_rules_it_says_so_and_names_who_helps(portal, client):
    text = shown(client, "residence=asylum")
    assert "We have no rule for your answers. Please ask" in text
    assert "/en/forms/counselling/?topic=german" in text


def test_rules_of_another_district_say_nothing_here(portal, client, rules):
    from wagtail.models import Site

    from portal.models import District

    site = Site.objects.create(hostname="other.example", root_page=portal.home)
    AccessRule.objects.update(district=District.objects.create(site=site, name="Anderswo", key="08325"))
    assert "We have no rule for your answers." in shown(client, "residence=asylum")


def test_loading_the_rules_twice_doubles_nothing_and_leaves_those_of_staff(portal, rules):
    AccessRule.objects.create(
        district=portal.district,
        code="own",
        programme="CAFE",
        verdict="open",
        ask="advice",
        law="x",
        checked_on=date(2026, 1, 1),
    )
    AccessRule.objects.filter(code="mia").update(verdict="maybe")
    before = AccessRule.objects.count()
    demo.load(portal.district)
    assert AccessRule.objects.count() == before
    assert AccessRule.objects.get(code="mia").verdict == "open"


def test_a_rule_cannot_end_before_it_begins_nor_fall_in_level(rules):
    rule = AccessRule.objects.first()
    rule.valid_from, rule.valid_until = date(2027, 2, 1), date(2027, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rule.save()
    rule.valid_from, rule.level_from, rule.level_to = None, "B1", "A1"
    with pytest.raises(ValidationError):
        rule.full_clean()
    rule.level_from, rule.residences = "", ["king"]
    with pytest.raises(ValidationError):
        rule.full_clean()


def test_course_staff_change_a_rule_and_the_next_answer_is_another(portal, client, rules):
    karin = make.course_staff(portal.yasmin)
    client.force_login(karin)
    rule = AccessRule.objects.get(code="ik-44-4-2027")
    data = {
        "code": rule.code,
        "programme": "IK",
        "residences": ["ukraine"],
        "verdict": "entitled",
        "route": "ADMITTED_44_4",
        "ask": "bamf",
        "law": "§ 44 Abs. 4 AufenthG",
        "valid_from": "2027-01-01",
        "checked_on": "2026-12-01",
    }
    address = reverse("accessrule:edit", args=[rule.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, data).status_code == 302
    client.logout()
    with time_machine.travel("2027-01-02 10:00 +0000", tick=False):
        assert "You have a right to it" in words(shown(client, "residence=ukraine"))


def test_omar_of_another_office_cannot_change_the_rules(portal, client, rules):
    make.admin_visitor(portal.omar)
    client.force_login(portal.omar)
    rule = AccessRule.objects.first()
    assert client.get(reverse("accessrule:edit", args=[rule.pk])).status_code in (302, 403)
    assert client.get(reverse("accessrule:index")).status_code in (302, 403)


def test_the_arabic_reader_gets_the_law_marked_as_german(client, rules):
    text = shown(client, "residence=protection", code="ar")
    assert '<html lang="ar" dir="rtl">' in text
    assert '<bdi lang="de" dir="ltr">§ 44 Abs. 1 bis 3 AufenthG</bdi>' in text
