"""Numbers about cases: how many, about what, how fast. Plain functions, so that others can take the numbers further.

Small numbers would point at people. A value of one to four is not shown (`FEWEST`); and because a table's total would
give a single missing value away, the next smallest values are kept back with it until at least two are missing that
together are five or more. Periods are whole quarters and months belong to one, so that no two periods overlap and
nobody can subtract one from another.

Erased cases stay in the numbers: `gone`, the counts that were kept of them (`counters`), is added before anything is
kept back, so that a number of the past does not shrink. Times to the first answer and ages know living cases only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from services.directory.models import Municipality

if TYPE_CHECKING:
    from services.inbox.querysets import CaseQuerySet
    from services.inbox.retention_querysets import MonthlyCountQuerySet

FEWEST = 5
"""The smallest number that is shown, but for zero."""
AGES = (7, 14, 30, 90)
"""Days since arrival: the upper ends of the age groups of open cases; the last group has none."""
MONTHS = 3
Gone: TypeAlias = "MonthlyCountQuerySet | None"
"""The counts that were kept of erased cases, narrowed down like the cases; None: without them."""


@dataclass(frozen=True)
class Quarter:
    """A calendar quarter; `number` is 1 to 4."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def code(self) -> str:
        """As in an address: 2026-4."""
        return f"{self.year}-{self.number}"

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        return [date(self.year, self.first_day.month + place, 1) for place in range(MONTHS)]

    @property
    def received(self) -> Q:
        """Cases that arrived in this quarter, local time."""
        return Q(created_at__gte=_midnight(self.first_day), created_at__lt=_midnight(self.next.first_day))


@dataclass(frozen=True)
class Table:
    """Values by code, None where one is not shown. `total` is None where showing it would give a value away."""

    values: dict[Any, int | None]
    total: int | None

    @property
    def keeps_back(self) -> bool:
        """Whether any value is not shown."""
        return self.total is None or None in self.values.values()


@dataclass(frozen=True)
class Waiting:
    """How long people waited for the first answer, in hours. None where too few were answered to say so."""

    answered: int | None
    unanswered: int | None
    median: float | None
    nine_of_ten: float | None


