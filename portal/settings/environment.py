"""Typed readers of environment variables that refuse nonsense, so that a typing error stops the start."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """A variable's text; without a default it must be set and not empty. `NAME_FILE` names a file to read instead."""
    path = os.environ.get(f"{name}_FILE")
    try:
        value = Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, default)
    except (OSError, UnicodeDecodeError) as problem:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {path}") from problem
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(f"{name} must be set.")
    return value


def boolean(name: str, default: bool) -> bool:
    """`yes`/`no`, `true`/`false`, `1`/`0`; anything else is an error."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in {"1", "yes", "true"}:
        return True
    if value.lower() in {"0", "no", "false"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name)
    try:
        return default if value is None else int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without empty entries."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]
