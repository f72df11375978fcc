"""What people do with meetings. Each verb: may they, is it possible now, change, remember, tell.

The verbs of invitations, answers, series, files, attendance and polls stand in files of their own and are named here.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings import notifications
from network.meetings.answering import answer, answer_as_delegate
from network.meetings.attending import add_at_the_door, check_in, check_in_oneself, undo_check_in
from network.meetings.files import add_file, remove_file
from network.meetings.inviting import Guest, invite, publish, renew_link, revoke_invitation
from network.meetings.models import Meeting, Rsvp
from network.meetings.permissions import can_be_answered
from network.meetings.planning import begin, calling_off, checked, facts, follow, insist, next_sequence
from network.meetings.poll_actions import ask_for_dates, ask_more, decide_poll, vote, withdraw_poll
from network.meetings.seating import settle_seats
from network.meetings.series_actions import cancel_following, invite_following, move_following, prepare_next, repeat
from network.meetings.statuses import AHEAD, OFF, Answer, MeetingStatus

__all__ = [
    "Guest",
    "add_at_the_door",
    "add_file",
    "answer",
    "answer_as_delegate",
    "ask_for_dates",
    "ask_more",
    "cancel",
    "cancel_following",
    "check_in",
    "check_in_oneself",
    "decide_poll",
    "invite",
    "invite_following",
    "move",
    "move_following",
    "postpone",
    "prepare_next",
    "publish",
    "raise_capacity",
    "remove_file",
    "renew_link",
    "repeat",
    "revoke_invitation",
    "undo_check_in",
    "vote",
    "withdraw_poll",
]


@transaction.atomic
def move(
    *,
    meeting: Meeting,
    user: Any,
    day: date,
    starts: time,
    ends: time,
    last_day: date | None = None,
    mode: str | None = None,
    place: str | None = None,
    note: str = "",
    sequence: int | None = None,
) -> Meeting:
    """Give the meeting another date, time or place and tell all who have not said no. Answers and seats stay.

    The last day for answers moves by as many days as the meeting. A postponed meeting is on again. Where "online" is
    no choice any more, those who chose it are asked again.
    """
    begin(meeting, user, sequence)
    insist(meeting.status in AHEAD, _("This meeting can no longer be moved."))
    old_start, old_starts_at = meeting.start, meeting.starts_at
    before = facts(meeting)
    meeting.day, meeting.starts, meeting.ends, meeting.last_day = day, starts, ends, last_day
    meeting.mode = meeting.mode if mode is None else mode
    meeting.place = meeting.place if place is None else place
    if before == facts(meeting) and meeting.status not in OFF:
        return meeting
    meeting.status_note = note
    checked(meeting)
    follow(meeting, old_start, old_starts_at)
    next_sequence(meeting)
    meeting.is_detached = meeting.series_id is not None
    meeting.save()
    if Answer.ONLINE not in can_be_answered(meeting.mode):
        Rsvp.objects.counted(meeting).filter(answer=Answer.ONLINE).update(answer=Answer.PENDING)
    log(meeting, "network.meeting.moved", user=user, data={"from": old_starts_at.isoformat()})
    notifications.notify_moved(meeting)
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, user: Any, reason: str = "", sequence: int | None = None) -> Meeting:
    """The meeting does not take place; takes it out of the calendars of all who have not said no."""
    return _call_off(meeting, user, MeetingStatus.CANCELLED, reason, sequence)


@transaction.atomic
def postpone(*, meeting: Meeting, user: Any, reason: str = "", sequence: int | None = None) -> Meeting:
    """The meeting does not take place at its date; there is no new one yet. Answers and seats stay."""
    return _call_off(meeting, user, MeetingStatus.POSTPONED, reason, sequence)


@transaction.atomic
def raise_capacity(*, meeting: Meeting, user: Any, capacity: int | None) -> list[Rsvp]:
    """Add seats (None: no limit any more) and give them to the waiting list in its order; return who came up."""
    begin(meeting, user)
    insist(meeting.status in AHEAD and timezone.now() < meeting.starts_at, _("Seats can no longer be added."))
    more = meeting.capacity is not None and (capacity is None or capacity > meeting.capacity)
    insist(more, _("The number of seats can only rise: those who have a seat keep it."))
    meeting.capacity = capacity
    meeting.save(update_fields=["capacity"])
    promoted = settle_seats(meeting)
    log(meeting, "network.meeting.capacity_raised", user=user, data={"capacity": capacity, "promoted": len(promoted)})
    notifications.notify_promoted(promoted)
    return promoted


def _call_off(meeting: Meeting, user: Any, status: MeetingStatus, reason: str, sequence: int | None = None) -> Meeting:
    begin(meeting, user, sequence)
    calling_off(meeting, status, reason)
    log(meeting, f"network.meeting.{status.value}", user=user)
    notifications.notify_off(meeting)
    return meeting
