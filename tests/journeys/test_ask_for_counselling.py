"""Amira asks for counselling on an old telephone without scripts, in German and in Arabic; nobody is shut out."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import faults
from tests.journeys.people import press

pytestmark = pytest.mark.browser


def walk(page, url, code, look):
    """From the start page to the receipt, with the detours of a helper in danger."""

    def go_on() -> None:
        press(page, "button[value=continue]")

    page.goto(f"{url}/{code}/forms/counselling/")
    look("start")
    press(page, "main form button")
    go_on()
    look("danger with a mistake")
    page.check("#id_q-danger_1")
    go_on()
    look("danger with the numbers")
    go_on()
    page.check("#id_q-actor_2")
    go_on()
    page.check("#id_q-knows_0")
    go_on()
    page.fill("#id_q-helper_name", "Hans")
    page.fill("#id_q-helper_phone", "0771")
    page.check("#id_q-contact_whom_0")
    go_on()
    look("who with a mistake")
    page.fill("#id_q-helper_phone", "+49 30 23125001")
    go_on()
    page.select_option("#id_q-ags", "08326012")
    page.check("#id_q-phase_2")
    page.check("#id_q-unaccompanied_minor_0")
    go_on()
    page.check("#id_q-group_2")
    go_on()
    look("other doors")
    press(page, "main form[method=post] .buttons button")
    page.check("#id_q-topics_9")
    go_on()
    look("topic with a deadline")
    go_on()
    go_on()  # without a photo of the letter
    page.check("#id_q-interpreter_1")
    page.check("#id_q-channels_4")
    go_on()
    look("contact")
    page.check("#id_q-interpreter_gender_0")
    go_on()
    look("check")
    press(page, "main form:has(.website-field) .button")
    look("receipt")


@pytest.mark.parametrize("code", ["de", "ar"])
def test_amira_reaches_somebody_without_any_script(visit, demo, code):
    seen = visit(width=320, js=False)
    walk(seen.page, demo.url, code, lambda name: None)
    text = seen.page.inner_text("main")
    assert re.search(r"[A-Z]{2,3}-[0-9A-Z]{4}-[0-9A-Z]{2}", text)
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", text)
    assert seen.hosts == {demo.url.split("/")[2]}


def test_nobody_is_shut_out_from_the_detours_of_a_helper(visit, demo):
    page = visit(width=320).page
    found = {}

    def look(name: str) -> None:
        if name in {"danger with the numbers", "other doors"} and (wrong := faults(page)):
            found[name] = wrong

    walk(page, demo.url, "ar", look)
    assert not found


def test_the_focus_is_on_what_needs_attention(visit, demo):
    seen = visit()
    page = seen.page
    page.goto(f"{demo.url}/de/forms/counselling/")
    press(page, "main form button")
    press(page, "button[value=continue]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.check("#id_q-danger_5")
    press(page, "button[value=continue]")
    assert page.evaluate("document.activeElement.id") == "id_q-danger_help"


def test_the_quick_exit_leaves_at_once_and_the_way_back_shows_nothing(visit, demo):
    seen = visit()
    page = seen.page
    page.goto(f"{demo.url}/de/forms/counselling/")
    press(page, "main form button")
    page.check("#id_q-danger_1")
    press(page, "button[value=continue]")
    step = page.url
    with page.expect_request("https://www.tagesschau.de/"):
        page.click(".quick-exit button")
    page = page.context.new_page()
    page.goto(step)  # as somebody would who looks into the history of the browser
    assert page.locator("[name=q-danger]").count() == 0
    assert "110" not in page.inner_text("main")
