"""Amira sends her request: the whole way, in two languages, once, to the right office."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext

from portal.templatetags.portal_tags import long_date
from services.directory.presentation import REASONS
from services.inbox.models import Case, Submission
from services.inbox.receipts import open_receipt
from services.intake.models import Draft
from tests.services.intake.factories import Walker, case_of, in_arabic, open_form, proof
from tests.standing import told_once

kept = told_once(lambda portal: (portal, open_form(portal)))


@pytest.fixture
def told(kept, db):
    return deepcopy(kept)


@pytest.fixture
def portal(told):
    return told[0]


@pytest.fixture
def amira(portal, client) -> Walker:
    return Walker(client)


def test_amira_sends_and_gets_number_and_secret(portal, amira):
    response = amira.start().fill().send()
    assert response.status_code == 303
    assert response["Location"] == amira.path("receipt")
    html = amira.get("receipt").content.decode()
    case, entries = case_of(portal)
    secret = re.search(r"\d{4} \d{4} \d{4} \d{4}", html)[0]
    assert case.submission.number in html
    assert open_receipt(district=portal.district, number=case.submission.number, secret=secret.replace(" ", ""))
    assert case.office.code == "LRA_IM"
    assert (case.municipality.ags, case.phase, case.topics, case.urgency) == ("08326012", "AU", ["housing"], "normal")
    assert case.interpreter
    assert case.rule == "R6"
    assert entries["ags"]["text"] == {"de": "Donaueschingen"}
    assert entries["phone_number"]["value"] == "+49 7721 12345"
    assert entries["text"]["text"] == {"de": "Meine Heizung ist kaputt."}
    assert entries["contact_lang"]["text"] == {"de": "Arabisch"}
    assert entries["au_start"]["text"] == {"de": "März 2026"}


def test_whoever_sends_in_arabic_is_read_in_german_and_reads_arabic(told, client):
    portal, version = told
    amira = Walker(client, "ar").start()
    amira.fill(text="التدفئة معطلة")
    page = amira.get("check")
    html = page.content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert in_arabic("Wo leben Sie?") in html
    assert '<bdi lang="de">Landratsamt, Integrationsmanagement</bdi>' in html
    amira.send()
    case, entries = case_of(portal)
    assert case.submission.language == case.language == "ar"
    assert case.submission.form_version == version.pk
    assert entries["topics"]["label"]["de"] == "Bei welchem Thema brauchen Sie Beratung?"
    assert entries["topics"]["label"]["ar"] == in_arabic("Bei welchem Thema brauchen Sie Beratung?")
    assert entries["topics"]["value"] == ["housing"]
    assert entries["topics"]["text"] == {"de": "Wohnen", "ar": in_arabic("Wohnen")}
    assert entries["text"]["text"] == {"ar": "التدفئة معطلة"}


def test_the_same_answers_are_the_same_keys_in_every_language(portal, client):
    values = []
    for language in ("de", "ar"):
        Walker(client, language).start().fill().send()
        values.append({key: entry["value"] for key, entry in case_of(portal)[1].items()})
        Case.objects.get().keys.all().delete()
        Case.objects.all().delete()
    assert values[0] == values[1]


def test_changing_the_language_on_the_way_keeps_everything_typed(portal, amira):
    amira.start().post("danger", danger="none")
    amira.act("who", "language", actor="helper", helper_name="Hans")
    languages = amira.act("who", "language", actor="helper")
    assert languages["Location"] == f"/de/languages/?page=%2Fde%2Fforms%2Fcounselling%2F{amira.draft}%2Fwho%2F"
    page = amira.client.get(languages["Location"]).content.decode()
    assert f"/ar/forms/counselling/{amira.draft}/who/" in page
    html = amira.get("who", "ar").content.decode()
    assert re.search(r'value="helper"[^>]*checked', html)


def test_the_language_of_the_last_page_is_the_language_of_the_case(portal, amira):
    amira.start().fill()
    amira.language = "ar"
    amira.send()
    assert Case.objects.get().language == "ar"


def test_a_form_without_the_readers_language_is_german_in_the_readers_frame(portal, client):
    page = client.get("/tr/forms/counselling/").content.decode()
    assert '<html lang="tr" dir="ltr">' in page
    assert '<span lang="de" dir="ltr">Beratung anfragen</span>' in page
    amira = Walker(client, "tr").start()
    html = amira.get("danger").content.decode()
    assert '<legend><span lang="de" dir="ltr">Ist etwas Schlimmes passiert' in html
    assert '<bdi lang="de" dir="ltr">Deutsch</bdi>' in html
    amira.fill().send()
    case, entries = case_of(portal)
    assert case.language == "tr"
    assert entries["topics"]["label"] == {"de": "Bei welchem Thema brauchen Sie Beratung?"}
    assert entries["topics"]["text"] == {"de": "Wohnen", "tr": "Wohnen"}


def test_before_sending_amira_reads_who_gets_it_and_why(amira):
    html = amira.start().fill().get("check").content.decode()
    assert "Landratsamt, Integrationsmanagement" in html
    assert escape(str(REASONS["R6"])) in html
    assert "Nur diese Stelle liest sie." in html
    assert "{office}" not in html


def test_answers_that_are_not_stored_say_so_and_never_reach_the_case(portal, amira):
    amira.start().fill(phase="PRIVATE", group="UKRAINE", au_start_month=None, au_start_year=None)
    html = amira.get("check").content.decode()
    assert html.count(f'<span class="badge">{gettext("is not sent")}</span>') == 2
    amira.send()
    _case, entries = case_of(portal)
    assert "group" not in entries
    assert "unaccompanied_minor" not in entries
    assert "UKRAINE" not in str(entries)


def test_a_change_on_the_check_page_leads_back_to_it(amira):
    amira.start().fill()
    change = re.search(r'href="([^"#]*topic/\?change=1)#id_q-topics"', amira.get("check").content.decode())[1]
    page = amira.client.get(change)
    assert page.status_code == 200
    response = amira.post("topic", query="?change=1", shown=["topics", "text"], topics=["work"], text="Neu")
    assert response["Location"] == amira.path("check")
    assert "Neu" in amira.get("check").content.decode()


def test_a_change_that_opens_new_questions_asks_them_first(amira):
    amira.start().fill()
    response = amira.post("topic", query="?change=1", shown=["topics", "text"], topics=["letter"], text="")
    assert response["Location"] == amira.path("topic") + "?change=1#id_q-deadline"
    assert amira.get("check")["Location"] == amira.path("topic")
    shown = ["topics", "deadline", "deadline_info", "text"]
    response = amira.post("topic", query="?change=1", shown=shown, topics=["letter"], deadline_day="")
    assert response["Location"] == amira.path("letter") + "?change=1"
    response = amira.client.post(amira.path("letter") + "?change=1", {"action": "continue"})
    assert response["Location"] == amira.path("check")


def test_a_change_elsewhere_opens_questions_on_a_later_step(amira):
    amira.start().fill()
    response = amira.post("danger", query="?change=1", shown=["danger"], danger="violence")
    assert response["Location"].startswith(amira.path("danger") + "?change=1#id_q-danger_help")
    response = amira.post("danger", query="?change=1", shown=["danger", "danger_help"], danger="violence")
    assert response["Location"] == amira.path("who") + "?change=1"


def test_back_on_a_change_changes_nothing_but_keeps_what_was_typed(amira):
    amira.start().fill()
    data = {"action": "back", "q-shown": ["topics", "text", "lose_home"], "q-topics": ["work"], "q-text": "Doch anders"}
    response = amira.client.post(amira.path("topic") + "?change=1", data)
    assert response["Location"] == amira.path("check")
    assert amira.store().kept.answers["topics"] == ["housing"]
    assert "Doch anders" not in amira.get("check").content.decode()
    assert "Doch anders" in amira.get("topic").content.decode()


def test_after_sending_every_page_of_the_draft_is_the_receipt(amira):
    amira.start().fill().send()
    for where in ("danger", "contact", "check", "doors", "stop"):
        response = amira.get(where)
        assert response["Location"] == amira.path("receipt")
    assert amira.post("topic", topics=["work"])["Location"] == amira.path("receipt")
    assert Draft.objects.get().answers_ct in (b"", memoryview(b""))


def test_the_receipt_can_be_read_for_an_hour_with_the_cookie_alone(amira):
    amira.start().fill().send()
    assert amira.get("receipt").status_code == 200
    assert Client().get(amira.path("receipt")).status_code == 404
    assert Draft.objects.get().expires_at <= timezone.now() + timedelta(hours=1)
    Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert amira.get("receipt").status_code == 410


def test_the_receipt_says_until_when_the_office_answers_and_offers_notices_apart_from_the_answers(amira):
    from services.inbox.deadlines import due
    from services.inbox.models import Notice

    amira.start().fill().send()
    html = amira.get("receipt").content.decode()
    assert long_date(due(timezone.now(), "normal")) in html
    response = amira.client.post(amira.path("notice"), {"email": "amira@example.org"})
    assert response.status_code == 422  # not said that it is her own
    assert 'value="amira@example.org"' in response.content.decode()
    response = amira.client.post(amira.path("notice"), {"email": "amira@example.org", "sure": "on"})
    assert response["Location"].startswith(amira.path("receipt"))
    assert Notice.objects.get().submission.number in html
    assert Client().post(amira.path("notice"), {"email": "omar@example.org", "sure": "on"}).status_code == 404


def test_the_secret_is_in_no_address_that_is_sent(amira):
    response = amira.start().fill().send()
    html = amira.get("receipt").content.decode()
    secret = re.search(r"\d{4} \d{4} \d{4} \d{4}", html)[0]
    assert "<svg" in html
    assert f'href="/{amira.language}/status/"' in html
    for address in [response["Location"], *re.findall(r'(?:href|action)="([^"]*)"', html)]:
        assert secret.replace(" ", "") not in address


def test_whoever_is_very_fast_presses_once_more_and_loses_nothing(amira):
    amira.start().fill()
    response = amira.send(wait=False)
    assert response.status_code == 422
    assert f"<title>{gettext('Error')}: " in response.content.decode()
    assert not Submission.objects.exists()
    assert amira.send().status_code == 303


def test_whoever_took_time_for_the_form_need_not_wait_on_its_last_page(amira):
    amira.start().fill()
    Draft.objects.update(started_at=timezone.now() - timedelta(seconds=10))
    page = amira.get("check")
    since = re.search(r'name="since" value="([^"]+)"', page.content.decode())[1]
    assert amira.client.post(amira.path("check"), {"since": since, "website": ""}).status_code == 303


def test_a_machine_that_fills_every_field_sends_nothing(amira):
    page = amira.start().fill().get("check")
    response = amira.client.post(amira.path("check"), {**proof(page), "website": "http://spam.example"})
    assert response.status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("changes", "urgency"),
    [
        ({}, "normal"),
        ({"lose_home": "yes"}, "high"),
        ({"lose_home": "unknown"}, "normal"),
        ({"danger": "medical", "text": None}, "danger"),
        ({"topics": ["letter"], "deadline": 3}, "high"),
        ({"topics": ["letter"], "deadline": 7}, "high"),
        ({"topics": ["letter"], "deadline": 8}, "normal"),
        ({"topics": ["letter"], "deadline": -1}, "high"),
        ({"topics": ["work"], "deadline": 1}, "normal"),
    ],
)
def test_how_urgent_it_is_follows_from_the_answers(amira, changes, urgency):
    days = changes.pop("deadline", None) if "deadline" in changes else None
    changes = dict(changes)
    if days is not None:
        day = timezone.localdate() + timedelta(days=days)
        changes |= {"deadline_day": str(day.day), "deadline_month": str(day.month), "deadline_year": str(day.year)}
    amira.start().fill(**changes).send()
    assert Case.objects.get().urgency == urgency


@pytest.mark.parametrize(
    ("place", "office"),
    [
        ({"phase": "VU"}, "DRK"),
        ({"phase": "AU", "ags": "08326074"}, "VS_IM"),
        ({"phase": "AU", "ags": "08326031"}, "KOE_IM"),
        ({"phase": "UNKNOWN"}, "KOORD"),
        ({"phase": "AU", "ags": "unknown"}, "KOORD"),
        ({"phase": "HOMELESS"}, "LRA_IM"),
        ({"phase": "PRIVATE", "group": "UKRAINE"}, "LRA_IM"),
        ({"phase": "PRIVATE", "group": "UNSAID"}, "KOORD"),
        ({"phase": "PRIVATE", "au_start_month": "1", "au_start_year": "2090"}, "LRA_IM"),
    ],
)
def test_the_case_goes_where_the_directory_says(amira, place, office):
    dates = {} if "au_start_month" in place else {"au_start_month": None, "au_start_year": None}
    group = {"group": "UKRAINE"} if place["phase"] == "PRIVATE" and "group" not in place else {}
    amira.start().fill(**{**dates, **group, **place}).send()
    assert Case.objects.get().office.code == office


def test_a_helper_who_writes_for_somebody_is_marked(portal, amira):
    helper = {"actor": "helper", "knows": "yes", "helper_name": "Hans", "helper_phone": "07721 12345"}
    amira.start().fill(**helper, contact_whom="both").send()
    assert Submission.objects.get().assisted


def test_where_no_office_takes_cases_amira_is_told_and_keeps_her_answers(portal, amira):
    amira.start().fill(phase="UNKNOWN", au_start_month=None, au_start_year=None)
    portal.offices["KOORD"].takes_cases = False
    portal.offices["KOORD"].save()
    response = amira.get("check")
    assert response.status_code == 303
    assert response["Location"] == amira.path("doors")
    amira.client.post(amira.path("doors"))
    assert amira.send().status_code == 503
    assert amira.store().kept.answers["topics"] == ["housing"]
