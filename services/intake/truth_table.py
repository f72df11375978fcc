"""Which answers lead where: the routing of a form as a table, made by the routing itself.

Nothing about responsibility or urgency is written here a second time. Every row comes from `services.intake.routing`
and `services.inbox.deadlines`, asked with answers that a person could give; only then rows that end the same are put
together. Questions that decide nothing together are tried apart, so that the number of tries stays small.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.languages import SOURCE
from portal.models import District
from services.directory.querysets import reading_once
from services.inbox.deadlines import due
from services.intake import routing
from services.intake.phrases import Teller, leaves
from services.intake.routing_compiler import RESPONSIBLE
from services.intake.truth_asking import END, OFFICE, RULE, Asker, Decided, Goal, alike
from services.intake.truth_cases import (
    MOST_CONTEXTS,
    NOT_ASKED,
    Choice,
    Ground,
    TooManyWays,
    answers_of,
    ways,
)
from services.intake.truth_dates import changes, span_name, ticks, written
from services.intake.truth_rows import Merged, merged

MOST_ROWS = 1000
"""Rows a table may have; a longer one helps nobody."""


@dataclass(frozen=True)
class Line:
    """A row of the table. `cells`: for each question the answers that fit, none where it does not matter."""

    cells: tuple[tuple[str, ...], ...]
    goal: Goal | None
    end: str
    decided: Decided | None
    due_at: datetime | None
    samples: tuple[tuple[Mapping[str, Any], ...], ...] = field(repr=False, compare=False, default=())

    def answers(self, choose: random.Random) -> dict[str, Any]:
        """Answers that a person could give and that lead to this row."""
        found: dict[str, Any] = {}
        for group in self.samples:
            found.update(choose.choice(group))
        return found


@dataclass(frozen=True)
class TruthTable:
    """`problem` says why there are no rows."""

    questions: tuple[str, ...]
    """Keys of the questions that matter, in reading order."""
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    tried: int
    problem: str = ""


@dataclass
class _Part:
    """Questions that decide together, and what they decide."""

    keys: list[str]
    decides: list[str]
    choices: dict[str, list[Choice]] = field(default_factory=dict)
    rows: list[Merged] = field(default_factory=list)
    samples: dict[Any, tuple[dict[str, Any], ...]] = field(default_factory=dict)
    """The answers that lead to a row, by its conditions."""


def table_of(
    district: District,
    document: Mapping[str, Any],
    at: datetime,
    code: str = SOURCE,
    towns: Mapping[str, str] | None = None,
) -> TruthTable:
    """The table of a document as the directory stands, for answers sent at a moment. Never raises for a big form."""
    maker = _Maker(district, document, at, code, towns if towns is not None else dict(routing.towns(district)))
    try:
        with reading_once():
            return maker.table()
    except TooManyWays as problem:
        return TruthTable((), (), (), maker.tried, str(problem))


class _Maker:
    def __init__(
        self, district: District, document: Mapping[str, Any], at: datetime, code: str, towns: Mapping[str, str]
    ) -> None:
        self.district, self.document, self.at = district, document, at
        self.on = timezone.localtime(at).date()
        self.ground = Ground(document, Teller(document, code, towns), self.on, alike(district, towns))
        self.asker = Asker(district, self.ground, at)

    @property
    def tried(self) -> int:
        return len(self.asker.known)

    def table(self) -> TruthTable:
        parts = self._parts()
        for part in parts:
            self._fill(part)
        keys = [key for key in self.ground.questions if any(key in part.keys for part in parts)]
        keys = [key for key in keys if any(_matters(part, key) for part in parts)]
        lines = self._lines(parts, keys)
        columns = tuple(self.ground.teller.question(key) for key in keys)
        return TruthTable(tuple(keys), columns, tuple(lines), self.tried)

    # ------------------------------------------------------------------------------------------- which questions decide

    def _parts(self) -> list[_Part]:
        """Questions by what they decide; groups that share a question decide together."""
        needs = {what: self._needs(what) for what in (END, RULE, OFFICE)}
        parts: list[_Part] = []
        for what, keys in needs.items():
            part = _Part(keys, [what])
            for other in [entry for entry in parts if set(entry.keys) & set(part.keys)]:
                parts.remove(other)
                part = _Part([*other.keys, *part.keys], [*other.decides, *part.decides])
            part.keys = [key for key in self.ground.questions if key in part.keys]
            parts.append(part)
        return parts

    def _needs(self, what: str) -> list[str]:
        """The questions that one decision looks at: those it names, and what it is seen to look at besides."""
        named = {END: _stops(self.document), RULE: routing.rules_of(self.document), OFFICE: []}[what]
        keys = [leaf["question"] for leaf in leaves(named)] + [*(routing.DECIDING if what == OFFICE else ())]
        if what == END:
            return self.ground.closure(keys)
        while True:
            closed = self.ground.closure(keys)
            before = set(self.ground.watched)
            seen = self._watch(what, closed)
            if seen <= set(closed) and self.ground.watched == before:
                return closed
            keys = [*closed, *seen]

    def _watch(self, what: str, keys: Sequence[str]) -> set[str]:
        choices = {key: self.ground.choices(key) for key in keys}
        seen: set[str] = set()
        for picks in ways(self.ground, keys, choices):
            answers = answers_of(keys, picks, choices)
            seen |= self.asker.looked_at(what, answers)
        return {key for key in seen if key in self.ground.questions and self.ground.questions[key]["type"] != "info"}

    # -------------------------------------------------------------------------------------------------- trying them out

    def _fill(self, part: _Part) -> None:
        part.choices = {key: self.ground.choices(key) for key in part.keys}
        for key in part.keys:
            kind = self.ground.questions[key]["type"]
            if kind in {"date", "month"}:
                part.choices[key] = self.ground.choices(key, self._cuts(part, key, kind))
        cases = []
        for picks in ways(self.ground, part.keys, part.choices):
            answers = answers_of(part.keys, picks, part.choices)
            outcome = self._outcome(part, answers)
            cases.append((picks, outcome))
        part.rows = merged(cases)
        part.samples = {
            row.conditions: tuple(answers_of(part.keys, picks, part.choices) for picks in row.members)
            for row in part.rows
        }

    def _outcome(self, part: _Part, answers: Mapping[str, Any]) -> tuple[Any, ...]:
        """What a part decides, in its order; None for what does not matter after that."""
        said: dict[str, Any] = {}
        for what in (END, RULE, OFFICE):
            if what not in part.decides or said.get(END):
                continue
            rule = said.get(RULE)
            said[what] = self.asker.ask(what, answers, rule.office if what == OFFICE and rule else RESPONSIBLE)
        return tuple(said.get(what) for what in part.decides)

    def _cuts(self, part: _Part, key: str, kind: str) -> list[int]:
        """Where in time the outcome changes, tried with the other answers that show this question."""
        few = {name: self._few(name, part.choices[name]) for name in part.keys}
        place = part.keys.index(key)
        contexts = {
            picks: answers_of(part.keys, picks, few) for picks in ways(self.ground, part.keys, few) if picks[place] == 0
        }
        every = max(1, len(contexts) // MOST_CONTEXTS)
        tried = list(contexts.values())[::every]

        def profile(tick: int) -> Any:
            answer = written(kind, tick)
            return tuple(self._outcome(part, {**answers, key: answer}) for answers in tried)

        named = [value for values in self.ground.comparisons.get(key, []) for value in values]
        return changes(ticks(kind, self.on, named), profile)

    def _few(self, key: str, choices: list[Choice]) -> list[Choice]:
        """Dates are looked for with one municipality: their limits are the same in all."""
        return choices[:1] if self.ground.questions[key]["type"] == "municipality" else choices

    # ------------------------------------------------------------------------------------------------------- as a table

    def _lines(self, parts: Sequence[_Part], keys: Sequence[str]) -> list[Line]:
        """Every way through the parts: whether the form ends, which rule decides, who is the office."""
        lines: list[Line] = []
        first = [part for part in parts if part.decides != [OFFICE]]
        last = [part for part in parts if part.decides == [OFFICE]]
        for chosen in product(*([(part, row) for row in part.rows] for part in first)):
            said = _said(chosen)
            if not said.get(END) and last and said[RULE].office == RESPONSIBLE:
                lines += [self._line([*chosen, (last[0], row)], keys) for row in last[0].rows]
            else:
                lines.append(self._line(chosen, keys))
            if len(lines) > MOST_ROWS:
                raise TooManyWays([self.ground.teller.question(key) for key in keys])
        return list(dict.fromkeys(lines)) if len(first) > 1 else lines

    def _line(self, chosen: Sequence[tuple[_Part, Merged]], keys: Sequence[str]) -> Line:
        said, cells, samples = _said(chosen), dict[str, tuple[str, ...]](), []
        for part, row in chosen:
            if said.get(END) and END not in part.decides:
                continue  # nothing is sent, so nothing else matters
            for position, numbers in row.conditions:
                key = part.keys[position]
                cells[key] = self._cell(key, part.choices[key], numbers)
            samples.append(part.samples[row.conditions])
        end, decided = said.get(END, ""), said.get(RULE)
        goal = said.get(OFFICE)
        if decided and not end and goal is None:
            goal = self.asker.ask(OFFICE, {}, decided.office)
        return Line(
            cells=tuple(cells.get(key, ()) for key in keys),
            goal=None if end else goal,
            end=self.ground.teller.step(end) if end else "",
            decided=None if end else decided,
            due_at=due(self.at, decided.urgency, decided.due_days) if decided and not end else None,
            samples=tuple(samples),
        )

    def _cell(self, key: str, choices: Sequence[Choice], numbers: Iterable[int]) -> tuple[str, ...]:
        chosen = [choices[number] for number in sorted(numbers) if number != NOT_ASKED]
        if not chosen:
            return (_("not asked"),)
        texts: list[str] = []
        kind = self.ground.questions[key]["type"]
        for group in _runs(chosen):
            if group[0].span is not None:
                texts.append(span_name(kind, (group[0].span[0], (group[-1].span or (None, None))[1])))
            else:
                texts += [name for choice in group for name in choice.names]
        return tuple(texts)


def _stops(document: Mapping[str, Any]) -> list[Any]:
    """Conditions that end the form, and those of the steps that carry them."""
    return [[step["stop_if"], step.get("visible_if")] for step in document["steps"] if step.get("stop_if")]


def _said(chosen: Iterable[tuple[_Part, Merged]]) -> dict[str, Any]:
    """What the chosen rows decide together."""
    found: dict[str, Any] = {}
    for part, row in chosen:
        found.update(zip(part.decides, row.outcome, strict=True))
    return found


def _matters(part: _Part, key: str) -> bool:
    return any(part.keys[position] == key for row in part.rows for position, _numbers in row.conditions)


def _runs(choices: Sequence[Choice]) -> list[list[Choice]]:
    """Spans of time that follow each other, together."""
    runs: list[list[Choice]] = []
    for choice in choices:
        before = runs[-1][-1] if runs else None
        if (
            before is not None
            and before.span is not None
            and choice.span is not None
            and before.span[1] is not None
            and choice.span[0] == before.span[1] + 1
        ):
            runs[-1].append(choice)
        else:
            runs.append([choice])
    return runs
