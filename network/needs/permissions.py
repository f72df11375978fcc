"""What somebody may do with the needs of a district."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from network.members.models import Member
from network.members.permissions import can_coordinate
from network.needs.models import Need, VotingRound
from network.needs.statuses import LIVING
from portal.models import District


def can_report(member: Member | None, on: date | None = None) -> bool:
    """Who reports a need here.

    - an active member of the network
    - everybody else by the invitation to the form "Report a need", whose requests a coordinator takes over
    """
    return member is not None and member.is_active_on(on or timezone.localdate())


def can_see_need(member: Member | None, need: Need) -> bool:
    """Who may know of a need: exactly those to whom `visible_to` shows it."""
    return Need.objects.visible_to(member).filter(pk=need.pk).exists()


def can_join(member: Member | None, need: Need) -> bool:
    """Who says "we have this too".

    - an active member who may see the need
    - as long as it is not answered
    - once: whoever reported it already hears of it anyway
    """
    return (
        member is not None
        and can_report(member)
        and need.status in LIVING
        and can_see_need(member, need)
        and not need.reports.filter(member=member).exists()
    )


def can_vote(member: Member | None, voting_round: VotingRound | None, on: date | None = None) -> bool:
    """Who casts or changes the vote of an organisation.

    - any active member, for their own organisation in their own district
    - from the first to the last day of the round
    """
    day = on or timezone.localdate()
    return (
        member is not None
        and voting_round is not None
        and member.is_active_on(day)
        and member.district_id == voting_round.district_id
        and voting_round.first_day <= day <= voting_round.last_day
    )


def can_manage_needs(user: Any, district: District) -> bool:
    """Who checks, merges, orders and answers needs, and takes them over from requests and statistics.

    - the coordinators of the district (`can_coordinate`)
    - not who reported it, nor who is in charge of it, unless a coordinator
    """
    return can_coordinate(user, district)
