"""What people do while writing minutes: begin, write an entry without overwriting anybody, correct what is out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings.models import AgendaItem, Meeting
from network.meetings.permissions import can_edit_meeting
from network.meetings.statuses import ANSWERABLE, OFF, MeetingStatus
from network.members.models import Member
from network.minutes.guard import Suspicion, mark
from network.minutes.minutes_models import CONTENT
from network.minutes.models import EntryVersion, Minutes, MinutesEntry
from network.minutes.permissions import can_write_minutes
from network.minutes.statuses import MinutesStatus, VersionKind
from portal.errors import DomainError, require
from portal.seats import lock

EARLY = timedelta(hours=1)
"""How long before a meeting its minutes may be opened to get ready."""


class WrittenMeanwhile(DomainError):
    """Somebody saved the same entry after we had read it. Nothing is lost: our text is set aside, theirs stands."""

    def __init__(self, entry: MinutesEntry, aside: EntryVersion) -> None:
        """`entry` as it stands now; `aside` holds what we wanted to save."""
        super().__init__(_("Somebody else saved this entry while you were writing. Both texts are kept."))
        self.entry, self.aside = entry, aside


@transaction.atomic
def start(*, meeting: Meeting, user: Any, taker: Member | None = None) -> Minutes:
    """Open the minutes with an entry for each point of the agenda; opened already: the same ones."""
    require(can_edit_meeting(user, meeting))
    meeting = lock(Meeting.objects.filter(pk=meeting.pk))
    known = Minutes.objects.filter(meeting=meeting).first()
    if known is not None:
        return known
    if meeting.status in OFF or timezone.now() < meeting.starts_at - EARLY:
        raise DomainError(_("Minutes can be opened an hour before the meeting begins."))
    _check_taker(meeting, taker)
    minutes = Minutes.objects.create(meeting=meeting, taker=taker)
    MinutesEntry.objects.bulk_create(
        MinutesEntry(minutes=minutes, item=item, order=place, heading=item.title)
        for place, item in enumerate(AgendaItem.objects.filter(meeting=meeting), start=1)
    )
    mark_held(meeting)
    log(meeting, "network.minutes.opened", user=user)
    return minutes


@transaction.atomic
def set_frame(*, minutes: Minutes, user: Any, taker: Member | None, attendance_note: str) -> Minutes:
    """Say who writes and who else was there."""
    minutes = _begin(minutes, user)
    if taker != minutes.taker:
        require(can_edit_meeting(user, minutes.meeting))
        _check_taker(minutes.meeting, taker)
    minutes.taker, minutes.attendance_note = taker, attendance_note
    minutes.save(update_fields=["taker", "attendance_note"])
    log(minutes.meeting, "network.minutes.saved", user=user)
    return minutes


@transaction.atomic
def add_entry(*, minutes: Minutes, user: Any, heading: str, after: MinutesEntry | None = None) -> MinutesEntry:
    """Add an entry, for a second decision on a point or something nobody had planned; without `after` at the end."""
    minutes = _begin(minutes, user)
    rows = list(minutes.entries.all())
    place = next((n for n, row in enumerate(rows, start=1) if after is not None and row.pk == after.pk), len(rows))
    entry = MinutesEntry(minutes=minutes, heading=heading, item=after.item if after else None, order=0)
    entry.save()
    rows.insert(place, entry)
    for number, row in enumerate(rows, start=1):
        row.order = number
    MinutesEntry.objects.bulk_update(rows, ["order"])
    log(minutes.meeting, "network.minutes.saved", user=user)
    return entry


@transaction.atomic
def remove_empty_entry(*, entry: MinutesEntry, user: Any) -> None:
    """Take out an entry in which nothing was ever written."""
    minutes = _begin(entry.minutes, user)
    entry.refresh_from_db()
    if entry.revision or minutes.status != MinutesStatus.DRAFT:
        raise DomainError(_("Something was written here. Entries with text stay."))
    entry.delete()
    log(minutes.meeting, "network.minutes.saved", user=user)


def save_entry(
    *,
    entry: MinutesEntry,
    user: Any,
    revision: int,
    content: dict[str, Any],
    reason: str = "",
    erase_earlier: bool = False,
    suspicions: Iterable[Suspicion] = (),
    guard_reason: str = "",
    false_alarms: frozenset[str] = frozenset(),
) -> MinutesEntry:
    """Save a wording that was written on top of `revision`. Raises `WrittenMeanwhile` when a newer one is there.

    Once the minutes are out this is a correction: it needs a reason and keeps the original, unless `erase_earlier`,
    which is for personal data that should never have stood there. `suspicions` are what the guard found and the
    writer decided to keep, for `guard_reason` or as false alarms.
    """
    with transaction.atomic():
        minutes = _begin(entry.minutes, user)
        now = lock(MinutesEntry.objects.filter(pk=entry.pk))
        now.minutes = minutes
        aside = None
        if now.revision != revision and now.content != _whole(now, content):
            aside = _version(now, VersionKind.ASIDE, user, content=_whole(now, content))
        elif now.content != _whole(now, content) or erase_earlier:
            _write(now, user, _whole(now, content), reason, erase_earlier)
        mark(
            suspicions,
            district=minutes.meeting.district,
            user=user,
            entry=now,
            reason=guard_reason,
            false_alarms=false_alarms,
        )
    if aside is not None:  # raised outside, because the text set aside must not be rolled back
        raise WrittenMeanwhile(now, aside)
    return now


def mark_held(meeting: Meeting) -> None:
    """The meeting has taken place once somebody writes about it after its beginning."""
    if timezone.now() >= meeting.starts_at and meeting.status in {*ANSWERABLE, MeetingStatus.PLANNED}:
        meeting.status = MeetingStatus.HELD
    if timezone.now() >= meeting.starts_at and meeting.status == MeetingStatus.HELD:
        meeting.status = MeetingStatus.MINUTES_DRAFT
    meeting.save(update_fields=["status"])


def _begin(minutes: Minutes, user: Any) -> Minutes:
    require(can_write_minutes(user, minutes.meeting))
    found: Minutes = lock(Minutes.objects.select_related("meeting__district__site", "taker").filter(pk=minutes.pk))
    if found.status == MinutesStatus.DRAFT:
        mark_held(found.meeting)
    return found


def _whole(entry: MinutesEntry, content: dict[str, Any]) -> dict[str, Any]:
    return {**entry.content, **{name: content[name] for name in CONTENT if name in content}}


def _write(entry: MinutesEntry, user: Any, content: dict[str, Any], reason: str, erase_earlier: bool) -> None:
    is_out = entry.minutes.status != MinutesStatus.DRAFT
    if is_out:
        require(can_edit_meeting(user, entry.minutes.meeting), _("Only the coordinators correct what has been sent."))
        if not reason.strip():
            raise DomainError(_("Please say why you correct the minutes. Readers see the reason."))
    elif entry.revision:
        _version(entry, VersionKind.SAVED, entry.written_by, content=entry.content, at=entry.written_at)
    for name in CONTENT:
        setattr(entry, name, content[name])
    entry.revision += 1
    entry.written_by, entry.written_at = user, timezone.now()
    entry.save()
    if erase_earlier:
        entry.versions.update(content={}, erased_at=timezone.now())
    if is_out:
        _version(entry, VersionKind.CORRECTED, user, content=entry.content, reason=reason)
        log(entry.minutes.meeting, "network.minutes.corrected", user=user, data={"erased": erase_earlier})
    else:
        log(entry.minutes.meeting, "network.minutes.saved", user=user)


def _version(
    entry: MinutesEntry, kind: VersionKind, user: Any, *, content: dict[str, Any], reason: str = "", at: Any = None
) -> EntryVersion:
    return EntryVersion.objects.create(
        entry=entry,
        kind=kind,
        revision=entry.revision,
        content=content,
        reason=reason,
        written_by=user,
        written_at=at or timezone.now(),
    )


def _check_taker(meeting: Meeting, taker: Member | None) -> None:
    require(taker is None or taker.district_id == meeting.district_id, _("This person belongs to another district."))
