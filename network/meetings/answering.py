"""What people with a personal link do: say whether they come, send somebody else, come instead of somebody."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings import notifications
from network.meetings.inviting import more_links
from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.permissions import can_answer, can_answer_as_delegate, can_be_answered
from network.meetings.planning import insist, mark_of, next_sequence
from network.meetings.seating import settle_seats
from network.meetings.statuses import NEEDS_A_SEAT, Answer
from network.members.querysets import new_token, token_hash
from portal.seats import Seat, lock


@transaction.atomic
def answer(
    *,
    invitation: Invitation,
    answer: str,
    comment: str = "",
    delegate_name: str = "",
    delegate_email: str = "",
    access_needs: str = "",
    seen: str = "",
) -> Rsvp:
    """Say or change whether one comes. Who acts is whoever holds the personal link; the seat follows at once.

    `seen` marks the date they saw (`planning.mark_of`): an answer to another one is refused, it would mean another day.
    """
    meeting = lock(Meeting.objects.select_related("district__site", "organiser").filter(pk=invitation.meeting_id))
    invitation = Invitation.objects.select_related("member", "rsvp").get(pk=invitation.pk)
    invitation.meeting = meeting
    insist(can_answer(invitation), _("Answers are no longer possible. Please write to the organisers."))
    insist(answer in can_be_answered(meeting.mode), _("This answer is not possible for this meeting."))
    insist(not seen or seen == mark_of(meeting), _("The date or the place has changed. Please look at it again."))
    rsvp = invitation.rsvp
    before = rsvp.delegate_email
    with_delegate = answer == Answer.DELEGATE
    rsvp.answer, rsvp.comment, rsvp.answered_at = answer, comment, timezone.now()
    rsvp.access_needs = "" if answer == Answer.NO else access_needs
    rsvp.delegate_name = delegate_name if with_delegate else ""
    token = _name_delegate(rsvp, delegate_email if with_delegate else "")
    if answer not in NEEDS_A_SEAT:
        rsvp.seat, rsvp.queue_no = Seat.NONE, None
    rsvp.save()
    promoted = settle_seats(meeting)
    rsvp.refresh_from_db(fields=["seat", "queue_no"])
    log(meeting, "network.meeting.answered", data={"answer": str(answer), "seat": rsvp.seat})
    if before and before != rsvp.delegate_email:
        next_sequence(meeting)
        meeting.save(update_fields=["sequence", "changed_at"])
    notifications.notify_delegates(rsvp, before, token)
    notifications.notify_promoted(promoted)
    return rsvp


def _name_delegate(rsvp: Rsvp, email: str) -> str:
    """Put the address in; a new person gets a link of their own, and the link of the one before ends."""
    if email == rsvp.delegate_email:
        return ""
    token = new_token() if email else ""
    rsvp.delegate_email = email
    rsvp.delegate_token_hash = token_hash(token) if token else None
    rsvp.delegate_confirmed_at = None
    return token


@transaction.atomic
def answer_as_delegate(*, rsvp: Rsvp, comes: bool) -> Rsvp:
    """Whoever was named to come instead agrees or says no, once. After a no the one who is invited decides again."""
    meeting = lock(Meeting.objects.select_related("district__site", "organiser").filter(pk=rsvp.invitation.meeting_id))
    known = rsvp.delegate_token_hash
    rsvp = Rsvp.objects.select_related("invitation__member").get(pk=rsvp.pk)
    rsvp.invitation.meeting = meeting
    insist(
        can_answer_as_delegate(rsvp) and rsvp.delegate_token_hash == known,
        _("This link was used already, or answers are no longer possible."),
    )
    if comes:
        rsvp.delegate_confirmed_at = timezone.now()
        rsvp.save(update_fields=["delegate_confirmed_at"])
        log(meeting, "network.meeting.delegate_answered", data={"comes": True})
        return rsvp
    name, email = rsvp.delegate_name, rsvp.delegate_email
    rsvp.answer, rsvp.answered_at = Answer.PENDING, timezone.now()
    rsvp.delegate_name = rsvp.delegate_email = ""
    rsvp.delegate_token_hash = None
    rsvp.seat, rsvp.queue_no = Seat.NONE, None
    rsvp.save()
    promoted = settle_seats(meeting)
    next_sequence(meeting)
    meeting.save(update_fields=["sequence", "changed_at"])
    log(meeting, "network.meeting.delegate_answered", data={"comes": False})
    links = more_links([rsvp.invitation])
    notifications.notify_delegate_declined(rsvp, name, email, links[rsvp.invitation_id])
    notifications.notify_promoted(promoted)
    return rsvp
