"""From the source files' plain text to what pages store: keys, rich text, StreamField data."""

from __future__ import annotations

from html import escape
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5


def key_of(place: str) -> UUID:
    """The translation key of what a source file describes, the same at every loading."""
    return uuid5(NAMESPACE_URL, f"lotse:{place}")


def markup(text: str) -> str:
    """Source text as rich text: `**Wort**` becomes bold, everything else is escaped."""
    parts = escape(text, quote=False).split("**")
    return "".join(f"<b>{part}</b>" if number % 2 else part for number, part in enumerate(parts))


def plain(text: str) -> str:
    """Source text for a field without markup."""
    return text.replace("**", "")


def prose(document: dict[str, Any], *names: str) -> str:
    """Paragraphs and list items of a document as rich text."""
    html = ""
    for name in names or ("paragraphs", "items"):
        values = document.get(name, [])
        if not values:
            continue
        if name == "paragraphs":
            html += "".join(f"<p>{markup(value)}</p>" for value in values)
        else:
            html += "<ul>" + "".join(f"<li>{markup(value)}</li>" for value in values) + "</ul>"
    return html


class Stream:
    """Raw StreamField data with ids that stay the same."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.blocks: list[dict[str, Any]] = []

    def add(self, kind: str, value: Any) -> Stream:
        """Append a block."""
        number = len(self.blocks)
        self.blocks.append({"type": kind, "value": value, "id": str(key_of(f"{self.place}:{number}"))})
        return self
