"""What people do with an agenda: propose, accept or decline, order, carry open actions over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings.models import AgendaItem, Invitation, Meeting, StandardItem
from network.meetings.permissions import can_edit_meeting
from network.meetings.statuses import AHEAD, OFF, AgendaKind, AgendaOrigin, MeetingStatus
from network.members.models import Member
from network.minutes import notifications
from network.minutes.models import ActionItem, AgendaProposal
from network.minutes.permissions import can_order_agenda, can_propose
from network.minutes.statuses import ProposalState
from portal.errors import DomainError, require
from portal.languages import SOURCE
from portal.seats import lock

MOST_PROPOSALS = 10
"""Proposals one person may make for one meeting."""
MINUTES_FOR_OPEN_ACTIONS = 10
CARRY_AHEAD = timedelta(days=60)
"""Meetings this near get the open actions of the last one; later ones may still have another in between."""


@transaction.atomic
def propose(
    *, invitation: Invitation, title: str, note: str = "", kind: str = AgendaKind.DISCUSSION, minutes: int | None = None
) -> AgendaProposal:
    """Propose a point. Who acts is whoever holds the invitation. The same title twice is one proposal."""
    meeting = lock(Meeting.objects.select_related("district__site", "organiser").filter(pk=invitation.meeting_id))
    invitation.meeting = meeting
    require(can_propose(invitation), _("Points can no longer be proposed. Please write to the organisers."))
    known = AgendaProposal.objects.filter(invitation=invitation)
    same = known.filter(title=title, note=note, state=ProposalState.OPEN).first()
    if same is not None:
        return same
    if known.count() >= MOST_PROPOSALS:
        raise DomainError(_("You have proposed many points already. Please write to the organisers."))
    proposal = AgendaProposal.objects.create(
        meeting=meeting, invitation=invitation, title=title, note=note, kind=kind, minutes_planned=minutes
    )
    log(meeting, "network.agenda.proposed")
    notifications.notify_proposed(proposal)
    return proposal


@transaction.atomic
def accept(*, proposal: AgendaProposal, user: Any) -> AgendaItem:
    """Put a proposal on the agenda, as its last point, and tell whoever proposed it."""
    meeting = _begin(proposal.meeting, user)
    proposal = _undecided(proposal, ProposalState.ACCEPTED)
    item = AgendaItem.objects.create(
        meeting=meeting,
        order=_next_order(meeting),
        title=proposal.title,
        note=proposal.note,
        kind=proposal.kind,
        minutes_planned=proposal.minutes_planned,
        owner=proposal.invitation.member,
        origin=AgendaOrigin.PROPOSED,
    )
    proposal.item, proposal.state, proposal.reason, proposal.decided_at = item, "accepted", "", timezone.now()
    proposal.save()
    _before_the_last(meeting, item)
    log(meeting, "network.agenda.accepted", user=user)
    notifications.notify_decided(proposal)
    return item


@transaction.atomic
def decline(*, proposal: AgendaProposal, user: Any, reason: str) -> AgendaProposal:
    """Leave a proposal out, with a reason that its author reads. A point already made of it goes."""
    meeting = _begin(proposal.meeting, user)
    if not reason.strip():
        raise DomainError(_("Please say why. Whoever proposed it reads the reason."))
    proposal = _undecided(proposal, ProposalState.DECLINED)
    if proposal.item is not None:
        proposal.item.delete()
    proposal.item, proposal.state, proposal.reason, proposal.decided_at = None, "declined", reason, timezone.now()
    proposal.save()
    log(meeting, "network.agenda.declined", user=user)
    notifications.notify_decided(proposal)
    return proposal


@transaction.atomic
def add_item(*, meeting: Meeting, user: Any, **facts: Any) -> AgendaItem:
    """Add a point at the end."""
    meeting = _begin(meeting, user)
    _check_owner(meeting, facts.get("owner"))
    item = AgendaItem.objects.create(meeting=meeting, order=_next_order(meeting), **facts)
    return _changed(meeting, user, item)


@transaction.atomic
def change_item(*, item: AgendaItem, user: Any, **facts: Any) -> AgendaItem:
    """Change title, kind, minutes, note or presenter of a point."""
    meeting = _begin(item.meeting, user)
    _check_owner(meeting, facts.get("owner"))
    for name, value in facts.items():
        setattr(item, name, value)
    item.save(update_fields=list(facts))
    return _changed(meeting, user, item)


@transaction.atomic
def remove_item(*, item: AgendaItem, user: Any) -> None:
    """Take a point off the agenda. A proposal behind it is open again, so that somebody answers it."""
    meeting = _begin(item.meeting, user)
    AgendaProposal.objects.filter(item=item).update(state=ProposalState.OPEN, item=None, decided_at=None)
    item.delete()
    log(meeting, "network.agenda.changed", user=user)


@transaction.atomic
def shift_item(*, item: AgendaItem, user: Any, up: bool) -> None:
    """Move a point one place up or down; at the end of the list nothing happens."""
    meeting = _begin(item.meeting, user)
    items = list(AgendaItem.objects.filter(meeting=meeting))
    place = [row.pk for row in items].index(item.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(items):
        items[place], items[other] = items[other], items[place]
    _number(items)
    log(meeting, "network.agenda.changed", user=user)


@transaction.atomic
def add_standard_items(*, meeting: Meeting, user: Any) -> int:
    """Add the standard items that are not there yet, at the beginning or the end; return how many."""
    meeting = _begin(meeting, user)
    items = list(AgendaItem.objects.filter(meeting=meeting))
    titles = {item.title for item in items}
    first: list[AgendaItem] = []
    last: list[AgendaItem] = []
    for row in StandardItem.objects.at(meeting.district, meeting.level):
        if row.title not in titles:
            titles.add(row.title)
            item = AgendaItem(
                meeting=meeting,
                title=row.title,
                kind=row.kind,
                minutes_planned=row.minutes_planned,
                origin=AgendaOrigin.STANDARD,
            )
            item.save()
            (last if row.is_last else first).append(item)
    _number([*first, *items, *last])
    _carry(meeting, timezone.now())
    log(meeting, "network.agenda.changed", user=user)
    return len(first) + len(last)


@transaction.atomic
def finish_agenda(*, meeting: Meeting, user: Any, final: bool) -> Meeting:
    """Say that the agenda is final: nobody proposes any more. Or open it again (`final=False`)."""
    meeting = _begin(meeting, user)
    old, new = MeetingStatus.INVITED, MeetingStatus.AGENDA_FINAL
    if not final:
        old, new = new, old
    if meeting.status != old:
        raise DomainError(_("This is not possible in the current state of the meeting."))
    meeting.status = new
    meeting.save(update_fields=["status"])
    log(meeting, "network.agenda.final" if final else "network.agenda.changed", user=user)
    return meeting


def carry_over_due(now: datetime | None = None) -> int:
    """Give every meeting of the next weeks the open actions of the last one as its first point, or take it away again.

    A job for the worker: may be killed and run again. Returns how many agendas it looked at.
    """
    now = now or timezone.now()
    near = Meeting.objects.filter(status__in=AHEAD - OFF, starts_at__gt=now, starts_at__lte=now + CARRY_AHEAD)
    for pk in list(near.values_list("pk", flat=True)):
        with transaction.atomic():
            _carry(lock(Meeting.objects.filter(pk=pk)), now)
    return len(near)


def _begin(meeting: Meeting, user: Any) -> Meeting:
    require(can_order_agenda(user, meeting) and can_edit_meeting(user, meeting))
    meeting = lock(Meeting.objects.filter(pk=meeting.pk))
    if meeting.status not in AHEAD:
        raise DomainError(_("The agenda of a meeting that is over no longer changes."))
    return meeting


def _changed(meeting: Meeting, user: Any, item: AgendaItem) -> AgendaItem:
    _carry(meeting, timezone.now())
    log(meeting, "network.agenda.changed", user=user)
    return item


def _carry(meeting: Meeting, now: datetime) -> None:
    """The point "open actions" is there, and first when it comes, exactly as long as there is something open."""
    there = AgendaItem.objects.filter(meeting=meeting, origin=AgendaOrigin.CARRIED)
    wanted = ActionItem.objects.before(meeting).undone().filter(meeting__starts_at__lte=now).exists()
    if not wanted:
        there.delete()
    elif not there.exists():
        with translation.override(SOURCE):
            title = _("Open actions of the last meeting")
        others = list(AgendaItem.objects.filter(meeting=meeting))
        item = AgendaItem(
            meeting=meeting, title=title, origin=AgendaOrigin.CARRIED, minutes_planned=MINUTES_FOR_OPEN_ACTIONS
        )
        item.save()
        _number([item, *others])


def _before_the_last(meeting: Meeting, item: AgendaItem) -> None:
    """What people propose comes before the standard items at the end."""
    closing = set(
        StandardItem.objects.at(meeting.district, meeting.level).filter(is_last=True).values_list("title", flat=True)
    )
    items = [row for row in AgendaItem.objects.filter(meeting=meeting) if row.pk != item.pk]
    at = len(items)
    while at and items[at - 1].origin == AgendaOrigin.STANDARD and items[at - 1].title in closing:
        at -= 1
    _number([*items[:at], item, *items[at:]])


def _number(items: list[AgendaItem]) -> None:
    for place, item in enumerate(items):
        item.order = place
    AgendaItem.objects.bulk_update(items, ["order"])


def _next_order(meeting: Meeting) -> int:
    last = AgendaItem.objects.filter(meeting=meeting).order_by("-order").first()
    return (last.order or 0) + 1 if last else 0


def _undecided(proposal: AgendaProposal, wanted: str) -> AgendaProposal:
    fresh = AgendaProposal.objects.select_related("invitation__member", "item", "meeting__district__site")
    proposal = fresh.get(pk=proposal.pk)
    if proposal.state == wanted:
        raise DomainError(_("Somebody has decided this already."))
    return proposal


def _check_owner(meeting: Meeting, owner: Member | None) -> None:
    require(owner is None or owner.district_id == meeting.district_id, _("This person belongs to another district."))
