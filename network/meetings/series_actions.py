"""What people do with a series: repeat a meeting, prepare the next one, invite to, move and cancel all that follow.

Each date stays a meeting of its own. Whoever is concerned gets one mail for all dates, never one for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings import series_notifications
from network.meetings.copying import copy_of
from network.meetings.inviting import Guest, invite_quietly
from network.meetings.models import Invitation, Meeting, MeetingSeries, Rsvp
from network.meetings.permissions import can_be_answered, can_edit_meeting
from network.meetings.planning import (
    begin,
    calling_off,
    checked,
    facts,
    follow,
    insist,
    next_sequence,
    refuse_stale,
)
from network.meetings.rhythm import PlannedDay, around_holidays, days_of
from network.meetings.statuses import AHEAD, OFF, Answer, MeetingStatus, OnHoliday
from network.members.models import Member
from portal.closed_days import closed_days
from portal.errors import require
from portal.seats import lock


def planned_days(meeting: Meeting, *, rhythm: str, every: int, until: date, on_holiday: str) -> list[PlannedDay]:
    """What a rule would make of this meeting, holidays included; for showing before anything is made."""
    first, last = meeting.day, until + timedelta(days=7)
    closed = closed_days(meeting.district, first, last)
    return around_holidays(days_of(rhythm, first, until, every), closed, on_holiday)


@transaction.atomic
def repeat(
    *,
    meeting: Meeting,
    user: Any,
    rhythm: str,
    until: date,
    every: int = 1,
    on_holiday: str = OnHoliday.LEAVE_OUT,
    invite_same: bool = False,
) -> list[Meeting]:
    """Make a series of this meeting and return its further dates, each with the same facts and agenda.

    They are announced when this meeting is. `invite_same` invites whoever is invited here, with one mail for all.
    """
    begin(meeting, user)
    insist(meeting.series_id is None, _("This meeting is part of a series already."))
    insist(meeting.status in AHEAD - OFF, _("This meeting can no longer be repeated."))
    days = [row.day for row in planned_days(meeting, rhythm=rhythm, every=every, until=until, on_holiday=on_holiday)]
    dates = [day for day in days if day is not None]
    insist(bool(dates), _("This rule makes no further date. Please choose a later last day."))
    meeting.series = MeetingSeries.objects.create(
        district=meeting.district,
        title=meeting.title,
        rhythm=rhythm,
        every=every,
        first_day=meeting.day,
        until=until,
        on_holiday=on_holiday,
    )
    meeting.save(update_fields=["series"])
    made = [copy_of(meeting, day, published=meeting.published_at is not None) for day in dates]
    log(meeting, "network.meeting.repeated", user=user, data={"dates": len(made)})
    if invite_same:
        rows = meeting.invitations.usable().select_related("member")
        guests = [Guest(row.guest_name, row.guest_email, row.guest_language) for row in rows if row.member is None]
        _invite_all(made, user, [row.member for row in rows if row.member], guests)
    return made


@transaction.atomic
def prepare_next(*, meeting: Meeting, user: Any, day: date, starts: time, ends: time) -> Meeting:
    """The same meeting on another day, as a draft: facts and agenda are there, nobody is invited yet."""
    require(can_edit_meeting(user, meeting))
    made = copy_of(meeting, day, published=False, starts=starts, ends=ends, last_day=None)
    made.series = None
    made.save(update_fields=["series"])
    log(made, "network.meeting.copied", user=user)
    return made


@transaction.atomic
def invite_following(
    *, meeting: Meeting, user: Any, members: Iterable[Member] = (), guests: Iterable[Guest] = ()
) -> list[Invitation]:
    """Invite to this date of a series and to all later ones, with one mail to each person."""
    return _invite_all(_following(meeting, user), user, list(members), list(guests))


@transaction.atomic
def move_following(
    *,
    meeting: Meeting,
    user: Any,
    day: date,
    starts: time,
    ends: time,
    mode: str | None = None,
    place: str | None = None,
    note: str = "",
    sequence: int | None = None,
) -> list[Meeting]:
    """Shift this date and all later ones by as many days, and give them the same hours and place; return those changed.

    A date that was changed on its own stays as it is, this one excepted. Answers and seats stay.
    """
    rows = _following(meeting, user, sequence)
    by = day - meeting.day
    wanted = [row for row in rows if row.pk == meeting.pk or not row.is_detached]
    changed = [row for row in wanted if _shift(row, by, starts, ends, mode, place, note)]
    if changed:
        log(meeting, "network.meeting.moved", user=user, data={"dates": len(changed)})
        series_notifications.notify_series_moved(changed)
    meeting.refresh_from_db()
    return changed


def _shift(
    row: Meeting, by: timedelta, starts: time, ends: time, mode: str | None, place: str | None, note: str
) -> bool:
    """Give one date its new day, hours and place; False if nothing changes."""
    old_start, old_starts_at, before = row.start, row.starts_at, facts(row)
    row.last_day = row.last_day + by if row.last_day else None
    row.day, row.starts, row.ends = row.day + by, starts, ends
    row.mode = row.mode if mode is None else mode
    row.place = row.place if place is None else place
    if facts(row) == before:
        return False
    row.status_note = note
    checked(row)
    follow(row, old_start, old_starts_at)
    next_sequence(row)
    row.save()
    if Answer.ONLINE not in can_be_answered(row.mode):
        Rsvp.objects.counted(row).filter(answer=Answer.ONLINE).update(answer=Answer.PENDING)
    return True


@transaction.atomic
def cancel_following(*, meeting: Meeting, user: Any, reason: str = "", sequence: int | None = None) -> list[Meeting]:
    """This date and all later ones do not take place; one mail for all."""
    rows = _following(meeting, user, sequence)
    for row in rows:
        calling_off(row, MeetingStatus.CANCELLED, reason)
    log(meeting, "network.meeting.cancelled", user=user, data={"dates": len(rows)})
    series_notifications.notify_series_cancelled(rows)
    meeting.refresh_from_db()
    return rows


def _following(meeting: Meeting, user: Any, sequence: int | None = None) -> list[Meeting]:
    """This and all later dates of the series, locked in the order of their keys, so that two of us never wait."""
    require(can_edit_meeting(user, meeting))
    if meeting.series_id is None:
        keys = [meeting.pk]
    else:
        keys = sorted(Meeting.objects.following(meeting).values_list("pk", flat=True))
    for key in keys:
        lock(Meeting.objects.filter(pk=key))
    meeting.refresh_from_db()
    refuse_stale(meeting, sequence)
    rows = list(
        Meeting.objects.filter(pk__in=keys, status__in=AHEAD - OFF, starts_at__gt=timezone.now())
        .select_related("district__site", "organiser")
        .order_by("starts_at", "pk")
    )
    insist(any(row.pk == meeting.pk for row in rows), _("This meeting can no longer be changed."))
    return rows


def _invite_all(rows: list[Meeting], user: Any, members: list[Member], guests: list[Guest]) -> list[Invitation]:
    made = []
    for row in rows:
        made += invite_quietly(meeting=row, user=user, members=members, guests=guests)
    series_notifications.notify_series_invited(made)
    return [invitation for invitation, _token in made]
