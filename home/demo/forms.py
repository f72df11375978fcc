"""The demo's forms: compiled in all languages that have a catalogue, and published. Their pages are made in `pages`."""

from __future__ import annotations

from home.demo.words import catalogue, sources
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from services.intake.actions import publish
from services.intake.compiler import compile_form


def load(district: District) -> None:
    """Publish every form of `forms/`. Unchanged ones keep their version."""
    tables = {entry.code: catalogue(entry.code) for entry in LANGUAGES if entry.code != SOURCE}
    known = {code: table for code, table in tables.items() if table}
    for document in sources().values():
        if document.get("kind") == "form":
            publish(district=district, key=document["key"], document=compile_form(document, known))
