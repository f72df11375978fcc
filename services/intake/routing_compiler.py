"""Checks the rules that say which office gets the answers, how urgent they are and when an answer is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.inbox.statuses import Urgency
from services.intake.checking import OFFICE_CODE, key_of, list_of, one_of, only, table_of, text_of, whole_of
from services.intake.condition_compiler import Questions, conditions_of
from services.intake.reach import FormError

RESPONSIBLE = "responsible"
"""In the place of an office's code: the one that `services.directory` names."""

URGENCIES = frozenset(Urgency.values)
MOST_DUE_DAYS = 60
PARTS = frozenset(("office", "urgency", "due_days"))


def routing_of(source: Mapping[str, Any], questions: Questions) -> dict[str, Any]:
    """Rules and default of a form's source; `recipient` is a short way to write the default's office.

    Raises `FormError`: a missing default, a rule without condition or with one that nothing fulfils.
    """
    place = "routing"
    routing = table_of(source.get("routing") or {}, place, "must be a table")
    only(routing, frozenset({"rules", "default"}), place)
    default = table_of(routing.get("default") or {}, f"{place}, default", "must be a table")
    recipient = text_of(source.get("recipient", ""), f"{place}, recipient")
    if recipient and default.get("office") not in (None, recipient):
        raise FormError(f"{place}, default", "says another office than the recipient")
    default = {**default, "office": default.get("office") or recipient}
    if not default["office"]:
        raise FormError(f"{place}, default", "the office is missing: somebody must get what no rule decides")
    entries = list_of(routing.get("rules") or [], place, "rules must be a list")
    return {
        "rules": [_rule(entry, questions, f"{place}, rule {number}") for number, entry in enumerate(entries, start=1)],
        "default": _decision(default, f"{place}, default"),
    }


def _rule(source: Any, questions: Questions, place: str) -> dict[str, Any]:
    source = table_of(source, place, "must be a table")
    only(source, PARTS | {"when"}, place)
    when = conditions_of(source.get("when"), questions, place, is_rule=True)
    if not when:
        raise FormError(place, "a rule needs a condition; what always holds is the default")
    return {"when": when, **_decision(source, place)}


def _decision(source: Mapping[str, Any], place: str) -> dict[str, Any]:
    only({key: value for key, value in source.items() if key != "when"}, PARTS, place)
    office = source.get("office")
    if office != RESPONSIBLE:
        office = key_of(office, OFFICE_CODE, f"{place}, office")
    return {
        "office": office,
        "urgency": one_of(source.get("urgency", Urgency.NORMAL.value), URGENCIES, f"{place}, urgency", "urgency"),
        "due_days": whole_of(source.get("due_days"), f"{place}, due_days", 1, MOST_DUE_DAYS),
    }
