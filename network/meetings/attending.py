"""Who really came: checked in at the door by the organisers, or by oneself with the personal link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings.models import Attendance, Invitation, Meeting, Rsvp
from network.meetings.permissions import can_check_in_oneself, can_edit_meeting
from network.meetings.planning import insist
from network.meetings.statuses import OFF, Answer, Mode, Presence
from portal.errors import require
from portal.seats import lock

DOOR_OPENS = timedelta(hours=12)
"""How long before the beginning the organisers may note who is there."""


@transaction.atomic
def check_in(*, invitation: Invitation, user: Any, presence: str = Presence.ROOM, name: str = "") -> Attendance:
    """Note that somebody invited, or whoever comes for them, is there. Twice is the same as once."""
    meeting = _at_the_door(invitation.meeting, user)
    insist(invitation.revoked_at is None, _("This invitation was withdrawn."))
    return _note(meeting, invitation, presence, name)


@transaction.atomic
def check_in_oneself(*, invitation: Invitation, presence: str = Presence.ROOM) -> Attendance:
    """Say with the personal link that one is there, shortly before and while the meeting takes place."""
    meeting = lock(Meeting.objects.filter(pk=invitation.meeting_id))
    invitation.refresh_from_db()
    invitation.meeting = meeting
    insist(can_check_in_oneself(invitation), _("This is possible only while the meeting takes place."))
    return _note(meeting, invitation, presence, "")


@transaction.atomic
def add_at_the_door(
    *, meeting: Meeting, user: Any, name: str, organisation: str = "", presence: str = Presence.ROOM
) -> Attendance:
    """Note somebody who came without an invitation."""
    meeting = _at_the_door(meeting, user)
    row = Attendance.objects.create(
        meeting=meeting, name=name, organisation=organisation, presence=presence, came_at=timezone.now()
    )
    log(meeting, "network.meeting.checked_in", user=user)
    return row


@transaction.atomic
def undo_check_in(*, attendance: Attendance, user: Any) -> None:
    """It was a mistake: the person is not there."""
    meeting = _at_the_door(attendance.meeting, user)
    if Attendance.objects.filter(pk=attendance.pk).delete()[0]:
        log(meeting, "network.meeting.check_in_undone", user=user)


def forget_needs(at: datetime) -> int:
    """What people needed to take part goes a day after the meeting; return how many answers that were."""
    return Rsvp.objects.with_outlived_needs(at).update(access_needs="")


def count_needs(at: datetime) -> int:
    """How many answers still say what somebody needed, though the meeting is over."""
    return Rsvp.objects.with_outlived_needs(at).count()


def _at_the_door(meeting: Meeting, user: Any) -> Meeting:
    require(can_edit_meeting(user, meeting))
    locked: Meeting = lock(Meeting.objects.filter(pk=meeting.pk))
    insist(locked.status not in OFF, _("This meeting does not take place."))
    insist(timezone.now() >= locked.starts_at - DOOR_OPENS, _("This is possible from the day of the meeting on."))
    return locked


def _note(meeting: Meeting, invitation: Invitation, presence: str, name: str) -> Attendance:
    rsvp = invitation.rsvp
    with_delegate = rsvp.answer == Answer.DELEGATE and rsvp.delegate_name
    who = name or (rsvp.delegate_name if with_delegate else invitation.name)
    member = invitation.member
    row, new = Attendance.objects.get_or_create(
        invitation=invitation,
        defaults={
            "meeting": meeting,
            "name": who,
            "organisation": member.organisation.name if member else "",
            "presence": Presence.ONLINE if meeting.mode == Mode.ONLINE else presence,
            "came_at": timezone.now(),
        },
    )
    if new:
        log(meeting, "network.meeting.checked_in")
    return row
