"""Lena works a case from its arrival to its closing: six clicks besides typing, also by keyboard and on a telephone."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import faults
from tests.journeys.people import log_in, press

pytestmark = pytest.mark.browser
MOST_CLICKS = 6


class Hand:
    """Presses and chooses like a person, and counts; choosing from a list is one click."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def go(self, target) -> None:
        self.clicks += 1
        press(self.page, target)

    def click(self, target: str) -> None:
        self.clicks += 1
        self.page.click(target)

    def choose(self, target: str, **choice) -> None:
        self.clicks += 1
        self.page.select_option(target, **choice)


def open_to_everybody(page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    assert not faults(page, (page.viewport_size["width"], "light"))
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
        " && e.getBoundingClientRect().width > 1 && !e.closest('.inbox-scroll')).map(e => e.id || e.className)"
    )
    assert not wide


def test_a_case_is_worked_from_arrival_to_closing_in_six_clicks(visit, demo):
    seen = visit(width=1280)
    page, hand = seen.page, Hand(seen.page)
    log_in(page, demo, "case_worker", "/admin/inbox/?view=new")
    hand.go("main a.inbox-number")
    number = re.search(r"SBK-[A-Z0-9]{4}-[A-Z0-9]{2}", page.title())[0]
    open_to_everybody(page)
    hand.choose("#reply_template", index=1)
    hand.go("button[value=template]")
    assert len(page.input_value("#reply_text")) > 40
    page.locator("#reply_text").press_sequentially(" Danke.")
    hand.click("#reply input[value=closed]")
    hand.choose("#reply_reason", value="helped")
    hand.go("button[value=send]")
    assert hand.clicks <= MOST_CLICKS
    assert page.locator("#conversation-section, #conversation").first.inner_text().count("Danke.") >= 1
    page.goto(f"{demo.url}/admin/inbox/?view=closed")
    assert number in page.inner_text("main")
    assert seen.hosts == {demo.url.split("/")[2]}
    assert not seen.complaints


def test_the_case_page_works_on_a_telephone_and_by_keyboard(visit, demo):
    page = visit(width=320).page
    log_in(page, demo, "case_worker", demo.address("case").removeprefix(demo.url))
    open_to_everybody(page)
    page.reload()
    page.focus("#transfer summary")
    page.keyboard.press("Enter")
    assert page.is_visible("#transfer_to")
    page.focus("#transfer button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.title().startswith("Fehler")
    assert page.evaluate("document.activeElement.id") == "problem"
    page.focus("#problem a")
    page.keyboard.press("Enter")
    assert page.is_visible("#transfer_to")
