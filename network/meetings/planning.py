"""What several verbs of a meeting have in common: its facts, its sequence, what follows when they change."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from network.meetings.models import Meeting
from network.meetings.permissions import can_edit_meeting
from network.meetings.statuses import TRANSITIONS, MeetingStatus
from portal.errors import DomainError, require
from portal.seats import lock


def begin(meeting: Meeting, user: Any, sequence: int | None = None) -> None:
    """First two beats of every coordinator's verb: may they, and nobody else changes this meeting meanwhile.

    `sequence`: of the state in which the decision was made; an older one is refused.
    """
    require(can_edit_meeting(user, meeting))
    lock(Meeting.objects.filter(pk=meeting.pk))
    meeting.refresh_from_db()
    refuse_stale(meeting, sequence)


def refuse_stale(meeting: Meeting, sequence: int | None) -> None:
    """Refuse what was decided on an older state of the meeting than the one that holds now."""
    insist(
        sequence is None or sequence == meeting.sequence,
        _("This meeting was changed in the meantime. Please look at it again and then decide."),
    )


def insist(possible: bool, sentence: str) -> None:
    """Second beat: raise `DomainError` with a sentence for people unless it is possible now."""
    if not possible:
        raise DomainError(sentence)


def facts(meeting: Meeting) -> tuple[Any, ...]:
    """What people have in their calendars."""
    return (meeting.start, meeting.end, meeting.mode, meeting.place)


def mark_of(meeting: Meeting) -> str:
    """A short mark of date, time, mode and place: the same as long as none of them changes."""
    return hashlib.sha256(repr(facts(meeting)).encode()).hexdigest()[:16]


def checked(meeting: Meeting) -> None:
    """Raise `DomainError` unless the new facts make sense and lie ahead."""
    try:
        meeting.full_clean(exclude=["slug"], validate_constraints=False)
    except ValidationError as problem:
        raise DomainError(" ".join(problem.messages)) from problem
    insist(timezone.now() < timezone.make_aware(meeting.start), _("The new date must be in the future."))


def move_on(meeting: Meeting, status: str) -> None:
    """Another state, if the table allows it."""
    insist(status in TRANSITIONS[meeting.status], _("This is not possible in the current state of the meeting."))
    meeting.status = status
    meeting.save(update_fields=["status"])


def next_sequence(meeting: Meeting) -> None:
    """A newer version for calendar programs, which ignore everything that is not newer (RFC 5546 §2.1.4)."""
    meeting.changed_at = timezone.now()
    if meeting.published_at:
        meeting.sequence += 1


def follow(meeting: Meeting, old_start: datetime, old_starts_at: datetime) -> None:
    """What changes with the date: the last day for answers, the date it had before, and that it is on again."""
    if meeting.registration_deadline:
        local = timezone.localtime(meeting.registration_deadline).replace(tzinfo=None)
        meeting.registration_deadline = timezone.make_aware(local + (meeting.start - old_start))
    if meeting.published_at and meeting.start != old_start:
        meeting.previous_starts_at = old_starts_at
    if meeting.status == MeetingStatus.POSTPONED:
        invited = meeting.invitations.live().exists()
        meeting.status = MeetingStatus.INVITED if invited else MeetingStatus.PLANNED


def calling_off(meeting: Meeting, status: MeetingStatus, reason: str) -> None:
    """The meeting does not take place; telling people is the caller's."""
    move_on(meeting, status)
    meeting.status_note = reason
    next_sequence(meeting)
    meeting.save()
