"""Reminders: 14 days before for the silent, 3 days for the undecided, one day for those who come."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from network.meetings import notifications
from network.meetings.inviting import more_links
from network.meetings.models import Invitation, Meeting
from network.meetings.statuses import ANSWERABLE, Answer
from portal.models import OutboxMessage

COMES = (Answer.YES, Answer.ONLINE, Answer.DELEGATE)
REMINDERS: dict[int, tuple[Answer, ...]] = {
    14: (Answer.PENDING,),
    3: (Answer.PENDING, Answer.MAYBE),
    1: (*COMES, Answer.MAYBE),
}
"""Days before the meeting, and the answers of those who are reminded then."""

RESTS = timedelta(days=2)
"""Who was invited so recently is not reminded of it yet."""


def remind(today: date | None = None) -> int:
    """Remind everybody who is to be reminded today; return how many. Again on the same day: nobody twice."""
    day = today or timezone.localdate()
    count = 0
    for days, answers in REMINDERS.items():
        rows = Meeting.objects.filter(
            status__in=ANSWERABLE, day=day + timedelta(days=days), starts_at__gt=timezone.now()
        )
        for key in rows.order_by("pk").values_list("pk", flat=True):
            count += _remind_of(key, days, answers)
    return count


@transaction.atomic
def _remind_of(key: int, days: int, answers: tuple[Answer, ...]) -> int:
    meeting = Meeting.objects.select_related("district__site", "organiser").filter(pk=key).first()
    if meeting is None or (days != 1 and timezone.now() >= meeting.closes_at):
        return 0
    rows = meeting.invitations.usable().filter(rsvp__answer__in=answers).select_related("member", "rsvp")
    if days != 1:
        rows = rows.filter(created_at__lt=timezone.now() - RESTS)
    told = _told(meeting, days)
    due = [row for row in rows if f"meeting:{key}:reminder:{row.pk}:{days}:{meeting.day}" not in told]
    links = more_links(due)
    for invitation in due:
        _remind_one(invitation, meeting, links[invitation.pk], days)
    return len(due)


def _remind_one(invitation: Invitation, meeting: Meeting, token: str, days: int) -> None:
    invitation.meeting = meeting
    notifications.notify_reminded(invitation, token, days, f"{meeting.day}")


def _told(meeting: Meeting, days: int) -> set[str]:
    begins = f"meeting:{meeting.pk}:reminder:"
    rows = OutboxMessage.objects.filter(dedupe_key__startswith=begins, dedupe_key__endswith=f":{days}:{meeting.day}")
    return set(rows.values_list("dedupe_key", flat=True))
