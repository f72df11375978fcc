"""A form as a file: what is written, and what of a file from outside is believed.

The file is JSON with `format`, `schema`, `form` (a source of the compiler, reusable blocks as references), `blocks`
(name, questions and translations of each) and `translations`: for each language a list of pairs, German sentence and
translation or null, in reading order. Written the same way every time: export, import, export gives the same bytes.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.errors import DomainError
from portal.languages import SOURCE, is_known
from services.intake.builder import SENTENCES, Say, as_written, questions_of, sentences_of, source_of
from services.intake.builder_words import remembered
from services.intake.models import FormBlock, IntakeFormPage

FORMAT, SCHEMA = "lotse-form", 1
LARGEST_FILE = 2 * 1024 * 1024
DEEPEST = 24
"""Levels of nesting; a form has fewer than twenty."""

MOST_VALUES = 60_000
"""Values in a file; the largest form in twenty languages has a third of that."""


class FileRefused(DomainError):
    """A file that is no form, or not one that can be taken in here. Says why."""

    status = 422


def write_file(page: IntakeFormPage) -> str:
    """The text of a form's file, from the page as it is given: live or its latest draft."""
    blocks = {block.key: block for block in _blocks_of(page)}
    content = {
        "format": FORMAT,
        "schema": SCHEMA,
        "form": source_of(page, shared=True),
        "translations": pairs_of(page, lambda say: source_of(page, say, shared=True)),
        "blocks": {key: written_block(block) for key, block in blocks.items()},
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def written_block(block: FormBlock) -> dict[str, Any]:
    """A reusable block as it stands in a file."""
    translations = pairs_of(block, lambda say: read_block(block, say))
    return {"name": block.name, **read_block(block), "translations": translations}


def read_block(block: FormBlock, say: Say = as_written) -> dict[str, Any]:
    """Questions and sentences of a reusable block, those that it has."""
    found = {"questions": questions_of(block, say), "sentences": sentences_of(block, say)}
    return {name: value for name, value in found.items() if value}


def pairs_of(owner: Any, read: Any) -> dict[str, list[list[str | None]]]:
    """Language → pairs of German sentence and translation, in reading order; languages without any are left out."""
    places = places_of(owner, read)
    found = {}
    for code, words in remembered(owner).items():
        pairs: list[list[str | None]] = [[text, words.get((path, text))] for path, text in places]
        if any(translated for _german, translated in pairs):
            found[code] = pairs
    return found


def places_of(owner: Any, read: Any) -> list[tuple[str, str]]:
    """Content path and German sentence of every sentence, in the order in which `read` asks for them."""
    places: list[tuple[str, str]] = []

    def say(_owner: Any, path: str, text: str) -> str:
        if text:
            places.append((path, text))
        return text

    collect: Say = say
    read(collect)
    return places


def _blocks_of(page: IntakeFormPage) -> list[FormBlock]:
    streams = [getattr(page, name) for name in SENTENCES]
    found = [block.value for stream in streams for block in stream if block.block_type == "shared"]
    for step in page.steps:
        found += [child.value["block"] for child in step.value["questions"] if child.block_type == "shared"]
    return [block for block in found if block]


def read_file(data: bytes) -> dict[str, Any]:
    """A file's content, its outer shape checked; what the form says is the compiler's business.

    Raises `FileRefused` for anything that is too large, too deep, malformed or no form.
    """
    if len(data) > LARGEST_FILE:
        raise FileRefused(_("The file is too large. A form has at most 2 megabytes."))
    try:
        text = data.decode("utf-8-sig")
        _check_depth(text)
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise FileRefused(_("This is no file of a form: it cannot be read as JSON.")) from problem
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FileRefused(_("This is no file of a form that was exported here or from another Lotse."))
    if content.get("schema") != SCHEMA:
        raise FileRefused(_("This file was written by another version of Lotse and cannot be read."))
    _check_values(content)
    _check_shape(content)
    return content


def _check_depth(text: str) -> None:
    depth, in_text, escaped = 0, False, False
    for char in text:
        if in_text:
            escaped, in_text = char == "\\" and not escaped, char != '"' or escaped
        elif char == '"':
            in_text = True
        elif char in "[{":
            depth += 1
            if depth > DEEPEST:
                raise FileRefused(_("The file is nested too deeply to be a form."))
        elif char in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name stands twice in a table")
    return table


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _check_values(content: Any) -> None:
    """Refuse signs that no sentence has, and more values than a form can have. Without recursion."""
    pending, seen = [content], 0
    while pending:
        value = pending.pop()
        seen += 1
        if seen > MOST_VALUES:
            raise FileRefused(_("The file has more in it than a form can have."))
        if isinstance(value, dict):
            pending += [*value, *value.values()]
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, float):
            raise FileRefused(_("A form has whole numbers only."))
        elif isinstance(value, str) and any(_is_strange(char) for char in value):
            raise FileRefused(_("A text in the file has signs that no text can have: {text}").format(text=value[:40]))


