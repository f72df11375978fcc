"""Reads about keeping and erasing, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from services.directory.models import Office
from services.inbox.querysets import numbered_offices

if TYPE_CHECKING:
    from portal.models import District, User


class RetentionRuleQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> RetentionRuleQuerySet:
        """The rules of a district."""
        return self.filter(district=district)


class TombstoneQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> TombstoneQuerySet:
        """What was erased in a district."""
        return self.filter(district=district)

    def visible_to(self, user: User | Any) -> TombstoneQuerySet:
        """What was erased in the offices this person works for today."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(office__in=Office.objects.of_member(user))


class MonthlyCountQuerySet(models.QuerySet[Any]):
    def numbered_for(self, user: User | Any) -> MonthlyCountQuerySet:
        """The counts of the offices whose numbers this person may see today."""
        return self.filter(office__in=numbered_offices(user))
