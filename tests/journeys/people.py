"""What people with an account do first in every journey."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote


def log_in(page: Any, demo: Any, login: str, start: str = "/admin/") -> None:
    """Be one of the tour's accounts and wait until the page has come.

    Goes on with the session of the account's last log-in, as long as the door takes it.
    """
    if login in demo.sessions:
        page.context.add_cookies(demo.sessions[login])
        page.goto(f"{demo.url}{start}")
        if "/accounts/login/" not in page.url:
            return
        page.context.clear_cookies()
    knock(page, demo, login, start)
    demo.sessions[login] = page.context.cookies()


def knock(page: Any, demo: Any, login: str, start: str = "/admin/") -> Any:
    """Log in with name and password, and wait for the page behind the door; returns the answer that brought it."""
    page.goto(f"{demo.url}/accounts/login/?next={quote(start)}")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", demo.rows[login]["password"])
    with page.expect_navigation(url=lambda url: "/accounts/login" not in url) as coming:
        page.locator("main form:has(input[name=password]) button").first.click()
    return coming.value


def prove(page: Any, demo: Any, login: str) -> None:
    """Type the password once more, where something cannot be taken back, and wait for the page behind that door."""
    page.fill("input[name=password]", demo.rows[login]["password"])
    press(page, "main form:has(input[name=password]) button")


def press(page: Any, target: Any) -> None:
    """Press something that leads to another page, a selector or a locator, and wait until that page has come."""
    with page.expect_navigation():
        (page.locator(target).first if isinstance(target, str) else target).click()