def quarter_of(moment: datetime) -> Quarter:
    """The quarter in which a moment lies, local time."""
    day = timezone.localtime(moment).date()
    return Quarter(day.year, (day.month + 2) // 3)


def last_quarters(now: datetime, count: int) -> list[Quarter]:
    """This quarter and those before it, newest first."""
    found = [quarter_of(now)]
    while len(found) < count:
        found.append(found[-1].before)
    return found


def received(cases: CaseQuerySet, quarter: Quarter, gone: Gone = None) -> int | None:
    """How many requests arrived; None where too few."""
    return shown({"": cases.filter(quarter.received).count() + erased(gone, quarter)}).total


def erased(gone: Gone, quarter: Quarter) -> int:
    """How many of the requests that arrived are erased by now. Not to be shown alone: it may be small."""
    return _kept(gone, quarter, "total").total()


def by_topic(cases: CaseQuerySet, quarter: Quarter, gone: Gone = None) -> Table:
    """Requests by topic code. One with two topics counts twice; `""` is without topic or erased."""
    rows = cases.filter(quarter.received).order_by().values_list("topics").annotate(count=Count("pk"))
    counts = _kept(gone, quarter, "topic")
    for topics, count in rows:
        for topic in topics or [""]:
            counts[str(topic)] += count
    return shown(counts)


def by_municipality(cases: CaseQuerySet, quarter: Quarter, gone: Gone = None) -> Table:
    """Requests by the number of the municipality; None is not known or erased."""
    codes = _kept(gone, quarter, "municipality")
    rows = dict(Municipality.objects.filter(ags__in=codes).values_list("ags", "pk"))
    kept: Counter[Any] = Counter()
    for code, count in codes.items():
        kept[rows.get(code)] += count
    kept[None] += erased(gone, quarter) - codes.total()
    return _by("municipality", cases, quarter, kept)


def by_language(cases: CaseQuerySet, quarter: Quarter, gone: Gone = None) -> Table:
    """Requests by language code."""
    return _by("language", cases, quarter, _kept(gone, quarter, "language"))


def by_channel(cases: CaseQuerySet, quarter: Quarter, gone: Gone = None) -> Table:
    """Requests by way: False is the form alone, True is together with a helper."""
    kept = {code == "assisted": count for code, count in _kept(gone, quarter, "channel").items()}
    return _by("submission__assisted", cases, quarter, Counter(kept))


def by_form(cases: CaseQuerySet, quarter: Quarter, gone: Gone = None) -> Table:
    """Requests by the key of the form."""
    return _by("form_key", cases, quarter, _kept(gone, quarter, "form"))


def by_office(cases: CaseQuerySet, quarter: Quarter, gone: Gone = None) -> Table:
    """Requests by the number of the office that has them now."""
    return _by("office", cases, quarter, _kept(gone, quarter, "total", "office"))


def by_month(cases: CaseQuerySet, quarters: Iterable[Quarter], gone: Gone = None) -> dict[Quarter, Table]:
    """Requests by the first day of each month, per quarter, whose total is shown elsewhere. Two queries."""
    wanted = sorted(quarters, key=lambda quarter: quarter.first_day)
    if not wanted:
        return {}
    first, last = wanted[0].first_day, wanted[-1].next.first_day
    span = Q(created_at__gte=_midnight(first), created_at__lt=_midnight(last))
    rows = cases.filter(span).order_by().values_list(TruncMonth("created_at")).annotate(count=Count("pk"))
    counts = Counter({timezone.localtime(month).date(): count for month, count in rows})
    if gone is not None:
        past = gone.filter(kind="total", month__gte=first, month__lt=last).order_by().values_list("month")
        counts.update(dict(past.annotate(count=Sum("number"))))
    return {quarter: shown({month: counts.get(month, 0) for month in quarter.months}) for quarter in wanted}


def open_by_age(cases: CaseQuerySet, now: datetime) -> Table:
    """Open cases at a moment by age: the upper end in days, None beyond the last."""
    ends = (*AGES, None)
    groups: dict[str, Any] = {}
    newer = Q(pk__isnull=True)
    for place, end in enumerate(ends):
        young = Q(created_at__gte=now - timedelta(days=end)) if end else Q()
        groups[f"group_{place}"] = Count("pk", filter=young & ~newer if place else young)
        newer = young
    found = cases.open().order_by().aggregate(**groups)
    return shown({end: found[f"group_{place}"] for place, end in enumerate(ends)})


def waiting(cases: CaseQuerySet, quarter: Quarter) -> Waiting:
    """How long the people who wrote in this quarter waited: median and 90 % of those who have an answer."""
    rows = cases.filter(quarter.received).order_by()
    pairs = rows.filter(first_answered_at__isnull=False).values_list("created_at", "first_answered_at")
    hours = sorted(max(0.0, (answered - created).total_seconds() / 3600) for created, answered in pairs)
    # Without an answer, and not closed or taken back without one.
    unanswered = rows.open().filter(first_answered_at=None).count()
    if 0 < len(hours) < FEWEST:
        return Waiting(None, None, None, None)
    return Waiting(len(hours), _alone(unanswered), percentile(hours, 50), percentile(hours, 90))


def percentile(ordered: list[float], percent: int) -> float | None:
    """The value below which so many per cent lie (nearest rank); None without values."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def shown(counts: Mapping[Any, int]) -> Table:
    """A table as it may be shown: small values kept back, and others with them so that the total tells nothing."""
    total = sum(counts.values())
    hidden = {key for key, count in counts.items() if 0 < count < FEWEST}
    rest = sorted((key for key, count in counts.items() if count >= FEWEST), key=lambda key: counts[key])
    while hidden and rest and (len(hidden) < 2 or sum(counts[key] for key in hidden) < FEWEST):
        hidden.add(rest.pop(0))
    told = len(hidden) == 1 or 0 < sum(counts[key] for key in hidden) < FEWEST
    values = {key: None if key in hidden else count for key, count in counts.items()}
    return Table(values, None if told or 0 < total < FEWEST else total)


def _alone(count: int) -> int | None:
    return None if 0 < count < FEWEST else count


def _by(column: str, cases: CaseQuerySet, quarter: Quarter, kept: Counter[Any]) -> Table:
    rows = cases.filter(quarter.received).order_by().values_list(column).annotate(count=Count("pk"))
    counts = Counter(dict(rows))
    counts.update(kept)
    return shown({code: count for code, count in counts.items() if count})


def _kept(gone: Gone, quarter: Quarter, kind: str, column: str = "value") -> Counter[Any]:
    """Counts of erased cases that arrived in a quarter."""
    if gone is None:
        return Counter()
    rows = gone.filter(kind=kind, month__in=quarter.months).order_by().values_list(column)
    return Counter(dict(rows.annotate(count=Sum("number"))))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
