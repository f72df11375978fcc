"""The ten forms are content: each sample case is filled in page by page and arrives where its form says."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy

import pytest
from django.utils import timezone

from home.demo import forms as demo
from home.demo.forms import form_keys, form_source, samples
from home.demo.words import sources, strings_of
from services.inbox.deadlines import due
from services.inbox.models import Case
from services.inbox.presentation import topic_names
from services.intake.audience import invitation
from services.intake.compiler import compile_form
from services.intake.wording import plain
from tests.services.intake.factories import Walker, know_who_helps
from tests.services.intake.samples import all_samples, answers_of, document_in, fill_in
from tests.standing import told_once

TEN = {
    *("counselling", "course-interest", "appointment", "volunteer-offer", "help-housing-school", "need-report"),
    *("meeting-registration", "feedback", "directory-update", "handover"),
}
FORBIDDEN = ("Geburtsdatum", "Staatsangehörigkeit", "Religion", "IBAN", "Pass-Nummer", "Einkommen", "Krankheit haben")
"""Words of data that no first contact asks for (handbook: domain §5.2)."""


def story(portal):
    """All ten forms, published, and offices that know what they are responsible for."""
    know_who_helps(portal)
    demo.load(portal.district)
    return portal


kept_ten = told_once(story)


@pytest.fixture
def ten(kept_ten, db):
    return deepcopy(kept_ten)


def walker(portal, client, key):
    """Amira, or Lena where a form is for people with an account."""
    audience = document_in(portal, key)["audience"]
    if audience == "staff":
        client.force_login(portal.lena)
    told = {"invitation": invitation(portal.district, key)} if audience == "invited" else {}
    return Walker(client, key=key).start(**told)


def test_there_are_ten_and_each_has_two_or_three_samples():
    assert set(form_keys()) == TEN
    assert {len(samples(key)) for key in TEN} <= {2, 3}


@pytest.mark.parametrize(
    ("key", "sample"), all_samples(sorted(TEN)), ids=lambda part: part if isinstance(part, str) else part["name"]
)
def test_a_sample_case_arrives_in_the_right_inbox(ten, client, key, sample):
    document = document_in(ten, key)
    typed = answers_of(sample, document)
    person = fill_in(walker(ten, client, key), document, typed)
    assert person.where == "check"
    check = person.get("check").content.decode()
    assert ten.offices[sample["office"]].name in check
    before = timezone.now()
    assert "/receipt/" in person.send()["Location"]
    case = Case.objects.get()
    assert (case.office.code, case.urgency) == (sample["office"], sample["urgency"])
    assert case.due_at.date() == due(before, sample["urgency"], sample.get("due_days")).date()
    assert case.retention_days == document["retention_days"]
    assert set(case.topics) >= set(document["topics"])
    assert set(sample.get("topics", [])) <= set(case.topics)
    assert case.submission.form_key == key


@pytest.mark.parametrize("key", sorted(TEN))
def test_every_answer_of_a_sample_is_asked_so_that_no_sample_lies(key):
    document = compile_form(form_source(key), {})
    asked = {question["key"] for step in document["steps"] for question in step["questions"]}
    for sample in samples(key):
        assert set(sample["answers"]) <= asked, sample["name"]


@pytest.mark.parametrize("key", sorted(TEN))
def test_a_form_is_short_says_who_reads_it_and_asks_nothing_forbidden(key):
    document = compile_form(form_source(key), {})
    optional = [step for step in document["steps"] if step["visible_if"]]
    assert len(document["steps"]) - len(optional) <= 6
    assert any("{office}" in words["de"] for words in document["notice"])
    assert document["after"]
    words = " ".join(text for text in strings_of(form_source(key)))
    assert not [word for word in FORBIDDEN if word in words]


def test_every_topic_a_form_sends_has_a_name_for_staff(ten):
    for key in TEN:
        document = document_in(ten, key)
        codes = set(document["topics"])
        for step in document["steps"]:
            for question in step["questions"]:
                if question["key"] == "topics":
                    codes |= {option["key"] for option in question["options"]}
        assert not codes & set(topic_names(sorted(codes))), key


def test_every_german_sentence_of_the_forms_stands_in_one_place():
    places = [text for place, source in sources().items() if place.startswith("forms/") for text in strings_of(source)]
    assert [text for text, count in Counter(places).items() if count > 1] == []


def test_sentences_are_short():
    """Plain language: 15 words are the aim, 20 the limit (handbook: domain §6.4). Consents are a little longer."""
    long = []
    for place, source in sources().items():
        if place.startswith("forms/"):
            for text in strings_of(source):
                long += [part for part in re.split(r"(?<=[.!?:])\s", text) if len(part.split()) > 22]
    assert long == []


def test_no_question_is_answered_for_anybody_and_consents_are_apart(ten, client):
    for key in sorted(TEN):
        consents = [
            question
            for step in document_in(ten, key)["steps"]
            for question in step["questions"]
            if question["type"] == "consent"
        ]
        assert all(question["version"] for question in consents)
    person = walker(ten, client, "course-interest")
    html = person.get("course").content.decode()
    assert " checked" not in html


def test_a_course_page_can_bring_its_name_along_and_the_person_confirms_it(ten, client):
    person = Walker(client, key="course-interest").start(course="Abendkurs B1")
    html = person.get("course").content.decode()
    assert 'value="Abendkurs B1"' in html
    assert re.search(r'value="known"[^>]*checked', html)
    assert not person.store().kept.answers


def test_a_volunteer_who_has_not_asked_the_person_is_stopped_with_advice(ten, client):
    person = Walker(client, key="help-housing-school").start()
    person.post("what", shown=["topics", "actor"], topics="housing", actor="helper")
    person.post("what", shown=["topics", "actor", "knows"], topics="housing", actor="helper", knows="no")
    person.post("ask", shown=["ask_info"])
    page = person.get("stop")
    assert page.status_code == 200
    assert "Die Person soll selbst entscheiden" in page.content.decode()
    assert person.get("check").status_code == 303
    assert not Case.objects.exists()


def test_without_consent_there_is_no_handover(ten, client):
    person = walker(ten, client, "handover")
    response = person.post("consent", shown=["consent_given"], consent_given="no")
    assert response["Location"].endswith("/stop/")


def test_changing_from_housing_to_school_asks_the_new_branch_first_and_sends_nothing_of_the_old(ten, client):
    document = document_in(ten, "help-housing-school")
    housing = answers_of(samples("help-housing-school")[0], document)
    person = fill_in(Walker(client, key="help-housing-school").start(), document, housing)
    response = person.post("what", query="?change=1", shown=["topics", "actor"], topics="school_kita", actor="family")
    assert "/school/?change=1" in response["Location"]
    assert person.get("check").status_code == 303
    shown = ["child_age", "request", "no_school_since"]
    response = person.post("school", query="?change=1", shown=shown[:2], child_age=["3-5"], request=["kita_place"])
    assert response["Location"].endswith("/check/")
    html = person.get("check").content.decode()
    assert "Kita" in html
    assert plain(document["steps"][2]["title"], "de") not in html
    person.send()
    case = Case.objects.get()
    assert (case.topics, case.urgency) == (["school_kita"], "normal")


def test_in_arabic_nothing_of_a_form_is_german_and_every_answer_stays(ten, client):
    person = Walker(client, key="volunteer-offer").start()
    person.post("offer", shown=["offers", "minors_info"], offers=["homework"])
    page = person.get("offer", "ar").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "Was möchten Sie tun?" not in page
    assert '<span lang="de"' not in page.split("<main")[1]
    assert re.search(r'value="homework"[^>]*checked', page)
