"""Reads of the inbox as sentences. Every staff list, page and count starts with `visible_to`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case as FirstOf
from django.db.models import Exists, F, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from services.directory.models import Office
from services.directory.statuses import OfficeKind
from services.inbox.statuses import DONE, OPEN, URGENT, CaseStatus, Direction, KeyState, Urgency

if TYPE_CHECKING:
    from portal.models import District, User

NEW = Q(status=CaseStatus.RECEIVED)
OPEN_NOW = Q(status__in=OPEN)
DONE_NOW = Q(status__in=DONE)
URGENT_NOW = OPEN_NOW & Q(urgency__in=URGENT)
UNANSWERED = OPEN_NOW & Q(first_unanswered_at__isnull=False)


COUNTED = 999
"""The inbox counts so far; more is shown as "1,000+"."""


def _rank(field: str, codes: Any) -> FirstOf:
    return FirstOf(*[When(**{field: code}, then=Value(number)) for number, code in enumerate(codes)], default=Value(99))


SORTS: dict[str, F] = {
    "due": F("due_at"),
    "urgency": F("_rank"),
    "status": F("_stage"),
    "municipality": F("municipality__name"),
    "language": F("language"),
    "assigned": F("assigned_to__last_name"),
    "received": F("created_at"),
}
"""Columns that lists can be sorted by. Numbers are random and topics several: sorting by them would say nothing."""


def _overdue(at: datetime) -> Q:
    return OPEN_NOW & Q(due_at__lt=at)


def acting(user: Any, day: date | None = None) -> Q:
    """Assigned to this person, or to somebody who is absent on a day (today if not said) and has them as deputy."""
    from services.inbox.models import Absence

    absent = Absence.objects.on(day or timezone.localdate()).filter(deputy=user.pk)
    return Q(assigned_to=user.pk) | Q(assigned_to__in=absent.values("user"))


def _mine(user: Any, at: datetime | None = None) -> Q:
    return OPEN_NOW & acting(user, timezone.localtime(at).date() if at else None)


class KeyQuerySet(models.QuerySet[Any]):
    def active(self) -> KeyQuerySet:
        """The keys that new cases are sealed to."""
        return self.filter(state=KeyState.ACTIVE)


class NoticeQuerySet(models.QuerySet[Any]):
    def due(self) -> NoticeQuerySet:
        """Wishes whose digits were not sent yet, and confirmed ones with news that was not told yet."""
        news = Q(confirmed_at__isnull=False, news_at__isnull=False, told_at=None)
        return self.filter(Q(asked_at=None) | news)


class AppointmentQuerySet(models.QuerySet[Any]):
    def standing(self) -> AppointmentQuerySet:
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def coming(self, at: datetime) -> AppointmentQuerySet:
        """Not cancelled and not over for more than an hour: who is late still finds the place."""
        return self.standing().filter(starts_at__gte=at - timedelta(hours=1))


class AbsenceQuerySet(models.QuerySet[Any]):
    def on(self, day: date) -> AbsenceQuerySet:
        """Those who are absent on a day."""
        return self.filter(first_day__lte=day, last_day__gte=day)

    def not_over(self, day: date) -> AbsenceQuerySet:
        """Absences of this day and later."""
        return self.filter(last_day__gte=day)


class ReplyTemplateQuerySet(models.QuerySet[Any]):
    def for_office(self, office: Office) -> ReplyTemplateQuerySet:
        """What members of an office may use: their own and the district's."""
        return self.filter(Q(office=None) | Q(office=office), district=office.district_id, is_active=True)

    def editable_by(self, user: User) -> ReplyTemplateQuerySet:
        """Editors with the right of the CMS change all of them, leads those of their offices."""
        if user.is_active and user.has_perm("services.change_replytemplate"):
            return self.all()
        return self.filter(office__in=Office.objects.led_by(user))


class SubmissionQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> SubmissionQuerySet:
        """What was sent to a district."""
        return self.filter(district=district)


class CaseQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> CaseQuerySet:
        """The cases of a district."""
        return self.filter(district=district)

    def visible_to(self, user: User | Any, on: date | None = None) -> CaseQuerySet:
        """The cases of the offices this person works for on a day (today if not said).

        Rights in the CMS count for nothing here, not even a superuser's (handbook: design §5). The office decides and
        not the address of the request, because one admin may serve several districts.
        """
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(office__in=Office.objects.of_member(user, on))

    def open(self) -> CaseQuerySet:
        """Somebody still has to do something."""
        return self.filter(OPEN_NOW)

    def done(self) -> CaseQuerySet:
        """Closed or withdrawn."""
        return self.filter(DONE_NOW)

    def new(self) -> CaseQuerySet:
        """Nobody has taken it yet."""
        return self.filter(NEW)

    def mine(self, user: User) -> CaseQuerySet:
        """Open, and this person acts: it is assigned to them or to somebody they deputise for today."""
        return self.filter(_mine(user))

    def unanswered(self) -> CaseQuerySet:
        """The last word is the person's: we must answer."""
        return self.filter(UNANSWERED)

    def overdue(self, at: datetime) -> CaseQuerySet:
        """Open, and the answer was due before this moment."""
        return self.filter(_overdue(at))

    def urgent(self) -> CaseQuerySet:
        """Open and urgent."""
        return self.filter(URGENT_NOW)

    def about(self, topic: str) -> CaseQuerySet:
        """Cases with this topic code. Compared as text: SQLite cannot ask whether a JSON list contains something."""
        return self.annotate(_topics=Cast("topics", TextField())).filter(_topics__contains=f'"{topic}"')

    def in_order(self, sort: str = "due", *, descending: bool = False) -> CaseQuerySet:
        """What needs us first comes first: by deadline, then urgency, then age; or by another column (`SORTS`)."""
        column = SORTS[sort]
        first = column.desc(nulls_last=True) if descending else column.asc(nulls_last=True)
        return self.annotate(_rank=_rank("urgency", Urgency), _stage=_rank("status", CaseStatus)).order_by(
            first, F("due_at").asc(nulls_last=True), "_rank", "created_at", "pk"
        )

    def with_unread(self) -> CaseQuerySet:
        """With `has_unread`: the person wrote something that nobody has opened."""
        from services.inbox.models import Message

        unread = Message.objects.filter(case=OuterRef("pk"), direction=Direction.IN, read_at=None)
        return self.annotate(has_unread=Exists(unread))

    def up_to(self, most: int) -> int:
        """How many there are, counted to one beyond `most`: a count never reads more rows than that."""
        return self.order_by().values("pk")[: most + 1].count()

    def counts(self, user: User, at: datetime) -> dict[str, int]:
        """How many cases each overview holds, counted to one beyond `COUNTED`."""
        return {name: self.filter(condition).up_to(COUNTED) for name, condition in overviews(user, at).items()}

    def numbered_for(self, user: User | Any) -> CaseQuerySet:
        """The cases whose numbers, and nothing else, this person may see today: those of the offices they lead, and for
        members of a coordination office those of its district. The only read of the inbox besides `visible_to`.
        """
        return self.filter(office__in=numbered_offices(user))  # by office, which is what the index begins with


def numbered_offices(user: User | Any) -> models.QuerySet[Office]:
    """The offices whose numbers this person may see today, see `numbered_for`."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Office.objects.none()
    coordinated = Office.objects.of_member(user).filter(kind=OfficeKind.COORDINATION).values("district")
    return Office.objects.filter(Q(pk__in=Office.objects.led_by(user)) | Q(district__in=coordinated))


def overviews(user: User, at: datetime) -> dict[str, Q]:
    """The overviews of the inbox by their code, in the order they are shown."""
    return {
        "new": NEW,
        "mine": _mine(user, at),
        "unanswered": UNANSWERED,
        "overdue": _overdue(at),
        "urgent": URGENT_NOW,
        "open": OPEN_NOW,
        "closed": DONE_NOW,
    }
