"""Who left the network is forgotten a year later: name, addresses, areas and account go, numbers of the past stay.

The handbook gives no time for members; a year is what the record of access keeps, so that questions about it can still
be answered. To be confirmed by the district.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from network.members.models import Member
from network.members.querysets import MemberQuerySet

KEPT_AFTER_LEAVING = timedelta(days=365)
"""How long after their last day somebody's entry is kept."""
ERASED_NAME = "–"
"""What stands where a name was."""
ERASED_HOST = "@erased.invalid"
"""Ends the address of somebody who was forgotten; no mail can go there (RFC 2606)."""


def forget_members(*, at: datetime) -> int:
    """Forget those whose time is over, one transaction each; return how many. Safe to repeat and to kill."""
    return sum(_forget(pk) for pk in list(_due(at).values_list("pk", flat=True)))


def count_members(*, at: datetime) -> int:
    """How many people who left are known for too long."""
    return int(_due(at).count())


@transaction.atomic
def _forget(pk: int) -> int:
    member = Member.objects.select_for_update(of=("self",)).filter(pk=pk, is_active=False).first()
    if member is None:
        return 0
    member.name, member.email, member.phone = ERASED_NAME, f"{pk}{ERASED_HOST}", ""
    member.user = member.deputy = member.absent_from = member.absent_until = None
    member.save()
    member.areas.clear()
    member.feed_tokens.all().delete()
    # The admin's history names whom it is about.
    kind = ContentType.objects.get_for_model(Member)
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(pk)).update(label=ERASED_NAME)
    return 1


def _due(at: datetime) -> MemberQuerySet:
    until = timezone.localdate(at) - KEPT_AFTER_LEAVING
    rows: MemberQuerySet = Member.objects.filter(is_active=False, left_on__lt=until)
    return rows.exclude(email__endswith=ERASED_HOST)
