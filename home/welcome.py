"""What the start page shows: tasks that lead somewhere, and the topics in the reader's language."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from portal.languages import SOURCE
from services.pages.models import TopicPage
from services.pages.translated import children_in


def tiles_of(page: Any) -> list[dict[str, str]]:
    """The tasks with addresses in the language of the frame."""
    code = get_language() or SOURCE
    return [
        {"label": tile.value["label"], "text": tile.value["text"], "url": _address(tile.value["target"], code)}
        for tile in page.tiles
    ]


def topics_of(page: Any) -> list[TopicPage]:
    """The topics below this district's start page."""
    return children_in(page, TopicPage)


def _address(target: str, code: str) -> str:
    kind, _colon, slug = target.partition(":")
    fixed = {
        "finder": lambda: reverse("finder"),
        "meetings": lambda: reverse("meetings"),
        "courses": lambda: f"/{code}/courses/",
        "letters": lambda: f"/{code}/arrival/letters/",
        "emergency": lambda: f"/{code}/emergency/",
        "topic": lambda: f"/{code}/{slug}/",
        "form": lambda: f"/{code}/forms/{slug}/",
    }
    return fixed[kind]()
