"""Who waits for longer than promised is seen: by the team every day, by those who lead, and by the coordination office.

The first unanswered message decides (`Case.first_unanswered_at`, from which `due_at` follows), in working days of
Baden-Württemberg. Done cases are silent. Everything here is numbers: no case number, no topic, no name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.outbox import queue_mail
from services.directory.models import Office, OfficeMembership
from services.directory.statuses import OfficeKind
from services.inbox.beats import hold
from services.inbox.codes import Verb
from services.inbox.counters import working_days_between
from services.inbox.deadlines import is_working_day, late_before
from services.inbox.due import ESCALATE_DAYS, NO_WORK
from services.inbox.history import record
from services.inbox.models import Absence, Case, CaseEvent, NoticeWishes
from services.inbox.notifications import notify_overdue
from services.inbox.querysets import NEW, OPEN_NOW, UNANSWERED
from services.inbox.statuses import When

if TYPE_CHECKING:
    from portal.models import District, User

UNASSIGNED_DAYS = 1
"""Working days after which a request that nobody took is the coordination office's matter (handbook: domain §5.5)."""


@dataclass(frozen=True)
class Waiting:
    """How it stands in one office. `oldest` is the number of working days since the oldest overdue answer was due."""

    office: int
    name: str
    new: int
    unanswered: int
    overdue: int
    oldest: int
    unassigned: int
    oldest_unassigned: int
    forgotten: int


def waiting_in(offices: Iterable[Office], at: datetime) -> list[Waiting]:
    """How it stands in those of some offices that have cases, by name, in one query however many cases there are."""
    since = Coalesce("first_unanswered_at", "created_at")
    old = NEW & Q(assigned_to=None, since__lt=late_before(at, UNASSIGNED_DAYS)) & _begun_before(at)
    overdue = OPEN_NOW & Q(due_at__lt=at)
    rows = Case.objects.filter(office__in=offices).annotate(since=since).order_by("office__name", "office_id")
    numbers = rows.values("office_id", "office__name").annotate(
        new=Count("pk", filter=NEW),
        unanswered=Count("pk", filter=UNANSWERED),
        overdue=Count("pk", filter=overdue),
        oldest=Min("due_at", filter=overdue),
        unassigned=Count("pk", filter=old),
        oldest_unassigned=Min("since", filter=old),
        forgotten=Count("pk", filter=_forgotten(at)),
    )
    return [_waiting(row, at) for row in numbers]


def _begun_before(at: datetime) -> Q:
    """Not opened again or given back just now: `due_at` is fresh then, and the office has its time once more."""
    return Q(first_unanswered_at__isnull=False) | Q(due_at=None) | Q(due_at__lt=at)


def _waiting(row: Any, at: datetime) -> Waiting:
    return Waiting(
        office=row["office_id"],
        name=row["office__name"],
        new=row["new"],
        unanswered=row["unanswered"],
        overdue=row["overdue"],
        oldest=_days(row["oldest"], at),
        unassigned=row["unassigned"],
        oldest_unassigned=_days(row["oldest_unassigned"], at),
        forgotten=row["forgotten"],
    )


def _days(since: datetime | None, at: datetime) -> int:
    if since is None:
        return 0
    return working_days_between(timezone.localtime(since).date(), timezone.localtime(at).date())


def _forgotten(at: datetime) -> Q:
    """Requests for which nobody did anything for a month; after another month they are erased."""
    before = at - timedelta(days=ESCALATE_DAYS)
    worked = CaseEvent.objects.filter(case_id=OuterRef("pk"), created_at__gt=before).exclude(verb__in=NO_WORK)
    return NEW & Q(~Exists(worked), created_at__lte=before)


# The worker: a line in the history ------------------------------------------------------------------------------


def escalate(*, at: datetime | None = None) -> int:
    """Write into the history of each overdue case that it waits too long, once per promise; return how many.

    For urgent ones those who lead the office get a mail at once. Safe to repeat and to kill.
    """
    now = at or timezone.now()
    said = CaseEvent.objects.filter(case_id=OuterRef("pk"), verb=Verb.ESCALATED, created_at__gte=OuterRef("due_at"))
    late = Case.objects.overdue(now).exclude(Exists(said)).order_by("due_at").values_list("pk", flat=True)
    return sum(_escalate(pk, now) for pk in list(late[:500]))


@transaction.atomic
def _escalate(pk: Any, at: datetime) -> int:
    case = Case.objects.overdue(at).filter(pk=pk).first()
    if case is None:
        return 0
    row = hold(case)
    again = CaseEvent.objects.filter(case_id=pk, verb=Verb.ESCALATED, created_at__gte=row.due_at)
    if not row.is_open or row.due_at is None or row.due_at >= at or again.exists():
        return 0  # answered, or said by another worker, in the meantime
    record(row, Verb.ESCALATED)
    if row.is_urgent:
        notify_overdue(row)
    return 1


# The worker: the daily summary -----------------------------------------------------------------------------------


def send_digests(*, at: datetime | None = None) -> int:
    """Queue the summaries whose hour has come, at most one per person and working day; return how many."""
    now = timezone.localtime(at or timezone.now())
    if not is_working_day(now.date()):
        return 0
    done = NoticeWishes.objects.filter(last_digest_on__gte=now.date()).values("user_id")
    members = OfficeMembership.objects.valid(now.date()).filter(user__is_active=True).exclude(user__email="")
    waiting = members.exclude(user_id__in=done).order_by("user_id").values_list("user_id", flat=True)
    return sum(_digest_for(pk, now) for pk in dict.fromkeys(waiting))


