"""What happens with a member's own entry: invite, confirm, change, new links, leave; and the question every half year.

`user` is whoever is logged in. None: the member, by their personal link, which the view has checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.members import notifications
from network.members.leaving import say_farewell
from network.members.models import Member
from network.members.permissions import can_change_entry, can_coordinate
from portal.errors import DomainError, require
from portal.seats import lock
from services.directory.models import Municipality

AT_ONCE = 200
"""Entries one run of the job asks about, so that a run stays short."""


@transaction.atomic
def invite_member(*, member: Member, user: Any) -> Member:
    """Tell somebody that they are in the network, with the link to their entry. Again: with a new link."""
    require(can_coordinate(user, member.district))
    member = _held(member)
    _insist_active(member)
    now = timezone.now()
    member.invited_at = now
    if member.confirmed_at is None:
        member.asked_at, member.reminded_at, member.unconfirmed_at = now, None, None
    member.save(update_fields=["invited_at", "asked_at", "reminded_at", "unconfirmed_at"])
    log(member, "network.member.invited", user=user)
    notifications.notify_welcome(member, now.isoformat())
    return member


@transaction.atomic
def confirm_entry(*, member: Member, user: Any = None) -> Member:
    """The entry is right as it is."""
    require(can_change_entry(user, member))
    member = _held(member)
    _confirmed(member)
    member.save()
    log(member, "network.member.confirmed", user=user)
    return member


@transaction.atomic
def change_entry(
    *,
    member: Member,
    phone: str,
    is_listed: bool,
    shows_phone: bool,
    language: str,
    areas: Iterable[Municipality],
    deputy: Member | None,
    absent_from: date | None,
    absent_until: date | None,
    user: Any = None,
) -> Member:
    """Change what a member may change themselves; that confirms the entry too."""
    require(can_change_entry(user, member))
    member = _held(member)
    _check_deputy(member, deputy)
    member.phone, member.is_listed, member.shows_phone, member.language = phone, is_listed, shows_phone, language
    member.deputy, member.absent_from, member.absent_until = deputy, absent_from, absent_until
    _confirmed(member)
    member.save()
    member.areas.set(areas)
    log(member, "network.member.changed", user=user)
    return member


@transaction.atomic
def send_link(*, member: Member) -> None:
    """Send the member a new personal link, because somebody typed their address. Goes to nobody else."""
    member = _held(member)
    if member.is_active_on(timezone.localdate()):
        notifications.notify_link(member, timezone.now().isoformat())


@transaction.atomic
def end_links(*, member: Member, user: Any = None) -> Member:
    """All personal links to this entry end now; the member gets a new one by mail."""
    require(can_change_entry(user, member))
    member = _held(member)
    member.link_version += 1
    member.save(update_fields=["link_version"])
    log(member, "network.member.links_ended", user=user)
    notifications.notify_link(member, timezone.now().isoformat())
    return member


@transaction.atomic
def leave(*, member: Member, user: Any = None) -> Member:
    """The member leaves the network: pages, links, calendar, invitations and polls end now. Their account stays."""
    require(can_change_entry(user, member))
    member = _held(member)
    if not member.is_active:
        return member
    now = timezone.now()
    member.is_active, member.left_on = False, timezone.localdate(now)
    end_access(member, now)
    log(member, "network.member.left", user=user)
    notifications.notify_left(member, now.isoformat())
    notifications.notify_coordinators_of_leaving(member, f"{member.pk}:{now.isoformat()}")
    return member


def let_go(now: datetime | None = None) -> int:
    """Whose last day has passed leaves, with all that ends then. A job for the worker; returns how many left."""
    now = now or timezone.now()
    rows = Member.objects.filter(is_active=True, left_on__lt=timezone.localdate(now))
    done = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            lock(Member.objects.filter(pk=pk))
            member = rows.filter(pk=pk).select_related("district__site").first()
            if member is not None:
                member.is_active = False
                end_access(member, now)
                log(member, "network.member.left")
                notifications.notify_left(member, now.isoformat())
                done += 1
    return done


def end_access(member: Member, at: datetime) -> None:
    """What ends with leaving, by whatever way somebody left. The member is locked; saves it."""
    member.link_version += 1
    member.is_listed = member.shows_phone = False
    member.asked_at = member.reminded_at = member.unconfirmed_at = None
    member.save()
    member.feed_tokens.filter(revoked_at=None).update(revoked_at=at)
    Member.objects.filter(deputy=member).update(deputy=None)
    say_farewell(member, at)


def ask_to_confirm(now: datetime | None = None) -> int:
    """Ask every half year whether an entry is right, remind once, then mark it and tell the coordinators.

    A job for the worker: each entry in its own transaction, may be killed and run again. Returns how many it touched.
    """
    now = now or timezone.now()
    steps = ((Member.objects.to_mark(now), _mark), (Member.objects.to_remind(now), _remind))
    done = 0
    for rows, step in (*steps, (Member.objects.to_ask(now), _ask)):
        for pk in list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            with transaction.atomic():
                # Read again under the lock: another worker, or the member, may have been faster.
                lock(Member.objects.filter(pk=pk))
                member = rows.filter(pk=pk).select_related("district__site").first()
                if member is not None:
                    step(member, now)
                    done += 1
    return done


def _ask(member: Member, now: datetime) -> None:
    member.asked_at = now
    member.save(update_fields=["asked_at"])
    notifications.notify_asked(member, now.date().isoformat())


def _remind(member: Member, now: datetime) -> None:
    member.reminded_at = now
    member.save(update_fields=["reminded_at"])
    notifications.notify_reminded(member, now.date().isoformat())


def _mark(member: Member, now: datetime) -> None:
    member.unconfirmed_at = now
    member.save(update_fields=["unconfirmed_at"])
    notifications.notify_coordinators_of_silence(member, f"{member.district_id}:{timezone.localdate(now)}")


def _confirmed(member: Member) -> None:
    member.confirmed_at = timezone.now()
    member.asked_at = member.reminded_at = member.unconfirmed_at = None


def _held(member: Member) -> Member:
    """The member, locked and freshly read."""
    lock(Member.objects.filter(pk=member.pk))
    return Member.objects.select_related("district__site", "organisation").get(pk=member.pk)


def _insist_active(member: Member) -> None:
    if not member.is_active_on(timezone.localdate()):
        raise DomainError(_("This person has left the network."))


def _check_deputy(member: Member, deputy: Member | None) -> None:
    if deputy is not None and (deputy.pk == member.pk or deputy.district_id != member.district_id):
        raise DomainError(_("Please choose somebody else of the network as deputy."))
