"""From answers to the office that gets them, how urgent they are, and whether another door helps better.

The questions that decide have the same key in every form; a form without them goes to its fixed recipient or to the
coordination office. Who is responsible is decided in `services.directory`, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.errors import DomainError
from portal.models import District
from services.directory.models import Municipality, Office, Phase
from services.directory.presentation import CONFIDENCE, Door, doors_of, reason_of
from services.directory.querysets import ResolvedAnswer, answer_for
from services.directory.responsibility import Question, Unanswerable, read_since
from services.intake.journey import Journey
from services.intake.reach import ELSEWHERE, UNKNOWN

DECIDING = ("ags", "phase", "au_start", "group", "unaccompanied_minor")
"""Keys of the questions that decide who is responsible."""

COORDINATION = "KOORD"
"""Code of the office that finds the right door for everybody without one."""

DOOR_RULES = frozenset({"R1", "R2", "R3", "R13"})
"""Rules under which another body helps better than our inboxes (handbook: domain §1.4)."""

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Recipient:
    """Where answers go. `office` is None where only other doors remain and the person did not ask for contact."""

    office: Office | None
    answer: ResolvedAnswer | None
    show_doors: bool = False

    @property
    def rule(self) -> str:
        """Which rule of the directory decided; empty for a form with a fixed recipient."""
        return self.answer.rule if self.answer else ""

    @property
    def reason(self) -> Any:
        """Why, in the reader's language; empty for a form with a fixed recipient."""
        return reason_of(self.answer) if self.answer else ""

    @property
    def confidence(self) -> Any:
        """How certain that is, in the reader's language."""
        return CONFIDENCE[self.answer.confidence] if self.answer else ""

    def doors(self, ags: str | None) -> list[Door]:
        """Bodies to show: the responsible one and what else helps, without the one that gets the answers."""
        found = doors_of(self.answer, ags) if self.answer else []
        return [door for door in found if door.office != self.office]


class NoRecipient(DomainError):
    """No office of the district takes this form at the moment."""

    status = 503


def decides(step: Mapping[str, Any]) -> bool:
    """Whether a step asks something that decides who is responsible."""
    return any(question["key"] in DECIDING for question in step["questions"])


def is_decided(journey: Journey) -> bool:
    """Whether all visible deciding questions are answered."""
    return not any(
        key in DECIDING
        for step in journey.visible_steps
        if decides(journey.steps[step])
        for key in journey.open_questions(step)
    )


def recipient(district: District, journey: Journey, on: date, accepted_door: str = "") -> Recipient:
    """Who gets these answers. `accepted_door` is the rule whose doors the person saw and still wants contact.

    Three queries at most. The office is None where nobody takes cases.
    """
    fixed = journey.document["recipient"]
    answers = journey.counted
    if fixed or not any(key in answers for key in DECIDING):
        return Recipient(office_of(district, fixed or COORDINATION), None)
    answer = _ask(district, _question(answers, on))
    if answer is None:
        return Recipient(office_of(district, COORDINATION), None)
    inboxes = [office for office in answer.inboxes() if office.is_active]
    if answer.rule in DOOR_RULES or not inboxes:
        if answer.rule == accepted_door:
            return Recipient(office_of(district, COORDINATION), answer)
        return Recipient(None, answer, show_doors=True)
    return Recipient(inboxes[0], answer)


def urgency(answers: Mapping[str, Any], today: date) -> str:
    """`danger`, `high` or `normal` (handbook: domain §5.4, F1). A deadline that has passed is urgent, too."""
    if answers.get("danger") not in (None, "none"):
        return "danger"
    deadline = answers.get("deadline")
    if answers.get("lose_home") == "yes" or (deadline and date.fromisoformat(deadline) - today <= SOON):
        return "high"
    return "normal"


def municipality(district: District, answers: Mapping[str, Any]) -> Municipality | None:
    """The municipality the person named, for the staff's filters."""
    ags = answers.get("ags")
    return Municipality.objects.of(district).filter(ags=ags).first() if ags else None


def towns(district: District) -> list[tuple[str, str]]:
    """Keys and names of the district's municipalities in the order of the directory."""
    return [(town.ags, town.name) for town in Municipality.objects.of(district).in_german_order()]


def _question(answers: Mapping[str, Any], on: date) -> Question:
    ags = answers.get("ags")
    since, is_month = read_since(answers["au_start"]) if answers.get("au_start") else (None, False)
    return Question(
        on=on,
        phase=answers.get("phase") or Phase.UNKNOWN,
        ags=None if ags in (None, ELSEWHERE, UNKNOWN) else ags,
        elsewhere=ags == ELSEWHERE,
        since=since,
        since_is_month=is_month,
        group=answers.get("group") or "",
        unaccompanied_minor=answers.get("unaccompanied_minor") == "yes",
    )


def _ask(district: District, question: Question) -> ResolvedAnswer | None:
    """The directory's answer. What it cannot make sense of is left out: staff read it, the person is not held up."""
    without_date = replace(question, since=None, since_is_month=False)
    for attempt in (question, without_date, Question(on=question.on, phase=Phase.UNKNOWN)):
        try:
            return answer_for(district, attempt)
        except Unanswerable:
            continue
    return None


def office_of(district: District, code: str) -> Office | None:
    """The office with this code if it takes cases today."""
    return Office.objects.of(district).active().filter(code=code, takes_cases=True).first()
