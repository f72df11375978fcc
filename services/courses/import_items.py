"""One row of an import with what would become of it.

A field is written only where nobody changed it since the last import (`ImportRecord.written`). Where somebody did and
the source says something else, that is a conflict, and the person who imports decides; their own value is the default.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.courses.import_rows import LESSON, Row
from services.courses.import_values import DELETED, WHEN, YES, label_of, shown
from services.courses.models import CourseRun, ImportRecord, Lesson

TAKE, CONFLICT, KEPT = "take", "conflict", "kept"
NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"


@dataclass(frozen=True)
class Change:
    """One field that is not as the file says. Values are texts (`import_values.as_text`)."""

    field: str
    mine: str
    theirs: str
    verdict: str

    @property
    def label(self) -> str:
        """Name of the field."""
        return label_of(self.field)

    @property
    def mine_shown(self) -> str:
        """What is here."""
        return shown(self.field, self.mine)

    @property
    def theirs_shown(self) -> str:
        """What the file says."""
        return shown(self.field, self.theirs)


@dataclass
class Item:
    """One row with what would become of it. `run` and `lesson` are what it is here, if it is here."""

    row: Row
    run: CourseRun | None = None
    lesson: Lesson | None = None
    fresh: CourseRun | None = None
    """The run that would be made, not saved."""
    of: Item | None = None
    """The new run in the same file that a lesson belongs to."""
    record: ImportRecord | None = None
    changes: list[Change] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Every field the file speaks of, as text."""
    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Name of the row within the import; the name of its boxes on the page begins with it."""
        return f"{self.row.kind}:{self.row.ref}"

    @property
    def is_lesson(self) -> bool:
        """A lesson, otherwise a run."""
        return self.row.kind == LESSON

    @property
    def exists(self) -> bool:
        """Whether it is here already."""
        return (self.lesson if self.is_lesson else self.run) is not None

    @property
    def outcome(self) -> str:
        """What becomes of the row while nobody decides a conflict otherwise."""
        if self.errors:
            return REFUSED
        if any(change.verdict == CONFLICT for change in self.changes):
            return CONFLICT
        if not self.exists:
            return UNCHANGED if self.changes else NEW  # deleted here, and kept so
        return CHANGED if any(change.verdict == TAKE for change in self.changes) else UNCHANGED

    @property
    def title(self) -> str:
        """The row in few words: its run, and the time of a lesson."""
        known = self.run or self.fresh
        run = known.code if known else self.row.values.get("run") or self.row.values.get("code") or self.row.ref
        when = shown("when", self.texts.get("when", "")) if self.is_lesson and self.texts.get("when") else ""
        return f"{run}: {when}" if when else str(run)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the file says about a new row: names of fields and values in words."""
        return [(label_of(name), shown(name, text)) for name, text in self.texts.items() if text and name != WHEN]

    def taken(self, decided: set[str]) -> dict[str, str]:
        """Fields to write, with what somebody decided: `decided` holds `key|field`."""
        return {
            change.field: change.theirs
            for change in self.changes
            if change.verdict == TAKE or f"{self.key}|{change.field}" in decided
        }


def verdict_on(name: str, mine: str, theirs: str, record: ImportRecord | None) -> str:
    """Whether a field is taken from the file (`TAKE`), kept as decided before, or a `CONFLICT`.

    - Nobody changed it since the last import: take it.
    - It was empty and no import ever wrote it: take it.
    - Somebody kept their own value when the source said the same as now: keep it.
    - Otherwise a person decides.
    """
    written = record.written.get(name) if record else None
    if mine == written or (written is None and not mine):
        return TAKE
    return KEPT if record and record.declined.get(name) == theirs else CONFLICT


def deleted_here(record: ImportRecord) -> Change:
    """The source still has what somebody deleted here. It is made again only when a person says so."""
    return Change(DELETED, "", YES, KEPT if record.declined.get(DELETED) == YES else CONFLICT)
