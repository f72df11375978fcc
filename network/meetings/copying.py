"""A meeting made of another one: the same facts and agenda on another day, without its people and its past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.text import slugify

from network.meetings.models import AgendaItem, Meeting, StandardItem
from network.meetings.statuses import AgendaOrigin

NOT_COPIED = {
    "pk": None,
    "id": None,
    "status": "planned",
    "status_note": "",
    "sequence": 0,
    "previous_starts_at": None,
    "is_detached": False,
}
"""What belongs to one date only, and how it begins."""


def copy_of(meeting: Meeting, day: date, *, published: bool, **facts: Any) -> Meeting:
    """A new meeting on `day` with the same facts and agenda, saved. `facts` differ from the original."""
    by = day - meeting.day
    new = Meeting.objects.get(pk=meeting.pk)
    for name, value in NOT_COPIED.items():
        setattr(new, name, value)
    new._state.adding = True
    new.uid = uuid4()
    new.day = day
    new.last_day = meeting.last_day + by if meeting.last_day else None
    new.registration_deadline = _deadline(meeting, by)
    new.changed_at = timezone.now()
    new.published_at = new.changed_at if published else None
    for name, value in facts.items():
        setattr(new, name, value)
    new.slug = free_slug(meeting, f"{_stem(meeting)}-{day:%Y-%m-%d}")
    new.save()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=new,
            order=item.order,
            title=item.title,
            kind=item.kind,
            minutes_planned=item.minutes_planned,
            origin=item.origin if item.origin == AgendaOrigin.STANDARD else AgendaOrigin.OWN,
        )
        for item in meeting.agenda.all()
        if item.origin != AgendaOrigin.CARRIED  # comes by itself, as long as something is open
    )
    return new


def put_standard_items(meeting: Meeting) -> None:
    """Begin an empty agenda with what always stands on one of this level."""
    if meeting.agenda.exists():
        return
    rows = StandardItem.objects.at(meeting.district, meeting.level)
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            order=order,
            title=row.title,
            kind=row.kind,
            minutes_planned=row.minutes_planned,
            origin=AgendaOrigin.STANDARD,
        )
        for order, row in enumerate(rows)
    )


def free_slug(meeting: Meeting, wanted: str) -> str:
    """The address, with a number where it is taken."""
    rows = Meeting.objects.of(meeting.district).filter(slug__startswith=wanted)
    taken = set(rows.values_list("slug", flat=True))
    return next(slug for slug in [wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)


def _stem(meeting: Meeting) -> str:
    return slugify(meeting.title)[:60].strip("-") or "austauschtreffen"


def _deadline(meeting: Meeting, by: timedelta) -> Any:
    """As many days before the meeting, at the same hour of the wall clock."""
    if meeting.registration_deadline is None:
        return None
    local = timezone.localtime(meeting.registration_deadline).replace(tzinfo=None)
    return timezone.make_aware(local + by)
