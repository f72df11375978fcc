"""What people do with actions: plan, change, say how far they are; and the reminders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.meetings.models import Meeting
from network.members.models import Member, Organisation
from network.minutes import notifications
from network.minutes.models import ActionItem, MinutesEntry
from network.minutes.permissions import can_plan_actions, can_work_on, can_write_minutes
from network.minutes.statuses import ACTION_STEPS, NEEDS_A_NOTE, UNDONE, ActionStatus
from network.needs.models import Need
from portal.errors import DomainError, require
from portal.models import District
from portal.seats import lock


@transaction.atomic
def plan_action(
    *,
    district: District,
    user: Any,
    text: str,
    owner: Member | None = None,
    organisation: Organisation | None = None,
    due: date | None = None,
    meeting: Meeting | None = None,
    entry: MinutesEntry | None = None,
    need: Need | None = None,
) -> ActionItem:
    """Note who does what until when, from an entry of minutes or without one. The same twice is one."""
    meeting = entry.minutes.meeting if entry is not None else meeting
    require(can_write_minutes(user, meeting) if meeting is not None else can_plan_actions(user, district))
    _check(district, owner, organisation, meeting)
    same = (
        ActionItem.objects.of(district)
        .undone()
        .filter(text=text, owner=owner, organisation=organisation, due=due, meeting=meeting, entry=entry)
    )
    known: ActionItem | None = same.first()
    if known is not None:
        return known
    action = ActionItem.objects.create(
        district=district,
        text=text,
        owner=owner,
        organisation=organisation,
        due=due,
        meeting=meeting,
        entry=entry,
        need=need,
        created_by=user,
    )
    log(action, "network.action.planned", user=user)
    return action


@transaction.atomic
def change_action(*, action: ActionItem, user: Any, **facts: Any) -> ActionItem:
    """Change text, owner, organisation or day. A new day or owner means new reminders."""
    require(can_plan_actions(user, action.district))
    now: ActionItem = lock(ActionItem.objects.filter(pk=action.pk))
    _check(now.district, facts.get("owner", now.owner), facts.get("organisation", now.organisation), None)
    if facts.get("due", now.due) != now.due or facts.get("owner", now.owner) != now.owner:
        now.reminded_on = None
    for name, value in facts.items():
        setattr(now, name, value)
    now.save(update_fields=[*facts, "reminded_on"])
    log(now, "network.action.changed", user=user)
    return now


@transaction.atomic
def set_status(
    *, action: ActionItem, status: str, note: str = "", user: Any = None, member: Member | None = None
) -> ActionItem:
    """Say how far an action is: a coordinator (`user`), or whoever answers for it (`member`, also by personal link)."""
    require((user is not None and can_plan_actions(user, action.district)) or can_work_on(member, action))
    now: ActionItem = lock(ActionItem.objects.filter(pk=action.pk))
    if status == now.status and (not note.strip() or note == now.status_note):
        return now
    if status != now.status and status not in ACTION_STEPS[now.status]:
        raise DomainError(_("This is not possible in the current state of the action."))
    if status in NEEDS_A_NOTE and not note.strip():
        raise DomainError(_("Please write in one sentence what was done, or why not."))
    now.status, now.status_note = status, note
    now.closed_at = None if status in UNDONE else timezone.now()
    now.save(update_fields=["status", "status_note", "closed_at"])
    log(now, f"network.action.{ActionStatus(status).value}", user=user)
    return now


def remind_owners(on: date | None = None) -> int:
    """Write once to everybody whose actions are nearly due, or overdue for another week; return the number of mails.

    A job for the worker. Where only an organisation answers, its heads get the mail, without heads all its people.
    """
    day = on or timezone.localdate()
    rows = ActionItem.objects.to_remind(day).select_related("owner", "organisation", "district__site")
    mine: dict[Member, list[ActionItem]] = defaultdict(list)
    for action in rows:
        for member in _who_hears(action, day):
            mine[member].append(action)
    with transaction.atomic():
        for member, actions in mine.items():
            notifications.notify_due(member, actions, day)
        rows.model.objects.filter(pk__in=[action.pk for action in rows]).update(reminded_on=day)
    return len(mine)


def _who_hears(action: ActionItem, day: date) -> list[Member]:
    people = Member.objects.of(action.district).active(day)
    if action.owner is not None and action.owner.is_active_on(day):
        return [action.owner]
    if action.organisation_id is None:
        return []
    of_it = list(people.filter(organisation_id=action.organisation_id))
    return [member for member in of_it if member.role == "head"] or of_it


def _check(
    district: District, owner: Member | None, organisation: Organisation | None, meeting: Meeting | None
) -> None:
    if owner is None and organisation is None:
        raise DomainError(_("Somebody must answer for it: choose a person or an organisation."))
    for part in (owner, organisation, meeting):
        require(part is None or part.district_id == district.pk, _("This belongs to another district."))
