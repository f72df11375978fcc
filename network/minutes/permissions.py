"""What somebody may do with agendas, minutes and actions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from network.meetings.models import Invitation, Meeting
from network.meetings.permissions import can_edit_meeting
from network.meetings.statuses import MeetingStatus
from network.members.models import Member
from network.members.permissions import can_coordinate
from network.minutes.models import ActionItem, Minutes
from network.minutes.statuses import OUT, MinutesStatus
from portal.models import District

PROPOSABLE = frozenset({MeetingStatus.PLANNED, MeetingStatus.INVITED})
"""The agenda is not final yet."""


def can_order_agenda(user: Any, meeting: Meeting) -> bool:
    """Who decides about proposals and orders the agenda.

    - the coordinators of the meeting's district
    """
    return can_edit_meeting(user, meeting)


def can_propose(invitation: Invitation, at: datetime | None = None) -> bool:
    """Whether somebody invited may still propose a point.

    - the invitation was not withdrawn, and a member has not left the network
    - the agenda is not final and the meeting has not begun
    """
    meeting, now = invitation.meeting, at or timezone.now()
    here = invitation.member is None or invitation.member.is_active_on(timezone.localdate(now))
    return invitation.revoked_at is None and here and meeting.status in PROPOSABLE and now < meeting.starts_at


def can_write_minutes(user: Any, meeting: Meeting) -> bool:
    """Who writes and reads drafts.

    - the coordinators of the meeting's district
    - whoever was named to write these minutes, as long as they belong to the network
    - nobody else: neither editors nor those who were there
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if can_edit_meeting(user, meeting):
        return True
    taker = Member.objects.filter(writes_minutes__meeting=meeting, user=user).first()
    return taker is not None and taker.is_active_on(timezone.localdate())


def can_publish_minutes(user: Any, meeting: Meeting) -> bool:
    """Who sends minutes for approval, approves, publishes, withdraws and answers objections.

    - the coordinators of the meeting's district
    - not whoever only writes them
    """
    return can_edit_meeting(user, meeting)


def can_object(invitation: Invitation, minutes: Minutes, on: date | None = None) -> bool:
    """Whether somebody invited may still object.

    - the minutes are of their meeting, they can read them, and they wait for objections
    - the last day for objections has not passed
    - the invitation was not withdrawn, and a member has not left
    """
    day = on or timezone.localdate()
    return (
        invitation.revoked_at is None
        and (invitation.member is None or invitation.member.is_active_on(day))
        and minutes.meeting_id == invitation.meeting_id
        and minutes.scope in OUT
        and minutes.status == MinutesStatus.SUBMITTED
        and minutes.object_until is not None
        and day <= minutes.object_until
    )


def can_plan_actions(user: Any, district: District) -> bool:
    """Who makes, changes and ends any action of the district.

    - its coordinators
    """
    return can_coordinate(user, district)


def can_work_on(member: Member | None, action: ActionItem, on: date | None = None) -> bool:
    """Whether a member may say how far an action is.

    - they are its owner, or it belongs to their organisation and nobody is named
    - they belong to the network today
    """
    if (
        member is None
        or member.district_id != action.district_id
        or not member.is_active_on(on or timezone.localdate())
    ):
        return False
    if action.owner_id is not None:
        return action.owner_id == member.pk
    return action.organisation_id is not None and action.organisation_id == member.organisation_id
