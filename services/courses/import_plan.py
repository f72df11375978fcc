"""What an import would do, row by row, without doing it. Reads only; `importing` applies exactly this."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from services.courses.import_items import CHANGED, CONFLICT, NEW, REFUSED, UNCHANGED, Item
from services.courses.import_known import Known
from services.courses.import_lessons import plan_lesson
from services.courses.import_rows import LESSON, RUN, Contents
from services.courses.import_runs import plan_run
from services.courses.models import CourseRun


@dataclass
class Plan:
    """The whole import. `gone`: what this source had and the file has not; nothing is deleted."""

    items: list[Item] = field(default_factory=list)
    gone: list[tuple[str, CourseRun]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def having(self, outcome: str) -> list[Item]:
        """The rows with this outcome, in the order of the file."""
        return [item for item in self.items if item.outcome == outcome]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have which outcome."""
        counts = dict.fromkeys((NEW, CHANGED, CONFLICT, UNCHANGED, REFUSED), 0)
        for item in self.items:
            counts[item.outcome] += 1
        return counts

    @property
    def fingerprint(self) -> str:
        """Changes whenever the import would do something else than was shown."""
        facts = [
            [item.key, item.outcome, [[one.field, one.mine, one.theirs, one.verdict] for one in item.changes]]
            for item in self.items
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def plan_import(contents: Contents, known: Known) -> Plan:
    """Compare a file with the database. Runs first, because lessons may belong to new ones."""
    plan = Plan(unused=contents.unused)
    seen: set[str] = set()
    fresh: dict[str, Item] = {}
    for kind in (RUN, LESSON):
        for row in contents.rows:
            if row.kind == kind:
                item = plan_run(row, known) if kind == RUN else plan_lesson(row, known, fresh)
                _once(item, seen)
                plan.items.append(item)
                if kind == RUN:
                    fresh.setdefault(row.ref, item)
                    fresh.setdefault(str(row.values.get("code") or row.ref), item)
    plan.gone = known.gone(plan)
    return plan


def _once(item: Item, seen: set[str]) -> None:
    marks = {item.key}
    if item.fresh:
        marks.add(f"code#{item.fresh.code}")
    if item.exists:
        marks.add(f"{item.row.kind}#{(item.lesson or item.run).pk}")  # type: ignore[union-attr]  # it exists
    if item.row.ref and marks & seen:
        item.errors.append(_("This row is in the file twice."))
    seen |= marks
