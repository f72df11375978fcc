"""Numbers about the work of teams. Counts and plain columns only: nothing here can open a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from services.directory.models import Office, OfficeMembership
from services.inbox.models import Absence, Case
from services.inbox.permissions import coordination_offices
from services.inbox.presentation import due_words, language_name, name_of
from services.inbox.statuses import OPEN, CaseStatus, Urgency

if TYPE_CHECKING:
    from portal.models import User


@dataclass(frozen=True)
class Share:
    """The open work of one colleague, or of nobody (`person` empty), or of an office."""

    name: str
    open: int
    overdue: int
    waiting: int
    is_away: bool = False


@dataclass(frozen=True)
class Untaken:
    """A case that nobody has taken, as the coordination office sees it: no topic, no place, no content."""

    number: str
    office: str
    since: datetime
    due: Any
    urgency: str
    language: str


def _numbers(at: datetime) -> dict[str, Count]:
    open_now = Q(status__in=OPEN)
    return {
        "open": Count("pk", filter=open_now),
        "overdue": Count("pk", filter=open_now & Q(due_at__lt=at)),
        "waiting": Count("pk", filter=open_now & Q(first_unanswered_at__isnull=False)),
    }


def team_numbers(lead: User, at: datetime) -> list[tuple[Office, list[Share]]]:
    """Each office this person leads with the work of each member, and of nobody, most overdue first."""
    found = []
    away = set(Absence.objects.on(at.date()).values_list("user", flat=True))
    for office in Office.objects.led_by(lead).order_by("name"):
        rows = Case.objects.filter(office=office, status__in=OPEN).values("assigned_to").annotate(**_numbers(at))
        counted: dict[int | None, dict[str, Any]] = {row["assigned_to"]: dict(row) for row in rows}
        members = OfficeMembership.objects.valid().filter(office=office, user__is_active=True).select_related("user")
        shares = [
            _share(name_of(row.user), counted.pop(row.user_id, {}), is_away=row.user_id in away) for row in members
        ]
        shares.append(_share(_("Nobody"), counted.pop(None, {})))
        if counted:  # cases of people who have left stay visible until somebody takes them
            shares.append(_share(_("Former colleague"), _sum(counted.values())))
        found.append((office, sorted(shares, key=lambda share: (-share.overdue, -share.open, share.name))))
    return found


def district_numbers(user: User, at: datetime) -> list[Share]:
    """The open work of every office with an inbox in the districts this person coordinates."""
    districts = coordination_offices(user).values("district")
    rows = Case.objects.filter(district__in=districts).values("office").annotate(**_numbers(at))
    counted: dict[int, dict[str, Any]] = {row["office"]: dict(row) for row in rows}
    offices = Office.objects.filter(district__in=districts, takes_cases=True, is_active=True).order_by("name")
    return [_share(office.name, counted.get(office.pk, {})) for office in offices]


def untaken(user: User, at: datetime) -> list[Untaken]:
    """The cases of those districts that nobody has taken, the longest waiting first. Reads no encrypted column."""
    districts = coordination_offices(user).values("district")
    rows = Case.objects.filter(district__in=districts, status=CaseStatus.RECEIVED, assigned_to=None)
    columns = ("submission__number", "office__name", "created_at", "due_at", "urgency", "language")
    return [
        Untaken(number, office, since, due_words(due_at, at), str(Urgency(urgency).label), language_name(language))
        for number, office, since, due_at, urgency, language in rows.order_by("created_at", "pk").values_list(*columns)
    ]


def _share(name: str, row: dict[str, Any], *, is_away: bool = False) -> Share:
    return Share(name, row.get("open", 0), row.get("overdue", 0), row.get("waiting", 0), is_away)


def _sum(rows: Any) -> dict[str, int]:
    kept = list(rows)
    return {name: sum(row[name] for row in kept) for name in ("open", "overdue", "waiting")}
