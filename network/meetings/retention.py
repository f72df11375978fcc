"""What meetings know of people outside the network goes three months after the meeting (handbook: domain §5.7).

Guests, delegates and comments go; who answered what stays as a number, and the list of who was there stays with the
minutes, for which the office has rules of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from network.meetings.models import Invitation, PersonalLink, Rsvp
from network.meetings.querysets import InvitationQuerySet, RsvpQuerySet
from network.members.retention import ERASED_HOST, ERASED_NAME

KEPT_AFTER_MEETING = timedelta(days=92)
"""How long guests and delegates are known after the end of a meeting: three months, whichever they are."""


@transaction.atomic
def forget_guests(*, at: datetime) -> int:
    """Forget guests, delegates and comments of meetings long over; their links end. Returns how many people.

    Safe to repeat and to kill: everything or nothing of it happens.
    """
    guests = list(_guests(at).values_list("pk", flat=True))
    PersonalLink.objects.filter(invitation__in=guests).delete()
    number = Cast("pk", CharField())
    Invitation.objects.filter(pk__in=guests).update(
        guest_name=ERASED_NAME,
        guest_email=Concat(number, Value(ERASED_HOST)),
        token_hash=Concat(Value("erased-"), number),
    )
    delegates = _delegates(at)
    found = len(guests) + delegates.count()
    delegates.update(delegate_name=ERASED_NAME, delegate_email="", delegate_token_hash=None)
    _comments(at).update(comment="")
    return found


def count_guests(*, at: datetime) -> int:
    """How many guests and delegates are known for too long."""
    return int(_guests(at).count() + _delegates(at).count())


def _guests(at: datetime) -> InvitationQuerySet:
    rows: InvitationQuerySet = Invitation.objects.filter(
        member=None, meeting__ends_at__lt=at - KEPT_AFTER_MEETING
    ).exclude(guest_email__endswith=ERASED_HOST)
    return rows


def _delegates(at: datetime) -> RsvpQuerySet:
    known = ~Q(delegate_name__in=["", ERASED_NAME]) | ~Q(delegate_email="")
    return _answers(at).filter(known)


def _comments(at: datetime) -> RsvpQuerySet:
    return _answers(at).exclude(comment="")


def _answers(at: datetime) -> RsvpQuerySet:
    rows: RsvpQuerySet = Rsvp.objects.filter(invitation__meeting__ends_at__lt=at - KEPT_AFTER_MEETING)
    return rows
