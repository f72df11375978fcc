"""Who is responsible for a person: one pure function over plain data.

`decide(facts, question)` is the decision table of the handbook (domain §1.4), first match wins. Which office counsels
where stands in the facts: dated rows that staff edit. No office is named here. The database side is
`services.directory.querysets.answer_for`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from services.directory.questions import Facts, Question, Row, Unanswerable, check, read_day, read_since
from services.directory.statuses import Confidence, Group, Mode, Phase, Task

__all__ = [
    "EMERGENCY",
    "Answer",
    "Facts",
    "Question",
    "Row",
    "Unanswerable",
    "decide",
    "end_of_regular_time",
    "read_day",
    "read_since",
]

REGULAR_YEARS = 3
"""Years of regular counselling from the start of the accommodation by the municipality (seed text)."""

EMERGENCY = "NOTFALL"
"""Stands first in `Answer.also` when somebody is in danger. Not an office: the emergency numbers."""


@dataclass(frozen=True)
class Answer:
    """Code of the responsible office (None: outside the district), how it helps, by which rule, how certain.

    `until`: for `handover` the day of the move; for `regular` the first day after the three years; for `aftercare`
    its last day. `also`: codes of what else helps, in the order to show.
    """

    office: str | None
    mode: Mode
    rule: str
    confidence: Confidence
    until: date | None = None
    also: tuple[str, ...] = ()


def decide(facts: Facts, question: Question) -> Answer:
    """Who is responsible. Pure: same facts and question, same answer.

    Raises `Unanswerable` for a key, date or combination that cannot be; never guesses an office.
    """
    check(facts, question)
    asked = _Asked(facts, question)
    try:
        answer = next(found for found in (rule(asked) for rule in _RULES) if found)
    except _NobodyKnown:
        answer = _r15_triage(asked)
    if question.emergency:  # R0 adds and goes on
        answer = replace(answer, also=(EMERGENCY, *answer.also))
    return answer


def end_of_regular_time(start: date) -> date:
    """First day after the three years, date only (§§ 187 (2), 188 BGB): 29 February gives 1 March."""
    try:
        return start.replace(year=start.year + REGULAR_YEARS)
    except ValueError:
        return date(start.year + REGULAR_YEARS, 3, 1)


# The table ----------------------------------------------------------------------------------------------------------


class _NobodyKnown(Exception):  # noqa: N818 - named for what it tells, like the others in portal.errors
    """A rule fits, but the municipality or the office is not known: the coordination finds the door (R15)."""


@dataclass(frozen=True)
class _Asked:
    facts: Facts
    question: Question

    @property
    def phase(self) -> str:
        return self.question.phase

    @property
    def is_elsewhere(self) -> bool:
        ags = self.question.ags
        return self.question.elsewhere or (ags is not None and not ags.startswith(self.facts.district_key))

    @property
    def certainty(self) -> Confidence:
        return Confidence.ASSUMED if self.question.since_is_month else Confidence.DEFINITE

    def office(self, task: str, phase: str = "") -> str:
        found = self.find(task, phase)
        if found is None:
            raise _NobodyKnown
        return found

    def find(self, task: str, phase: str = "") -> str | None:
        ags = None if self.is_elsewhere else self.question.ags
        return self.facts.holder(task, self.question.on, ags=ags, phase=phase or self.phase)

    def integration(self, on: date | None = None) -> str:
        """IM(ags): who counsels in this municipality, on a day."""
        ags = self.question.ags
        found = ags and self.facts.holder(Task.COUNSELLING, on or self.question.on, ags=ags, phase=self.phase)
        if not found:
            raise _NobodyKnown
        return found

    def by_clock(self, rules: dict[Mode, str], confidence: Confidence) -> Answer:
        """The three years and what follows (R6 to R8); needs `since`."""
        question, office = self.question, self.integration()
        end = end_of_regular_time(question.since)  # type: ignore[arg-type]
        if question.on < end:
            return Answer(office, Mode.REGULAR, rules[Mode.REGULAR], confidence, end)
        if question.aftercare_until and question.aftercare_until >= question.on:
            return Answer(office, Mode.AFTERCARE, rules[Mode.AFTERCARE], confidence, question.aftercare_until)
        rule = rules[Mode.AFTERCARE_CHECK]
        return Answer(office, Mode.AFTERCARE_CHECK, rule, Confidence.ASSUMED, also=self.besides(Task.REGULAR))

    def besides(self, task: str, phase: str = "") -> tuple[str, ...]:
        found = self.find(task, phase)
        return (found,) if found else ()


def _r1_minor(asked: _Asked) -> Answer | None:
    if not asked.question.unaccompanied_minor:
        return None
    return Answer(asked.office(Task.YOUTH), Mode.PROTECT, "R1", Confidence.DEFINITE)


def _r2_elsewhere(asked: _Asked) -> Answer | None:
    if not asked.is_elsewhere:
        return None
    return Answer(None, Mode.REFER_OUT, "R2", Confidence.DEFINITE, also=asked.besides(Task.REGULAR))


def _r3_reception(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.LEA:
        return None
    return Answer(None, Mode.REFER_OUT, "R3", Confidence.DEFINITE, also=asked.besides(Task.COUNSELLING))


def _r4_preliminary(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.VU:
        return None
    return Answer(asked.office(Task.COUNSELLING), Mode.REGULAR, "R4", Confidence.DEFINITE)


def _r5_moving(asked: _Asked) -> Answer | None:
    since = asked.question.since
    if asked.phase != Phase.AU or since is None or since <= asked.question.on:
        return None
    later = asked.integration(on=since)  # who has the task on the day of the move
    now = asked.office(Task.COUNSELLING, Phase.VU)
    return Answer(now, Mode.HANDOVER, "R5", asked.certainty, since, also=(later,))


def _r6_to_r8_by_clock(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.AU or asked.question.since is None:
        return None
    rules = {Mode.REGULAR: "R6", Mode.AFTERCARE: "R7", Mode.AFTERCARE_CHECK: "R8"}
    return asked.by_clock(rules, asked.certainty)


def _r9_start_unknown(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.AU:
        return None
    return Answer(asked.integration(), Mode.CLARIFY_START, "R9", Confidence.ASSUMED)


def _r10_ukraine(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.PRIVATE or asked.question.group != Group.UKRAINE:
        return None
    if asked.question.since is None:
        return Answer(asked.integration(), Mode.REGULAR, "R10", Confidence.ASSUMED)
    return asked.by_clock(_always("R10"), Confidence.ASSUMED)


def _r11_moved_out(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.PRIVATE or asked.question.since is None:
        return None
    return asked.by_clock(_always("R11"), Confidence.ASSUMED)


def _r12_family(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.PRIVATE or asked.question.group != Group.FAMILY_REUNION:
        return None
    return Answer(asked.integration(), Mode.REGULAR, "R12", Confidence.ASSUMED)


def _r12b_unsaid(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.PRIVATE or asked.question.group not in {"", Group.UNSAID}:
        return None
    return Answer(_coordination(asked), Mode.TRIAGE, "R12b", Confidence.ASSUMED)


def _r13_other(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.PRIVATE:
        return None
    return Answer(asked.office(Task.REGULAR), Mode.REFER, "R13", Confidence.DEFINITE)


def _r14_homeless(asked: _Asked) -> Answer | None:
    if asked.phase != Phase.HOMELESS:
        return None
    also = asked.besides(Task.TRIAGE) if asked.question.ags is None else asked.besides(Task.COUNSELLING)
    return Answer(asked.office(Task.HOUSING), Mode.URGENT, "R14", Confidence.ASSUMED, also=also)


def _r15_triage(asked: _Asked) -> Answer:
    return Answer(_coordination(asked), Mode.TRIAGE, "R15", Confidence.ASSUMED)


def _coordination(asked: _Asked) -> str:
    found = asked.find(Task.TRIAGE)
    if found is None:
        raise Unanswerable("on", _("No responsible office is recorded for this day."))
    return found


def _always(rule: str) -> dict[Mode, str]:
    return dict.fromkeys((Mode.REGULAR, Mode.AFTERCARE, Mode.AFTERCARE_CHECK), rule)


_RULES: tuple[Callable[[_Asked], Answer | None], ...] = (
    _r1_minor,
    _r2_elsewhere,
    _r3_reception,
    _r4_preliminary,
    _r5_moving,
    _r6_to_r8_by_clock,
    _r9_start_unknown,
    _r10_ukraine,
    _r11_moved_out,
    _r12_family,
    _r12b_unsaid,
    _r13_other,
    _r14_homeless,
    _r15_triage,
)
