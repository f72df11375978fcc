"""What somebody may do with the network's people."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists
from django.utils import timezone

from network.members.models import Member
from portal.models import District
from services.directory.models import OfficeMembership


def belongs_to(user: Any, district: District) -> bool:
    """Whether an account has to do with this district.

    - an active member of its network, or
    - somebody who works for one of its offices today
    """
    if not user.is_authenticated or not user.is_active:
        return False
    people = Member.objects.of(district).active().for_user(user)
    staff = OfficeMembership.objects.valid(timezone.localdate()).filter(user=user, office__district=district)
    return District.objects.filter(Exists(people) | Exists(staff), pk=district.pk).exists()


def can_coordinate(user: Any, district: District) -> bool:
    """Who runs this district's network: its people, its meetings, their invitations.

    - has the permission `network.change_meeting`, and
    - belongs to the district; coordinators of another district do not, editors of pages do not
    - administrators of the whole installation may, because they could give themselves the rest
    """
    if not user.is_authenticated or not user.has_perm("network.change_meeting"):
        return False
    return user.is_superuser or belongs_to(user, district)


def can_have_feed(user: Any, member: Member) -> bool:
    """Who makes and ends the secret address of a member's calendar.

    - the member, by their own account, as long as they belong to the network
    - nobody else, because whoever makes it gets to know it
    """
    return bool(
        user.is_authenticated
        and user.is_active
        and member.user_id == user.pk
        and member.is_active_on(timezone.localdate())
    )


def can_change_entry(user: Any, member: Member) -> bool:
    """Who confirms and changes an entry, ends its links, and lets somebody leave.

    - the member, by their own account or (user None) by their personal link, while they belong to the network
    - the coordinators of the district
    - nobody else: neither colleagues of the same organisation nor deputies
    """
    here = member.is_active_on(timezone.localdate())
    if user is None:
        return here
    if user.is_authenticated and user.is_active and member.user_id == user.pk and here:
        return True
    return can_coordinate(user, member.district)
