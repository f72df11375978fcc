"""What a service page shows besides its words: contacts, forms, related pages, papers with their German names."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def facts_of(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Template variables of a service page; a bounded number of queries."""
    return {"facts": page.source}
