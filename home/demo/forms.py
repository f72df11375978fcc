"""The demo's forms: their blocks put in place, compiled in all languages that have a catalogue, and published.

Their pages are made in `pages`. Sample cases stand beside each form: answers, and where they must arrive.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

from home.demo.words import catalogue, sources
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from services.intake.actions import publish
from services.intake.compiler import compile_form
from services.intake.sharing import resolve

FOLDER = "forms/"
BLOCKS = "forms/blocks/"


def load(district: District) -> None:
    """Publish every form of `forms/`. Unchanged ones keep their version."""
    known = tables()
    for key in form_keys():
        publish(district=district, key=key, document=compile_form(form_source(key), known))


def tables() -> dict[str, dict[str, str]]:
    """The translations of all languages that have a catalogue."""
    found = {entry.code: catalogue(entry.code) for entry in LANGUAGES if entry.code != SOURCE}
    return {code: table for code, table in found.items() if table}


def form_keys() -> list[str]:
    """Keys of the forms, which are also their addresses."""
    return [document["key"] for document in sources().values() if document.get("kind") == "form"]


def form_source(key: str) -> dict[str, Any]:
    """The source of a form with everything shared in its place, to do with as one likes."""
    return copy.deepcopy(_resolved(key))


def samples(key: str) -> list[dict[str, Any]]:
    """The sample cases of a form: `name`, `answers`, and the `office`, `urgency` and `due_days` they must lead to."""
    return list(sources()[f"{FOLDER}{key}"].get("samples", []))


@lru_cache(maxsize=32)
def _resolved(key: str) -> dict[str, Any]:
    blocks = {place.removeprefix(BLOCKS): document for place, document in sources().items() if place.startswith(BLOCKS)}
    return resolve(sources()[f"{FOLDER}{key}"], blocks)
