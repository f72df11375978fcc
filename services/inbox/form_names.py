"""What forms are called. The inbox knows keys only; whoever makes forms tells it their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from portal.languages import SOURCE

Source = Callable[[Iterable[str]], dict[str, dict[str, str]]]

_sources: list[Source] = []


def titles_come_from(source: Source) -> None:
    """Register who knows titles: a function from keys to titles, each a table of languages. Once, at the start."""
    _sources.append(source)


def form_titles(keys: Iterable[str]) -> dict[str, str]:
    """German titles of forms by key, in the order of the keys; the key itself where nobody knows more."""
    wanted = list(dict.fromkeys(keys))
    known: dict[str, dict[str, str]] = {}
    for source in _sources:
        known |= source(wanted)
    return {key: known.get(key, {}).get(SOURCE) or key for key in wanted}
