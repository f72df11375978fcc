"""The types of questions, and what each may say besides its words: one table for compiler, editor and fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.intake.checking import flag_of, list_of, text_of, whole_of
from services.intake.reach import CHOICES, DAYS, SILENT, FormError

TEXTS = frozenset({"text", "textarea"})

TYPES = (
    CHOICES
    | DAYS
    | SILENT
    | TEXTS
    | frozenset({"tel", "email", "number", "time", "municipality", "language", "consent", "file"})
)
"""`info` and `notice` tell something, `office` says who gets the answers as they are so far; the others ask."""

SENSITIVITIES = frozenset({"none", "personal", "special"})
AUTOCOMPLETE = frozenset(("off", "name", "nickname", "tel", "email", "street-address", "organization"))

LONGEST_TEXT = 4000
"""Most characters a question may allow; less than what is kept of an unchecked text (`actions.LONGEST_TYPED`)."""

MOST_FILES = 10
USUAL_FILES = 5
"""Files of one question: the most an editor may allow, and what is allowed where nothing is said."""

PREFILLABLE = CHOICES | {"municipality", "language", "month", "text"}
"""Types that the address of the start page may answer, to be confirmed by the person."""

_EXTRAS = {
    "max": TEXTS | {"checkbox", "number", "municipality", "language"},
    "min": frozenset({"number"}),
    "multiple": frozenset({"municipality", "language"}),
    "unknown": DAYS,
    "version": frozenset({"consent"}),
    "max_files": frozenset({"file"}),
    "accept": frozenset({"file"}),
    "prefill": PREFILLABLE,
}
EXTRAS = frozenset(_EXTRAS)
"""Parts that only some types have. Of them a document holds those that say something; `max` is always there."""

_ACCEPT = re.compile(r"\.[a-z0-9]{1,5}|[a-z]+/[a-z0-9.+-]+|(image|text)/\*")
_PREFILL = re.compile(r"[a-z][a-z0-9_]{0,19}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")


def extras_of(source: Mapping[str, Any], kind: str, place: str) -> dict[str, Any]:
    """The checked extras of a question. Raises `FormError` for one that its type does not have."""
    for name in sorted(EXTRAS):
        # a `max` where nothing is counted does no harm; editors leave it behind when they change the type
        if name != "max" and source.get(name) not in (None, False, "", []) and kind not in _EXTRAS[name]:
            raise FormError(f"{place}, {name}", f"the type “{kind}” has no such part")
    found: dict[str, Any] = {
        "min": whole_of(source.get("min"), f"{place}, min", 0, 10**9),
        "multiple": flag_of(source.get("multiple") or False, f"{place}, multiple"),
        "unknown": flag_of(source.get("unknown") or False, f"{place}, unknown"),
        "version": _version(source, kind, place),
        "prefill": _shaped(source.get("prefill"), _PREFILL, f"{place}, prefill"),
    }
    if kind == "file":
        found["max_files"] = whole_of(source.get("max_files"), f"{place}, max_files", 1, MOST_FILES) or USUAL_FILES
        found["accept"] = _accept(source.get("accept") or [], f"{place}, accept")
    return {name: value for name, value in found.items() if value}


def maximum_of(source: Mapping[str, Any], kind: str, place: str) -> int | None:
    """`max`: characters of a text, ticks of a list, the highest number."""
    place = f"{place}, max"
    found = whole_of(source.get("max"), place, 1, 10**9)
    if found is not None and kind in TEXTS and found > LONGEST_TEXT:
        raise FormError(place, f"must be at most {LONGEST_TEXT} characters")
    lowest = source.get("min")
    if kind == "number" and found is not None and isinstance(lowest, int) and lowest > found:
        raise FormError(place, "must not be below min")
    return found


def _version(source: Mapping[str, Any], kind: str, place: str) -> str:
    version = _shaped(source.get("version"), _VERSION, f"{place}, version")
    if kind == "consent" and not version:
        raise FormError(place, "a consent needs the version of its text, or nobody knows to what people agreed")
    return version


def _accept(value: Any, place: str) -> list[str]:
    return [_shaped(entry, _ACCEPT, place) for entry in list_of(value, place, "must be a list")]


def _shaped(value: Any, shape: re.Pattern[str], place: str) -> str:
    text = text_of(value, place)
    if text and not shape.fullmatch(text):
        raise FormError(place, f"malformed value “{text}”")
    return text
