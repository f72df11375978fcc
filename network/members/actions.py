"""What people do with their membership: a calendar of their own, and their entry in the directory."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from network.members.entry_actions import (
    change_entry,
    confirm_entry,
    end_access,
    end_links,
    invite_member,
    leave,
    send_link,
)
from network.members.models import FeedToken, Member
from network.members.permissions import can_have_feed
from network.members.querysets import new_token, token_hash
from portal.errors import require
from portal.seats import lock

__all__ = [
    "change_entry",
    "confirm_entry",
    "end_access",
    "end_feed",
    "end_links",
    "invite_member",
    "leave",
    "make_feed",
    "send_link",
]


@transaction.atomic
def make_feed(*, member: Member, user: Any) -> str:
    """Make the secret address of a member's calendar and return its token, which is never shown again.

    An older address ends now.
    """
    require(can_have_feed(user, member))
    lock(Member.objects.filter(pk=member.pk))
    member.feed_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    token = new_token()
    FeedToken.objects.create(member=member, secret_hash=token_hash(token))
    log(member, "network.member.feed_made", user=user)
    return token


@transaction.atomic
def end_feed(*, member: Member, user: Any) -> None:
    """The secret address ends now."""
    require(can_have_feed(user, member))
    if member.feed_tokens.filter(revoked_at=None).update(revoked_at=timezone.now()):
        log(member, "network.member.feed_ended", user=user)
