"""Reads of the network's people as sentences."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

if TYPE_CHECKING:
    from portal.models import District
    from services.directory.models import Municipality

CONFIRM_EVERY = timedelta(days=182)
"""How long an entry counts as right; then its owner is asked."""
PATIENCE = timedelta(days=14)
"""From the question to the reminder, and from there until the entry counts as not confirmed."""


def new_token() -> str:
    """An unguessable part of an address: 32 random bytes, 43 characters."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a personal link. The token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


class OrganisationQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> OrganisationQuerySet:
        """The organisations of a district's network."""
        return self.filter(district=district)


class MemberQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> MemberQuerySet:
        """The people of a district's network, those who left included."""
        return self.filter(district=district)

    def active(self, on: date | None = None) -> MemberQuerySet:
        """Who belongs to the network on a day (today if not said); the day of leaving is the last one."""
        day = on or timezone.localdate()
        return self.filter(Q(left_on=None) | Q(left_on__gte=day), is_active=True)

    def for_user(self, user: Any) -> MemberQuerySet:
        """The person behind an account."""
        return self.filter(user=user)

    def at_levels(self, levels: list[str]) -> MemberQuerySet:
        """Who meets at one of these levels; each person once."""
        from network.members.models import LevelMembership

        return self.filter(Exists(LevelMembership.objects.filter(member=OuterRef("pk"), level__in=levels)))

    def covering(self, municipality: Municipality, on: date | None = None) -> MemberQuerySet:
        """Who is there for a town on a day: those with the area who are not absent, and the deputies of the absent."""
        day = on or timezone.localdate()
        absent = Q(absent_from__lte=day) & (Q(absent_until=None) | Q(absent_until__gte=day))
        with_area = self.active(day).filter(areas=municipality)
        deputies = with_area.filter(absent).values("deputy_id")
        return self.active(day).exclude(absent).filter(Q(pk__in=with_area.values("pk")) | Q(pk__in=deputies))

    def listed(self, on: date | None = None) -> MemberQuerySet:
        """Who stands in the directory: belongs to the network and agreed."""
        return self.active(on).filter(is_listed=True)

    def unconfirmed(self) -> MemberQuerySet:
        """Who was asked and reminded and has not said whether the own entry is still right, longest first."""
        return self.active().exclude(unconfirmed_at=None).order_by("unconfirmed_at", "pk")

    def with_words(self, words: str) -> MemberQuerySet:
        """Each word is in the name of the person or of the organisation."""
        rows = self
        for word in words.split()[:6]:
            rows = rows.filter(Q(name__icontains=word) | Q(organisation__name__icontains=word))
        return rows

    def to_ask(self, at: datetime) -> MemberQuerySet:
        """Who confirmed their entry, or entered, more than half a year ago and was not asked since."""
        known = Coalesce("confirmed_at", "joined_at")
        return self.active().annotate(known=known).filter(known__lt=at - CONFIRM_EVERY, asked_at=None).order_by("pk")

    def to_remind(self, at: datetime) -> MemberQuerySet:
        """Who was asked two weeks ago and has said nothing since. Once."""
        return self.active().filter(asked_at__lt=at - PATIENCE, reminded_at=None).order_by("pk")

    def to_mark(self, at: datetime) -> MemberQuerySet:
        """Who was reminded two weeks ago and has said nothing since."""
        return self.active().filter(reminded_at__lt=at - PATIENCE, unconfirmed_at=None).order_by("pk")


class FeedTokenQuerySet(models.QuerySet[Any]):
    def with_token(self, token: str) -> FeedTokenQuerySet:
        """The living feed behind a secret address."""
        return self.filter(secret_hash=token_hash(token), revoked_at=None).select_related("member__district")
