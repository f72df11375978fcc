"""What the compiler cannot know when a form is published: earlier versions, the offices there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from portal.models import District
from services.directory.models import Office
from services.intake.builder import SENTENCES
from services.intake.models import FormVersion, document_of
from services.intake.reach import FormError
from services.intake.routing_compiler import RESPONSIBLE

ALIKE = ({"radio", "select"}, {"text", "textarea"}, {"info", "notice", "office"}, {"date", "month"})
"""Types whose answers are kept alike, so that one may become the other."""


def check_offices(document: Mapping[str, Any], district: District) -> None:
    """Raise `FormError` for a rule whose office does not exist or takes no cases today."""
    codes = set(Office.objects.of(district).active().filter(takes_cases=True).values_list("code", flat=True))
    routing = document["routing"]
    places = [(f"routing, rule {number}, office", rule) for number, rule in enumerate(routing["rules"], start=1)]
    for place, decision in [("routing, default", routing["default"]), *places]:
        if decision["office"] != RESPONSIBLE and decision["office"] not in codes:
            raise FormError(place, f"the office “{decision['office']}” takes no requests")


def check_history(document: Mapping[str, Any], district: District) -> None:
    """Raise `FormError` for a key that had another meaning in an earlier version: old answers would be misread."""
    before: dict[str, str] = {}
    versions = FormVersion.objects.of(district).filter(key=document["key"]).order_by("number")
    for pk in versions.values_list("pk", flat=True):
        before.update(_types_of(pk))
    for step in document["steps"]:
        for question in step["questions"]:
            old, new = before.get(question["key"], question["type"]), question["type"]
            if old != new and not any({old, new} <= group for group in ALIKE):
                place = f"step {step['key']}, question {question['key']}"
                raise FormError(place, f"this key belonged to a question of the type “{old}”")


@lru_cache(maxsize=512)
def _types_of(version: UUID) -> dict[str, str]:
    return {
        question["key"]: question["type"] for step in document_of(version)["steps"] for question in step["questions"]
    }


def check_keys(page: Any, published: Any) -> None:
    """Raise `FormError` where a step, question or answer of the published page has another key now.

    The block is the same, so whoever changed the key renamed what answers and rules go by.
    """
    if page.key != published.key:
        raise FormError(f"form {page.key}, key", f"the key was “{published.key}” before")
    before = {block_id: key for block_id, key, _place in _keys(published)}
    for block_id, key, place in _keys(page):
        if before.get(block_id, key) != key:
            raise FormError(place, f"the key was “{before[block_id]}” before")


def check_blocks(page: Any) -> None:
    """Raise `FormError` where a reusable block was deleted since it was chosen."""
    for name in SENTENCES:
        if any(block.block_type == "shared" and block.value is None for block in getattr(page, name)):
            raise FormError(f"form {page.key}, {name}", "a reusable block is missing")
    for step in page.steps:
        for child in step.value["questions"]:
            if child.block_type == "shared" and child.value["block"] is None:
                raise FormError(f"step {step.value['key']}", "a reusable block is missing")


def _keys(page: Any) -> Iterator[tuple[str, str, str]]:
    """Id, key and place of every step, question and answer that stands in the page itself."""
    for step in page.steps:
        place = f"step {step.value['key']}"
        yield step.id, step.value["key"], place
        for child in step.value["questions"]:
            if child.block_type == "shared":
                continue
            where = f"{place}, question {child.value['key']}"
            yield child.id, child.value["key"], where
            for item in child.value["options"].bound_blocks if "options" in child.value else ():
                yield item.id, item.value["key"], f"{where}, option {item.value['key']}"
