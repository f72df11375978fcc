"""Reads of the directory as sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.search_terms import fold
from services.directory.responsibility import Answer, Facts, Question, Row, decide

if TYPE_CHECKING:
    from portal.models import District, User
    from services.directory.models import Municipality, Office, Responsibility

LONGEST_NAME = 80
"""Characters of a typed place name that are looked at."""


def valid_on(day: date) -> Q:
    """Rows whose validity includes this day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


class MunicipalityQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> MunicipalityQuerySet:
        """The towns and villages of a district."""
        return self.filter(district=district)

    def in_german_order(self) -> list[Municipality]:
        """As Germans look them up: umlauts like their vowel, St. Georgen under Sankt."""
        return sorted(self, key=lambda town: fold(town.official_name, "de"))


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

    def led_by(self, user: User, on: date | None = None) -> OfficeQuerySet:
        """The offices this person leads on a day (today if not said)."""
        from services.directory.models import OfficeMembership

        led = OfficeMembership.objects.valid(on).filter(user=user.pk, is_lead=True, user__is_active=True)
        return self.filter(pk__in=led.values("office"))


class ContactPointQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> ContactPointQuerySet:
        """The contact points of a district's active offices."""
        return self.filter(office__district=district, office__is_active=True)

    def near(self, ags: str | None) -> ContactPointQuerySet:
        """Those for a whole area and those for this municipality; not those of other municipalities."""
        return self.filter(Q(municipality=None) | Q(municipality__ags=ags))

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

    def overlapping(self, row: Responsibility) -> ResponsibilityQuerySet:
        """Other rows for the same task, place and phase whose time touches this row's."""
        same = self.filter(
            district_id=row.district_id, task=row.task, municipality_id=row.municipality_id, phase=row.phase
        ).exclude(pk=row.pk)
        if row.valid_to:
            same = same.filter(valid_from__lte=row.valid_to)
        return same.filter(Q(valid_to=None) | Q(valid_to__gte=row.valid_from))

    def as_rows(self) -> tuple[Row, ...]:
        """Plain rows for the pure function; one query."""
        columns = ("task", "office__code", "valid_from", "valid_to", "municipality__ags", "phase")
        return tuple(Row(*values) for values in self.order_by("pk").values_list(*columns))


class OfficeMembershipQuerySet(models.QuerySet[Any]):
    def valid(self, on: date | None = None) -> OfficeMembershipQuerySet:
        """Memberships that give access on a day (today if not said)."""
        return self.filter(valid_on(on or timezone.localdate()))


def called(towns: Iterable[Municipality], typed: str) -> list[Municipality]:
    """Those a person may mean by a name, a village, another spelling or script, or a postcode.

    None fits: empty. A postcode that contradicts the name: empty, too, because we do not guess.
    """
    text = _with_western_digits(typed[:LONGEST_NAME])
    postcodes = set(re.findall(r"(?<![0-9])[0-9]{5}(?![0-9])", text))
    name = _spelling(re.sub(r"[0-9]+", " ", text))
    if not name and not postcodes:
        return []
    return [
        town
        for town in towns
        if (not name or name in {_spelling(known) for known in [town.name, town.official_name, *town.aliases]})
        and postcodes <= set(town.postcodes)
    ]


@dataclass(frozen=True)
class ResolvedAnswer(Answer):
    """An answer with its offices: `responsible` (None where `office` is None) and `others` (for `also`, in order)."""

    responsible: Office | None = None
    others: tuple[Office, ...] = ()

    def inboxes(self) -> list[Office]:
        """The offices of this answer that take cases, the responsible one first."""
        return [office for office in (self.responsible, *self.others) if office and office.takes_cases]


_read_before: ContextVar[dict[Any, Any] | None] = ContextVar("directory_read_before", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Within, facts and offices are read from the database once: for whoever asks a thousand questions in a row.

    What staff change meanwhile is not seen; so never around anything that decides about a person.
    """
    token = _read_before.set({})
    try:
        yield
    finally:
        _read_before.reset(token)


def _once(name: tuple[Any, ...], read: Callable[[], Any]) -> Any:
    known = _read_before.get()
    if known is None:
        return read()
    if name not in known:
        known[name] = read()
    return known[name]


def facts_of(district: District) -> Facts:
    """All that is recorded about responsibility in a district, today's rows and others; two queries."""
    from services.directory.models import Municipality, Responsibility

    def read() -> Facts:
        keys = Municipality.objects.of(district).values_list("ags", flat=True)
        return Facts(district.key, frozenset(keys), Responsibility.objects.of(district).as_rows())

    return _once(("facts", district.pk), read)


def active_offices(district: District, codes: Sequence[str]) -> dict[str, Office]:
    """The offices with these codes that exist today, by code; one query."""
    from services.directory.models import Office

    def read() -> dict[str, Office]:
        return {office.code: office for office in Office.objects.of(district).active().filter(code__in=codes)}

    return _once(("active offices", district.pk, *codes), read)


def answer_for(district: District, question: Question) -> ResolvedAnswer:
    """Who is responsible in this district, with offices; three queries. Raises `Unanswerable` as `decide` does."""
    from services.directory.models import Office

    answer = decide(facts_of(district), question)
    codes = [code for code in (answer.office, *answer.also) if code]

    def read() -> dict[str, Office]:
        return {office.code: office for office in Office.objects.of(district).filter(code__in=codes)}

    offices = _once(("offices", district.pk, *sorted(codes)), read)
    return ResolvedAnswer(
        **{field.name: getattr(answer, field.name) for field in fields(answer)},
        responsible=offices.get(answer.office or ""),
        others=tuple(offices[code] for code in answer.also if code in offices),
    )


def _with_western_digits(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(char)) if unicodedata.decimal(char, None) is not None else char for char in text
    )


def _spelling(name: str) -> str:
    """A name without case, accents, points and hyphens, so that all ways to write it are one."""
    return " ".join(re.findall(r"[^\W_]+", fold(name, "de")))
