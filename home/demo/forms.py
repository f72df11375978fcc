"""The demo's forms: built as editors build them, from files, then published in all languages that have a catalogue.

Shared blocks of the files become reusable blocks, and the forms refer to them. Sample cases stand beside each form:
answers, and where they must arrive.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

from home.demo.markup import key_of
from home.demo.words import catalogue, sources
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from portal.pages import locale_id_of
from services.intake.actions import publish
from services.intake.builder_actions import publish_form
from services.intake.builder_content import block_content, content_of
from services.intake.compiler import compile_form
from services.intake.models import FormBlock, IntakeFormPage
from services.intake.sharing import resolve

FOLDER = "forms/"
BLOCKS = "forms/blocks/"
NAMES = {
    "danger": "C1 Notfall",
    "actor": "C2 Wer schreibt",
    "where": "C3 Wo jemand lebt",
    "town": "C3 Nur der Ort",
    "language": "C4 Sprache und Dolmetschen",
    "contact": "C5 Sicherer Kontakt",
    "reach": "C5 Kontakt, kurz",
    "notice-recipient": "C6 Hinweis: wer es liest",
    "notice-restraint": "C6 Hinweis: was niemand schreiben soll",
    "notice-work": "C6 Hinweis für Fachleute",
    "after-number": "Nach dem Senden: Nummer",
    "after-silence": "Nach dem Senden: keine Antwort",
    "topics": "Themen",
    "deadline": "Frist",
    "offices": "Stellen",
}
"""What editors call the reusable blocks (handbook: domain §5.3)."""


def load(district: District) -> None:
    """Publish every form of `forms/` from its page, or from the file alone where there are no pages.

    Unchanged ones keep their version.
    """
    pages = {page.key: page for page in IntakeFormPage.objects.filter(locale_id=locale_id_of(SOURCE), live=True)}
    for key in form_keys():
        if key in pages:
            publish_form(page=pages[key])
        else:
            publish(district=district, key=key, document=compile_form(form_source(key), tables()))


def load_blocks() -> dict[str, int]:
    """Make or refresh the reusable blocks; returns their primary keys by name."""
    found = {block.key: block for block in FormBlock.objects.filter(locale_id=locale_id_of(SOURCE))}
    for name in _blocks():
        content = _block_source(name)
        if not content:
            continue
        block = found.setdefault(
            name, FormBlock(key=name, locale_id=locale_id_of(SOURCE), translation_key=key_of(f"{BLOCKS}{name}"))
        )
        values = block_content(content, name)
        before = None if block._state.adding else {part: getattr(block, part).get_prep_value() for part in values}
        for part, raw in values.items():
            field: Any = FormBlock._meta.get_field(part)
            setattr(block, part, field.stream_block.to_python(raw))
        block.name = NAMES.get(name, name)
        if before != {part: getattr(block, part).get_prep_value() for part in values}:
            block.save()
    return {name: block.pk for name, block in found.items()}


def page_values(key: str, blocks: dict[str, int]) -> dict[str, Any]:
    """What the page of a form keeps in its fields, with references to reusable blocks."""
    return content_of(_with_references(key), blocks.__getitem__)


@lru_cache(maxsize=1)
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
    return resolve(sources()[f"{FOLDER}{key}"], _blocks())


def _blocks() -> dict[str, dict[str, Any]]:
    return {place.removeprefix(BLOCKS): document for place, document in sources().items() if place.startswith(BLOCKS)}


def _block_source(name: str) -> dict[str, Any]:
    """What a reusable block holds: its sentences, its questions, or the questions of its only step."""
    block = _blocks()[name]
    if "sentences" in block:
        return {"sentences": block["sentences"]}
    if "questions" not in block and len(block.get("steps", [])) != 1:
        return {}
    steps = [{"block": name}] if "steps" in block else [{"key": "s", "questions": [{"block": name}]}]
    return {"questions": resolve({"key": name, "steps": steps}, _blocks())["steps"][0]["questions"]}


def _with_references(key: str) -> dict[str, Any]:
    """The form with references where its file has them and changes nothing in them; else the questions stand in it."""
    written, form = sources()[f"{FOLDER}{key}"], form_source(key)
    form |= {name: written[name] for name in ("intro", "notice", "after") if name in written}
    blocks, steps = _blocks(), {step["key"]: step for step in form["steps"]}
    for entry in written["steps"]:
        if "block" in entry:
            only = blocks[entry["block"]]["steps"]
            if len(only) == 1 and only[0]["key"] in steps and "change" not in entry:
                steps[only[0]["key"]]["questions"] = [entry]
            continue
        step = steps[entry["key"]]
        step["questions"] = _as_references(entry["questions"], step["questions"])
    return form


def _as_references(written: list[Any], resolved: list[Any]) -> list[Any]:
    """The questions of a step; those of a block in one reference, as long as the form takes them as they are."""
    found, rest = [], iter(resolved)
    for entry in written:
        if "block" not in entry:
            found.append(next(rest))
            continue
        count = len(_block_source(entry["block"])["questions"]) - len(entry.get("without", []))
        questions = [next(rest) for _number in range(count)]
        found += questions if "change" in entry else [entry]
    return found
