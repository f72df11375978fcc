"""The coordinators' desk: what waits on a Monday morning, as numbers. Each leads to the list that shows it.

Requests are numbers only, from the inbox's own sentence for the coordination office. Labels double as lines of the
weekly mail, so none of them holds a title, a name or a place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.desk_sentences import (
    meetings_ahead,
    minutes_to_do,
    needs_preparing,
    number_of,
    outdated_translations,
    stale_pages,
    unwritten,
)
from network.members.coverage import covered
from network.members.models import Member
from network.minutes.models import ActionItem
from network.minutes.querysets import REMIND_AGAIN
from network.minutes.statuses import MinutesStatus
from network.needs.models import Need
from network.needs.statuses import NeedStatus
from portal.models import District
from services.courses import planning
from services.courses.planning_permissions import can_plan
from services.courses.vocabulary import LearnerLevel
from services.directory.models import Municipality, Office
from services.inbox.escalation import waiting_in
from services.inbox.models import NoticeWishes
from services.inbox.permissions import coordination_offices

SHOWN = 8
"""Rows a block shows; the rest stands in its list."""
DECIDE = 14
"""Days before the decision about a course by which missing people stand on the desk."""


@dataclass(frozen=True)
class Line:
    """A number with what it counts and where its list is. `is_late`: somebody has been waiting for too long."""

    code: str
    number: int
    label: str
    address: str
    is_late: bool = False


@dataclass
class Block:
    """A part of the desk. `rows` are for the page only, never for a mail."""

    code: str
    title: str
    lines: list[Line] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)


@dataclass
class Desk:
    """The blocks, and whether their numbers come by mail each Monday."""

    blocks: list[Block]
    weekly: bool


def desk_of(district: District, user: Any, at: datetime | None = None) -> Desk:
    """Everything that waits for this coordinator, in eight queries however much there is."""
    now = at or timezone.now()
    numbers = _numbers(district, user, now)
    plan = planning.plan_of(district, now) if can_plan(user) else None
    towns = list(plan.towns.values() if plan else Municipality.objects.of(district))
    blocks = [
        _requests(district, now) if numbers["coordinates"] else None,
        _meetings(district, now),
        _minutes(district, numbers),
        _needs(numbers),
        _actions(numbers),
        _courses(plan) if plan else None,
        _people(district, towns, numbers, now),
        _pages(numbers),
    ]
    return Desk([block for block in blocks if block is not None], weekly=not numbers["silenced"])


def _numbers(district: District, user: Any, at: datetime) -> dict[str, int]:
    """All plain counts in one query."""
    today = timezone.localdate(at)
    actions = ActionItem.objects.of(district).undone()
    mine = ActionItem.objects.of_account(district, user).undone()
    counts = {
        "needs": Need.objects.of(district).filter(status=NeedStatus.NEW),
        "held_needs": Need.objects.of(district).filter(status=NeedStatus.ON_HOLD, hold_until__lte=today),
        "all_overdue": actions.filter(due__lt=today),
        "mine": mine,
        "mine_overdue": mine.filter(due__lt=today),
        "mine_soon": mine.filter(due__gte=today, due__lte=today + REMIND_AGAIN),
        "member": Member.objects.of(district).active(today).for_user(user),
        "coordinates": coordination_offices(user).filter(district=district),
        "silenced": NoticeWishes.objects.filter(user=user, desk_weekly=False),
        "unconfirmed": Member.objects.of(district).unconfirmed(),
        "stale": stale_pages(district, today),
        "outdated": outdated_translations(district),
        "unwritten": unwritten(district, at),
    }
    asked = {name: number_of(rows) for name, rows in counts.items() if not rows.query.is_empty()}
    found = District.objects.filter(pk=district.pk).values_list(*asked.values())
    return {**dict.fromkeys(counts, 0), **dict(zip(asked, found[0], strict=True))}


def _requests(district: District, at: datetime) -> Block:
    """For people of a coordination office, who see the same numbers in the inbox."""
    waiting = waiting_in(Office.objects.of(district).filter(takes_cases=True), at)
    address = reverse("inbox_coordination")
    untaken, overdue = sum(one.unassigned for one in waiting), sum(one.overdue for one in waiting)
    forgotten = sum(one.forgotten for one in waiting)
    lines = [
        Line("untaken", untaken, _("Requests that nobody has taken"), address, is_late=untaken > 0),
        Line("overdue", overdue, _("Answers that are overdue"), address, is_late=overdue > 0),
        Line("forgotten", forgotten, _("Requests that nobody worked on for a month"), address, is_late=forgotten > 0),
    ]
    rows = [one for one in waiting if one.unassigned or one.overdue]
    return Block("requests", _("Requests"), lines, rows)


def _meetings(district: District, at: datetime) -> Block:
    rows = list(meetings_ahead(district, at))
    open_ones = [row for row in rows if needs_preparing(row)]
    here = _list("meetings")
    lines = [
        Line("to_prepare", len(open_ones), _("Meetings to prepare"), here),
        Line("agenda", sum(not row.agenda_points for row in rows), _("without an agenda"), here),
        Line("nobody", sum(not row.invited for row in rows), _("without invitations"), here),
        Line("silent", sum(row.silent for row in rows), _("Invited people who have not answered"), here),
    ]
    return Block("meetings", _("Meetings"), lines, rows[:SHOWN])


def _minutes(district: District, numbers: dict[str, int]) -> Block:
    rows = list(minutes_to_do(district))
    status = Counter(row.status for row in rows)
    objections = sum(row.open_objections for row in rows)
    here = _list("minutes")
    missing = _list("unwritten")
    lines = [
        Line("approve", status[MinutesStatus.SUBMITTED], _("Minutes to approve"), here),
        Line("objections", objections, _("Objections without an answer"), here, is_late=objections > 0),
        Line("drafts", status[MinutesStatus.DRAFT], _("Minutes not finished yet"), here),
        Line("unwritten", numbers["unwritten"], _("Meetings without minutes"), missing),
    ]
    return Block("minutes", _("Minutes"), lines, rows[:SHOWN])


def _needs(numbers: dict[str, int]) -> Block:
    index = reverse("network_needs:index")
    lines = [
        Line("needs", numbers["needs"], _("New needs to check"), f"{index}?status={NeedStatus.NEW}"),
        Line("held", numbers["held_needs"], _("Needs to look at again"), f"{index}?status={NeedStatus.ON_HOLD}"),
    ]
    return Block("needs", _("Needs"), lines)


def _actions(numbers: dict[str, int]) -> Block:
    everybody = f"{reverse('network_actions')}?status=overdue"
    late = numbers["all_overdue"]
    lines = [Line("all_overdue", late, _("Overdue actions of the network"), everybody, is_late=late > 0)]
    if numbers["member"]:
        mine = reverse("my_actions")
        own = [
            Line("mine_overdue", numbers["mine_overdue"], _("My overdue actions"), mine, numbers["mine_overdue"] > 0),
            Line("mine_soon", numbers["mine_soon"], _("My actions due in the next seven days"), mine),
            Line("mine", numbers["mine"], _("All my open actions"), mine),
        ]
        lines = [*own, *lines]
    return Block("actions", _("Actions"), lines)


def _courses(plan: planning.Plan) -> Block:
    """Where people wait and seats are missing, or the other way round."""
    planned, free = planning.open_runs(plan)
    placed = {wish.pk for one in (*planned, *free) for wish in one.fit.fitting}
    without = [wish for wish in plan.wishes if wish.pk not in placed]
    few = [one for one in planned if one.state == "few" and one.days_left is not None and one.days_left <= DECIDE]
    here = reverse("course_planning")
    lines = [
        Line("people", len(plan.wishes), _("People who wait for a course"), here),
        Line("without", len(without), _("of them, no course fits"), here),
        Line("few", len(few), _("Courses with too few people to decide in two weeks"), here, is_late=bool(few)),
    ]
    levels = Counter(wish.level for wish in without)
    rows = [(str(LearnerLevel(level).label), number) for level, number in levels.most_common(SHOWN)]
    return Block("courses", _("Courses"), lines, rows)


def _people(district: District, towns: list[Municipality], numbers: dict[str, int], at: datetime) -> Block:
    rows = covered(district, towns, timezone.localdate(at))
    nobody = [row for row in rows if row.nobody and not row.hidden]
    lines = [
        Line("unconfirmed", numbers["unconfirmed"], _("Members who have not confirmed"), _list("unconfirmed")),
        Line("towns", len(nobody), _("Towns where nobody is there today"), _list("towns")),
    ]
    return Block("people", _("Members"), lines)


def _pages(numbers: dict[str, int]) -> Block:
    stale, outdated = numbers["stale"], numbers["outdated"]
    lines = [
        Line("stale", stale, _("Pages that had to be checked"), _list("stale"), is_late=stale > 0),
        Line("outdated", outdated, _("Translations older than the German page"), _list("outdated")),
    ]
    return Block("pages", _("Pages"), lines)


def _list(name: str) -> str:
    return reverse("desk_list", args=[name])
