"""From a cell of the planning map (level, town, time of day, childcare) to a plan: the last run that comes nearest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from services.courses.models import CourseRun, Venue
from services.courses.publishing import Plan, RulePlan, suggestion_from
from services.courses.vocabulary import LEARNER_BANDS, Childcare, Level, Mode, TimeOfDay, levels_upto

HOURS: dict[str, tuple[time, time]] = {
    TimeOfDay.MORNING: (time(9), time(12)),
    TimeOfDay.AFTERNOON: (time(14), time(17)),
    TimeOfDay.EVENING: (time(18), time(20, 30)),
    TimeOfDay.WEEKEND: (time(9, 30), time(13)),
}
"""Hours proposed where the last run was at another time of day."""
SATURDAY = 5
NEWEST = 300
"""Runs looked at, the newest first."""
LEVEL_POINTS, TOWN_POINTS, TIME_POINTS = 4, 2, 1


@dataclass(frozen=True)
class Cell:
    """What people wait for. Unknown values are no wish."""

    level: str = ""
    ags: str = ""
    time: str = ""
    childcare: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether anything is wished."""
        return bool(self.level or self.ags or self.time or self.childcare)


def read_cell(query: Mapping[str, str]) -> Cell:
    """The cell that stands in an address: `?level=A1&ags=08326017&time=morning&childcare=1`."""
    level, when = query.get("level", ""), query.get("time", "")
    return Cell(
        level=level if level in Level.values or level in LEARNER_BANDS else "",
        ags=query.get("ags", "")[:8],
        time=when if when in HOURS else "",
        childcare=query.get("childcare", "") not in ("", "0", "none", "no"),
    )


def plan_for(cell: Cell, runs: Any, at: datetime) -> Plan | None:
    """A copy of the run that comes nearest, with what the cell wishes; None where no run teaches at its level."""
    rows = list(runs.with_facts().order_by("-starts_on", "-pk")[:NEWEST])
    scored = [(_points(cell, run), -number, run) for number, run in enumerate(rows)]
    fitting = [entry for entry in scored if not cell.level or entry[0] >= LEVEL_POINTS]
    if not fitting:
        return None
    plan = suggestion_from(max(fitting, key=lambda entry: entry[:2])[2], at)
    facts = plan.facts | _place(cell, plan)
    if cell.childcare and facts["childcare"] == Childcare.NONE:
        facts["childcare"] = Childcare.ON_REQUEST
    return replace(plan, facts=facts, rules=_hours(cell, plan))


def _points(cell: Cell, run: CourseRun) -> int:
    town = run.venue.municipality.ags if run.venue and run.venue.municipality else ""
    points = LEVEL_POINTS if cell.level and _teaches(run.course, cell.level) else 0
    points += TOWN_POINTS if cell.ags and town == cell.ags else 0
    return points + (TIME_POINTS if cell.time and run.time_of_day == cell.time else 0)


def _teaches(course: Any, level: str) -> bool:
    """Whether a course teaches at a level; a pair of levels teaches those from the first to the last."""
    taught = levels_upto(course.level_to)[levels_upto(course.level_to).index(course.level_from) :]
    wanted = {str(value) for value in LEARNER_BANDS.get(level, ())} | {level}
    return bool(wanted & set(taught))


def _place(cell: Cell, plan: Plan) -> dict[str, Any]:
    """A house in the wished town where the last run was elsewhere."""
    venue = plan.facts.get("venue")
    if not cell.ags or (venue and venue.municipality and venue.municipality.ags == cell.ags):
        return {}
    found = Venue.objects.of(plan.course.district).filter(municipality__ags=cell.ags).order_by("pk").first()
    return {"venue": found, "room": "", "mode": Mode.ONSITE} if found else {}


def _hours(cell: Cell, plan: Plan) -> tuple[RulePlan, ...]:
    if not cell.time or (plan.previous and plan.previous.time_of_day == cell.time):
        return plan.rules
    starts, ends = HOURS[cell.time]
    days = sorted({day for rule in plan.rules for day in rule.weekdays if day < SATURDAY}) or [0]
    return (RulePlan((SATURDAY,) if cell.time == TimeOfDay.WEEKEND else tuple(days), starts, ends),)
