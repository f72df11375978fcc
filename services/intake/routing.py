"""From answers to the office that gets them, how urgent they are, and whether another door helps better.

The rules of a form decide, the first that holds, or its default. Where they name the responsible office, the questions
that decide have the same key in every form; a form without them goes to the coordination office. Who is responsible
is decided in `services.directory`, not here.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language

from portal.errors import DomainError
from portal.languages import SOURCE
from portal.models import District
from services.directory.models import Municipality, Office, Phase
from services.directory.presentation import CONFIDENCE, Door, doors_of, reason_of
from services.directory.querysets import ResolvedAnswer, active_offices, answer_for
from services.directory.responsibility import Question, Unanswerable, read_since
from services.inbox.statuses import Urgency
from services.intake.conditions import holds
from services.intake.journey import Journey
from services.intake.reach import ELSEWHERE, READING, UNKNOWN
from services.intake.routing_compiler import RESPONSIBLE

DECIDING = ("ags", "phase", "au_start", "group", "unaccompanied_minor")
"""Keys of the questions that decide who is responsible."""

COORDINATION = "KOORD"
"""Code of the office that finds the right door for everybody without one."""

DANGERS = ("violence", "medical", "no_place_to_sleep", "child_in_danger", "self_harm")
"""Answers to `danger` that mean danger, in documents from before there were rules."""

DOOR_RULES = frozenset({"R1", "R2", "R3", "R13"})
"""Rules under which another body helps better than our inboxes (handbook: domain §1.4)."""


@dataclass(frozen=True)
class Recipient:
    """Where answers go. `office` is None where only other doors remain and the person did not ask for contact."""

    office: Office | None
    answer: ResolvedAnswer | None
    show_doors: bool = False
    urgency: str = Urgency.NORMAL.value
    due_days: int | None = None
    """Working days until an answer is due; None for those of the urgency."""

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


def decision(document: Mapping[str, Any], answers: Mapping[str, Any], on: date, code: str = "") -> dict[str, Any]:
    """Office, urgency and due days: of the first rule that holds, else of the default. Pure.

    `answers` are those that count (`Journey.counted`), `code` is the language in which the person reads.
    """
    routing = rules_of(document)
    known = {**answers, READING: code}
    found = next((rule for rule in routing["rules"] if holds(rule["when"], known, on)), routing["default"])
    return {part: found[part] for part in ("office", "urgency", "due_days")}


def rules_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of a form and its default."""
    return document.get("routing") or _before_rules(document)


def _before_rules(document: Mapping[str, Any]) -> dict[str, Any]:
    """The routing of a document of schema 1, which drafts may still run on."""
    office = document["recipient"] or RESPONSIBLE
    keys = {question["key"] for step in document["steps"] for question in step["questions"]}
    urgent: list[tuple[str, dict[str, Any], str]] = [
        ("danger", {"any_of": [*DANGERS]}, Urgency.DANGER),
        ("lose_home", {"is": "yes"}, Urgency.HIGH),
        ("deadline", {"within_days": 7}, Urgency.HIGH),
    ]
    rules = [
        {"when": [{"question": key, **comparison}], "office": office, "urgency": str(urgency), "due_days": None}
        for key, comparison, urgency in urgent
        if key in keys
    ]
    return {"rules": rules, "default": {"office": office, "urgency": Urgency.NORMAL.value, "due_days": None}}


def recipient(
    district: District, journey: Journey, on: date, accepted_door: str = "", code: str | None = None
) -> Recipient:
    """Who gets these answers. `accepted_door` is the rule whose doors the person saw and still wants contact.

    `code`: the language in which the person reads; that of the request where it is not said. Four queries at most.
    The office is None where nobody takes cases.
    """
    answers = journey.counted
    code = (get_language() or SOURCE) if code is None else code
    decided = decision(journey.document, answers, on, code)
    how = {part: decided[part] for part in ("urgency", "due_days")}
    if decided["office"] != RESPONSIBLE:
        return Recipient(_taking(district, decided["office"], _default(journey.document)), None, **how)
    if not any(key in answers for key in DECIDING):
        return Recipient(_taking(district), None, **how)
    answer = _ask(district, _question(answers, on))
    if answer is None:
        return Recipient(_taking(district), None, **how)
    inboxes = [office for office in answer.inboxes() if office.is_active]
    if answer.rule in DOOR_RULES or not inboxes:
        if answer.rule == accepted_door:
            return Recipient(_taking(district), answer, **how)
        return Recipient(None, answer, show_doors=True, **how)
    return Recipient(inboxes[0], answer, **how)


def _default(document: Mapping[str, Any]) -> str:
    return str(rules_of(document)["default"]["office"])


def _taking(district: District, *codes: str) -> Office | None:
    """The first of these offices that takes cases today, else the coordination office: nobody's message is lost."""
    wanted = [*codes, COORDINATION]
    found = active_offices(district, wanted)
    taking = [found[code] for code in wanted if code in found and found[code].takes_cases]
    return taking[0] if taking else None


def topics(document: Mapping[str, Any], answers: Mapping[str, Any], stored: Container[str]) -> list[str]:
    """Codes by which staff sort: those of the form, and what the person chose as `topics` if that is stored."""
    chosen = answers.get("topics") if "topics" in stored else None
    listed = list(chosen) if isinstance(chosen, list) else [chosen] if chosen else []
    return list(dict.fromkeys([*document.get("topics", []), *listed]))


def municipality(district: District, answers: Mapping[str, Any]) -> Municipality | None:
    """The municipality the person named, for the staff's filters."""
    ags = answers.get("ags")
    return Municipality.objects.of(district).filter(ags=ags).first() if isinstance(ags, str) else None


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
