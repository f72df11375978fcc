"""Nobody is shut out from any step of any form: empty, wrong, filled in, to be checked, sent; in both directions."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import SMALL, WIDE, faults
from tests.journeys.filling import FORMS, Person, answers_of
from tests.journeys.people import log_in

pytestmark = pytest.mark.browser


EVERY_FORM = [(row, code) for row in FORMS for code in ("de", "ar")]
LONG_WORDS_OTHER_LETTERS = [("form_counselling", "uk"), ("form_counselling", "ti")]


@pytest.mark.parametrize(("row", "code"), EVERY_FORM + LONG_WORDS_OTHER_LETTERS)
def test_nobody_is_shut_out_from_a_form(visit, demo, row, code):
    seen = visit(width=320)
    if demo.rows[row]["login"]:
        log_in(seen.page, demo, demo.rows[row]["login"])
    found = {}

    def look(state: str) -> None:
        both = code in {"de", "ar"} and state.endswith("empty")
        wrong = faults(seen.page, *(SMALL, WIDE) if both else (SMALL,))
        if wrong:
            found[state] = wrong

    start = demo.address(row).replace("/de/", f"/{code}/", 1)
    Person(seen.page, answers_of(FORMS[row]), look).whole_form(start)
    assert not found
    assert seen.page.get_attribute("html", "lang") == code
    assert seen.hosts == {demo.url.split("/")[2]}
    assert not [text for text in seen.complaints if "422" not in text]
