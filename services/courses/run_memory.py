"""How a run was before a change, and whether anybody changed the same things since: what "Undo" needs to know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.dateparse import parse_datetime

from services.courses.models import CourseRun, Lesson, LessonRule, RunChange
from services.courses.run_change_models import UNDOABLE, ChangeKind

UNDO_DAYS = 7
"""How long a change can be taken back."""
RUN_FIELDS = (
    "status",
    "cancel_reason",
    "cancelled_at",
    "mode",
    "venue_id",
    "room",
    "teacher_id",
    "starts_on",
    "ends_on",
    "places_state",
    "places_free",
    "waitlist_length",
    "places_updated_at",
)
LESSON_FIELDS = (
    "day",
    "starts",
    "ends",
    "venue_id",
    "room",
    "teacher_id",
    "status",
    "reason",
    "moved_from",
    "is_detached",
)
RULE_FIELDS = ("first_day", "last_day", "starts", "ends")
PLACES_FIELDS = ("places_state", "places_free", "waitlist_length", "places_updated_at")
_PLACES_KINDS = (ChangeKind.FULL, ChangeKind.FREE)
_LESSON_KINDS = (ChangeKind.LESSON_CANCELLED, ChangeKind.LESSON_MOVED, ChangeKind.LESSON_RESTORED)
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("cancelled_at", "places_updated_at", "moved_from"), parse_datetime),
    **dict.fromkeys(("starts_on", "ends_on", "day", "first_day", "last_day"), date.fromisoformat),
    **dict.fromkeys(("starts", "ends"), time.fromisoformat),
}


def remember(*, run: CourseRun, kind: str, user: Any, at: datetime, lesson: Lesson | None = None) -> RunChange:
    """Write down how things are, before they change. Part of the verb that changes them."""
    author = user if getattr(user, "pk", None) else None
    change = RunChange(run=run, lesson=lesson, kind=kind, made_by=author, made_at=at)
    change.before = _state(change)
    change.save()
    return change


def last_undoable(run: CourseRun, at: datetime) -> RunChange | None:
    """The change that one click takes back: the latest one that still counts, if it is young enough."""
    return undoable_of(run.changes.filter(undone_at=None)[:1], at)


def undoable_of(changes: Iterable[RunChange], at: datetime) -> RunChange | None:
    """The same among changes that still count, latest first."""
    change = next(iter(changes), None)
    if change is None or change.kind not in UNDOABLE or change.made_at < at - timedelta(days=UNDO_DAYS):
        return None
    return change


def _state(change: RunChange) -> dict[str, Any]:
    """The fields this kind of change touches, as they are now, ready for JSON."""
    run = CourseRun.objects.get(pk=change.run_id)
    state: dict[str, Any] = {}
    if change.kind not in _LESSON_KINDS:
        state["run"] = _fields(run, PLACES_FIELDS if change.kind in _PLACES_KINDS else RUN_FIELDS)
    if change.kind in _LESSON_KINDS:
        state["lessons"] = _rows(run.lessons.filter(pk=change.lesson_id or 0), LESSON_FIELDS)
        state["run"] = _fields(run, ("starts_on", "ends_on"))
    elif change.kind not in _PLACES_KINDS:
        state["lessons"] = _rows(run.lessons.filter(utc_end__gt=change.made_at), LESSON_FIELDS)
        state["rules"] = _rows(run.rules.all(), RULE_FIELDS)
    return dict(json.loads(json.dumps(state, cls=DjangoJSONEncoder)))


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _rows(rows: Any, names: Iterable[str]) -> dict[str, Any]:
    return {str(row.pk): _fields(row, names) for row in rows.order_by("pk")}


def stamp_of(change: RunChange) -> str:
    """Names the present state of the rows that a change touched, whatever they are then."""
    run = CourseRun.objects.get(pk=change.run_id)
    before = change.before
    lessons = Lesson.objects.filter(pk__in=list(before.get("lessons", {})))
    rules = LessonRule.objects.filter(pk__in=list(before.get("rules", {})))
    state = [_fields(run, before["run"]), _rows(lessons, LESSON_FIELDS), _rows(rules, RULE_FIELDS)]
    # PostgreSQL gives the keys of a kept document back in an order of its own.
    return hashlib.sha256(json.dumps(state, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def restore(run: CourseRun, before: dict[str, Any], now: datetime) -> None:
    """Write the fields back; calendars learn it by a higher sequence."""
    _write(run, before["run"])
    for row in run.rules.filter(pk__in=list(before.get("rules", {}))):
        _write(row, before["rules"][str(row.pk)])
    for lesson in Lesson.objects.filter(pk__in=list(before.get("lessons", {}))).select_related("run"):
        fields = before["lessons"][str(lesson.pk)]
        _set(lesson, fields)
        touch(lesson, now)


def _write(row: Any, fields: dict[str, Any]) -> None:
    _set(row, fields)
    row.save()


def _set(row: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, _TYPES[name](value) if value and name in _TYPES else value)


def touch(lesson: Lesson, now: datetime) -> None:
    """Save a changed lesson so that every subscribed calendar follows."""
    lesson.sequence += 1
    lesson.changed_at = now
    lesson.save()
