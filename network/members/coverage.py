"""Who is there for a town on a day: areas, absences and deputies, one after the other; and who else where nobody is.

Pure reading of what members say about themselves. It gives nobody access to anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q

from network.members.models import Member, Organisation
from network.members.statuses import Role
from portal.models import District
from services.directory.models import Municipality

MOST_DEPUTIES = 3
"""How far the chain of deputies is followed: who stands in for four people does not really cover their towns."""


@dataclass(frozen=True)
class Cover:
    """Somebody who is there for a town. `instead_of`: those who are away and for whom they stand in, nearest last."""

    member: Member
    instead_of: tuple[Member, ...] = ()


@dataclass
class Covered:
    """A town on a day: who is there, who looks after it but is away without a deputy who is there."""

    town: Municipality
    day: date
    covers: list[Cover] = field(default_factory=list)
    away: list[Member] = field(default_factory=list)
    hidden: int = 0
    """People who are there but do not want to stand in the directory: the coordination office knows them."""

    @property
    def nobody(self) -> bool:
        """Whether a way has to be found without a person who looks after the town."""
        return not self.covers


@dataclass(frozen=True)
class Ways:
    """Whom to ask where nobody covers a town: the coordinators who are there, and organisations of the town."""

    coordinators: list[Member]
    organisations: list[Organisation]


def covered(district: District, towns: Iterable[Municipality], day: date) -> list[Covered]:
    """How it stands in some towns on a day. One query, however many towns and people there are."""
    rows = Member.objects.of(district).active(day).select_related("organisation").annotate(area=F("areas"))
    found = {town.pk: Covered(town, day) for town in towns}
    people: dict[int, Member] = {}
    areas: dict[int, list[int]] = {}
    for row in rows.order_by("name", "pk", "area"):  # a row for each area of a member
        people.setdefault(row.pk, row)
        areas.setdefault(row.pk, []).append(row.area)
    for member in people.values():
        cover = cover_of(member, people, day)
        for area in areas[member.pk]:
            if area in found:
                _note(found[area], member, cover)
    return list(found.values())


def cover_of(member: Member, people: dict[int, Member], day: date) -> Cover | None:
    """The member if there, else the next deputy who is; None where the chain ends or turns back on itself."""
    away: list[Member] = []
    one: Member | None = member
    while one is not None and len(away) <= MOST_DEPUTIES:
        if not one.is_absent_on(day):
            return Cover(one, tuple(away))
        away.append(one)
        one = people.get(one.deputy_id or 0)
        if one in away:
            return None
    return None


def ways_out(district: District, town: Municipality, day: date) -> Ways:
    """Who else can be asked. "Nobody" is never the end."""
    rows = Member.objects.of(district).listed(day).filter(role=Role.COORDINATOR).select_related("organisation")
    there = [member for member in rows if not member.is_absent_on(day)]
    return Ways(there, list(Organisation.objects.of(district).filter(Q(municipalities=town)).distinct()))


def _note(town: Covered, member: Member, cover: Cover | None) -> None:
    if cover is None:
        if member.is_listed:
            town.away.append(member)
        return
    if not cover.member.is_listed:
        town.hidden += 1
        return
    # Who has asked not to be listed is not named as the one who is away either.
    instead = tuple(one for one in cover.instead_of if one.is_listed)
    known = next((row for row in town.covers if row.member.pk == cover.member.pk), None)
    if known is None:
        town.covers.append(Cover(cover.member, instead))
    elif known.instead_of and not instead:  # looks after the town anyway: that says more
        town.covers[town.covers.index(known)] = Cover(cover.member)
