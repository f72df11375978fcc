"""The guard in front of the register: what looks like data about a person is shown to whoever wrote it.

It warns and asks; a person decides (handbook: domain §4.4). Findings are shown once and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from network.members.models import Member, Organisation
from portal.errors import DomainError
from portal.models import District
from portal.personal_data import find_personal_data

TEXTS = ("title", "description", "risk_if_nothing", "evidence", "proposed_solution")
"""The fields of a need in which people write sentences."""


class NamesSomebody(DomainError):
    """A text that looks as if it named a person was to be saved without somebody having looked at it."""

    status = 422


@dataclass(frozen=True)
class Suspicion:
    """One finding, in words: `excerpt` is from the text itself, `what` says what it looks like."""

    field: str
    what: str
    excerpt: str


def warnings_of(texts: Mapping[str, Any], names: Iterable[str] = ()) -> list[Suspicion]:
    """What in some texts looks like data about a person, in the order of the texts."""
    return [
        Suspicion(field, str(found.kind.label), found.excerpt)
        for field, text in texts.items()
        if isinstance(text, str)
        for found in find_personal_data(text, known=names)
    ]


def names_of(district: District) -> list[str]:
    """Names that may stand in a text about the work of the network: its own people and organisations."""
    people = Member.objects.of(district).values_list("name", flat=True)
    return [*people, *Organisation.objects.of(district).values_list("name", flat=True)]


def insist_on_a_look(texts: Mapping[str, Any], *, was_looked_at: bool, district: District) -> None:
    """Raise `NamesSomebody` for texts with findings that nobody confirmed to be harmless."""
    if not was_looked_at and warnings_of(texts, names_of(district)):
        raise NamesSomebody(_("Please check: does the text name a person?"))
