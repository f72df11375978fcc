"""All ways of answering that can matter for where a form goes: few enough to read, none left out.

Answers that nothing tells apart stand for each other: municipalities with the same rows in the directory, options that
no condition separates, days between two days on which something changes. Which questions matter is not listed
anywhere: the routing is watched while it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.errors import DomainError
from portal.languages import LANGUAGES
from services.intake.journey import Journey
from services.intake.phrases import Teller, leaves, questions_of, values_of
from services.intake.reach import ELSEWHERE, GIVEN, READING, SILENT, UNKNOWN
from services.intake.routing import rules_of
from services.intake.truth_dates import span_name, tick_of, written

MOST_WAYS = 6000
"""Ways of answering that are tried for one table; each costs about a millisecond."""

MOST_CLASSES = 4
"""Kinds of options of one question with several answers that are combined with each other; of more, each stands alone
and all stand together."""

NOT_ASKED = -1
"""In place of the number of a choice: the question is not shown."""

MOST_CONTEXTS = 60
"""Combinations of the other answers with which a date is tried out."""


class TooManyWays(DomainError):
    """The table would be too long to read and to make."""

    status = 422

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        super().__init__(
            _("Where this form goes depends on too many answers for one table: %(questions)s.")
            % {"questions": ", ".join(names)}
        )


@dataclass(frozen=True)
class Choice:
    """One answer that stands for others like it. `span`: first and last tick of a date, None for open ends."""

    answer: Any
    names: tuple[str, ...]
    span: tuple[int | None, int | None] | None = None


class Watched(dict[str, Any]):
    """Answers that remember which of them were looked at."""

    def __init__(self, answers: Mapping[str, Any], seen: set[str]) -> None:
        super().__init__(answers)
        self.seen = seen

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.seen.add(str(key))
        return super().__contains__(key)


class WatchedJourney(Journey):
    """A way through a form that remembers which answers the routing looked at."""

    def __init__(self, document: Mapping[str, Any], answers: Mapping[str, Any], seen: set[str], on: date) -> None:
        super().__init__(document, answers, on)
        self.watching = seen

    @property
    def counted(self) -> dict[str, Any]:
        return Watched(super().counted, self.watching)

    def purged(self) -> dict[str, Any]:
        return Watched(super().purged(), self.watching)


@dataclass
class Ground:
    """What the choices of a form are made from. `alike`: municipality keys that the directory treats the same."""

    document: Mapping[str, Any]
    teller: Teller
    on: date
    alike: Sequence[Sequence[str]]
    watched: set[str] = field(default_factory=set)

    @cached_property
    def questions(self) -> dict[str, dict[str, Any]]:
        """The questions by key, and the language of the reader if a rule asks for it."""
        found = questions_of(self.document)
        if READING in self.comparisons:
            found[READING] = {"key": READING, "type": "language", "required": True}
        return found

    @cached_property
    def comparisons(self) -> dict[str, list[list[str]]]:
        """For each question the groups of answers that conditions anywhere in the document name."""
        found: dict[str, list[list[str]]] = {}
        for leaf in leaves([self.document, rules_of(self.document)]):
            found.setdefault(leaf["question"], []).append(values_of(leaf))
        return found

    def closure(self, keys: Iterable[str]) -> list[str]:
        """These questions and all that decide whether they are shown, in reading order."""
        needs = {
            question["key"]: [step.get("visible_if"), question.get("visible_if")]
            for step in self.document["steps"]
            for question in step["questions"]
        }
        pending, found = list(keys), set()
        while pending:
            key = pending.pop()
            if key in found or key not in self.questions or self.questions[key]["type"] in SILENT:
                continue
            found.add(key)
            pending += [leaf["question"] for leaf in leaves(needs.get(key))]
        return [key for key in self.questions if key in found]

    def signature(self, key: str, value: str) -> tuple[bool, ...]:
        """Which comparisons name this answer; answers with the same signature cannot be told apart by them."""
        return tuple(value in named for named in self.comparisons.get(key, []))

    def choices(self, key: str, cuts: Sequence[int] = ()) -> list[Choice]:
        """The answers to try for a question. `cuts`: for a date the ticks on which something changes."""
        question = self.questions[key]
        kind = question["type"]
        if kind == "checkbox":
            found = self._sets(question)
        elif kind == "municipality":
            found = self._towns(key)
        elif kind in {"date", "month"}:
            found = list(self._spans(kind, cuts))
        elif question.get("options"):
            found = self._grouped(key, [option["key"] for option in question["options"]])
        elif kind == "language":
            codes = [entry.code for entry in LANGUAGES]
            found = self._grouped(key, codes if key == READING else [*codes, ELSEWHERE])
        elif kind == "consent":
            found = [Choice(GIVEN, (_("given"),))]
        else:
            probes = sorted({value for named in self.comparisons.get(key, []) for value in named})
            found = [Choice(value, (value,)) for value in probes] + [Choice("1", (_("another answer"),))]
        if question.get("multiple"):
            found = [Choice([choice.answer], choice.names) for choice in found]
        if not question.get("required"):
            found.append(Choice([] if kind == "checkbox" else None, (_("no answer"),)))
        return found

    def _grouped(self, key: str, values: Sequence[str]) -> list[Choice]:
        groups: dict[Any, list[str]] = {}
        for value in values:
            groups.setdefault(value if key in self.watched else self.signature(key, value), []).append(value)
        return [Choice(group[0], self._names(key, group)) for group in groups.values()]

    def _names(self, key: str, values: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.teller.answer(key, value) for value in values)

    def _sets(self, question: Mapping[str, Any]) -> list[Choice]:
        key = question["key"]
        groups: dict[Any, list[str]] = {}
        alone: list[list[str]] = []
        for option in question.get("options") or []:
            if option.get("exclusive"):
                alone.append([option["key"]])
            else:
                groups.setdefault(self.signature(key, option["key"]), []).append(option["key"])
        classes = list(groups.values())
        most = min(question.get("max") or len(classes), len(classes))
        sizes = range(1, most + 1) if len(classes) <= MOST_CLASSES else sorted({1, most})
        picked = [*(chosen for size in sizes for chosen in combinations(classes, size)), *((one,) for one in alone)]
        return [
            Choice([group[0] for group in chosen], (_(" and ").join(self._kind(key, group) for group in chosen),))
            for chosen in picked
        ]

    def _kind(self, key: str, group: Sequence[str]) -> str:
        return shortened(self._names(key, group))

    def _towns(self, key: str) -> list[Choice]:
        groups: dict[Any, list[str]] = {}
        for number, towns in enumerate(self.alike):
            for ags in towns:
                groups.setdefault((number, self.signature(key, ags)), []).append(ags)
        found = [Choice(group[0], self._names(key, group)) for group in groups.values()]
        return [*found, *(Choice(value, self._names(key, [value])) for value in (ELSEWHERE, UNKNOWN))]

    def _spans(self, kind: str, cuts: Sequence[int]) -> Iterator[Choice]:
        ends = [None, *cuts, None]
        for first, following in zip(ends, ends[1:], strict=False):
            last = None if following is None else following - 1
            tick = first if first is not None else last if last is not None else tick_of(kind, self.on)
            span = (first, last)
            yield Choice(written(kind, tick), (span_name(kind, span),), span)


def shortened(names: Sequence[str], most: int = 4, separator: str = ", ") -> str:
    """Names one after the other; of many the first ones and how many more."""
    if len(names) <= most:
        return separator.join(names)
    first = separator.join(names[: most - 1])
    return _("%(names)s and %(count)d others") % {"names": first, "count": len(names) - most + 1}


def ways(ground: Ground, keys: Sequence[str], choices: Mapping[str, Sequence[Choice]]) -> list[tuple[int, ...]]:
    """Every possible combination of choices as numbers, `NOT_ASKED` where a question is hidden.

    Raises `TooManyWays`.
    """
    kept = only(ground.document, set(keys))
    place = {question["key"]: step["key"] for step in kept["steps"] for question in step["questions"]}
    found: list[tuple[tuple[int, ...], dict[str, Any]]] = [((), {})]
    for key in keys:
        longer = []
        for picks, answers in found:
            shown = Journey(kept, answers, ground.on).visible_questions(place[key]) if key in place else []
            if key in place and not any(question["key"] == key for question in shown):
                longer.append(((*picks, NOT_ASKED), answers))
                continue
            longer += [((*picks, n), {**answers, key: choice.answer}) for n, choice in enumerate(choices[key])]
        found = longer
        if len(found) > MOST_WAYS:
            raise TooManyWays([ground.teller.question(name) for name in keys])
    return [picks for picks, _answers in found]


def answers_of(keys: Sequence[str], picks: Sequence[int], choices: Mapping[str, Sequence[Choice]]) -> dict[str, Any]:
    """The answers that a combination stands for."""
    return {key: choices[key][pick].answer for key, pick in zip(keys, picks, strict=True) if pick != NOT_ASKED}


def only(document: Mapping[str, Any], keys: set[str], ends: bool = False) -> dict[str, Any]:
    """The document with these questions alone; `ends`: and with all of the steps on which it may end."""
    steps = []
    for step in document["steps"]:
        all_of_it = ends and step["stop_if"]
        questions = [question for question in step["questions"] if all_of_it or question["key"] in keys]
        if questions:
            steps.append({**step, "questions": questions})
    return {**document, "steps": steps}
