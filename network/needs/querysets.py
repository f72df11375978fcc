"""Reads of needs as sentences. Who may know of a need is decided here and nowhere else."""

from __future__ import annotations

import re
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from network.needs.statuses import LIVING, RANKED, UNCHECKED, VOTABLE, NeedStatus, Visibility
from portal.languages import SOURCE
from portal.search_terms import query_forms

if TYPE_CHECKING:
    from uuid import UUID

    from network.members.models import Member, Organisation
    from network.needs.models import Need, VotingRound
    from portal.models import District
    from services.directory.models import Municipality

_CODE = re.compile(r"^BED-(\d{4})-(\d{3,6})$", re.IGNORECASE)


class NeedQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> NeedQuerySet:
        """The needs of a district."""
        return self.filter(district=district)

    def coded(self, code: str) -> NeedQuerySet:
        """The need behind a code like BED-2026-014; none for anything else."""
        match = _CODE.match(code)
        return self.filter(year=int(match[1]), number=int(match[2])) if match else self.none()

    def visible_to(self, member: Member | None) -> NeedQuerySet:
        """What a reader may know of. Nobody in particular (None) and people of other districts see nothing.

        - what is checked and meant for the network: every active member of the district
        - what is not, or is meant for the coordination alone: those who reported it and who is in charge of it
        - a merged need: those who reported it; where it went to follows these rules for itself
        - coordinators read all in the admin, by `can_coordinate`
        """
        from network.needs.models import NeedReport

        if member is None or not member.is_active_on(timezone.localdate()):
            return self.none()
        mine = NeedReport.objects.filter(need=OuterRef("pk"), member=member)
        shared = Q(visibility=Visibility.NETWORK) & ~Q(status__in=UNCHECKED) & ~Q(status=NeedStatus.MERGED)
        return self.filter(Q(district_id=member.district_id) & (shared | Q(owner=member) | Exists(mine)))

    def living(self) -> NeedQuerySet:
        """Not answered yet and not merged."""
        return self.filter(status__in=LIVING)

    def linkable(self) -> NeedQuerySet:
        """What may stand on an agenda or behind an action, where every member reads its number."""
        return self.living().filter(visibility=Visibility.NETWORK).exclude(status__in=UNCHECKED).order_by("-pk")

    def votable(self) -> NeedQuerySet:
        """May get votes while a round is open."""
        return self.filter(status__in=VOTABLE, visibility=Visibility.NETWORK)

    def ranked(self) -> NeedQuerySet:
        """In the coordinators' order: those with a place first, then by impact × urgency, then the older."""
        rows = self.filter(status__in=RANKED).annotate(weight=models.F("impact") * models.F("urgency"))
        return rows.order_by(models.F("position").asc(nulls_last=True), "-weight", "created_at", "pk")

    def in_order(self) -> NeedQuerySet:
        """What lives before what is answered, then as the coordinators put it, then by impact × urgency and age."""
        rows = self.annotate(
            weight=models.F("impact") * models.F("urgency"),
            ended=models.Case(models.When(status__in=LIVING, then=0), default=1, output_field=models.IntegerField()),
        )
        return rows.order_by("ended", models.F("position").asc(nulls_last=True), "-weight", "created_at", "pk")

    def in_town(self, town: Municipality) -> NeedQuerySet:
        """What concerns a town; also what concerns the whole district."""
        return self.filter(Q(municipalities=town) | Q(municipalities=None)).distinct()

    def with_words(self, query: str) -> NeedQuerySet:
        """Whose text holds every word that was typed, in any form of it."""
        rows = self.annotate(
            padded=models.functions.Concat(
                models.Value(" "), "terms", models.Value(" "), output_field=models.TextField()
            )
        )
        for variants in query_forms(query, SOURCE):
            rows = rows.filter(reduce(or_, (Q(padded__contains=f" {variant}") for variant in variants)))
        return rows

    def with_votes(self, voting_round: VotingRound | None) -> NeedQuerySet:
        """With `votes` (dots) and `voters` (organisations) of a round; zero without one."""
        from network.needs.models import Dots

        rows = Dots.objects.filter(need=OuterRef("pk"), ballot__round=voting_round).order_by().values("need")
        return self.annotate(
            votes=Coalesce(Subquery(rows.annotate(all=Sum("number")).values("all")), 0),
            voters=Coalesce(Subquery(rows.annotate(all=Count("pk")).values("all")), 0),
        )

    def reported_by(self, member: Member) -> NeedQuerySet:
        """What somebody reported, merged ones included."""
        from network.needs.models import NeedReport

        return self.filter(Exists(NeedReport.objects.filter(need=OuterRef("pk"), member=member)))

    def sent_with(self, member: Member, key: UUID | None) -> Need | None:
        """The need that a member already sent with this form, if they press the button twice."""
        return self.filter(reports__member=member, reports__key=key).first() if key else None

    def next_number(self, district: District, year: int) -> int:
        """The next free number of a year; the caller holds the district's lock."""
        last = self.of(district).filter(year=year).aggregate(last=models.Max("number"))["last"]
        return (last or 0) + 1


class NeedReportQuerySet(models.QuerySet[Any]):
    def heard(self) -> NeedReportQuerySet:
        """Reports with whoever sent them."""
        return self.select_related("member", "need")


class NeedEventQuerySet(models.QuerySet[Any]):
    def told(self) -> NeedEventQuerySet:
        """With what the page of a need shows, oldest first."""
        return self.select_related("other", "by").order_by("at", "pk")


class RoundQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> RoundQuerySet:
        """The rounds of a district."""
        return self.filter(district=district)

    def open(self, on: date | None = None) -> RoundQuerySet:
        """In which votes may be cast and changed on a day (today if not said)."""
        day = on or timezone.localdate()
        return self.filter(first_day__lte=day, last_day__gte=day)

    def begun(self, on: date | None = None) -> RoundQuerySet:
        """Open or over, newest first."""
        return self.filter(first_day__lte=on or timezone.localdate()).order_by("-first_day", "-pk")


class BallotQuerySet(models.QuerySet[Any]):
    def of_organisation(self, voting_round: VotingRound, organisation: Organisation) -> BallotQuerySet:
        """The vote of an organisation in a round: one or none."""
        return self.filter(round=voting_round, organisation=organisation)


def dots_of(ballot: Any) -> dict[int, int]:
    """Dots of a vote by the number of the need."""
    return dict(ballot.dots.values_list("need_id", "number")) if ballot else {}


def count_by_status(rows: NeedQuerySet) -> dict[str, int]:
    """How many needs there are in each status."""
    return dict(rows.order_by().values_list("status").annotate(count=Count("pk")))
