"""Appointments: made and cancelled by staff, read by the person on the status page, and as a file for a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.calendars import Entry, to_ical
from portal.errors import require
from services.inbox import envelopes, letters
from services.inbox.beats import NotPossible, answered, begin, follow, save, write_letter
from services.inbox.history import record
from services.inbox.models import Appointment, Case
from services.inbox.statuses import AppointmentMode
from services.inbox.transitions import TABLE, Action

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.receipts import Visitor

FURTHEST = timedelta(days=366)
"""How far ahead an appointment can be; further is a slip of the pen."""
SHORTEST, LONGEST = 5, 480
"""Minutes an appointment takes."""


@transaction.atomic
def make_appointment(
    *, case: Case, by: User, starts_at: datetime, minutes: int, mode: str, place: str, version: int
) -> Appointment:
    """Make an appointment and tell the person in their language. `starts_at` is aware, `minutes` from 5 to 480."""
    row = begin(case, Action.APPOINT, by, version)
    now = timezone.now()
    if not now < starts_at <= now + FURTHEST:
        raise NotPossible(_("Please choose a time in the next twelve months."))
    if not SHORTEST <= minutes <= LONGEST:
        raise NotPossible(_("An appointment takes between 5 minutes and 8 hours."))
    made = Appointment(
        case=row, starts_at=starts_at, minutes=minutes, mode=AppointmentMode(mode), created_by=by, created_at=now
    )
    envelopes.seal_appointment(made, place, envelopes.key_for_office(row))
    made.save(force_insert=True)
    follow(row, Action.APPOINT)
    write_letter(row, letters.appointment(row.language, starts_at, mode, place), by)
    row.assigned_to = row.assigned_to or by
    answered(row, now)
    record(row, TABLE[Action.APPOINT].verb, actor=by)
    save(row)
    return made


@transaction.atomic
def cancel_appointment(*, case: Case, by: User, appointment: Appointment, version: int) -> Appointment:
    """Cancel an appointment that is still to come and tell the person."""
    row = begin(case, Action.CANCEL, by, version)
    found = row.appointments.standing().filter(pk=appointment.pk, starts_at__gt=timezone.now()).first()
    if found is None:
        raise NotPossible(_("This appointment was cancelled already or is over."))
    found.cancelled_at = timezone.now()
    found.save(update_fields=["cancelled_at"])
    write_letter(row, letters.cancelled(row.language, found.starts_at), by)
    record(row, TABLE[Action.CANCEL].verb, actor=by)
    save(row)
    return found


def calendar_file(*, visitor: Visitor, appointment: Appointment) -> bytes:
    """A file for the person's calendar: the time and the word "Appointment", no place, no office, no topic.

    Others look into a calendar, so it says nothing else (handbook: intake §5.5). A cancelled one takes itself out.
    """
    require(appointment.case.submission_id == visitor.submission.pk)
    start = timezone.localtime(appointment.starts_at).replace(tzinfo=None)
    gone = appointment.cancelled_at
    entry = Entry(
        uid=f"{appointment.pk}@lotse",
        start=start,
        end=start + timedelta(minutes=appointment.minutes),
        summary=_("Appointment"),
        changed_at=gone or appointment.created_at,
        status="CANCELLED" if gone else "CONFIRMED",
        sequence=1 if gone else 0,
    )
    return to_ical([entry])
