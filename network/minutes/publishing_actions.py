"""What coordinators do with written minutes: send for approval, answer objections, approve, publish, withdraw."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings.models import Invitation
from network.meetings.statuses import MeetingStatus
from network.minutes import notifications
from network.minutes.minutes_actions import mark_held
from network.minutes.models import EntryVersion, Minutes, MinutesEntry, Objection
from network.minutes.permissions import can_object, can_publish_minutes
from network.minutes.statuses import DRAFTS, MinutesStatus, ObjectionState, Scope, VersionKind
from portal.errors import DomainError, require
from portal.seats import lock

APPROVAL_DAYS = 10
"""Days for objections if nobody says otherwise (handbook: domain §4.3)."""
MOST_OBJECTIONS = 20
"""Objections one person may send about one meeting."""


@transaction.atomic
def submit(*, minutes: Minutes, user: Any, days: int = APPROVAL_DAYS) -> Minutes:
    """Show the minutes to those who were invited and ask for objections within so many days.

    Earlier drafts go, texts set aside too; what is sent is kept as the original.
    """
    minutes = _begin(minutes, user)
    if minutes.status != MinutesStatus.DRAFT:
        raise DomainError(_("These minutes have been sent already."))
    if timezone.now() < minutes.meeting.starts_at:
        raise DomainError(_("The meeting has not begun yet."))
    entries = list(minutes.entries.all())
    if not any(entry.note or entry.decision for entry in entries):
        raise DomainError(_("Nothing is written yet."))
    now = timezone.now()
    EntryVersion.objects.filter(entry__minutes=minutes, kind__in=DRAFTS).delete()
    EntryVersion.objects.bulk_create(
        EntryVersion(
            entry=entry,
            kind=VersionKind.SENT,
            revision=entry.revision,
            content=entry.content,
            written_by=entry.written_by,
            written_at=now,
        )
        for entry in entries
    )
    mark_held(minutes.meeting)
    minutes.status, minutes.scope = MinutesStatus.SUBMITTED, Scope.PARTICIPANTS
    minutes.submitted_at, minutes.object_until = now, timezone.localdate(now) + timedelta(days=days)
    minutes.save()
    log(minutes.meeting, "network.minutes.submitted", user=user, data={"days": days})
    notifications.notify_minutes(minutes, "submitted")
    return minutes


@transaction.atomic
def object_to(*, invitation: Invitation, minutes: Minutes, text: str, entry: MinutesEntry | None = None) -> Objection:
    """Say what is wrong. Who acts is whoever holds the invitation. The same text twice is one objection."""
    minutes = lock(
        Minutes.objects.select_related("meeting__district__site", "meeting__organiser").filter(pk=minutes.pk)
    )
    require(can_object(invitation, minutes), _("The time for objections is over. Please write to the organisers."))
    if entry is not None and entry.minutes_id != minutes.pk:
        raise DomainError(_("This entry belongs to other minutes."))
    same = Objection.objects.filter(minutes=minutes, invitation=invitation, entry=entry, text=text).first()
    if same is not None:
        return same
    if Objection.objects.filter(minutes=minutes, invitation=invitation).count() >= MOST_OBJECTIONS:
        raise DomainError(_("You have sent many objections already. Please write to the organisers."))
    objection = Objection.objects.create(minutes=minutes, invitation=invitation, entry=entry, text=text)
    log(minutes.meeting, "network.minutes.objected")
    notifications.notify_objected(objection)
    return objection


@transaction.atomic
def answer_objection(*, objection: Objection, user: Any, accepted: bool, answer: str) -> Objection:
    """Accept an objection (the correction itself is another step) or not, with an answer its author reads."""
    minutes = _begin(objection.minutes, user)
    if not answer.strip():
        raise DomainError(_("Please write an answer. Whoever objected reads it."))
    objection = Objection.objects.select_related("invitation__member").get(pk=objection.pk)
    objection.minutes = minutes
    objection.state = ObjectionState.ACCEPTED if accepted else ObjectionState.DECLINED
    objection.answer, objection.answered_at = answer, timezone.now()
    objection.save()
    log(minutes.meeting, "network.minutes.objection_answered", user=user)
    notifications.notify_answered(objection)
    return objection


@transaction.atomic
def approve(*, minutes: Minutes, user: Any) -> Minutes:
    """Approve the minutes, for example in the next meeting. Every objection has been answered."""
    return _approve(_begin(minutes, user), user)


def approve_unopposed(on: date | None = None) -> int:
    """Approve minutes whose days for objections are over without an open one; a job that may run again."""
    day, done = on or timezone.localdate(), 0
    for pk in list(Minutes.objects.unopposed(day).values_list("pk", flat=True)):
        with transaction.atomic():
            minutes = lock(Minutes.objects.select_related("meeting__district__site").filter(pk=pk))
            if Minutes.objects.unopposed(day).filter(pk=pk).exists():
                _approve(minutes, None)
                done += 1
    return done


@transaction.atomic
def publish(*, minutes: Minutes, user: Any, scope: str) -> Minutes:
    """Decide who reads the minutes: those invited, or all who may know of the meeting. At once."""
    minutes = _begin(minutes, user)
    if scope not in {Scope.PARTICIPANTS, Scope.NETWORK}:
        raise DomainError(_("Please choose who may read the minutes."))
    if minutes.status == MinutesStatus.DRAFT:
        raise DomainError(_("Send the minutes for approval first."))
    if scope == Scope.NETWORK and minutes.status != MinutesStatus.APPROVED:
        raise DomainError(_("Only approved minutes go to the whole network."))
    if minutes.scope != scope:
        minutes.scope = scope
        minutes.save(update_fields=["scope"])
        log(minutes.meeting, "network.minutes.published", user=user, data={"scope": scope})
    return minutes


@transaction.atomic
def withdraw(*, minutes: Minutes, user: Any) -> Minutes:
    """Nobody but those who write reads the minutes any more, from this moment on; the public summary goes too."""
    minutes = _begin(minutes, user)
    minutes.scope, minutes.summary_published_at = Scope.NOBODY, None
    minutes.save(update_fields=["scope", "summary_published_at"])
    log(minutes.meeting, "network.minutes.withdrawn", user=user)
    return minutes


@transaction.atomic
def set_summary(*, minutes: Minutes, user: Any, title: str, text: str, public: bool) -> Minutes:
    """Write the public summary, a text of its own, and show it to everybody or take it down at once."""
    minutes = _begin(minutes, user)
    if public and not (title.strip() and text.strip()):
        raise DomainError(_("A public summary needs a title and a text."))
    if public and minutes.status != MinutesStatus.APPROVED:
        raise DomainError(_("Only approved minutes get a public summary."))
    minutes.summary_title, minutes.summary_text = title, text
    minutes.summary_published_at = (minutes.summary_published_at or timezone.now()) if public else None
    minutes.save(update_fields=["summary_title", "summary_text", "summary_published_at"])
    log(minutes.meeting, "network.minutes.summary", user=user, data={"public": public})
    return minutes


def _begin(minutes: Minutes, user: Any) -> Minutes:
    require(can_publish_minutes(user, minutes.meeting))
    found: Minutes = lock(
        Minutes.objects.select_related("meeting__district__site", "meeting__organiser").filter(pk=minutes.pk)
    )
    return found


def _approve(minutes: Minutes, user: Any) -> Minutes:
    if minutes.status != MinutesStatus.SUBMITTED:
        raise DomainError(_("Only minutes that were sent can be approved."))
    if minutes.objections.filter(state=ObjectionState.OPEN).exists():
        raise DomainError(_("There are objections without an answer."))
    minutes.status, minutes.approved_at = MinutesStatus.APPROVED, timezone.now()
    minutes.save(update_fields=["status", "approved_at"])
    if minutes.meeting.status == MeetingStatus.MINUTES_DRAFT:
        minutes.meeting.status = MeetingStatus.MINUTES_APPROVED
        minutes.meeting.save(update_fields=["status"])
    log(minutes.meeting, "network.minutes.approved", user=user)
    if minutes.scope != Scope.NOBODY:
        notifications.notify_minutes(minutes, "approved")
    return minutes
