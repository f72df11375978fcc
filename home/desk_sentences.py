"""What stands on the coordinators' desk, as reads of all rooms. The number on the desk and the list behind it use the
same sentence, so that they cannot differ.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import Page

from network.meetings.models import AgendaItem, Invitation, Meeting, Rsvp
from network.meetings.statuses import AHEAD, OFF, OVER, Answer
from network.minutes.models import AgendaProposal, Minutes, Objection
from network.minutes.statuses import MinutesStatus, ObjectionState, ProposalState
from portal.languages import SOURCE
from portal.models import District, TranslationRecord
from portal.pages import locale_id_of
from portal.seats import Seat
from services.pages.models import ServicePage

PREPARE = timedelta(days=35)
"""How long before a meeting its preparation stands on the desk."""
UNWRITTEN = timedelta(days=180)
"""How long a meeting without minutes is asked about; after that nobody remembers what was said."""


def number_of(rows: QuerySet[Any]) -> Any:
    """How many rows there are, as one value inside another query."""
    counted = rows.order_by().annotate(_one=Coalesce(F("pk") * 0, 0)).values("_one").annotate(_n=Count("pk"))
    return Coalesce(Subquery(counted.values("_n"), output_field=IntegerField()), 0)


def meetings_ahead(district: District, at: datetime) -> QuerySet[Any]:
    """Meetings of the next weeks with how far they are prepared, soonest first. One query."""
    invited = Invitation.objects.live().filter(meeting=OuterRef("pk"))
    counted = Rsvp.objects.filter(invitation__meeting=OuterRef("pk"), invitation__revoked_at=None)
    coming = counted.filter(answer__in=[Answer.YES, Answer.ONLINE, Answer.DELEGATE])
    proposals = AgendaProposal.objects.filter(meeting=OuterRef("pk"), state=ProposalState.OPEN)
    rows = Meeting.objects.of(district).filter(status__in=AHEAD - OFF, starts_at__gt=at, starts_at__lte=at + PREPARE)
    return (
        rows.defer("summary")
        .annotate(
            agenda_points=_within(AgendaItem.objects.filter(meeting=OuterRef("pk")), "meeting"),
            invited=_within(invited, "meeting"),
            coming=_within(coming, "invitation__meeting"),
            silent=_within(counted.filter(answer=Answer.PENDING), "invitation__meeting"),
            waiting=_within(counted.filter(seat=Seat.WAITING), "invitation__meeting"),
            open_proposals=_within(proposals, "meeting"),
        )
        .order_by("starts_at", "pk")
    )


def needs_preparing(meeting: Any) -> bool:
    """Whether something is missing: an agenda, people, or an answer to those who proposed a point."""
    return not meeting.agenda_points or not meeting.invited or bool(meeting.open_proposals)


def unwritten(district: District, at: datetime) -> QuerySet[Any]:
    """Meetings that took place and have no minutes yet, latest first."""
    took_place = Q(status__in=OVER) | Q(status__in=AHEAD - OFF, published_at__isnull=False)
    rows = Meeting.objects.of(district).filter(took_place, ends_at__lt=at, ends_at__gte=at - UNWRITTEN)
    return rows.filter(~Exists(Minutes.objects.filter(meeting=OuterRef("pk")))).order_by("-starts_at", "-pk")


def minutes_to_do(district: District) -> QuerySet[Any]:
    """Minutes that are not approved, each with its open objections; the next last day first."""
    objections = Objection.objects.filter(minutes=OuterRef("pk"), state=ObjectionState.OPEN)
    rows = Minutes.objects.of(district).filter(status__in=[MinutesStatus.DRAFT, MinutesStatus.SUBMITTED])
    rows = rows | Minutes.objects.of(district).filter(objections__state=ObjectionState.OPEN)
    found = rows.distinct().select_related("meeting").annotate(open_objections=_within(objections, "minutes"))
    return found.order_by(F("object_until").asc(nulls_last=True), "-meeting__starts_at", "pk")


def stale_pages(district: District, today: date) -> QuerySet[Any]:
    """Pages whose facts had to be checked again before today, the longest overdue first."""
    rows = ServicePage.objects.live().filter(_german(district))
    return rows.filter(review_by__lt=today).order_by("review_by", "pk")


def outdated_translations(district: District) -> QuerySet[Any]:
    """Translations made of an older German page than the one that is there today."""
    source = Page.objects.filter(_german(district), translation_key=OuterRef("page__translation_key"))
    rows = TranslationRecord.objects.filter(page__live=True)
    rows = rows.annotate(today=Subquery(source.values("live_revision_id")[:1])).exclude(today=None)
    old = Q(source_revision_id=None) | ~Q(source_revision_id=F("today"))
    return rows.filter(old).order_by("page__url_path", "pk")


def week_of(at: datetime) -> tuple[date, date]:
    """Monday and Sunday of the week in which a moment lies, in local time."""
    today = timezone.localdate(at)
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=6)


def _within(rows: QuerySet[Any], path: str) -> Any:
    """How many rows belong to the outer one; `path` leads from them to it."""
    counted = rows.order_by().values(path).annotate(_n=Count("pk")).values("_n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _german(district: District) -> Q:
    """The source pages of the district's site; all other languages are translations of them."""
    return Q(path__startswith=district.site.root_page.path, locale_id=locale_id_of(SOURCE))
