"""What people do with meetings. Each verb: may they, is it possible now, change, remember, tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings import notifications
from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.permissions import can_answer, can_be_answered, can_edit_meeting
from network.meetings.seating import settle_seats
from network.meetings.statuses import AHEAD, NEEDS_A_SEAT, OFF, TRANSITIONS, Answer, MeetingStatus
from network.members.models import Member
from network.members.querysets import new_token, token_hash
from portal.errors import DomainError, require
from portal.languages import SOURCE
from portal.seats import Seat, lock


@dataclass(frozen=True)
class Guest:
    """Somebody invited by mail who does not belong to the network."""

    name: str
    email: str
    language: str = SOURCE


@transaction.atomic
def publish(*, meeting: Meeting, user: Any) -> Meeting:
    """Announce the meeting to its audience."""
    _begin(meeting, user)
    _insist(meeting.status in AHEAD - OFF, _("This meeting can no longer be announced."))
    if meeting.published_at is None:
        meeting.published_at = meeting.changed_at = timezone.now()
        meeting.save(update_fields=["published_at", "changed_at"])
        log(meeting, "network.meeting.published", user=user)
    return meeting


@transaction.atomic
def invite(
    *, meeting: Meeting, user: Any, members: Iterable[Member] = (), guests: Iterable[Guest] = ()
) -> list[Invitation]:
    """Send everybody who is not invited yet a personal link and a calendar entry; return the new invitations."""
    _begin(meeting, user)
    _insist(meeting.status in AHEAD - OFF and timezone.now() < meeting.starts_at, _("Nobody can be invited any more."))
    new = [_new_invitation(meeting, member=member) for member in _not_yet_invited(meeting, members)]
    known = meeting.invitations.live().addresses()
    for guest in guests:
        if guest.email.lower() not in known:
            known.add(guest.email.lower())
            new.append(_new_invitation(meeting, guest=guest))
    if new:
        publish(meeting=meeting, user=user)
        if meeting.status == MeetingStatus.PLANNED:
            _move_on(meeting, MeetingStatus.INVITED)
        log(meeting, "network.meeting.invited", user=user, data={"people": len(new)})
    for invitation, token in new:
        notifications.notify_invited(invitation, token)
    return [invitation for invitation, _token in new]


@transaction.atomic
def answer(
    *, invitation: Invitation, answer: str, comment: str = "", delegate_name: str = "", delegate_email: str = ""
) -> Rsvp:
    """Say or change whether one comes. Who acts is whoever holds the personal link; the seat follows at once."""
    meeting = lock(Meeting.objects.select_related("district__site", "organiser").filter(pk=invitation.meeting_id))
    invitation = Invitation.objects.select_related("member", "rsvp").get(pk=invitation.pk)
    invitation.meeting = meeting
    _insist(can_answer(invitation), _("Answers are no longer possible. Please write to the organisers."))
    _insist(answer in can_be_answered(meeting.mode), _("This answer is not possible for this meeting."))
    rsvp = invitation.rsvp
    before = rsvp.delegate_email
    with_delegate = answer == Answer.DELEGATE
    rsvp.answer, rsvp.comment, rsvp.answered_at = answer, comment, timezone.now()
    rsvp.delegate_name = delegate_name if with_delegate else ""
    rsvp.delegate_email = delegate_email if with_delegate else ""
    if answer not in NEEDS_A_SEAT:
        rsvp.seat, rsvp.queue_no = Seat.NONE, None
    rsvp.save()
    promoted = settle_seats(meeting)
    rsvp.refresh_from_db(fields=["seat", "queue_no"])
    log(meeting, "network.meeting.answered", data={"answer": str(answer), "seat": rsvp.seat})
    if before and before != rsvp.delegate_email:
        _next_sequence(meeting)
        meeting.save(update_fields=["sequence", "changed_at"])
    notifications.notify_delegates(rsvp, before)
    notifications.notify_promoted(promoted)
    return rsvp


@transaction.atomic
def move(
    *,
    meeting: Meeting,
    user: Any,
    day: date,
    starts: time,
    ends: time,
    last_day: date | None = None,
    mode: str | None = None,
    place: str | None = None,
    note: str = "",
) -> Meeting:
    """Give the meeting another date, time or place and tell all who have not said no. Answers and seats stay.

    The last day for answers moves by as many days as the meeting. A postponed meeting is on again. Where "online" is
    no choice any more, those who chose it are asked again.
    """
    _begin(meeting, user)
    _insist(meeting.status in AHEAD, _("This meeting can no longer be moved."))
    old_start, old_starts_at = meeting.start, meeting.starts_at
    before = _facts(meeting)
    meeting.day, meeting.starts, meeting.ends, meeting.last_day = day, starts, ends, last_day
    meeting.mode = meeting.mode if mode is None else mode
    meeting.place = meeting.place if place is None else place
    if before == _facts(meeting) and meeting.status not in OFF:
        return meeting
    meeting.status_note = note
    _check(meeting)
    _follow(meeting, old_start, old_starts_at)
    _next_sequence(meeting)
    meeting.save()
    if Answer.ONLINE not in can_be_answered(meeting.mode):
        Rsvp.objects.counted(meeting).filter(answer=Answer.ONLINE).update(answer=Answer.PENDING)
    log(meeting, "network.meeting.moved", user=user, data={"from": old_starts_at.isoformat()})
    notifications.notify_moved(meeting)
    return meeting


def _follow(meeting: Meeting, old_start: datetime, old_starts_at: datetime) -> None:
    """What changes with the date: the last day for answers, the date it had before, and that it is on again."""
    if meeting.registration_deadline:
        local = timezone.localtime(meeting.registration_deadline).replace(tzinfo=None)
        meeting.registration_deadline = timezone.make_aware(local + (meeting.start - old_start))
    if meeting.published_at and meeting.start != old_start:
        meeting.previous_starts_at = old_starts_at
    if meeting.status == MeetingStatus.POSTPONED:
        invited = meeting.invitations.live().exists()
        meeting.status = MeetingStatus.INVITED if invited else MeetingStatus.PLANNED


@transaction.atomic
def cancel(*, meeting: Meeting, user: Any, reason: str = "") -> Meeting:
    """The meeting does not take place; takes it out of the calendars of all who have not said no."""
    return _call_off(meeting, user, MeetingStatus.CANCELLED, reason)


@transaction.atomic
def postpone(*, meeting: Meeting, user: Any, reason: str = "") -> Meeting:
    """The meeting does not take place at its date; there is no new one yet. Answers and seats stay."""
    return _call_off(meeting, user, MeetingStatus.POSTPONED, reason)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, user: Any) -> Invitation:
    """Take an invitation back: the personal link ends now, the seat goes to the next on the waiting list."""
    meeting = invitation.meeting
    _begin(meeting, user)
    invitation.refresh_from_db()
    invitation.meeting = meeting
    if invitation.revoked_at is not None:
        return invitation
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    rsvp = invitation.rsvp
    rsvp.seat, rsvp.queue_no = Seat.NONE, None
    rsvp.save(update_fields=["seat", "queue_no"])
    # A program ignores a cancellation, and later a new invitation, unless the number rises (RFC 5546 §2.1.4).
    _next_sequence(meeting)
    meeting.save(update_fields=["sequence", "changed_at"])
    promoted = settle_seats(meeting)
    log(meeting, "network.meeting.invitation_revoked", user=user)
    if meeting.status in AHEAD:
        notifications.notify_revoked(invitation)
    notifications.notify_promoted(promoted)
    return invitation


@transaction.atomic
def renew_link(*, invitation: Invitation, user: Any) -> str:
    """Send the invitation again with a new personal link; the old one ends now. Returns the new token."""
    meeting = invitation.meeting
    _begin(meeting, user)
    invitation.refresh_from_db()
    invitation.meeting = meeting
    _insist(invitation.revoked_at is None and meeting.status in AHEAD - OFF, _("Nobody can be invited any more."))
    token = new_token()
    invitation.token_hash = token_hash(token)
    invitation.save(update_fields=["token_hash"])
    log(meeting, "network.meeting.link_renewed", user=user)
    notifications.notify_invited(invitation, token)
    return token


@transaction.atomic
def raise_capacity(*, meeting: Meeting, user: Any, capacity: int | None) -> list[Rsvp]:
    """Add seats (None: no limit any more) and give them to the waiting list in its order; return who came up."""
    _begin(meeting, user)
    _insist(meeting.status in AHEAD and timezone.now() < meeting.starts_at, _("Seats can no longer be added."))
    more = meeting.capacity is not None and (capacity is None or capacity > meeting.capacity)
    _insist(more, _("The number of seats can only rise: those who have a seat keep it."))
    meeting.capacity = capacity
    meeting.save(update_fields=["capacity"])
    promoted = settle_seats(meeting)
    log(meeting, "network.meeting.capacity_raised", user=user, data={"capacity": capacity, "promoted": len(promoted)})
    notifications.notify_promoted(promoted)
    return promoted


def _begin(meeting: Meeting, user: Any) -> None:
    """First two beats of every coordinator's verb: may they, and nobody else changes this meeting meanwhile."""
    require(can_edit_meeting(user, meeting))
    lock(Meeting.objects.filter(pk=meeting.pk))
    meeting.refresh_from_db()


