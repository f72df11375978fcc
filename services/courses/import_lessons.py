"""Rows that are lessons: what they are here, what would change, and why not."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from services.courses.import_items import Change, Item, deleted_here, verdict_on
from services.courses.import_known import Known
from services.courses.import_rows import Row
from services.courses.import_runs import find_venue
from services.courses.import_values import NO, WHEN, as_text, when_text
from services.courses.lesson_models import to_utc
from services.courses.models import Lesson
from services.courses.reasons import Reason
from services.courses.vocabulary import RunStatus


def plan_lesson(row: Row, known: Known, fresh: dict[str, Item]) -> Item:
    """What becomes of a row that is a lesson. `fresh`: the runs of the same file by number and code."""
    record = known.records.get((row.kind, row.ref))
    item = Item(row, record=record, errors=list(row.errors), remarks=list(row.remarks))
    _find_lesson(item, known, fresh)
    _find_place(item, known)
    values = row.values
    if all(values.get(name) for name in ("day", "starts", "ends")):
        item.texts[WHEN] = when_text(values["day"], values["starts"], values["ends"])
        _check_times(item)
    for name in ("venue", "room", "takes_place"):
        if name in values:
            item.texts[name] = as_text(values[name])
    if item.errors:
        return item
    if item.lesson is None:
        _plan_new(item, known)
    else:
        _plan_known(item, item.lesson, known)
    return item


def _find_lesson(item: Item, known: Known, fresh: dict[str, Item]) -> None:
    row, record = item.row, item.record
    name = str(row.values.get("run", ""))
    owner = fresh.get(name)
    run = owner.run if owner else known.run_called(name) if name else None
    run = run or (known.default_run if owner is None else None)
    lesson = known.lessons.get(record.lesson_id or 0) if record else None
    if lesson is None and record is None:
        lesson = known.by_uid.get(row.ref)
        if lesson is None and run and row.values.get("day") and row.values.get("starts"):
            lesson = known.lesson_at(run, row.values["day"], row.values["starts"])
    item.lesson, item.run, item.of = lesson, (lesson.run if lesson else run), owner
    if item.run is None and owner is None:
        item.errors.append(
            _("There is no run with the number “{number}”.").format(number=name)
            if name
            else _("Which run does this lesson belong to? Choose it above.")
        )
    elif owner and owner.errors:
        item.errors.append(_("The run of this lesson cannot be taken in."))
    elif lesson and run and lesson.run_id != run.pk and name:
        item.errors.append(_("This lesson belongs to another run here."))


def _find_place(item: Item, known: Known) -> None:
    """A lesson in the house of its run has no place of its own. Places in calendars are free text: address, room."""
    row = item.row
    if location := row.values.pop("location", ""):
        home = item.run.venue if item.run else None
        parts = location.split(", ")
        for cut in range(len(parts), 0, -1):
            if found := known.venue(", ".join(parts[:cut])):
                row.values["venue"] = found
                rest = ", ".join(parts[cut:])[:60]
                row.values["room"] = "" if item.run and found == home and rest == item.run.room else rest
                break
        else:
            if not (item.run and item.run.mode == "online"):
                item.remarks.append(_("No venue is called “{name}”; the place stays as it is.").format(name=location))
    venue = find_venue(item, known, refuse=True)
    if venue and item.run and venue.pk == item.run.venue_id:
        row.values["venue"] = None


def _check_times(item: Item) -> None:
    values = item.row.values
    if values["ends"] <= values["starts"]:
        item.errors.append(_("The end must be after the beginning."))
        return
    try:
        to_utc(values["day"], values["starts"]), to_utc(values["day"], values["ends"])
    except ValidationError as problem:
        item.errors += problem.messages


def _plan_new(item: Item, known: Known) -> None:
    if item.record:
        item.changes.append(deleted_here(item.record))
    if _is_off(item):
        item.errors.append(_("This run is cancelled here. Nothing is taken in for it."))
    if reason := known.closures.get(item.row.values["day"]):
        item.remarks.append(_("There are holidays on this day: {reason}").format(reason=Reason(reason).label))


def _plan_known(item: Item, lesson: Lesson, known: Known) -> None:
    mine_of = {
        WHEN: when_text(lesson.day, lesson.starts, lesson.ends),
        "venue": as_text(lesson.venue),
        "room": lesson.room,
        "takes_place": as_text(lesson.takes_place),
    }
    if lesson.utc_end <= known.at:
        if any(mine_of[name] != theirs for name, theirs in item.texts.items()):
            item.remarks.append(_("This lesson is over. It stays as it is."))
        item.texts = {}
        return
    stays_off = not lesson.takes_place and item.texts.get("takes_place", NO) == NO
    if stays_off:  # where it would have been does not matter
        item.texts = {name: theirs for name, theirs in item.texts.items() if name == "takes_place"}
    for name, theirs in item.texts.items():
        if mine_of[name] != theirs:
            item.changes.append(
                Change(name, mine_of[name], theirs, verdict_on(name, mine_of[name], theirs, item.record))
            )
    if item.changes and _is_off(item):
        item.errors.append(_("This run is cancelled here. Nothing is taken in for it."))


def _is_off(item: Item) -> bool:
    """Whether the run is cancelled here, or by a row of the same file."""
    by_file = item.of is not None and item.of.texts.get("status") == RunStatus.CANCELLED
    return by_file or (item.run is not None and item.run.status == RunStatus.CANCELLED)
