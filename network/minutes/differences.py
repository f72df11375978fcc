"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from network.minutes.minutes_models import CONTENT

MOST_WORDS = 4000
"""Beyond this many words comparing gets slow; then the whole text counts as changed."""


@dataclass(frozen=True)
class Part:
    """A piece of text that stayed ("same"), came ("added") or went ("removed")."""

    change: str
    text: str


def changes(old: str, new: str) -> list[Part]:
    """The new text with what came and went, in reading order."""
    if old == new:
        return [Part("same", new)] if new else []
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return [part for part in (Part("removed", old), Part("added", new)) if part.text]
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(Part("same", "".join(after[c:d])))
            continue
        parts += [Part("removed", "".join(before[a:b]))] if b > a else []
        parts += [Part("added", "".join(after[c:d]))] if d > c else []
    return parts


def content_changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[Part]]:
    """Field → parts, of the fields that differ between two wordings of an entry."""
    return {
        name: changes(_text(old.get(name)), _text(new.get(name)))
        for name in CONTENT
        if _text(old.get(name)) != _text(new.get(name))
    }


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
