"""What ends elsewhere when somebody leaves the network: each subject registers its own part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from network.members.models import Member

Farewell = Callable[[Member, datetime], None]
"""Ends what a subject holds for somebody who leaves, in the same transaction."""

_FAREWELLS: dict[str, Farewell] = {}


def register_farewell(name: str, farewell: Farewell) -> None:
    """Have a subject's part done whenever somebody leaves. The same name replaces an older one."""
    _FAREWELLS[name] = farewell


def say_farewell(member: Member, at: datetime) -> None:
    """Do all parts."""
    for farewell in _FAREWELLS.values():
        farewell(member, at)
