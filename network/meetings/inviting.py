"""Who is invited and how they get in: invitations, personal links, their renewal and withdrawal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings import notifications
from network.meetings.models import Invitation, Meeting, PersonalLink, Rsvp
from network.meetings.planning import begin, insist, move_on, next_sequence
from network.meetings.seating import settle_seats
from network.meetings.statuses import AHEAD, OFF, MeetingStatus
from network.members.models import Member
from network.members.querysets import new_token, token_hash
from portal.errors import require
from portal.languages import SOURCE
from portal.seats import Seat


@dataclass(frozen=True)
class Guest:
    """Somebody invited by mail who does not belong to the network."""

    name: str
    email: str
    language: str = SOURCE


@transaction.atomic
def publish(*, meeting: Meeting, user: Any) -> Meeting:
    """Announce the meeting to its audience."""
    begin(meeting, user)
    insist(meeting.status in AHEAD - OFF, _("This meeting can no longer be announced."))
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
    new = invite_quietly(meeting=meeting, user=user, members=members, guests=guests)
    for invitation, token in new:
        notifications.notify_invited(invitation, token)
    return [invitation for invitation, _token in new]


@transaction.atomic
def invite_quietly(
    *, meeting: Meeting, user: Any, members: Iterable[Member] = (), guests: Iterable[Guest] = ()
) -> list[tuple[Invitation, str]]:
    """Invite whoever is not invited yet, without a mail: the caller tells them. Returns invitations and tokens."""
    begin(meeting, user)
    possible = meeting.status in AHEAD - OFF and timezone.now() < meeting.starts_at
    insist(possible, _("Nobody can be invited any more."))
    new = [_new_invitation(meeting, member=member) for member in _not_yet_invited(meeting, members)]
    known = meeting.invitations.live().addresses()
    for guest in guests:
        if guest.email.lower() not in known:
            known.add(guest.email.lower())
            new.append(_new_invitation(meeting, guest=guest))
    if new:
        publish(meeting=meeting, user=user)
        if meeting.status == MeetingStatus.PLANNED:
            move_on(meeting, MeetingStatus.INVITED)
        log(meeting, "network.meeting.invited", user=user, data={"people": len(new)})
    return new


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, user: Any) -> Invitation:
    """Take an invitation back: the personal link ends now, the seat goes to the next on the waiting list."""
    meeting = invitation.meeting
    begin(meeting, user)
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
    next_sequence(meeting)
    meeting.save(update_fields=["sequence", "changed_at"])
    promoted = settle_seats(meeting)
    log(meeting, "network.meeting.invitation_revoked", user=user)
    if meeting.status in AHEAD:
        notifications.notify_revoked(invitation)
    notifications.notify_promoted(promoted)
    return invitation


@transaction.atomic
def renew_link(*, invitation: Invitation, user: Any) -> str:
    """Send the invitation again with a new personal link; all old ones end now. Returns the new token."""
    meeting = invitation.meeting
    begin(meeting, user)
    invitation.refresh_from_db()
    invitation.meeting = meeting
    insist(invitation.revoked_at is None and meeting.status in AHEAD - OFF, _("Nobody can be invited any more."))
    token = new_token()
    invitation.token_hash = token_hash(token)
    invitation.save(update_fields=["token_hash"])
    invitation.links.all().delete()
    log(meeting, "network.meeting.link_renewed", user=user)
    notifications.notify_invited(invitation, token)
    return token


def more_links(invitations: Iterable[Invitation]) -> dict[int, str]:
    """One more personal link for each invitation, for a mail that goes out now; the older ones stay. By key."""
    tokens = {invitation.pk: new_token() for invitation in invitations}
    PersonalLink.objects.bulk_create(
        PersonalLink(invitation_id=key, token_hash=token_hash(token)) for key, token in tokens.items()
    )
    return tokens


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
