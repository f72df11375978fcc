"""What statistics may still say about cases that are gone: counts of one fact at a time, per office and month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import timezone

from services.inbox.codes import Verb
from services.inbox.deadlines import is_working_day
from services.inbox.models import CaseEvent, MonthlyCount

if TYPE_CHECKING:
    from services.inbox.models import Case

ANSWERS = frozenset({Verb.REPLIED, Verb.STATUS, Verb.CLOSED})
"""Lines of the history that are an answer to the person, by whatever way."""

UP_TO = ((1, "0-1"), (3, "2-3"), (5, "4-5"), (10, "6-10"))
"""Working days until the first answer, in groups."""


def count(case: Case) -> None:
    """Add a case that is about to be erased. Inside the transaction that erases it, so that it counts once."""
    month = timezone.localtime(case.created_at).date().replace(day=1)
    for kind, value in facts(case):
        row, _created = MonthlyCount.objects.get_or_create(
            district_id=case.district_id, office_id=case.office_id, month=month, kind=kind, value=value[:80]
        )
        MonthlyCount.objects.filter(pk=row.pk).update(number=F("number") + 1)


def facts(case: Case) -> list[tuple[str, str]]:
    """What is counted of a case. A withdrawn one has lost its topics (`""`) and its municipality already."""
    found = [
        ("total", ""),
        ("form", case.submission.form_key),
        ("language", case.language),
        ("channel", "assisted" if case.submission.assisted else "alone"),
        ("outcome", case.close_reason or str(case.status)),
        ("answered", answered_within(case)),
    ]
    found += [("topic", str(topic)) for topic in dict.fromkeys(case.topics)] or [("topic", "")]
    if case.municipality is not None:
        found.append(("municipality", case.municipality.ags))
    return found


def answered_within(case: Case) -> str:
    """Group of working days until the first answer: `0-1`, `2-3`, `4-5`, `6-10`, `11+` or `never`."""
    lines: Any = CaseEvent.objects.filter(case_id=case.pk, verb__in=ANSWERS).order_by("created_at")
    first = lines.values_list("created_at", flat=True).first()
    if first is None:
        return "never"
    days = working_days_between(timezone.localtime(case.created_at).date(), timezone.localtime(first).date())
    return next((name for limit, name in UP_TO if days <= limit), "11+")


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`."""
    return sum(is_working_day(start + timedelta(days=number)) for number in range(1, (end - start).days + 1))
