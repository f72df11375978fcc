"""Rows that are runs: what they are here, what would change, and why not."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from services.courses.import_items import TAKE, Change, Item, deleted_here, verdict_on
from services.courses.import_known import Known
from services.courses.import_rows import Row
from services.courses.import_values import as_text, label_of
from services.courses.models import CourseRun
from services.courses.vocabulary import RunStatus

DERIVED = ("starts_on", "ends_on")
"""Follow from the lessons as soon as there are some."""
BY_VERB = ("status", "places_free", "reason")
"""Not simply written: cancelling and counting places have verbs of their own, because they tell people."""
ASIDE = ("course", "code", "reason", "waitlist_length")


def plan_run(row: Row, known: Known) -> Item:
    """What becomes of a row that is a run."""
    record = known.records.get((row.kind, row.ref))
    code = row.values.get("code") or ""
    run = (record.run if record else None) or known.by_external.get(row.ref) or known.by_code.get(code or row.ref)
    item = Item(row, run=run, record=record, errors=list(row.errors), remarks=list(row.remarks))
    _find_venue(item, known)
    names = [name for name in row.values if name not in ASIDE]
    if run and run.pk in known.with_lessons:
        names = [name for name in names if name not in DERIVED]
    item.texts = {name: as_text(row.values[name]) for name in names}
    if run is None:
        _plan_new(item, known)
    else:
        _plan_known(item, run, known)
    return item


def _plan_new(item: Item, known: Known) -> None:
    values, row = item.row.values, item.row
    if item.record:
        item.changes.append(deleted_here(item.record))
    course = known.courses.get(values.get("course", ""))
    if course is None:
        code = values.get("course")
        item.errors.append(
            _("There is no course with the code “{code}”.").format(code=code)
            if code
            else _("A new run needs the code of its course.")
        )
        return
    code = values.get("code") or known.free_code(f"{course.code}-{row.ref}")
    if values.get("status") in (RunStatus.CANCELLED, RunStatus.FINISHED):
        item.errors.append(_("A course that is not here yet cannot be cancelled or over."))
    run = CourseRun(course=course, district=known.district, code=code, source=known.source, external_ref=row.ref)
    item.fresh = _filled(run, item)
    _check(item, item.fresh)


def _plan_known(item: Item, run: CourseRun, known: Known) -> None:
    course = item.row.values.get("course")
    if course and course != run.course.code:
        item.errors.append(_("This run belongs to another course. The course of a run does not change."))
    for name, theirs in item.texts.items():
        mine = as_text(getattr(run, name))
        if mine != theirs:
            item.changes.append(Change(name, mine, theirs, verdict_on(name, mine, theirs, item.record)))
    cancelled = run.status == RunStatus.CANCELLED
    if cancelled and item.texts.get("status") != RunStatus.CANCELLED and item.changes:
        item.errors.append(_("This run is cancelled here. Nothing is taken in for it."))
    taken = {change.field for change in item.changes if change.verdict == TAKE}
    if taken and not item.errors:
        _check(item, _filled(copy(run), item, taken))


def _filled(run: CourseRun, item: Item, only: set[str] | None = None) -> CourseRun:
    for name in item.texts if only is None else only:
        if name == "status" and item.texts[name] == RunStatus.CANCELLED:
            continue
        setattr(run, name, item.row.values[name])
    return run


def _check(item: Item, run: CourseRun) -> None:
    """Everything a form would refuse, in the words of the form."""
    try:
        run.full_clean(exclude=["contact_point", "previous_run"])
    except ValidationError as problem:
        for name, texts in problem.message_dict.items():
            label = "" if name == "__all__" else f"{label_of(name)}: "
            item.errors += [f"{label}{text}" for text in texts]


def _find_venue(item: Item, known: Known) -> None:
    find_venue(item, known, refuse=True)


def find_venue(item: Item, known: Known, *, refuse: bool) -> Any:
    """Replace the name of a place by the place. A name nobody knows is an error, or in calendars a remark."""
    name = item.row.values.get("venue")
    if not name:
        if name == "":
            item.row.values["venue"] = None
        return None
    venue = known.venue(name) if isinstance(name, str) else name
    if venue is None and refuse:
        item.errors.append(_("There is no venue called “{name}”.").format(name=name))
    item.row.values["venue"] = venue
    return venue
