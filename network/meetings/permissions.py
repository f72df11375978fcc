"""What somebody may do with a meeting and with their invitation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.statuses import ANSWERABLE, OFF, Answer, Mode
from network.members.models import Member
from network.members.permissions import can_coordinate
from portal.seats import Seat


def can_edit_meeting(user: Any, meeting: Meeting) -> bool:
    """Who publishes, invites, moves, cancels and reads the answers.

    - the coordinators of the meeting's district (`can_coordinate`)
    - not its organiser, unless a coordinator
    """
    return can_coordinate(user, meeting.district)


def can_see_meeting(member: Member | None, meeting: Meeting) -> bool:
    """Who may know of a meeting: exactly those to whom `visible_to` shows it."""
    return Meeting.objects.visible_to(member).filter(pk=meeting.pk).exists()


def can_answer(invitation: Invitation, at: datetime | None = None) -> bool:
    """Whether an invited person may still say or change whether they come.

    - the invitation was not withdrawn
    - the meeting takes answers (not cancelled, postponed or over)
    - the last day for answers has not passed, nor has the meeting begun
    """
    meeting = invitation.meeting
    return invitation.revoked_at is None and meeting.status in ANSWERABLE and (at or timezone.now()) < meeting.closes_at


def can_join(rsvp: Rsvp | None, meeting: Meeting) -> bool:
    """Who sees the link to take part online.

    - said "online", or said "yes" and has a seat
    - not while on the waiting list, not after "maybe" or "no", not by knowing the page
    - not when the meeting is off or nobody takes part online
    """
    if rsvp is None or not meeting.join_link or meeting.mode == Mode.ONSITE or meeting.status in OFF:
        return False
    return rsvp.answer == Answer.ONLINE or (rsvp.answer == Answer.YES and rsvp.seat == Seat.CONFIRMED)


def can_be_answered(mode: str) -> list[Answer]:
    """Which answers make sense: online is a choice of its own only where there is also a room."""
    choices = [Answer.YES, Answer.ONLINE, Answer.MAYBE, Answer.DELEGATE, Answer.NO]
    return choices if mode == Mode.HYBRID else [answer for answer in choices if answer != Answer.ONLINE]
