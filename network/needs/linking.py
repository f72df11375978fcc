"""What needs are linked with. This subject knows neither meetings nor courses: whoever does registers how to find them.

A link is looked up at every showing for whoever reads, so that a need never tells of a meeting its reader may not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from network.members.models import Member
from network.needs.models import Need
from network.needs.statuses import LinkKind


@dataclass(frozen=True)
class Shown:
    """A link as a page shows it. `note` is a word on how it stands, for example a date.

    `is_german`: the title is German whatever language the page around it has.
    """

    kind: str
    title: str
    address: str
    note: str = ""
    is_german: bool = True


Resolve = Callable[[Any, Member | None, list[str]], dict[str, Shown]]
"""District, reader and targets to what this reader may see of them."""

Attached = Callable[[Need, Member | None], list[Shown]]
"""What points to a need from elsewhere, for example actions from minutes, as far as this reader may see it."""

_resolvers: dict[str, Resolve] = {}
_attached: dict[str, Attached] = {}


def register_target(kind: str, resolve: Resolve) -> None:
    """Say how targets of a kind are found. The last one counts, so that it may be called again."""
    _resolvers[kind] = resolve


def register_attached(name: str, find: Attached) -> None:
    """Say what else belongs to a need."""
    _attached[name] = find


def links_of(need: Need, member: Member | None) -> list[Shown]:
    """All links of a need that a reader may see, in the order of their kinds. `member` None: a coordinator."""
    rows = list(need.links.all())
    shown: list[Shown] = []
    for kind, resolve in _resolvers.items():
        targets = [row.target for row in rows if row.kind == kind]
        if targets:
            shown.extend(resolve(need.district, member, targets).values())
    shown.extend(_page(row.target, row.title) for row in rows if row.kind == LinkKind.PAGE and is_web(row.target))
    for find in _attached.values():
        shown.extend(find(need, member))
    return shown


def missing(kind: str, district: Any, targets: Iterable[str]) -> list[str]:
    """Which targets of a kind do not exist, for a coordinator who links them."""
    wanted = list(targets)
    if kind == LinkKind.PAGE:
        return [target for target in wanted if not is_web(target)]
    found = _resolvers[kind](district, None, wanted) if kind in _resolvers else {}
    return [target for target in wanted if target not in found]


def is_web(target: str) -> bool:
    """Whether this is the address of a web page; nothing that a browser would run."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _page(target: str, title: str) -> Shown:
    return Shown(LinkKind.PAGE, title or target, target)
