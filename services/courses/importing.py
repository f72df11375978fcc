"""Taking in runs and lessons from a file: look first (`plan_file`), then do exactly that in one transaction.

What exists already is changed by the verbs of `actions`, so that calendars follow and people are told as if staff had
pressed the buttons. Rows with errors are left out, whole, and only when the person who imports says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from portal.models import District
from services.courses import actions
from services.courses.import_calendars import read_calendar
from services.courses.import_items import CHANGED, CONFLICT, Item
from services.courses.import_known import Known
from services.courses.import_permissions import can_import_courses
from services.courses.import_plan import Plan, plan_import
from services.courses.import_records import remember
from services.courses.import_rows import MOST_BYTES, MOST_CHANGED, Contents, FileRefused
from services.courses.import_runs import BY_VERB
from services.courses.import_tables import read_csv, read_xlsx
from services.courses.import_values import DELETED, NO, WHEN, parse_when
from services.courses.models import CourseRun, Lesson, Venue
from services.courses.reasons import Reason
from services.courses.vocabulary import LessonStatus, RunStatus


def plan_file(
    data: bytes, *, district: District, source: str, run: CourseRun | None = None, at: datetime | None = None
) -> Plan:
    """What the import of this file would do. Writes nothing. Raises `FileRefused` for a file that cannot be read.

    `source` names who sends the file, always the same for the same sender; `run` is the run of lessons that name none.
    """
    contents = read_file(data)
    plan = plan_import(contents, Known(district, source, contents, at=at or timezone.now(), run=run))
    if len(plan.having(CHANGED)) + len(plan.having(CONFLICT)) > MOST_CHANGED:
        sentence = _("More than {number} rows would be changed at once. Please send the file in parts.")
        raise FileRefused(sentence.format(number=MOST_CHANGED))
    return plan


def read_file(data: bytes) -> Contents:
    """The rows of a file; what it is shows its content and not its name. Raises `FileRefused`."""
    if not data.strip():
        raise FileRefused(_("This file is empty."))
    if len(data) > MOST_BYTES:
        raise FileRefused(_("This file is too large: at most {number} MB.").format(number=MOST_BYTES >> 20))
    if data.startswith(b"PK"):
        return read_xlsx(data)
    head = data[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").upper()
    return read_calendar(data) if head.startswith(b"BEGIN:VCALENDAR") else read_csv(data)


@transaction.atomic
def import_courses(
    *,
    data: bytes,
    district: District,
    source: str,
    user: Any,
    fingerprint: str = "",
    decided: set[str] | None = None,
    run: CourseRun | None = None,
    at: datetime | None = None,
) -> dict[str, int]:
    """Do what `plan_file` showed, all of it or nothing; return how many rows had which outcome.

    `fingerprint` is the plan's that was looked at: if something changed since, `DomainError` (409) and nothing is done.
    `decided` holds `row|field` of conflicts for which the file is right. Rows with errors are left out.
    """
    require(can_import_courses(user))
    District.objects.select_for_update().get(pk=district.pk)  # one import after the other
    now = at or timezone.now()
    plan = plan_file(data, district=district, source=source, run=run, at=now)
    if fingerprint and plan.fingerprint != fingerprint:
        raise DomainError(_("Something was changed in the meantime. Please look at the rows again."))
    counts, news = plan.counts, {item.key for item in plan.items if not item.exists}
    try:
        done = [item for item in plan.items if not item.errors and _write(item, decided or set(), source, user, now)]
        _add_lessons(done, now)
        remember(plan, decided or set(), news, district=district, source=source, at=now)
    except (ValidationError, IntegrityError) as problem:
        told = " ".join(getattr(problem, "messages", [])) or _("A row does not fit to what is here.")
        raise FileRefused(told) from problem
    log(district, "courses.imported", user=user, data={"source": source, **counts})
    return counts


def _write(item: Item, decided: set[str], source: str, user: Any, now: datetime) -> bool:
    """Carry out one row; new lessons are collected and written together. Whether the row is here now."""
    taken = item.taken(decided)
    if not item.exists and item.changes and DELETED not in taken:
        return False  # deleted here, and so it stays
    if item.is_lesson:
        if item.lesson is not None:
            _change_lesson(item, item.lesson, taken, user, now)
        elif item.of is not None:
            item.run = item.of.run
            return item.run is not None
        return True
    if item.run is None:
        _add_run(item, source, user)
    else:
        _change_run(item, item.run, taken, user, now)
    return True


def _add_run(item: Item, source: str, user: Any) -> None:
    run = item.run = item.fresh
    if run is None:  # planned without one: refused before
        return
    run.save()
    if item.row.values.get("places_free") is not None:
        actions.set_places(run=run, user=user, free=item.row.values["places_free"])
    log(run, "courses.run.imported", user=user, data={"source": source})


def _change_run(item: Item, run: CourseRun, taken: dict[str, str], user: Any, now: datetime) -> None:
    values = item.row.values
    plain = [name for name in taken if name not in BY_VERB]
    cancels = taken.get("status") == RunStatus.CANCELLED
    if "status" in taken and not cancels:
        plain.append("status")
    if plain:
        for name in plain:
            setattr(run, name, values[name])
        run.full_clean()
        run.save()
        if {"venue", "mode", "room"} & set(plain):
            actions.place_changed(run=run, user=user, at=now)
        log(run, "courses.run.imported", user=user, data={"fields": sorted(plain)})
    free = values.get("places_free")
    if "places_free" in taken or (free is not None and free == run.places_free and _is_old(run, now)):
        actions.set_places(run=run, user=user, free=free, waitlist=run.waitlist_length, at=now)
    if cancels:
        actions.cancel_run(run=run, reason=values.get("reason") or Reason.OTHER, user=user, at=now)


def _is_old(run: CourseRun, now: datetime) -> bool:
    """A number the source repeats is fresh again; once a day is enough."""
    return run.places_updated_at is None or (now - run.places_updated_at).days >= 1


def _change_lesson(item: Item, lesson: Lesson, taken: dict[str, str], user: Any, now: datetime) -> None:
    values = item.row.values
    stays = taken.get("takes_place") != NO
    if stays and {WHEN, "venue", "room"} & set(taken):
        day, starts, ends = parse_when(taken[WHEN]) if WHEN in taken else (lesson.day, lesson.starts, lesson.ends)
        venue: Venue | None = values["venue"] if "venue" in taken else lesson.venue
        room = values["room"] if "room" in taken else lesson.room
        actions.move_lesson(lesson=lesson, day=day, starts=starts, ends=ends, venue=venue, room=room, user=user, at=now)
    elif "takes_place" in taken and stays:
        actions.restore_lesson(lesson=lesson, user=user, at=now)
    elif "takes_place" in taken:
        reason = values.get("reason") or Reason.OTHER
        actions.cancel_lesson(lesson=lesson, reason=reason, user=user, at=now)


def _add_lessons(done: list[Item], now: datetime) -> None:
    """All new lessons together, then the first and the last day of their runs."""
    runs: dict[int, CourseRun] = {}
    fresh: list[Lesson] = []
    for item in done:
        if not item.is_lesson or item.lesson is not None or item.run is None:
            continue
        values = item.row.values
        off, venue = values.get("takes_place") is False, values.get("venue")
        item.lesson = Lesson(
            run=item.run,
            is_detached=True,
            day=values["day"],
            starts=values["starts"],
            ends=values["ends"],
            venue=None if venue and venue.pk == item.run.venue_id else venue,
            room=values.get("room", ""),
            status=LessonStatus.CANCELLED if off else LessonStatus.PLANNED,
            reason=(values.get("reason") or Reason.OTHER) if off else "",
            changed_at=now,
        )
        item.lesson.derive()
        fresh.append(item.lesson)
        runs[item.run.pk] = item.run
    Lesson.objects.bulk_create(fresh)
    for run in runs.values():
        days = run.lessons.taking_place().order_by("day").values_list("day", flat=True)
        if days:
            CourseRun.objects.filter(pk=run.pk).update(starts_on=days[0], ends_on=days[len(days) - 1], updated_at=now)
