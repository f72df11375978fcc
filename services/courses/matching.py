"""Which people on the list of interest fit which run, by the facts they gave for planning. Pure: no query, no clock.

A wish that is not met is named, so that a coordinator sees what stands in the way: the time, the way, the childcare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from services.courses.vocabulary import LEARNER_BANDS, Childcare, Level, Literacy, Mode

LEVEL, LITERACY, TIME, CHILDCARE, WOMEN, WAY = "level", "literacy", "time", "childcare", "women", "way"

_RANK: dict[str, int] = {level: rank for rank, level in enumerate(Level.values)}
_BANDS: dict[str, list[int]] = {level: [_RANK[band] for band in bands] for level, bands in LEARNER_BANDS.items()}

OBSTACLES = {
    TIME: _("at another time of day"),
    WAY: _("nearer to them"),
    CHILDCARE: _("with childcare"),
    WOMEN: _("only for women"),
}
"""What a run can still be given; level and writing make another course."""


@dataclass(frozen=True)
class Wish:
    """What one person on the list wants, without who it is. `town` is None where they did not say."""

    pk: UUID
    level: str
    town: int | None
    times: tuple[str, ...]
    childcare: bool
    women_only: bool
    literacy: bool
    language: str
    by_mail: bool
    contact: str
    run: int | None = None

    @property
    def profile(self) -> tuple[Any, ...]:
        """What decides whether a run fits; many people share one."""
        return self.level, self.town, self.times, self.childcare, self.women_only, self.literacy


@dataclass(frozen=True)
class Fit:
    """The people for one run: who fits, and how many miss exactly one thing, by that thing."""

    fitting: list[Wish]
    but_for: dict[str, int]


def fit_for(run: Any, wishes: Iterable[Wish], ways: Mapping[tuple[int, int], float], within: float) -> Fit:
    """The wishes a run meets. `ways`: kilometres between two municipalities, by primary keys; `within`: the farthest.

    The run needs `course` and `venue`. Who asked for this very run fits it, whatever else they said.
    """
    fitting, near = [], Counter[str]()
    known: dict[tuple[Any, ...], list[str]] = {}
    for wish in wishes:
        profile = wish.profile
        if profile not in known:
            known[profile] = missing_for(run, wish, ways, within)
        missing = known[profile]
        if not missing or wish.run == run.pk:
            fitting.append(wish)
        elif len(missing) == 1 and missing[0] in OBSTACLES:
            near[missing[0]] += 1
    return Fit(fitting, {name: near[name] for name in OBSTACLES if near[name]})


def missing_for(run: Any, wish: Wish, ways: Mapping[tuple[int, int], float], within: float) -> list[str]:
    """What the run does not give this person; nothing means it fits.

    A run for women is offered to those alone who asked for one: nobody is asked for more than they told.
    """
    rules = {
        LEVEL: teaches(run.course, wish.level),
        LITERACY: not wish.literacy or run.course.literacy == Literacy.NONE,
        TIME: not wish.times or not run.time_of_day or run.time_of_day in wish.times,
        CHILDCARE: not wish.childcare or run.childcare != Childcare.NONE,
        WOMEN: run.women_only == wish.women_only,
        WAY: _reaches(run, wish, ways, within),
    }
    return [name for name, met in rules.items() if not met]


def teaches(course: Any, level: str) -> bool:
    """Whether a course teaches at the level a learner named."""
    first, last = _RANK[course.level_from], _RANK[course.level_to]
    return any(first <= rank <= last for rank in _BANDS[level])


def _reaches(run: Any, wish: Wish, ways: Mapping[tuple[int, int], float], within: float) -> bool:
    if run.mode == Mode.ONLINE:
        return True
    town = run.venue.municipality_id if run.venue else None
    if town is None or wish.town is None:  # nobody knows; better one mail too few than a useless one
        return run.mode == Mode.HYBRID
    return run.mode == Mode.HYBRID or ways.get((wish.town, town), within + 1) <= within
