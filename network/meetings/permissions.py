"""What somebody may do with a meeting and with their invitation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from network.meetings.models import Invitation, Meeting, MeetingFile, PollInvitation, Rsvp
from network.meetings.statuses import ANSWERABLE, OFF, Answer, FileAudience, JoinAudience, Mode, PollStatus
from network.members.models import Member
from network.members.permissions import can_coordinate
from portal.models import District
from portal.seats import Seat

SELF_CHECK_IN = timedelta(hours=1)
"""How long before the beginning people may say that they are there."""


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
    """Who sees the link to take part online: its own audience, inside those who are invited.

    - "online" (usual): said that they take part online; where there is no room, said "yes" and has a seat
    - "coming": also who comes to the room, with a seat, themselves
    - "invited": everybody whose invitation holds, whatever they said but "no"
    - never while on the waiting list only, never by knowing the page
    - never when the meeting is off or nobody takes part online
    """
    if rsvp is None or not meeting.join_link or meeting.mode == Mode.ONSITE or meeting.status in OFF:
        return False
    if meeting.join_audience == JoinAudience.INVITED and rsvp.answer != Answer.NO:
        return True
    comes = rsvp.answer == Answer.YES and rsvp.seat == Seat.CONFIRMED
    in_any_way = meeting.mode == Mode.ONLINE or meeting.join_audience == JoinAudience.COMING
    return rsvp.answer == Answer.ONLINE or (comes and in_any_way)


def can_join_as_delegate(rsvp: Rsvp, meeting: Meeting) -> bool:
    """Whether somebody who comes instead sees the link to take part online.

    - the seat is theirs, and the meeting takes place
    - the room is not the only way; with a room, the link must be for all who come
    """
    if not meeting.join_link or meeting.mode == Mode.ONSITE or meeting.status in OFF:
        return False
    wide = meeting.mode == Mode.ONLINE or meeting.join_audience != JoinAudience.ONLINE
    return rsvp.answer == Answer.DELEGATE and rsvp.seat == Seat.CONFIRMED and wide


def can_answer_as_delegate(rsvp: Rsvp, at: datetime | None = None) -> bool:
    """Whether somebody who was named to come instead may still agree or say no.

    - they are still the one who is named, and have not answered: the link counts once
    - the invitation holds and the meeting takes answers (`can_answer`)
    """
    named = rsvp.answer == Answer.DELEGATE and rsvp.delegate_token_hash is not None
    return named and rsvp.delegate_confirmed_at is None and can_answer(rsvp.invitation, at)


def can_check_in_oneself(invitation: Invitation, at: datetime | None = None) -> bool:
    """Whether somebody may say with the personal link that they are there.

    - the invitation holds and the meeting takes place
    - from an hour before it begins until it ends
    """
    meeting, now = invitation.meeting, at or timezone.now()
    open_now = meeting.starts_at - SELF_CHECK_IN <= now <= meeting.ends_at
    return invitation.revoked_at is None and meeting.status not in OFF and open_now


def can_open_file(file: MeetingFile, *, member: Member | None = None, invitation: Invitation | None = None) -> bool:
    """Who reads a file of a meeting.

    - with a personal link of this meeting: all its files
    - everybody else who may know of the meeting: those that are for its whole audience
    - members who are invited: also those for invited people only
    """
    if invitation is not None:
        return invitation.meeting_id == file.meeting_id and invitation.revoked_at is None
    if not can_see_meeting(member, file.meeting):
        return False
    if file.audience == FileAudience.MEETING:
        return True
    return member is not None and file.meeting.invitations.live().filter(member=member).exists()


def can_vote(invitation: PollInvitation, on: date | None = None) -> bool:
    """Whether somebody who is asked may still say what they can.

    - the poll is open, and its last day has not passed
    """
    poll = invitation.poll
    return poll.status == PollStatus.OPEN and (on or timezone.localdate()) <= poll.closes_on


def can_run_poll(user: Any, district: District) -> bool:
    """Who proposes dates, asks people and decides: the coordinators of the district (`can_coordinate`)."""
    return can_coordinate(user, district)


def can_be_answered(mode: str) -> list[Answer]:
    """Which answers make sense: online is a choice of its own only where there is also a room."""
    choices = [Answer.YES, Answer.ONLINE, Answer.MAYBE, Answer.DELEGATE, Answer.NO]
    return choices if mode == Mode.HYBRID else [answer for answer in choices if answer != Answer.ONLINE]
