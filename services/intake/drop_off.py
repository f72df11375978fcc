"""Where people leave a form: the counters of a month, so that nobody can be seen in them.

Rules (handbook: intake §1a "drop-off statistics", issue "without tracking"):

- A number under `LEAST` is shown as "< 5", a nought included.
- Numbers of languages and their total are shown together, so a single hidden number could be found by subtraction.
  Then the smallest other languages are hidden, too, until the hidden ones could be anything; where that is not enough,
  the total is hidden.
- The only period is the calendar month; sums over several months would tell what one of them hides.
- A month that is not over is rounded down to full fives, so that two looks do not tell about the days between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.languages import LANGUAGES, SOURCE
from services.intake.counter_models import Counted
from services.intake.phrases import Teller, language_name

LEAST = 5
"""The smallest number that is shown."""

ROUNDED_TO = 5
"""A running month is rounded down to multiples of this."""

SMALL, HIDDEN = "small", "hidden"


@dataclass(frozen=True)
class Figure:
    """One number as it may be seen: `value`, or None and why: `small` (under 5) or `hidden` (protects another one)."""

    value: int | None
    why: str = ""

    def __str__(self) -> str:
        if self.value is not None:
            return str(self.value)
        return f"< {LEAST}" if self.why == SMALL else _("not shown")


@dataclass(frozen=True)
class Stage:
    """Start, a step, or sending. `percent`: of the starts, where both numbers are shown. `figures`: by language."""

    kind: str
    step: str
    label: str
    total: Figure
    percent: int | None
    figures: tuple[Figure, ...]

    @property
    def bar(self) -> int:
        """Length of the bar from 0 to 100; more than everybody who started fits into no bar."""
        return min(100, self.percent or 0)


@dataclass(frozen=True)
class DropOff:
    """A month of a form. `languages`: tags, in the order of `Stage.figures`."""

    stages: tuple[Stage, ...]
    languages: tuple[str, ...]
    is_running: bool

    @property
    def language_names(self) -> list[str]:
        """The languages as they call themselves."""
        return [language_name(code) for code in self.languages]


def drop_off_of(
    document: Mapping[str, Any], sums: Mapping[tuple[str, str, str], int], is_running: bool, code: str = SOURCE
) -> DropOff:
    """The stages of a form with what was counted, `sums` as `FormCounterQuerySet.sums` gives them. Pure.

    Steps that an older version had and this one does not are left out.
    """
    used = {language for _kind, _step, language in sums}
    order = [entry.code for entry in LANGUAGES if entry.code in used]
    teller = Teller(document, code)
    places = [
        (Counted.START.value, "", _("Started")),
        *(
            (Counted.SAVE.value, step["key"], teller.text(step.get("title")) or step["key"])
            for step in document["steps"]
        ),
        (Counted.SEND.value, "", _("Sent")),
    ]
    rows = []
    for kind, step, label in places:
        values = [sums.get((kind, step, language), 0) for language in order]
        rows.append((kind, step, label, *protected(values, is_running)))
    started = rows[0][3].value if rows else None
    stages = tuple(
        Stage(kind, step, label, total, _share(total, started), tuple(figures))
        for kind, step, label, total, figures in rows
    )
    shown = [n for n in range(len(order)) if any(stage.figures[n].why != SMALL for stage in stages)]
    kept = tuple(Stage(s.kind, s.step, s.label, s.total, s.percent, tuple(s.figures[n] for n in shown)) for s in stages)
    return DropOff(kept, tuple(order[n] for n in shown), is_running)


def protected(values: Sequence[int], is_running: bool = False) -> tuple[Figure, list[Figure]]:
    """A total and its parts as they may be seen together.

    Whoever knows the total, the shown parts, that small ones are 0 to 4 and that hidden ones are 5 or more, must not be
    able to say more about any small one than that. That holds when the hidden ones exceed 5 by at least 4 in all.
    """
    total, small = sum(values), [n for n, value in enumerate(values) if value < LEAST]
    others = sorted((n for n, value in enumerate(values) if value >= LEAST), key=lambda n: values[n])
    hidden: list[int] = []
    if total < LEAST:
        return Figure(None, SMALL), [Figure(None, SMALL) for _value in values]

    def room() -> int:
        return sum(values[n] for n in small) + sum(values[n] - LEAST for n in hidden)

    while small and others and (not hidden or room() < LEAST - 1):
        hidden.append(others.pop(0))
    tight = bool(small) and (not hidden or room() < LEAST - 1)
    figures = [_figure(value, n in small, n in hidden, is_running) for n, value in enumerate(values)]
    return (Figure(None, HIDDEN) if tight else _figure(total, False, False, is_running)), figures


def _figure(value: int, is_small: bool, is_hidden: bool, is_running: bool) -> Figure:
    if is_small:
        return Figure(None, SMALL)
    if is_hidden:
        return Figure(None, HIDDEN)
    return Figure(value // ROUNDED_TO * ROUNDED_TO if is_running else value)


def _share(total: Figure, started: int | None) -> int | None:
    if total.value is None or not started:
        return None
    return round(100 * total.value / started)


def month_of(text: str, today: date) -> tuple[date, date]:
    """First and last day of a month written `YYYY-MM`; of the running month for anything else."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)
