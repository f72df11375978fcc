"""What coordinators decide about needs: text, status, order, merging, links. Every decision carries its note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.members.models import Member, Organisation
from network.needs import notifications
from network.needs.anonymity import TEXTS, insist_on_a_look
from network.needs.models import Dots, Need, NeedEvent, NeedLink
from network.needs.permissions import can_manage_needs
from network.needs.similar import need_terms
from network.needs.statuses import (
    ENDED,
    MERGEABLE,
    RANKED,
    TAKES_IN,
    TRANSITIONS,
    Happened,
    LinkKind,
    NeedStatus,
)
from portal.errors import DomainError, require
from portal.seats import lock
from services.directory.models import Municipality


@transaction.atomic
def change_status(
    *, need: Need, user: Any, to: str, note: str, until: date | None = None, was_looked_at: bool = False
) -> Need:
    """Move a need on, with a note that everybody who may see it can read. Those who reported it get a mail.

    `until` is needed to put it on hold: the day on which it is looked at again.
    """
    need = _begin(need, user)
    if to not in TRANSITIONS[need.status]:
        raise DomainError(_("This is not possible now: somebody else changed the need. Please look at it again."))
    if not note.strip():
        raise DomainError(_("Please write a note: why, and what comes next."))
    if to == NeedStatus.ON_HOLD and (until is None or until <= timezone.localdate()):
        raise DomainError(_("Please say until when: a day in the future."))
    insist_on_a_look({"note": note}, was_looked_at=was_looked_at, district=need.district)
    before, now = need.status, timezone.now()
    need.status, need.status_note, need.changed_at = to, note.strip(), now
    need.hold_until = until if to == NeedStatus.ON_HOLD else None
    need.closed_at = now if to in ENDED else None
    if to in {NeedStatus.PRIORITISED, NeedStatus.PLANNED} and need.decided_at is None:
        need.decided_at = now
    if to not in RANKED:
        need.position = None
    need.save()
    event = NeedEvent.objects.create(
        need=need, what=Happened.STATUS, before=before, after=to, note=need.status_note, by=user
    )
    log(need, "network.need.status", user=user, title=need.code, data={"before": before, "after": to})
    notifications.notify_status(need, event)
    return need


@transaction.atomic
def merge(*, need: Need, into: Need, user: Any, note: str = "", was_looked_at: bool = False) -> Need:
    """One need becomes part of another. Texts and histories of both stay; reporters of both are told.

    Dots in rounds that are open go along, so that nobody's vote is lost; rounds that are over stay as they were.
    """
    if need.pk == into.pk:
        raise DomainError(_("A need cannot be merged with itself."))
    # Always in the same order, so that two merges at once cannot wait for each other.
    held = {pk: _begin_by(pk, user) for pk in sorted([need.pk, into.pk])}
    need, into = held[need.pk], held[into.pk]
    if need.district_id != into.district_id:
        raise DomainError(_("You may not do this."))
    if need.status not in MERGEABLE or into.status not in TAKES_IN:
        raise DomainError(_("These two cannot be merged: one of them is already answered, merged or not yet checked."))
    insist_on_a_look({"note": note}, was_looked_at=was_looked_at, district=need.district)
    before, now, words = need.status, timezone.now(), note.strip()
    _move_dots(need, into)
    need.merged_needs.update(merged_into=into)
    need.status, need.merged_into, need.status_note = NeedStatus.MERGED, into, words
    need.position, need.hold_until, need.changed_at, need.closed_at = None, None, now, now
    need.save()
    into.changed_at = now
    into.save(update_fields=["changed_at"])
    event = NeedEvent.objects.create(
        need=need, what=Happened.MERGED, before=before, after=NeedStatus.MERGED, note=words, other=into, by=user
    )
    taken = NeedEvent.objects.create(need=into, what=Happened.TOOK_IN, note=words, other=need, by=user)
    log(need, "network.need.merged", user=user, title=need.code, data={"into": into.code})
    notifications.notify_merged(need, into, event)
    notifications.notify_took_in(into, taken)
    return into


@transaction.atomic
def rank(*, need: Need, user: Any, position: int | None, reason: str, was_looked_at: bool = False) -> Need:
    """Give a need its place in the order, with a written reason. The computed score beside it stays what it is."""
    need = _begin(need, user)
    if need.status not in RANKED:
        raise DomainError(_("Only needs that are open, ordered, planned or being worked on have a place."))
    if position is not None and not reason.strip():
        raise DomainError(_("Please write why this place."))
    insist_on_a_look({"reason": reason}, was_looked_at=was_looked_at, district=need.district)
    need.position, need.position_reason, need.changed_at = position, reason.strip(), timezone.now()
    need.save(update_fields=["position", "position_reason", "changed_at"])
    NeedEvent.objects.create(need=need, what=Happened.RANKED, note=need.position_reason, by=user)
    log(need, "network.need.ranked", user=user, title=need.code, data={"position": position})
    return need


@transaction.atomic
def edit_need(
    *,
    need: Need,
    user: Any,
    facts: Mapping[str, Any],
    towns: Iterable[Municipality] | None = None,
    partners: Iterable[Organisation] | None = None,
    owner: Member | None = None,
    was_looked_at: bool = False,
) -> Need:
    """Correct the text and the facts. What reporters wrote stays with their reports."""
    need = _begin(need, user)
    insist_on_a_look({name: facts.get(name, "") for name in TEXTS}, was_looked_at=was_looked_at, district=need.district)
    for name, value in facts.items():
        setattr(need, name, value)
    need.owner = owner
    need.terms = need_terms(need.title, need.description)
    need.changed_at = timezone.now()
    need.save()
    if towns is not None:
        need.municipalities.set(towns)
    if partners is not None:
        need.partners.set(partners)
    NeedEvent.objects.create(need=need, what=Happened.EDITED, by=user)
    log(need, "network.need.edited", user=user, title=need.code)
    return need


@transaction.atomic
def link(*, need: Need, user: Any, kind: str, target: str, title: str = "") -> NeedLink:
    """Link a need with a meeting, a course or a web page. The same link is made once."""
    need = _begin(need, user)
    made, is_new = NeedLink.objects.get_or_create(
        need=need, kind=LinkKind(kind), target=target.strip(), defaults={"title": title.strip()}
    )
    if is_new:
        NeedEvent.objects.create(need=need, what=Happened.LINKED, note=made.title, by=user)
        log(need, "network.need.linked", user=user, title=need.code)
    return made


@transaction.atomic
def unlink(*, need: Need, user: Any, pk: int) -> None:
    """Take a link away; one that is gone already is no fault."""
    need = _begin(need, user)
    if need.links.filter(pk=pk).delete()[0]:
        log(need, "network.need.unlinked", user=user, title=need.code)


def _begin(need: Need, user: Any) -> Need:
    return _begin_by(need.pk, user)


def _begin_by(pk: int, user: Any) -> Need:
    """The need, locked and freshly read, for somebody who runs its district's register."""
    need: Need = lock(Need.objects.filter(pk=pk))
    require(can_manage_needs(user, need.district))
    return need


def _move_dots(need: Need, into: Need) -> None:
    today = timezone.localdate()
    for dots in Dots.objects.filter(need=need, ballot__round__last_day__gte=today):
        there = Dots.objects.filter(ballot=dots.ballot, need=into).first()
        if there is None:
            dots.need = into
            dots.save(update_fields=["need"])
        else:
            there.number += dots.number
            there.save(update_fields=["number"])
            dots.delete()
