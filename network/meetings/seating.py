"""Who of those who answered has a seat: the meeting's rows, decided by `portal.seats`."""

from __future__ import annotations

from network.meetings.models import Meeting, Rsvp
from network.meetings.statuses import NEEDS_A_SEAT
from portal.seats import Row, settle


def settle_seats(meeting: Meeting) -> list[Rsvp]:
    """Bring seats and waiting list in order; the meeting is locked. Returns who came up from the waiting list."""
    rsvps = {rsvp.pk: rsvp for rsvp in Rsvp.objects.counted(meeting).select_related("invitation__member")}
    rows = [
        Row(key=rsvp.pk, wants=rsvp.answer in NEEDS_A_SEAT, seat=rsvp.seat, queue_no=rsvp.queue_no)
        for rsvp in rsvps.values()
    ]
    promoted = []
    for decision in settle(rows, capacity=meeting.capacity):
        rsvp = rsvps[decision.key]
        rsvp.seat, rsvp.queue_no = decision.seat, decision.queue_no
        rsvp.save(update_fields=["seat", "queue_no"])
        if decision.promoted:
            rsvp.invitation.meeting = meeting
            promoted.append(rsvp)
    return promoted
