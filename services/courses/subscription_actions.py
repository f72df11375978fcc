"""What people do with mail about courses: want it, confirm it, pause it, change it, end it. Nobody needs an account.

Whoever holds the link of a mail may change that one subscription. Nothing on a page tells whether an address gets mail.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import sealing
from portal.errors import DomainError, TooMany
from portal.languages import is_known
from portal.models import District, OutboxMessage
from portal.rates import count_key
from portal.sealing import KeyMissing
from services.courses.subscription_models import Subscription, SubscriptionMail
from services.courses.subscription_targets import Target, joinable_runs, target_of
from services.inbox.models import EscrowKey

WISHES_PER_DAY = 5
"""Mails a day that strangers can cause at one address: enough for a person, too few to bother one."""
MOST = 30
"""Subscriptions of one address; more is nobody's wish."""
DAY = 86_400


@transaction.atomic
def subscribe(
    *, district: District, target: Target, address: str, language: str, wants_changes: bool, at: datetime
) -> None:
    """Remember the wish; the worker asks at the address whether it is true. Raises `KeyMissing`.

    Nothing that comes back tells whether the address is known. A second wish for the same keeps the first one's link.
    """
    if not is_known(language):
        raise DomainError(_("Please choose from the list."))
    escrow = EscrowKey.objects.active().filter(district=district).first()
    if escrow is None:
        raise KeyMissing(_("The key for safe messages is missing. Please tell us by telephone."))
    stamps = _stamps("address", address)
    try:
        count_key(f"course-mails:{stamps[0]}", WISHES_PER_DAY, DAY)
    except TooMany:
        return  # to say so would tell a stranger about this address
    theirs = Subscription.objects.of(district).filter(address_stamp__in=stamps).select_for_update()
    same = next((row for row in theirs if row.target_key == target.address), None)
    if same is not None:
        same.mail_due = SubscriptionMail.ALREADY if same.confirmed_at else SubscriptionMail.CONFIRM
        same.wanted_at = at
        same.save(update_fields=["mail_due", "wanted_at"])
    elif len(theirs) < MOST:
        facts = {"language": language, "wants_changes": wants_changes or not target.is_filter, "wanted_at": at}
        # Pressed twice at once: the second finds the row of the first.
        Subscription.objects.get_or_create(
            district=district,
            address_stamp=stamps[0],
            target_key=target.address,
            defaults={**facts, **_sealed(address, escrow), **_about(target), "mail_due": SubscriptionMail.CONFIRM},
        )


def _sealed(address: str, escrow: EscrowKey) -> dict[str, Any]:
    """The address with a fresh link, for the worker alone, and the fingerprint that finds the link."""
    token = secrets.token_urlsafe(32)
    content = json.dumps({"to": address, "token": token}).encode()
    return {
        "token_stamp": _stamps("link", token)[0],
        "sealed": sealing.seal(content.ljust(sealing.BLOCK), escrow.public),
        "key_version": escrow.version,
    }


def _about(target: Target) -> dict[str, Any]:
    return {"query": target.query, "course": target.course, "run": target.run}


def with_token(district: District, token: str) -> Subscription | None:
    """The subscription that this link opens."""
    rows = Subscription.objects.of(district).select_related("course", "run__course", "district__site")
    return rows.filter(token_stamp__in=_stamps("link", token)).first()


@transaction.atomic
def confirm(*, subscription: Subscription, at: datetime) -> None:
    """Begin to send. What could be seen on the list when the person asked is no news to them."""
    row = _locked(subscription)
    if row is None or row.confirmed_at is not None:
        return
    row.confirmed_at = row.renewed_at = row.check_at = at
    row.mail_due = ""
    row.save(update_fields=["confirmed_at", "renewed_at", "check_at", "mail_due"])
    seen = joinable_runs(target_of(row), row.district, at).filter(created_at__lte=row.wanted_at)
    row.known.add(*seen.values_list("pk", flat=True))


@transaction.atomic
def pause(*, subscription: Subscription, at: datetime) -> None:
    """Send nothing until the person says so."""
    Subscription.objects.filter(pk=subscription.pk, paused_at=None).update(paused_at=at)
    _drop_waiting(subscription)


@transaction.atomic
def resume(*, subscription: Subscription, at: datetime) -> None:
    """Send again; what came meanwhile and still fits is news."""
    Subscription.objects.filter(pk=subscription.pk).update(paused_at=None, check_at=at)


@transaction.atomic
def change(*, subscription: Subscription, language: str, wants_changes: bool) -> None:
    """Another language, or changes at once or not."""
    if not is_known(language):
        raise DomainError(_("Please choose from the list."))
    wants_changes = wants_changes or not target_of(subscription).is_filter
    Subscription.objects.filter(pk=subscription.pk).update(language=language, wants_changes=wants_changes)


@transaction.atomic
def keep(*, subscription: Subscription, at: datetime) -> None:
    """The mails are still wanted: good for another year."""
    Subscription.objects.confirmed().filter(pk=subscription.pk).update(renewed_at=at, renew_asked_at=None)


@transaction.atomic
def stop(*, subscription: Subscription) -> None:
    """No more mail, and the address is erased, with what waits to be sent. Twice is as good as once."""
    _drop_waiting(subscription)
    Subscription.objects.filter(pk=subscription.pk).delete()


@transaction.atomic
def stop_all(*, subscription: Subscription) -> None:
    """No more mail about courses to this address at all."""
    rows = Subscription.objects.filter(district=subscription.district, address_stamp=subscription.address_stamp)
    for row in rows:
        stop(subscription=row)


def key_of(subscription: Subscription, kind: str) -> str:
    """The key against sending twice; all mails of one subscription begin alike."""
    return f"subscription:{subscription.pk}:{kind}"


def _drop_waiting(subscription: Subscription) -> None:
    OutboxMessage.objects.waiting().filter(dedupe_key__startswith=key_of(subscription, "")).delete()


def _locked(subscription: Subscription) -> Subscription | None:
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("course", "run__course", "district")
    return rows.filter(pk=subscription.pk).first()


def _stamps(kind: str, value: str) -> list[str]:
    """Fingerprints of an address or link under all peppers, the newest first."""
    text = value.strip().casefold() if kind == "address" else value
    return [sealing.stamp(f"course-mails|{kind}", text.encode(), version) for version in sealing.pepper_versions()]
