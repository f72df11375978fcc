"""Door: what the welcome adds to the admin, where two rooms meet that do not know each other."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from wagtail import hooks

from home.needs import case_links, case_need


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("inbox/<uuid:pk>/need/", case_need, name="case_need")]


@hooks.register("lotse_case_links")
def links_of_case(case: Any, user: Any) -> list[tuple[str, str]]:
    """What can be done elsewhere with a request."""
    return case_links(case, user)
