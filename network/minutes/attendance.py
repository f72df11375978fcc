"""Who was at a meeting, as far as the answers and the list at the door tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from network.meetings.models import Meeting, Rsvp
from network.meetings.statuses import Answer
from portal.seats import Seat


@dataclass
class Attendance:
    """Names with organisations, in order of invitation. Where nobody was checked in, the answers must do."""

    present: list[str] = field(default_factory=list)
    online: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def attendance_of(meeting: Meeting) -> Attendance:
    """Attendance of a meeting from the answers that count."""
    found = Attendance()
    rows = Rsvp.objects.counted(meeting).select_related("invitation__member__organisation")
    for rsvp in rows:
        member = rsvp.invitation.member
        name = f"{rsvp.invitation.name} ({member.organisation.name})" if member else rsvp.invitation.name
        if rsvp.answer == Answer.DELEGATE:
            name = f"{rsvp.delegate_name} ({rsvp.invitation.name})"
        _list_of(found, rsvp).append(name)
    return found


def _list_of(found: Attendance, rsvp: Rsvp) -> list[str]:
    if rsvp.answer == Answer.NO:
        return found.excused
    if rsvp.answer == Answer.ONLINE:
        return found.online
    has_seat = rsvp.seat == Seat.CONFIRMED
    return found.present if rsvp.answer in {Answer.YES, Answer.DELEGATE} and has_seat else found.unknown
