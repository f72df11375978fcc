"""What people do with a date poll: propose and ask, say what they can, decide, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings import poll_notifications
from network.meetings.answering import answer as answer_invitation
from network.meetings.copying import free_slug, put_standard_items
from network.meetings.inviting import Guest, invite_quietly
from network.meetings.models import DatePoll, Meeting, PollInvitation, PollOption, PollVote, instant
from network.meetings.notifications import notify_invited
from network.meetings.permissions import can_run_poll, can_vote
from network.meetings.planning import insist
from network.meetings.statuses import Answer, PollStatus, Vote
from network.members.models import Member
from network.members.querysets import new_token, token_hash
from portal.errors import require
from portal.seats import lock

Slot = tuple[date, time, time]
"""Day, beginning and end of a proposed date."""

MOST_SLOTS = 20
ANSWERS = {Vote.YES: Answer.YES, Vote.IF_NEEDED: Answer.MAYBE, Vote.NO: Answer.NO}
"""What somebody said about the date that was chosen, as an answer to the invitation."""


@transaction.atomic
def ask_for_dates(
    *,
    poll: DatePoll,
    user: Any,
    slots: Iterable[Slot],
    members: Iterable[Member] = (),
    guests: Iterable[Guest] = (),
) -> DatePoll:
    """Save a new poll with its dates and ask people, each with a personal link."""
    require(can_run_poll(user, poll.district))
    wanted = sorted(set(slots))
    insist(2 <= len(wanted) <= MOST_SLOTS, _("Please propose at least two dates and at most 20."))
    insist(all(_is_possible(slot) for slot in wanted), _("All dates must be in the future and end after they begin."))
    poll.save()
    PollOption.objects.bulk_create(
        PollOption(poll=poll, day=day, starts=starts, ends=ends) for day, starts, ends in wanted
    )
    log(poll, "network.poll.opened", user=user, data={"dates": len(wanted)})
    ask_more(poll=poll, user=user, members=members, guests=guests)
    return poll


@transaction.atomic
def ask_more(
    *, poll: DatePoll, user: Any, members: Iterable[Member] = (), guests: Iterable[Guest] = ()
) -> list[PollInvitation]:
    """Ask more people; who was asked already is not asked again. Returns the new ones."""
    _begin(poll, user)
    known = {row.email.lower() for row in poll.invitations.select_related("member")}
    today, made = timezone.localdate(), []
    for member in members:
        require(member.district_id == poll.district_id, _("This person belongs to another district."))
        if member.email.lower() not in known and member.is_active_on(today):
            made.append(_asked(known, poll, member.email, member=member))
    for guest in guests:
        if guest.email.lower() not in known:
            facts = {"guest_name": guest.name, "guest_email": guest.email, "guest_language": guest.language}
            made.append(_asked(known, poll, guest.email, **facts))
    for invitation, token in made:
        poll_notifications.notify_asked(invitation, token)
    return [invitation for invitation, _token in made]


@transaction.atomic
def vote(*, invitation: PollInvitation, votes: Mapping[int, str], comment: str = "") -> PollInvitation:
    """Say or change what one can, for each proposed date by its key. Who acts is whoever holds the personal link."""
    poll = lock(DatePoll.objects.filter(pk=invitation.poll_id))
    invitation.poll = poll
    insist(can_vote(invitation), _("Answers are no longer possible. Please write to the organisers."))
    options = {option.pk for option in poll.options.all()}
    insist(set(votes) == options and set(votes.values()) <= set(Vote.values), _("Please answer for every date."))
    invitation.votes.all().delete()
    PollVote.objects.bulk_create(
        PollVote(invitation=invitation, option_id=option, vote=votes[option]) for option in sorted(options)
    )
    invitation.comment, invitation.answered_at = comment, timezone.now()
    invitation.save(update_fields=["comment", "answered_at"])
    log(poll, "network.poll.voted")
    return invitation


@transaction.atomic
def decide_poll(*, poll: DatePoll, user: Any, option: PollOption) -> Meeting:
    """Take this date: it becomes a meeting, all who were asked are invited, and what they said stays their answer."""
    _begin(poll, user)
    insist(option.poll_id == poll.pk, _("This date belongs to another poll."))
    insist(_is_possible((option.day, option.starts, option.ends)), _("The new date must be in the future."))
    meeting = Meeting(
        district=poll.district,
        title=poll.title,
        summary=poll.summary,
        level=poll.level,
        audience=poll.audience,
        mode=poll.mode,
        place=poll.place,
        mailbox=poll.mailbox,
        day=option.day,
        starts=option.starts,
        ends=option.ends,
    )
    meeting.slug = free_slug(meeting, f"termin-{option.day:%Y-%m-%d}")
    meeting.save()
    put_standard_items(meeting)
    poll.status, poll.meeting = PollStatus.DECIDED, meeting
    poll.save(update_fields=["status", "meeting"])
    log(poll, "network.poll.decided", user=user)
    _keep_answers(poll, meeting, option, user)
    meeting.refresh_from_db()
    return meeting


def _keep_answers(poll: DatePoll, meeting: Meeting, option: PollOption, user: Any) -> None:
    """Invite all who were asked, in the order in which they answered, which is the order of the seats."""
    rows = poll.invitations.select_related("member").order_by("answered_at", "pk")
    said = {row.email.lower(): row for row in rows}
    guests = [Guest(row.guest_name, row.guest_email, row.guest_language) for row in rows if row.member is None]
    new = invite_quietly(meeting=meeting, user=user, members=[row.member for row in rows if row.member], guests=guests)
    votes = dict(PollVote.objects.filter(option=option).values_list("invitation_id", "vote"))
    order = {email: place for place, email in enumerate(said)}
    for invitation, token in sorted(new, key=lambda pair: order[pair[0].email.lower()]):
        asked = said[invitation.email.lower()]
        if asked.pk in votes:
            rsvp = answer_invitation(
                invitation=invitation, answer=ANSWERS[Vote(votes[asked.pk])], comment=asked.comment
            )
            invitation.rsvp = rsvp
        notify_invited(invitation, token)


@transaction.atomic
def withdraw_poll(*, poll: DatePoll, user: Any) -> DatePoll:
    """None of the dates is taken; tell everybody who was asked."""
    _begin(poll, user)
    poll.status = PollStatus.WITHDRAWN
    poll.save(update_fields=["status"])
    log(poll, "network.poll.withdrawn", user=user)
    poll_notifications.notify_withdrawn(poll)
    return poll


def _begin(poll: DatePoll, user: Any) -> None:
    require(can_run_poll(user, poll.district))
    lock(DatePoll.objects.filter(pk=poll.pk))
    poll.refresh_from_db()
    insist(poll.status == PollStatus.OPEN, _("This poll is over."))


def _asked(known: set[str], poll: DatePoll, email: str, **who: Any) -> tuple[PollInvitation, str]:
    known.add(email.lower())
    token = new_token()
    return PollInvitation.objects.create(poll=poll, token_hash=token_hash(token), **who), token


def _is_possible(slot: Slot) -> bool:
    day, starts, ends = slot
    try:
        return instant(day, ends) > instant(day, starts) > timezone.now()
    except ValidationError:
        return False
