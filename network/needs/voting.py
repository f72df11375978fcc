"""Votes of organisations on needs. A round is open from its first to its last day; then nothing changes any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.members.models import Member
from network.needs.models import Ballot, Dots, Need, VotingRound
from network.needs.permissions import can_vote
from portal.errors import DomainError, require
from portal.seats import lock


class TooManyDots(DomainError):
    """More dots than there are to give away."""

    status = 422


@dataclass(frozen=True)
class Stake:
    """A need on the page of a round, with the dots that one organisation gave it."""

    need: Need
    own: int


@transaction.atomic
def cast_vote(*, voting_round: VotingRound, member: Member, dots: Mapping[int, int]) -> Ballot:
    """Cast or change the one vote of the member's organisation. `dots` maps numbers of needs to dots; zero is none.

    Raises `TooManyDots`, and `DomainError` where a need can no longer be voted for.
    """
    held: VotingRound = lock(VotingRound.objects.filter(pk=voting_round.pk))
    require(can_vote(member, held), _("This round is over, or has not begun."))
    wanted = {pk: number for pk, number in dots.items() if number > 0}
    if sum(wanted.values()) > held.dots:
        raise TooManyDots(_("Your organisation has {dots} dots. Please take some away.").format(dots=held.dots))
    votable = set(Need.objects.of(held.district).votable().filter(pk__in=wanted).values_list("pk", flat=True))
    if set(wanted) - votable:
        raise DomainError(_("One of these needs can no longer be voted for. Please look at the list again."))
    ballot, _new = Ballot.objects.get_or_create(round=held, organisation=member.organisation)
    ballot.cast_by, ballot.changed_at = member, timezone.now()
    ballot.save(update_fields=["cast_by", "changed_at"])
    ballot.dots.all().delete()
    Dots.objects.bulk_create(Dots(ballot=ballot, need_id=pk, number=number) for pk, number in wanted.items())
    log(held, "network.need.voted", user=member.user)
    return ballot


def stakes(rows: Any, ballot: Ballot | None) -> list[Stake]:
    """The needs of a round with what an organisation gave each."""
    given = dict(ballot.dots.values_list("need_id", "number")) if ballot else {}
    return [Stake(need, given.get(need.pk, 0)) for need in rows]
