"""Remembering what an import wrote, so that the next one knows what was changed by hand."""

from __future__ import annotations

from datetime import datetime

from portal.models import District
from services.courses.import_items import Item
from services.courses.import_plan import Plan
from services.courses.import_runs import DERIVED
from services.courses.import_values import DELETED, WHEN, as_text, when_text
from services.courses.models import ImportRecord, Lesson

OF_RUN = (
    "status",
    "mode",
    "venue",
    "room",
    "starts_on",
    "ends_on",
    "time_of_day",
    "lessons_per_week",
    "entry",
    "capacity_min",
    "capacity_max",
    "places_free",
    "register_from",
    "register_until",
    "placement_test",
    "childcare",
    "childcare_places",
    "women_only",
    "is_public",
)
"""Fields of a run that an import may write."""


def remember(plan: Plan, decided: set[str], news: set[str], *, district: District, source: str, at: datetime) -> None:
    """Write down the values of every row that was not refused; `news` are the keys of those that were not here."""
    fresh, known, seen = [], [], []
    for item in plan.items:
        if item.errors:
            continue
        record = item.record
        if record is None:
            record = ImportRecord(
                district=district, source=source, kind=item.row.kind, external_ref=item.row.ref, seen_at=at
            )
            fresh.append(record)
            before = None
        else:
            before = _state(record)
            seen.append(record.pk)
        _note(record, item, decided, is_new=item.key in news)
        if before is not None and before != _state(record):
            known.append(record)
    ImportRecord.objects.bulk_create(fresh)
    ImportRecord.objects.bulk_update(known, ["run", "lesson", "written", "declined"], batch_size=100)
    ImportRecord.objects.filter(pk__in=seen).update(seen_at=at)


def _state(record: ImportRecord) -> tuple[object, ...]:
    return record.run_id, record.lesson_id, dict(record.written), dict(record.declined)


def _note(record: ImportRecord, item: Item, decided: set[str], *, is_new: bool) -> None:
    taken = item.taken(decided)
    if not item.exists:
        record.declined = {DELETED: item.changes[0].theirs}
        return
    record.run, record.lesson = (None, item.lesson) if item.is_lesson else (item.run, None)
    if is_new:
        record.written, record.declined = _values(item), {}
        return
    for change in item.changes:
        if change.field in taken:
            record.written[change.field] = change.theirs
            record.declined.pop(change.field, None)
        else:
            record.declined[change.field] = change.theirs
    apart = {change.field for change in item.changes}
    record.written |= {name: text for name, text in item.texts.items() if name not in apart}


def _values(item: Item) -> dict[str, str]:
    """All fields of a new row, those the file left to the defaults included."""
    if isinstance(lesson := item.lesson, Lesson):
        return {
            WHEN: when_text(lesson.day, lesson.starts, lesson.ends),
            "venue": as_text(lesson.venue),
            "room": lesson.room,
            "takes_place": as_text(lesson.takes_place),
        }
    return {name: as_text(getattr(item.run, name)) for name in OF_RUN if name not in DERIVED or name in item.texts}
