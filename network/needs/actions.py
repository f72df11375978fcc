"""What people do with needs. Each verb: may they, is it possible now, change, remember, tell.

Reporting is here; what coordinators decide is in `deciding`, votes are in `voting`. Others import from here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.members.models import Member, Organisation
from network.needs import notifications
from network.needs.anonymity import TEXTS, insist_on_a_look
from network.needs.deciding import change_status, edit_need, link, merge, rank, unlink
from network.needs.models import Need, NeedEvent, NeedReport
from network.needs.permissions import can_join, can_manage_needs, can_report
from network.needs.similar import need_terms
from network.needs.statuses import Happened, Source
from network.needs.voting import cast_vote
from portal.errors import DomainError, require
from portal.languages import SOURCE
from portal.models import District
from portal.seats import lock
from services.directory.models import Municipality

__all__ = [
    "Reporter",
    "cast_vote",
    "change_status",
    "edit_need",
    "join_need",
    "link",
    "merge",
    "rank",
    "report_need",
    "take_over",
    "unlink",
]

FACTS = (
    *TEXTS,
    "category",
    "kind",
    "stage",
    "reach",
    "is_structural",
    "since",
    "urgency",
    "impact",
    "effort",
    "visibility",
)
"""What whoever reports a need says about it."""


@dataclass(frozen=True)
class Reporter:
    """Somebody outside the network who reported a need. Without an address they hear nothing by mail."""

    body: str = ""
    email: str = ""
    language: str = SOURCE


@transaction.atomic
def report_need(
    *,
    member: Member,
    facts: Mapping[str, Any],
    towns: Iterable[Municipality] = (),
    was_looked_at: bool = False,
    key: uuid.UUID | None = None,
) -> Need:
    """A member reports a need; the same `key` counts once. Raises `NamesSomebody` (see `anonymity`)."""
    require(can_report(member))
    if key is not None and (known := NeedReport.objects.filter(key=key, member=member).first()):
        return known.need
    need = _new_need(member.district, facts, towns, source=_source_of(member), was_looked_at=was_looked_at)
    report = _report(need, member=member, words=need.description, key=key)
    NeedEvent.objects.create(need=need, what=Happened.REPORTED, after=need.status, by=member.user)
    log(need, "network.need.reported", user=member.user, title=need.code)
    notifications.notify_received(report)
    notifications.notify_coordinators(need)
    return need


@transaction.atomic
def take_over(
    *,
    district: District,
    user: Any,
    facts: Mapping[str, Any],
    towns: Iterable[Municipality] = (),
    source: str = Source.STATISTICS,
    reference: str = "",
    reporter: Reporter | None = None,
    was_looked_at: bool = False,
) -> Need:
    """A coordinator writes down a need from a request, from numbers or from a conversation.

    `reference` is taken over once. Raises `NamesSomebody`, and `DomainError` where it was taken over before.
    """
    require(can_manage_needs(user, district))
    lock(District.objects.filter(pk=district.pk))
    if reference and (known := Need.objects.of(district).filter(source_reference=reference).first()):
        raise DomainError(_("This was already taken over: {code}").format(code=known.code))
    need = _new_need(district, facts, towns, source=source, was_looked_at=was_looked_at, reference=reference)
    NeedEvent.objects.create(need=need, what=Happened.REPORTED, after=need.status, by=user)
    log(need, "network.need.reported", user=user, title=need.code)
    if reporter is not None:
        report = _report(need, reporter=reporter, words=need.description)
        notifications.notify_received(report)
    return need


@transaction.atomic
def join_need(*, need: Need, member: Member, words: str = "", was_looked_at: bool = False) -> NeedReport:
    """Say "we have this too": the member's organisation counts as a reporter and hears what becomes of it."""
    need = lock(Need.objects.filter(pk=need.pk).select_related("district"))
    known = need.reports.filter(member=member).first()
    if known is not None and can_report(member):
        return known
    require(can_join(member, need))
    insist_on_a_look({"words": words}, was_looked_at=was_looked_at, district=need.district)
    report = _report(need, member=member, words=words)
    NeedEvent.objects.create(need=need, what=Happened.JOINED, by=member.user)
    log(need, "network.need.joined", user=member.user, title=need.code)
    return report


def _new_need(
    district: District,
    facts: Mapping[str, Any],
    towns: Iterable[Municipality],
    *,
    source: str,
    was_looked_at: bool,
    reference: str = "",
) -> Need:
    chosen = {name: facts[name] for name in FACTS if name in facts}
    insist_on_a_look({name: chosen.get(name, "") for name in TEXTS}, was_looked_at=was_looked_at, district=district)
    lock(District.objects.filter(pk=district.pk))
    year = timezone.localdate().year
    need = Need.objects.create(
        district=district,
        year=year,
        number=Need.objects.next_number(district, year),
        source=source,
        source_reference=reference,
        terms=need_terms(chosen.get("title", ""), chosen.get("description", "")),
        **chosen,
    )
    need.municipalities.set(towns)
    return need


def _report(
    need: Need,
    *,
    member: Member | None = None,
    reporter: Reporter | None = None,
    words: str = "",
    key: uuid.UUID | None = None,
) -> NeedReport:
    who: Organisation | None = member.organisation if member else None
    outside = reporter or Reporter()
    return NeedReport.objects.create(
        need=need,
        member=member,
        organisation=who,
        body=outside.body[:150],
        email="" if member else outside.email,
        language=member.language if member else outside.language,
        words=words,
        key=key or uuid.uuid4(),
    )


def _source_of(member: Member) -> str:
    return {
        "social": Source.SHELTER,
        "integration": Source.INTEGRATION,
        "officer": Source.MUNICIPALITY,
        "volunteer": Source.VOLUNTEERS,
    }.get(member.role, Source.PARTNER)
