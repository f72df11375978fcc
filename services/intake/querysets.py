"""Reads of forms and drafts as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models

if TYPE_CHECKING:
    from portal.models import District


class FormVersionQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> FormVersionQuerySet:
        """The versions of a district's forms."""
        return self.filter(district=district)

    def current(self, key: str) -> Any:
        """The version new drafts begin with, or None where this form was never published. Without its document."""
        return self.filter(key=key).defer("document").order_by("-number").first()

    def unlisted_keys(self) -> set[str]:
        """Keys of the forms that are not for everybody today: in no list, no sitemap and no search. One query."""
        rows = self.order_by("key", "number").values_list("key", "document__audience")
        return {key for key, audience in dict(rows).items() if audience not in (None, "public")}

    def titles(self, keys: Iterable[str]) -> dict[str, dict[str, str]]:
        """The newest titles of some forms by key, each a table of languages. One query."""
        rows = self.filter(key__in=list(keys)).order_by("key", "number")
        return {key: title for key, title in rows.values_list("key", "document__title") if isinstance(title, dict)}

    def update(self, **changes: Any) -> NoReturn:
        """Refused: a running draft relies on its version."""
        raise TypeError("A published form version never changes; publish a new one.")


class DraftQuerySet(models.QuerySet[Any]):
    def open(self, at: datetime) -> DraftQuerySet:
        """Drafts that have not expired; a sent one stays for as long as its receipt can be read."""
        return self.filter(expires_at__gt=at)

    def expired(self, at: datetime) -> DraftQuerySet:
        """Drafts whose time is over."""
        return self.filter(expires_at__lte=at)


class FormCounterQuerySet(models.QuerySet[Any]):
    def of(self, district: District, key: str) -> FormCounterQuerySet:
        """The numbers of one form."""
        return self.filter(district=district, key=key)

    def between(self, first: date, last: date) -> FormCounterQuerySet:
        """Those of the days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)

    def sums(self) -> dict[tuple[str, str, str], int]:
        """What was counted, step and language → how often; one query."""
        rows = self.order_by().values_list("kind", "step", "language").annotate(total=models.Sum("count"))
        return {(kind, step, language): total for kind, step, language, total in rows}

    def months(self) -> list[date]:
        """The first days of the months in which anything was counted, newest first."""
        return list(self.order_by().dates("day", "month", order="DESC"))
