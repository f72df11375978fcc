"""What the database knows about the rows of a file, read in a few queries whatever the file's length."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from portal.models import District
from services.courses.closures import Closures, closures_between
from services.courses.import_rows import LESSON, RUN, Contents
from services.courses.models import Course, CourseRun, ImportRecord, Lesson, Venue
from services.courses.vocabulary import RunStatus

if TYPE_CHECKING:
    from services.courses.import_plan import Plan

OVER = (RunStatus.CANCELLED, RunStatus.FINISHED)
LONGEST_HOLIDAYS = 3 * 366
"""Days between the first and the last lesson of a file for which holidays are looked up."""


class Known:
    """Runs, lessons, places, courses and the records of earlier imports that a file speaks of."""

    def __init__(
        self, district: District, source: str, contents: Contents, *, at: datetime, run: CourseRun | None = None
    ) -> None:
        """`run`: the run that lessons belong to which name none."""
        self.district, self.source, self.at, self.default_run = district, source, at, run
        self.records = self._records(contents)
        self.venues = {name: venue for venue in Venue.objects.of(district) for name in _names(venue)}
        self._read_runs(contents)
        self._read_lessons(contents)
        self.closures = self._closures(contents)

    def venue(self, name: str) -> Venue | None:
        """A venue by its code, its name, its name with the town, or its whole address."""
        return self.venues.get(name.casefold())

    def run_called(self, name: str) -> CourseRun | None:
        """A run by its number at the source, or by its code here."""
        record = self.records.get((RUN, name))
        return (record.run if record else None) or self.by_external.get(name) or self.by_code.get(name)

    def free_code(self, wish: str) -> str:
        """A code for a new run; where another has it already, the source is part of it."""
        code = slugify(wish)[:60]
        if CourseRun.objects.of(self.district).filter(code=code).exists():
            code = slugify(f"{wish[:45]}-{self.source}")[:60]
        return code

    def lesson_at(self, run: CourseRun, day: date, starts: time) -> Lesson | None:
        """The one lesson of a run at a time, unless this source already calls it by another number."""
        return self.by_time.get((run.pk, day, starts))

    def gone(self, plan: Plan) -> list[tuple[str, CourseRun]]:
        """What this source had in an earlier file and has not in this one, as far as it is still to come."""
        kinds = {item.row.kind for item in plan.items}
        here = {(item.row.kind, item.row.ref) for item in plan.items}
        runs = {item.run.pk for item in plan.items if item.run}
        rows = ImportRecord.objects.filter(district=self.district, source=self.source, kind__in=kinds)
        rows = rows.select_related("run", "lesson__run")
        lost: list[tuple[str, CourseRun]] = []
        for row in rows:
            if (row.kind, row.external_ref) in here:
                continue
            if row.kind == RUN and row.run and row.run.status not in OVER and not self._is_past(row.run):
                lost.append((row.external_ref, row.run))
            elif row.lesson and row.lesson.run_id in runs and row.lesson.takes_place and row.lesson.utc_end > self.at:
                lost.append((str(row.lesson), row.lesson.run))
        return lost

    def _is_past(self, run: CourseRun) -> bool:
        return bool(run.ends_on and run.ends_on < timezone.localdate(self.at))

    def _records(self, contents: Contents) -> dict[tuple[str, str], ImportRecord]:
        refs = {row.ref for row in contents.rows} | {str(row.values.get("run", "")) for row in contents.rows}
        rows = ImportRecord.objects.filter(district=self.district, source=self.source, external_ref__in=refs)
        return {(row.kind, row.external_ref): row for row in rows.select_related("run__venue", "run__course", "lesson")}

    def _read_runs(self, contents: Contents) -> None:
        names = {str(row.values.get("run") or row.values.get("code") or row.ref) for row in contents.rows}
        names |= {row.ref for row in contents.rows if row.kind == RUN}
        external = Q(source=self.source, external_ref__in=names)
        rows = CourseRun.objects.of(self.district).filter(external | Q(code__in=names))
        runs = list(rows.select_related("venue", "course__provider"))
        self.by_code = {run.code: run for run in runs}
        self.by_external = {run.external_ref: run for run in runs if run.source == self.source and run.external_ref}
        wanted = {str(row.values.get("course", "")) for row in contents.rows}
        courses = Course.objects.of(self.district).filter(code__in=wanted).select_related("provider")
        self.courses = {course.code: course for course in courses}

    def _read_lessons(self, contents: Contents) -> None:
        runs = {run.pk for run in (*self.by_code.values(), self.default_run) if run}
        runs |= {record.run_id for record in self.records.values() if record.run_id}
        runs |= {record.lesson.run_id for record in self.records.values() if record.lesson}
        uids = {uid for row in contents.rows if row.kind == LESSON and (uid := _uuid(row.ref))}
        rows = Lesson.objects.of(self.district).filter(Q(run__in=runs) | Q(uid__in=uids))
        lessons = list(rows.select_related("venue", "run__venue", "run__course__provider"))
        self.lessons = {lesson.pk: lesson for lesson in lessons}
        self.by_uid = {str(lesson.uid): lesson for lesson in lessons}
        self.with_lessons = {lesson.run_id for lesson in lessons}
        called = set(
            ImportRecord.objects.filter(
                district=self.district, source=self.source, kind=LESSON, lesson__run__in=runs
            ).values_list("lesson_id", flat=True)
        )
        at: dict[Any, list[Lesson]] = defaultdict(list)
        for lesson in lessons:
            if lesson.pk not in called:
                at[lesson.run_id, lesson.day, lesson.starts].append(lesson)
        self.by_time = {key: found[0] for key, found in at.items() if len(found) == 1}

    def _closures(self, contents: Contents) -> Closures:
        days = sorted(row.values["day"] for row in contents.rows if row.values.get("day"))
        if not days or (days[-1] - days[0]).days > LONGEST_HOLIDAYS:
            return {}
        return closures_between(self.district, days[0], days[-1])


def _names(venue: Venue) -> set[str]:
    names = {venue.code, venue.name, str(venue), venue.address, f"{venue.name} {venue.town}"}
    return {name.casefold() for name in names if name}


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
