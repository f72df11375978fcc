"""The small checks of which the compiler is made; each refuses with the place."""

from __future__ import annotations

import re
from typing import Any

from services.intake.reach import FormError

FORM_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
OPTION_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
OFFICE_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")


def text_of(value: Any, place: str) -> str:
    """A text without space around it; empty for nothing."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FormError(place, "must be a text")
    return value.strip()


def flag_of(value: Any, place: str) -> bool:
    """True or false and nothing that only looks like it."""
    if not isinstance(value, bool):
        raise FormError(place, "must be true or false")
    return value


def whole_of(value: Any, place: str, lowest: int, highest: int) -> int | None:
    """A whole number in a range, or None where nothing is said."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
        raise FormError(place, f"must be a whole number from {lowest} up")
    if value > highest:
        raise FormError(place, f"must be at most {highest}")
    return value


def key_of(value: Any, shape: re.Pattern[str], place: str) -> str:
    """A well-formed key."""
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise FormError(place, f"malformed key “{value}”")
    return value


def one_of(value: Any, known: frozenset[str], place: str, name: str) -> str:
    """One word of a closed list; `name` says of which."""
    text = text_of(value, place)
    if text not in known:
        raise FormError(place, f"unknown {name} “{text}”")
    return text


def table_of(value: Any, place: str, problem: str) -> dict[str, Any]:
    """A table, or the problem."""
    if not isinstance(value, dict):
        raise FormError(place, problem)
    return value


def list_of(value: Any, place: str, problem: str) -> list[Any]:
    """A list, or the problem."""
    if not isinstance(value, list):
        raise FormError(place, problem)
    return value


def only(source: dict[str, Any], known: frozenset[str], place: str) -> None:
    """Refuse a part nobody knows: a slip of the keyboard must not be ignored."""
    unknown = sorted(set(source) - known, key=str)
    if unknown:
        raise FormError(place, f"unknown part “{unknown[0]}”")
