"""When a case is due to be erased, as data and as two questions that must agree: one for the database, one for a row.

A moment counts to the second: ninety days after closing is ninety times 24 hours, so nothing goes early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from services.inbox.codes import EraseReason, RetentionClass, Verb
from services.inbox.models import Case, CaseEvent, RetentionRule
from services.inbox.statuses import CaseStatus, CloseReason

if TYPE_CHECKING:
    from portal.models import District

DAYS: dict[str, int] = {
    RetentionClass.UNTAKEN: 60,
    RetentionClass.CLOSED: 90,
    RetentionClass.EXPORTED: 30,
    RetentionClass.WITHDRAWN: 30,
    RetentionClass.ATTACHMENTS: 30,
}
"""Days of each class where the district has no rule (handbook: domain §5.7). Untaken counts from the last time that
somebody did something, the others from closing. For closed cases the case's own `retention_days`, which the form
promised to the person, stands in the place of the 90."""

ESCALATE_DAYS = 30
"""Days without being taken after which leads and the coordination office hear of a request."""

NO_WORK = (Verb.READ, Verb.ESCALATED, Verb.REPORTED, Verb.FILES_ERASED)
"""Lines of the history that do not mean that somebody took care of a request."""


@dataclass(frozen=True)
class Due:
    """The moment from which a case may be erased, and why."""

    at: datetime
    reason: EraseReason


class Rules:
    """The times of a district, with its own rules; read once."""

    def __init__(self, district_id: int) -> None:
        self.district_id = district_id
        self.rows = list(RetentionRule.objects.filter(district_id=district_id))

    def days(self, kind: str, office_id: int, form_key: str) -> int:
        """Days of a class for an office and a form: the most exact rule, else the default."""
        fitting = self._fitting(kind, office_id, form_key)
        best = max(fitting, key=lambda row: (row.office_id is not None, bool(row.form_key)), default=None)
        return best.days if best else DAYS[kind]

    def closed_days(self, case: Case) -> int:
        """Days after closing: what the form promised, or less."""
        office, form = case.office_id, case.submission.form_key
        limits = [case.retention_days]
        if self.has_rule(RetentionClass.CLOSED, office, form):
            limits.append(self.days(RetentionClass.CLOSED, office, form))
        if case.close_reason == CloseReason.CASE_SYSTEM:
            limits.append(self.days(RetentionClass.EXPORTED, office, form))
        if case.status == CaseStatus.WITHDRAWN:
            limits.append(self.days(RetentionClass.WITHDRAWN, office, form))
        return min(limits)

    def has_rule(self, kind: str, office_id: int, form_key: str) -> bool:
        """Whether the district said something about this class itself."""
        return bool(self._fitting(kind, office_id, form_key))

    def _fitting(self, kind: str, office_id: int, form_key: str) -> list[RetentionRule]:
        return [
            row
            for row in self.rows
            if row.kind == kind and row.office_id in {None, office_id} and row.form_key in {"", form_key}
        ]


def erased_after(case: Case, rules: Rules) -> Due | None:
    """When this case may be erased and why; None while somebody still works on it."""
    if case.status in {CaseStatus.CLOSED, CaseStatus.WITHDRAWN}:
        if case.closed_at is None:
            return None
        return Due(case.closed_at + timedelta(days=rules.closed_days(case)), _reason(case))
    if case.status != CaseStatus.RECEIVED:
        return None
    days = rules.days(RetentionClass.UNTAKEN, case.office_id, case.submission.form_key)
    return Due(last_work(case) + timedelta(days=days), EraseReason.UNTAKEN)


def _reason(case: Case) -> EraseReason:
    if case.status == CaseStatus.WITHDRAWN:
        return EraseReason.WITHDRAWN
    return EraseReason.EXPORTED if case.close_reason == CloseReason.CASE_SYSTEM else EraseReason.CLOSED


def last_work(case: Case) -> datetime:
    """The last time somebody did something for a case, or the person wrote; reading is not doing."""
    lines = CaseEvent.objects.filter(case_id=case.pk).exclude(verb__in=NO_WORK)
    latest = lines.order_by("-created_at").values_list("created_at", flat=True).first()
    return max(case.created_at, latest or case.created_at)


def candidates(at: datetime, *, district: District | None = None) -> Any:
    """Cases that may be due at a moment, on hold or not: never too few, sometimes more. `erased_after` decides."""
    rows = Case.objects.of(district) if district else Case.objects.all()
    untaken = Q(status=CaseStatus.RECEIVED, created_at__lte=at - _shortest()) & ~_worked_on(at)
    return rows.filter(_closed(at) | untaken)


def _closed(at: datetime) -> Q:
    """Closed for as long as its own days say, or for less where a class or a rule shortens it."""
    done = Q(status__in=[CaseStatus.CLOSED, CaseStatus.WITHDRAWN])
    found = Q(pk=None)
    for days in Case.objects.done().order_by().values_list("retention_days", flat=True).distinct():
        found |= Q(retention_days=days, closed_at__lte=at - timedelta(days=days))
    shorter = {
        RetentionClass.EXPORTED: Q(close_reason=CloseReason.CASE_SYSTEM),
        RetentionClass.WITHDRAWN: Q(status=CaseStatus.WITHDRAWN),
        RetentionClass.CLOSED: Q(),
    }
    for kind in (RetentionClass.EXPORTED, RetentionClass.WITHDRAWN):
        found |= shorter[kind] & Q(closed_at__lte=at - timedelta(days=DAYS[kind]))
    for rule in RetentionRule.objects.filter(kind__in=list(shorter)):
        fitting = shorter[RetentionClass(rule.kind)] & Q(
            district_id=rule.district_id, closed_at__lte=at - timedelta(days=rule.days)
        )
        if rule.office_id:
            fitting &= Q(office_id=rule.office_id)
        if rule.form_key:
            fitting &= Q(submission__form_key=rule.form_key)
        found |= fitting
    return done & found


def _shortest() -> timedelta:
    rules = RetentionRule.objects.filter(kind=RetentionClass.UNTAKEN).values_list("days", flat=True)
    return timedelta(days=min([DAYS[RetentionClass.UNTAKEN], *rules]))


def _worked_on(at: datetime) -> Any:
    lines = CaseEvent.objects.filter(case_id=OuterRef("pk"), created_at__gt=at - _shortest())
    return Exists(lines.exclude(verb__in=NO_WORK))
