"""One step on a screen, a telephone, a screen reader: title, progress, mistakes, direction."""

from __future__ import annotations

import re

import html5lib
import pytest
from django.test import Client

from tests.services.intake.factories import Walker, open_form


@pytest.fixture
def amira(portal, client) -> Walker:
    open_form(portal)
    return Walker(client).start()


def html_of(response) -> str:
    return response.content.decode()


def test_amira_knows_where_she_is(amira):
    amira.post("danger", danger="none")
    html = html_of(amira.get("who"))
    title = re.search(r"<title>(.*?)</title>", html, re.S)[1]
    assert "Für wen ist die Anfrage?" in title
    assert re.search(r"2\D+5", title)
    assert html.count("<h1>") == 1
    assert '<progress value="2" max="5"' in html


def test_a_mistake_is_told_on_top_at_the_field_and_in_the_title(amira):
    response = amira.post("danger", shown=["danger"])
    html = html_of(response)
    assert response.status_code == 422
    assert re.search(r"<title>(Error|Fehler): ", html)
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert '<a href="#id_q-danger">' in html
    assert 'id="id_q-danger"' in html
    assert html.count("Ist etwas Schlimmes passiert oder ist jemand in Gefahr?") == 3


def test_a_page_with_mistakes_can_be_reloaded_and_gone_back_to(amira):
    """Chromium shows a dead end for the way back to a page that was the answer to a POST and is kept by no cache."""
    response = amira.client.post(amira.path("danger"), {"q-shown": "danger"})
    assert response.status_code == 303
    assert response["Location"] == amira.path("danger") + "?wrong=1"
    assert [amira.client.get(response["Location"]).status_code for _time in range(2)] == [422, 422]
    assert amira.get("danger").status_code == 200
    amira.post("danger", danger="none")
    assert amira.client.get(response["Location"]).status_code == 200


def test_a_mistake_in_a_change_still_leads_back_to_the_check_page(amira):
    amira.fill()
    page = amira.post("topic", query="?change=1", shown=["topics", "text"], topics=[])
    assert page.status_code == 422
    assert f'action="{amira.path("topic")}?change=1"' in html_of(page)


def test_mistakes_are_told_in_the_language_the_reader_changes_to(amira):
    amira.post("danger", shown=["danger"])
    response = amira.client.get(amira.path("danger", "ar") + "?wrong=1")
    assert response.status_code == 422
    assert '<html lang="ar"' in html_of(response)


def test_every_link_of_the_summary_leads_to_a_field(amira):
    amira.fill()
    wrong = {"channels": ["phone", "email"], "phone_number": "1", "email_address": "x", "contact_lang": ""}
    response = amira.post(
        "contact", shown=["channels", "phone_number", "email_address", "contact_lang", "safe"], **wrong
    )
    html = html_of(response)
    targets = re.findall(r'<li><a href="#([^"]+)">', html)
    assert len(targets) == 4
    assert all(f'id="{target}"' in html for target in targets)
    assert 'value="1"' in html
    assert 'value="x"' in html


def test_what_was_typed_wrongly_is_still_there_in_another_language(amira):
    amira.post("danger", danger="none")
    shown = ["actor", "knows", "helper_name", "helper_phone", "contact_whom"]
    amira.post("who", shown=shown, actor="helper", knows="yes", helper_name="Hans", helper_phone="1")
    html = html_of(amira.get("who", "ar"))
    assert 'value="Hans"' in html
    assert 'value="1"' in html
    assert 'class="field field--error"' not in html


def test_questions_that_depend_on_an_answer_appear_on_the_same_step_without_script(amira):
    amira.post("danger", danger="none")
    html = html_of(amira.get("who"))
    assert "q-knows" not in html
    response = amira.post("who", shown=["actor"], actor="helper")
    assert response["Location"] == amira.path("who") + "#id_q-knows"
    html = html_of(amira.get("who"))
    assert 'id="id_q-knows" tabindex="-1"' in html
    assert 'value="helper"' in html
    assert html.count("<script") == html.count("/services/kept.js")  # tells of the end in time, asks nothing


def test_in_a_wrong_answer_the_questions_it_calls_for_are_already_there(amira):
    amira.post("danger", danger="none")
    response = amira.post("who", shown=["actor", "knows"], actor="helper")
    assert response.status_code == 422
    assert "q-knows" in html_of(response)


def test_the_way_back_is_on_every_step_but_the_first(amira):
    amira.fill()
    assert 'value="back"' not in html_of(amira.get("danger"))
    for step in ("who", "where", "topic", "contact"):
        assert 'value="back"' in html_of(amira.get(step))
    assert amira.act("who", "back")["Location"] == amira.path("danger")


def test_pressing_enter_goes_on_and_not_back(amira):
    """A browser presses the first button of the form."""
    amira.fill()
    html = html_of(amira.get("contact"))
    form = html[html.index(f'action="{amira.path("contact")}"') :]
    assert re.search(r"<button[^>]*>", form)[0] == '<button class="button" name="action" value="continue">'


def test_nothing_on_a_step_asks_for_a_form_or_a_page_elsewhere(amira):
    amira.fill()
    for step in ("danger", "who", "where", "topic", "contact", "check"):
        html = html_of(amira.get(step))
        assert not re.search(r'(src|action)="(https?:)?//', html)
        assert "page-feedback" not in re.sub(r"<style>.*?</style>", "", html, flags=re.S)


@pytest.mark.parametrize("language", ["de", "ar", "tr"])
def test_every_page_is_sound_html(amira, language):
    amira.fill(language)
    pages = [amira.get(name, language) for name in ("danger", "who", "where", "topic", "contact", "check")]
    pages += [amira.post("topic", language, shown=["topics"]), Client().get(amira.path("danger", language))]
    pages += [
        amira.client.get(f"/{language}/forms/counselling/?ags=08326012"),
        amira.client.get(f"/{language}/feedback/"),
    ]
    amira.send(language)
    pages.append(amira.get("receipt", language))
    for page in pages:
        text = html_of(page)
        parser = html5lib.HTMLParser(strict=True)
        parser.parse(text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        for targets in re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', text):
            assert set(targets.split()) <= set(ids)


def test_free_words_find_their_own_direction_numbers_run_left_to_right(amira):
    amira.fill("ar")
    html = html_of(amira.get("contact", "ar"))
    assert re.search(r'name="q-phone_number"[^>]*dir="ltr"', html)
    assert re.search(r'name="q-name"[^>]*dir="auto"', html)
    check = html_of(amira.get("check", "ar"))
    assert '<bdi dir="ltr">+49 7721 12345</bdi>' in check


def test_head_is_answered_like_get(amira):
    assert amira.client.head(amira.path("danger")).status_code == 200
    assert amira.client.put(amira.path("danger")).status_code == 405
