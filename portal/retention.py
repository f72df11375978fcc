"""Nothing is kept for longer than needed: the kinds of data that go by themselves, one interface for all subjects.

A subject describes each kind as a `Keeping`; `home.worker` lists them, runs them and `manage.py erase_due` counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Keeping:
    """One kind of data and how it goes.

    `erase` and `count` get the moment as `at`: whatever is due then goes, or is counted. `erase` works in small
    transactions, may be killed at any point, repeated, and run by two workers at once. `rule` says for how long, in
    words for operators; `source` where the rule comes from.
    """

    code: str
    rule: str
    source: str
    erase: Callable[..., int]
    count: Callable[..., int]

    def run(self, at: datetime) -> int:
        """Erase what is due; return how many."""
        return self.erase(at=at)

    def due(self, at: datetime) -> int:
        """How many would go."""
        return self.count(at=at)


def rows(keepings: tuple[Keeping, ...], at: datetime) -> list[dict[str, Any]]:
    """A table of all kinds with what is due, for commands and pages."""
    return [{"code": kept.code, "rule": kept.rule, "due": kept.due(at)} for kept in keepings]
