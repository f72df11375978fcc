"""Tables of others whose `sealed` opens with `key_version` of the district's escrow key.

The inbox owns the keys and must not know who else seals to them, so it is told at the door (services/models.py).
"""

from __future__ import annotations

from typing import Any

_PATHS: dict[type[Any], str] = {}


def add(model: type[Any], district: str = "district") -> None:
    """Tell of a table; `district` is the way from a row to its district."""
    _PATHS[model] = district


def all_tables() -> dict[type[Any], str]:
    """The tables with their ways to the district."""
    return dict(_PATHS)
