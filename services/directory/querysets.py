"""Reads of the directory as sentences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from portal.models import District, User


def valid_on(day: date) -> Q:
    """Rows whose validity includes this day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


class MunicipalityQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> MunicipalityQuerySet:
        """The towns and villages of a district."""
        return self.filter(district=district)


class OfficeQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> OfficeQuerySet:
        """The offices of a district."""
        return self.filter(district=district)

    def active(self) -> OfficeQuerySet:
        """Offices that exist today."""
        return self.filter(is_active=True)

    def of_member(self, user: User, on: date | None = None) -> OfficeQuerySet:
        """The offices this person works for on a day (today if not said)."""
        day = on or timezone.localdate()
        memberships = Q(memberships__valid_from__lte=day) & (
            Q(memberships__valid_to=None) | Q(memberships__valid_to__gte=day)
        )
        return self.filter(memberships, memberships__user=user)


class ContactPointQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> ContactPointQuerySet:
        """The contact points of a district's active offices."""
        return self.filter(office__district=district, office__is_active=True)

    def with_hours(self) -> ContactPointQuerySet:
        """With office, opening hours and exceptions, in three queries."""
        return self.select_related("office").prefetch_related("opening_hours", "opening_exceptions")


class ResponsibilityQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> ResponsibilityQuerySet:
        """The rows of a district."""
        return self.filter(district=district)

    def valid(self, on: date) -> ResponsibilityQuerySet:
        """The rows that are valid on a day."""
        return self.filter(valid_on(on))


class OfficeMembershipQuerySet(models.QuerySet[Any]):
    def valid(self, on: date | None = None) -> OfficeMembershipQuerySet:
        """Memberships that give access on a day (today if not said)."""
        return self.filter(valid_on(on or timezone.localdate()))