def _is_strange(char: str) -> bool:
    return (unicodedata.category(char) in {"Cc", "Cs"} and char != "\n") or 0x202A <= ord(char) <= 0x202E


def _check_shape(content: Mapping[str, Any]) -> None:
    if unknown := sorted(set(content) - {"format", "schema", "form", "translations", "blocks"}):
        raise FileRefused(_("The file has a part that is unknown: {part}").format(part=unknown[0]))
    if not isinstance(content.get("form"), dict):
        raise FileRefused(_("The file has no form in it."))
    blocks = content.get("blocks", {})
    if not isinstance(blocks, dict):
        raise FileRefused(_("The reusable blocks in the file cannot be read."))
    for block in blocks.values():
        named = isinstance(block, dict) and isinstance(block.get("name"), str) and 0 < len(block["name"]) <= 120
        parts = set(block) - {"name", "translations"} if named else set()
        if not parts or parts - {"questions", "sentences"} or not all(isinstance(block[name], list) for name in parts):
            raise FileRefused(_("The reusable blocks in the file cannot be read."))
        _check_pairs(block.get("translations", {}))
    _check_pairs(content.get("translations", {}))
    _check_references(content["form"], blocks)


def _check_references(form: Mapping[str, Any], blocks: Mapping[str, Any]) -> None:
    """Only questions may stand in a reusable block here, and only a block that is in the file."""
    for name in SENTENCES:
        for entry in form[name] if isinstance(form.get(name), list) else ():
            if isinstance(entry, dict) and not (isinstance(entry.get("block"), str) and set(entry) == {"block"}):
                raise FileRefused(_("The reusable blocks in the file cannot be read."))
    for step in form["steps"] if isinstance(form.get("steps"), list) else ():
        questions = step.get("questions") if isinstance(step, dict) else None
        for entry in questions if isinstance(questions, list) else ():
            if not isinstance(entry, dict) or "block" not in entry:
                continue
            without = entry.get("without", [])
            keys = [entry["block"], *without] if isinstance(without, list) else [None]
            if not all(isinstance(key, str) for key in keys) or entry["block"] not in blocks:
                raise FileRefused(_("The reusable blocks in the file cannot be read."))


def _check_pairs(translations: Any) -> None:
    if not isinstance(translations, dict):
        raise FileRefused(_("The translations in the file cannot be read."))
    for code, pairs in translations.items():
        if code == SOURCE or not is_known(code):
            raise FileRefused(_("The file has a language that is unknown here: {language}").format(language=code))
        if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
            raise FileRefused(_("The translations in the file cannot be read."))


def _is_pair(pair: Any) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and isinstance(pair[0], str)
        and (pair[1] is None or (isinstance(pair[1], str) and 0 < len(pair[1]) <= 2000))
    )
