"""What a person does today for which office, read once for a request: the admin's menu asks about it many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from services.directory.models import OfficeMembership
from services.directory.statuses import OfficeKind


@dataclass(frozen=True)
class Duties:
    """The memberships of one person today. `districts`: keys of the districts whose offices they work for."""

    member: bool = False
    lead: bool = False
    coordinates: bool = False
    districts: frozenset[int] = frozenset()


def duties_of(request: HttpRequest) -> Duties:
    """The reader's duties today. One query for each request; an account that is switched off has none."""
    found: Duties | None = getattr(request, "_lotse_duties", None)
    if found is None:
        found = _read(request.user)
        request._lotse_duties = found  # type: ignore[attr-defined]  # as District.objects.for_request does
    return found


def _read(user: Any) -> Duties:
    valid = OfficeMembership.objects.valid().filter(user=user.pk, user__is_active=True)
    rows = list(valid.values_list("is_lead", "office__kind", "office__district"))
    return Duties(
        member=bool(rows),
        lead=any(is_lead for is_lead, _kind, _district in rows),
        coordinates=any(kind == OfficeKind.COORDINATION for _lead, kind, _district in rows),
        districts=frozenset(district for _lead, _kind, district in rows),
    )
