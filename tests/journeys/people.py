"""What people with an account do first in every journey."""

from __future__ import annotations

from typing import Any


def log_in(page: Any, demo: Any, login: str, start: str = "/admin/") -> None:
    """Log in as one of the tour's accounts and wait until the page behind the door has come."""
    page.goto(f"{demo.url}/accounts/login/?next={start}")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", demo.rows[login]["password"])
    page.locator("main form:has(input[name=password]) button").first.click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    page.wait_for_load_state("networkidle")


def press(page: Any, target: Any) -> None:
    """Press something that leads to another page, a selector or a locator, and wait until that page has come."""
    with page.expect_navigation():
        (page.locator(target).first if isinstance(target, str) else target).click()
