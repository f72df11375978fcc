"""Nobody is shut out from any step of any form: empty, wrong, filled in, to be checked, sent; in both directions."""

from __future__ import annotations

import pytest

from tests.journeys.axe import AXE
from tests.journeys.conftest import SMALL, WIDE, Visit, faults
from tests.journeys.filling import FORMS, Person, answers_of
from tests.journeys.people import log_in

pytestmark = pytest.mark.browser


EVERY_FORM = [(row, code) for row in FORMS for code in ("de", "ar")]
LONG_WORDS_OTHER_LETTERS = [("form_counselling", "uk"), ("form_counselling", "ti")]


@pytest.fixture(scope="module")
def phone(browser) -> Visit:
    """One small telephone for all forms: starting a browser's process anew costs as much as five steps of a form."""
    context = browser.new_context(viewport={"width": 320, "height": 800}, locale="de")
    context.set_default_timeout(10_000)
    context.add_init_script(AXE)
    seen = Visit(context.new_page(), set(), [])
    seen.page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
    seen.page.on("console", lambda message: message.type == "error" and seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    yield seen
    context.close()


@pytest.fixture
def seen(phone) -> Visit:
    """The telephone in the next person's hand: logged in nowhere, nothing begun."""
    phone.page.goto("about:blank")
    phone.page.context.clear_cookies()
    phone.hosts.clear()
    phone.complaints.clear()
    return phone


@pytest.mark.parametrize(("row", "code"), LONG_WORDS_OTHER_LETTERS)
def test_long_words_and_other_letters_fit_a_small_telephone(visit, demo, row, code):
    seen, wide = visit(width=320), []

    def look(state: str) -> None:
        if seen.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(state)

    Person(seen.page, answers_of(FORMS[row]), look).whole_form(demo.address(row).replace("/de/", f"/{code}/", 1))
    assert not wide
    assert seen.page.get_attribute("html", "lang") == code


@pytest.mark.parametrize(("row", "code"), EVERY_FORM)
def test_nobody_is_shut_out_from_a_form(seen, demo, row, code):
    if demo.rows[row]["login"]:
        log_in(seen.page, demo, demo.rows[row]["login"])
    found = {}

    def look(state: str) -> None:
        if code != "de" and state.endswith("filled in"):
            return  # the same fields as empty; only German ones are looked at with words in them
        both = code == "de" and state.endswith("empty")
        wrong = faults(seen.page, *(SMALL, WIDE) if both else (SMALL,))
        if wrong:
            found[state] = wrong

    start = demo.address(row).replace("/de/", f"/{code}/", 1)
    Person(seen.page, answers_of(FORMS[row]), look).whole_form(start)
    assert not found
    assert seen.page.get_attribute("html", "lang") == code
    assert seen.hosts == {demo.url.split("/")[2]}
    assert not [text for text in seen.complaints if "422" not in text]