@transaction.atomic
def _digest_for(user_id: int, now: datetime) -> int:
    NoticeWishes.objects.get_or_create(user_id=user_id)
    wishes = NoticeWishes.objects.select_for_update().select_related("user").get(user_id=user_id)
    if now.hour < wishes.digest_hour or (wishes.last_digest_on and wishes.last_digest_on >= now.date()):
        return 0
    wishes.last_digest_on = now.date()
    wishes.save(update_fields=["last_digest_on"])
    user = wishes.user
    with translation.override(user.language):
        lines = digest_lines(user, wishes, now)
        if not lines:
            return 0
        _queue(user, lines, now)
    return 1


def _queue(user: User, lines: list[str], now: datetime) -> None:
    closing = _("This mail says nothing more on purpose. Please log in to read:")
    body = "\n".join([*lines, "", closing, f"{settings.WAGTAILADMIN_BASE_URL}/admin/inbox/", ""])
    queue_mail(
        key=f"digest:{now.date().isoformat()}:{user.pk}",
        recipient=user.email,
        language=user.language,
        subject=_("Your inbox today"),
        body=body,
    )


def digest_lines(user: User, wishes: NoticeWishes, at: datetime) -> list[str]:
    """What a person should know today, in the active language; empty if nothing waits."""
    lines: list[str] = []
    rows = list(OfficeMembership.objects.valid(at.date()).filter(user=user).select_related("office"))
    absent = Absence.objects.on(at.date()).filter(deputy=user).values("user")
    led = OfficeMembership.objects.valid(at.date()).filter(Q(user=user) | Q(user__in=absent), is_lead=True)
    leads = set(led.values_list("office_id", flat=True))
    for waiting in waiting_in([row.office for row in rows if row.office.takes_cases], at):
        said = _lines_of(waiting, wishes, is_lead=waiting.office in leads)
        lines += [f"{_one_line(waiting.name)}:", *said, ""] if said else []
    for row in rows:
        if row.office.kind == OfficeKind.COORDINATION:
            lines += _for_coordination(row.office.district, at)
    if wishes.assigned == When.DAILY and (mine := Case.objects.visible_to(user).mine(user).count()):
        lines.append(ngettext("{count} request is yours.", "{count} requests are yours.", mine).format(count=mine))
    if wishes.assigned != When.NEVER and (theirs := _stood_in_for(user, absent)):
        text = ngettext(
            "{count} person waits for an absent colleague. You stand in.",
            "{count} people wait for absent colleagues. You stand in.",
            theirs,
        )
        lines.append(text.format(count=theirs))
    if wishes.withdrawn == When.DAILY and (gone := _withdrawn_lately(user, at)):
        lines.append(
            ngettext("{count} request was withdrawn.", "{count} requests were withdrawn.", gone).format(count=gone)
        )
    return lines


def _lines_of(waiting: Waiting, wishes: NoticeWishes, *, is_lead: bool) -> list[str]:
    found = []
    if waiting.overdue:
        text = ngettext(
            "{count} answer is overdue, the oldest for {days} working days.",
            "{count} answers are overdue, the oldest for {days} working days.",
            waiting.overdue,
        )
        found.append(text.format(count=waiting.overdue, days=waiting.oldest))
    if is_lead and waiting.forgotten:
        text = ngettext(
            "{count} request was taken by nobody for a month. It will be erased.",
            "{count} requests were taken by nobody for a month. They will be erased.",
            waiting.forgotten,
        )
        found.append(text.format(count=waiting.forgotten))
    if wishes.new_case == When.DAILY and waiting.new:
        text = ngettext("{count} request is new.", "{count} requests are new.", waiting.new)
        found.append(text.format(count=waiting.new))
    if wishes.person_wrote == When.DAILY and waiting.unanswered:
        text = ngettext("{count} person waits for an answer.", "{count} people wait for an answer.", waiting.unanswered)
        found.append(text.format(count=waiting.unanswered))
    return [f"- {line}" for line in found]


def _for_coordination(district: District, at: datetime) -> list[str]:
    lines = []
    for waiting in waiting_in(Office.objects.of(district).filter(takes_cases=True), at):
        if waiting.unassigned:
            text = ngettext(
                "{office}: nobody has taken {count} request, the oldest for {days} working days.",
                "{office}: nobody has taken {count} requests, the oldest for {days} working days.",
                waiting.unassigned,
            )
            lines.append(
                text.format(office=_one_line(waiting.name), count=waiting.unassigned, days=waiting.oldest_unassigned)
            )
    return [_("For the coordination office:"), *(f"- {line}" for line in lines), ""] if lines else []


def _stood_in_for(user: User, absent: Any) -> int:
    """Unanswered requests of colleagues who are away and for whom this person acts; only those they may see."""
    return int(Case.objects.visible_to(user).filter(UNANSWERED, assigned_to__in=absent).count())


def _withdrawn_lately(user: User, at: datetime) -> int:
    mine = Case.objects.visible_to(user).values("pk")
    lines = CaseEvent.objects.filter(verb=Verb.WITHDRAWN, case_id__in=mine)
    return int(lines.filter(created_at__gt=at - timedelta(days=1)).count())


def _one_line(text: str) -> str:
    """A name in one line: a line break in it must not look like a line of ours."""
    return " ".join(text.split())
