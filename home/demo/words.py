"""The source text of the demo and its translations: which strings there are, and what they are in a language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import polib

FOLDER = Path(__file__).parent
WORDS = frozenset(
    {
        *("title", "teaser", "text", "label", "question", "heading", "name", "note", "help", "explanation"),
        *("cost", "duration", "deadline", "online", "languages_note"),
        *("paragraphs", "items", "goals", "join", "intro", "notice", "after", "stop_text", "for_whom", "sentences"),
    }
)
"""Keys of the TOML files that hold words; everything else is a fact, a code or an address."""
CONDITIONS = frozenset({"visible_if", "stop_if", "routing", "samples"})
"""Keys of parts that name questions and options by their codes, or what somebody might answer."""


def read(path: Path) -> dict[str, Any]:
    """One source file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def sources() -> dict[str, dict[str, Any]]:
    """All source files by their path without ending, for example `pages/arrival/phases`."""
    files = [
        path for kind in ("pages", "terms", "forms", "replies") for path in sorted((FOLDER / kind).rglob("*.toml"))
    ]
    return {path.relative_to(FOLDER).with_suffix("").as_posix(): read(path) for path in files}


def strings_of(document: Any, key: str = "") -> Iterator[str]:
    """Every translatable string of a document, in reading order, as it stands in the catalogues."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name not in CONDITIONS:
                yield from strings_of(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from strings_of(value, key)
    elif isinstance(document, str) and key in WORDS and document:
        yield document


def all_strings() -> dict[str, str]:
    """Every translatable string of the demo with the first file that uses it."""
    found: dict[str, str] = {}
    for place, document in sources().items():
        for text in strings_of(document):
            found.setdefault(text, place)
    return found


def catalogue(language: str) -> dict[str, str]:
    """The translations of the demo's strings into a language; strings without one are absent."""
    path = FOLDER / "catalogues" / f"{language}.po"
    if not path.exists():
        return {}
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
