"""What ends with meetings when somebody leaves the network: invitations to what is ahead, their seats, date polls."""

from __future__ import annotations

from datetime import datetime

from network.meetings import notifications
from network.meetings.models import Invitation, Meeting, PollInvitation
from network.meetings.planning import next_sequence
from network.meetings.seating import settle_seats
from network.meetings.statuses import PollStatus
from network.members.models import Member
from portal.seats import Seat, lock


def end_invitations(member: Member, at: datetime) -> None:
    """Withdraw the invitations to meetings that are ahead, give the seats away, take the voice out of open polls.

    What was answered for past meetings stays, because attendance is part of the minutes.
    """
    rows = Invitation.objects.live().filter(member=member, meeting__ends_at__gte=at).order_by("meeting_id")
    for pk, meeting_id in list(rows.values_list("pk", "meeting_id")):
        meeting = lock(Meeting.objects.select_related("district__site", "organiser").filter(pk=meeting_id))
        _withdraw(Invitation.objects.select_related("rsvp", "member").get(pk=pk), meeting, at)
    PollInvitation.objects.filter(member=member, poll__status=PollStatus.OPEN).delete()


def _withdraw(invitation: Invitation, meeting: Meeting, at: datetime) -> None:
    invitation.meeting = meeting
    if invitation.revoked_at is not None:
        return
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    invitation.links.all().delete()
    rsvp = invitation.rsvp
    rsvp.seat, rsvp.queue_no = Seat.NONE, None
    rsvp.save(update_fields=["seat", "queue_no"])
    # A program ignores a cancellation unless the number rises (RFC 5546 §2.1.4).
    next_sequence(meeting)
    meeting.save(update_fields=["sequence", "changed_at"])
    promoted = settle_seats(meeting)
    notifications.notify_revoked(invitation)
    notifications.notify_promoted(promoted)
