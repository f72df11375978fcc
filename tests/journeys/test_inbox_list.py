"""Lena works through the list with the keyboard; list, export and numbers are open to everybody."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import faults
from tests.journeys.people import log_in, prove

pytestmark = pytest.mark.browser


def test_the_list_is_worked_with_keys_that_can_be_switched_off(visit, demo):
    seen = visit(width=1280)
    page, keys = seen.page, seen.page.keyboard
    log_in(page, demo, "case_worker", "/admin/inbox/")
    keys.press("j")
    assert "SBK-" in page.evaluate("document.activeElement.textContent")
    keys.press("x")
    assert page.locator("input[name=case]:checked").count() == 1
    keys.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    keys.type("jx")  # letters, where somebody writes
    assert page.input_value("input[name=q]") == "jx"
    page.evaluate("document.activeElement.blur()")
    keys.press("?")
    page.locator("[data-inbox-keys-on]").uncheck()
    page.reload()
    keys.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.locator("[data-inbox-keys] summary").click()
    page.locator("[data-inbox-keys-on]").check()
    page.evaluate("document.activeElement.blur()")
    keys.press("j")
    keys.press("a")
    page.wait_for_url("**/inbox/bulk/**")
    assert page.locator("select[name=value]").is_visible()
    assert not seen.complaints


@pytest.mark.parametrize("width", [320, 1280])
def test_nobody_is_shut_out_from_list_and_numbers(visit, demo, width):
    seen = visit(width=width)
    page = seen.page
    addresses = ["inbox/?view=open&language=ar", "inbox/export/", "inbox/exports/", "inbox/statistics/"]
    for login, places in (("case_worker", addresses[:2]), ("coordinator", addresses[2:])):
        page.context.clear_cookies()
        for place in places:
            log_in(page, demo, login, f"/admin/{place}")
            assert not faults(page, (width, "light")), place
            if "/accounts/reauthenticate/" in page.url:
                prove(page, demo, login)
                assert not faults(page, (width, "light")), place
            assert page.url == f"{demo.url}/admin/{place}"
    assert seen.hosts == {demo.url.split("/")[2]}
    assert not seen.complaints
