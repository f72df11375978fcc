"""Reads of the record of who did what, as sentences. Nothing here knows what a case contains."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from portal.models import District


class CaseEventQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> CaseEventQuerySet:
        """The lines of a district's cases."""
        return self.filter(district=district)

    def not_anchored(self) -> CaseEventQuerySet:
        """Lines for which the district's chain does not vouch yet."""
        return self.filter(anchor=None)

    def between(self, start: datetime | None, end: datetime | None) -> CaseEventQuerySet:
        """Lines from a moment on and before another one; None leaves that side open."""
        rows = self.filter(created_at__gte=start) if start else self
        return rows.filter(created_at__lt=end) if end else rows

    def about_number(self, number: str) -> CaseEventQuerySet:
        """Lines of the cases with this part of a number, erased cases included."""
        from services.inbox.models import Case, Tombstone

        here = Case.objects.filter(submission__number__contains=number).values("pk")
        gone = Tombstone.objects.filter(number__contains=number).values("case_id")
        return self.filter(Q(case_id__in=here) | Q(case_id__in=gone))

    def newest_first(self) -> CaseEventQuerySet:
        """As they are looked through."""
        return self.order_by("-created_at", "-pk")


class DistrictEventQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> DistrictEventQuerySet:
        """The chain of a district."""
        return self.filter(district=district)

    def newest_first(self) -> DistrictEventQuerySet:
        """As they are looked through."""
        return self.order_by("-seq")
