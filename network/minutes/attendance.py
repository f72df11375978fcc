"""Who was at a meeting, as far as the answers and the list at the door tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from network.meetings.models import Meeting, Rsvp
from network.meetings.statuses import Answer, Presence
from portal.seats import Seat


@dataclass
class Attendance:
    """Names with organisations, in order of invitation. Where nobody was checked in, the answers must do."""

    present: list[str] = field(default_factory=list)
    online: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def attendance_of(meeting: Meeting) -> Attendance:
    """Attendance from the list at the door; where nobody was checked in, from the answers that count."""
    found = Attendance()
    checked = list(meeting.attendance.all())
    for person in checked:
        where = f"{person.name} ({person.organisation})" if person.organisation else person.name
        (found.online if person.presence == Presence.ONLINE else found.present).append(where)
    rows = Rsvp.objects.counted(meeting).select_related("invitation__member__organisation")
    for rsvp in rows:
        member = rsvp.invitation.member
        name = f"{rsvp.invitation.name} ({member.organisation.name})" if member else rsvp.invitation.name
        if rsvp.answer == Answer.DELEGATE:
            name = f"{rsvp.delegate_name} ({rsvp.invitation.name})"
        # The list at the door knows better than what people said before.
        if not checked or rsvp.answer == Answer.NO:
            _list_of(found, rsvp).append(name)
    return found


def _list_of(found: Attendance, rsvp: Rsvp) -> list[str]:
    if rsvp.answer == Answer.NO:
        return found.excused
    if rsvp.answer == Answer.ONLINE:
        return found.online
    has_seat = rsvp.seat == Seat.CONFIRMED
    return found.present if rsvp.answer in {Answer.YES, Answer.DELEGATE} and has_seat else found.unknown
