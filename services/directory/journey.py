"""The way through "Who helps me?": which question comes next. No request, no database, nothing remembered.

Everything a person answered travels in the address of the page. Names of the parameters are the names of the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from services.directory.responsibility import Facts, Question, read_since
from services.directory.statuses import Phase, Task

OTHER_DISTRICT = "other"
UNKNOWN = "unknown"
CLUES = {"shelter": Phase.VU, "town": Phase.AU, "contract": Phase.PRIVATE, "none": Phase.UNKNOWN}
"""What a person who does not know the phase can tell instead, and which phase that is (helper questions, §1.4)."""

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """One question. `name` is its parameter; `asks` says whether it is asked after these earlier answers."""

    name: str
    asks: Callable[[Answers, Facts, date], bool]
    inputs: tuple[str, ...] = ()
    """Further names of its form, which do not travel on."""

    def is_answered(self, data: Mapping[str, str]) -> bool:
        """Whether the address says anything about it, right or wrong."""
        return any(name in data for name in (self.name, *self.inputs)) or data.get("step") == self.name


def phase_of(answers: Answers) -> str:
    """Where the person lives; from a clue where they did not know."""
    phase = answers.get("phase", Phase.UNKNOWN)
    return CLUES.get(answers.get("clue", ""), Phase.UNKNOWN) if phase == Phase.UNKNOWN else phase


def is_alone(answers: Answers) -> bool:
    """Whether the person is under 18 and without parents here."""
    return answers.get("now") in {"minor", "both"}


def is_in_danger(answers: Answers) -> bool:
    """Whether the emergency numbers go before everything else."""
    return answers.get("now") in {"danger", "both"}


def _asks_phase(answers: Answers, facts: Facts, on: date) -> bool:
    return not is_alone(answers)


def _asks_clue(answers: Answers, facts: Facts, on: date) -> bool:
    return answers.get("phase") == Phase.UNKNOWN


def _asks_town(answers: Answers, facts: Facts, on: date) -> bool:
    if is_alone(answers):
        return facts.depends_on_place(Task.YOUTH, on)
    return phase_of(answers) != Phase.LEA


def _asks_group(answers: Answers, facts: Facts, on: date) -> bool:
    return not is_alone(answers) and phase_of(answers) == Phase.PRIVATE and _is_here(answers, facts)


def _asks_since(answers: Answers, facts: Facts, on: date) -> bool:
    if is_alone(answers) or not _is_here(answers, facts):
        return False
    # Without a town the coordination helps whatever the date is.
    return phase_of(answers) == Phase.PRIVATE or (phase_of(answers) == Phase.AU and answers.get("ags") != UNKNOWN)


def _is_here(answers: Answers, facts: Facts) -> bool:
    ags = answers.get("ags", "")
    return ags == UNKNOWN or ags in facts.municipalities


STEPS = (
    Step("now", lambda answers, facts, on: True),
    Step("phase", _asks_phase),
    Step("clue", _asks_clue),
    Step("ags", _asks_town, inputs=("place",)),
    Step("group", _asks_group),
    Step("since", _asks_since, inputs=("month", "year")),
)
NAMES = tuple(step.name for step in STEPS)


def asked(answers: Answers, facts: Facts, on: date) -> list[Step]:
    """The questions on this person's way, as far as the answers tell."""
    return [step for step in STEPS if step.asks(answers, facts, on)]


def question_of(answers: Answers, on: date) -> Question:
    """What these answers ask of the rules. Raises `Unanswerable` for a date that is none."""
    ags, since = answers.get("ags", UNKNOWN), answers.get("since", UNKNOWN)
    start, is_month = read_since(since) if since != UNKNOWN else (None, False)
    return Question(
        on=on,
        phase=phase_of(answers),
        ags=None if ags in {UNKNOWN, OTHER_DISTRICT} else ags,
        elsewhere=ags == OTHER_DISTRICT,
        since=start,
        since_is_month=is_month,
        group=answers.get("group", ""),
        unaccompanied_minor=is_alone(answers),
        emergency=is_in_danger(answers),
    )


def form_query(answers: Answers) -> dict[str, str]:
    """What a form may learn from the finder: place, phase, start. Never the group, never the danger."""
    query = {}
    if answers.get("ags", UNKNOWN) not in {UNKNOWN, OTHER_DISTRICT}:
        query["ags"] = answers["ags"]
    if "phase" in answers:
        query["phase"] = phase_of(answers)
    if answers.get("since", UNKNOWN) != UNKNOWN:
        query["au_start"] = answers["since"][:7]
    return query