def _facts(meeting: Meeting) -> tuple[Any, ...]:
    return (meeting.start, meeting.end, meeting.mode, meeting.place)


def _insist(possible: bool, sentence: str) -> None:
    if not possible:
        raise DomainError(sentence)


def _check(meeting: Meeting) -> None:
    try:
        meeting.full_clean(exclude=["slug"], validate_constraints=False)
    except ValidationError as problem:
        raise DomainError(" ".join(problem.messages)) from problem
    _insist(timezone.now() < timezone.make_aware(meeting.start), _("The new date must be in the future."))


def _move_on(meeting: Meeting, status: str) -> None:
    _insist(status in TRANSITIONS[meeting.status], _("This is not possible in the current state of the meeting."))
    meeting.status = status
    meeting.save(update_fields=["status"])


def _next_sequence(meeting: Meeting) -> None:
    meeting.changed_at = timezone.now()
    if meeting.published_at:
        meeting.sequence += 1


def _call_off(meeting: Meeting, user: Any, status: MeetingStatus, reason: str) -> Meeting:
    _begin(meeting, user)
    _move_on(meeting, status)
    meeting.status_note = reason
    _next_sequence(meeting)
    meeting.save()
    log(meeting, f"network.meeting.{status.value}", user=user)
    notifications.notify_off(meeting)
    return meeting


def _not_yet_invited(meeting: Meeting, members: Iterable[Member]) -> list[Member]:
    invited = set(meeting.invitations.live().values_list("member_id", flat=True))
    wanted = {member.pk: member for member in members}
    today = timezone.localdate()
    for member in wanted.values():
        require(member.district_id == meeting.district_id, _("This person belongs to another district."))
    return [member for pk, member in wanted.items() if pk not in invited and member.is_active_on(today)]


def _new_invitation(
    meeting: Meeting, *, member: Member | None = None, guest: Guest | None = None
) -> tuple[Invitation, str]:
    token = new_token()
    invitation = Invitation(meeting=meeting, member=member, token_hash=token_hash(token))
    if guest:
        invitation.guest_name, invitation.guest_email = guest.name, guest.email
        invitation.guest_language = guest.language
    invitation.save()
    Rsvp.objects.create(invitation=invitation)
    return invitation, token
