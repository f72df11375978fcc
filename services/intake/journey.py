"""The way through a form: which steps and questions a person sees, where they may go, what is still open.

Pure: knows a document (services.intake.compiler) and answers, no request, no database, no language. Answers are a
table from the key of a question to a text, a list of texts or, where an optional question was left empty, None. What
only tells something counts as answered once its page was sent, so that nobody skips an emergency number by answering
quickly. `today` decides conditions such as "within 7 days"; it is the day of the moment where nothing is said.

A condition looks only at questions before it, and only at those that are visible themselves. So one pass from top to
bottom decides everything, and there are no loops.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from services.intake.conditions import holds
from services.intake.reach import SILENT

__all__ = ["Answers", "Document", "Journey", "ReviewRow", "holds", "is_empty"]

Document = Mapping[str, Any]
Answers = Mapping[str, Any]


def is_empty(answer: Any) -> bool:
    """Whether nothing was answered."""
    return answer is None or answer in ("", [], ())


def _is_open(question: dict[str, Any], answers: Answers) -> bool:
    if question["key"] not in answers:
        return True
    return bool(question["required"]) and is_empty(answers[question["key"]])


@dataclass(frozen=True)
class ReviewRow:
    """A line of the check page: which step to change it in, the question, the answer."""

    step: str
    question: dict[str, Any]
    answer: Any


class Journey:
    """One person's way through one form."""

    def __init__(self, document: Document, answers: Answers, today: date | None = None) -> None:
        self.document = document
        self.answers = answers
        self.today = today
        self.steps: dict[str, dict[str, Any]] = {step["key"]: step for step in document["steps"]}

    @cached_property
    def _seen(self) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
        """Visible questions by step, and the answers that count, in one pass."""
        shown: dict[str, list[dict[str, Any]]] = {}
        counted: dict[str, Any] = {}
        for key, step in self.steps.items():
            if not holds(step["visible_if"], counted, self.today):
                continue
            for question in step["questions"]:
                if not holds(question["visible_if"], counted, self.today):
                    continue
                shown.setdefault(key, []).append(question)
                if question["key"] in self.answers:
                    counted[question["key"]] = self.answers[question["key"]]
        return shown, counted

    @property
    def visible_steps(self) -> list[str]:
        """Keys of the steps that have something to show, in order."""
        return list(self._seen[0])

    def visible_questions(self, step: str) -> list[dict[str, Any]]:
        """The questions of a step that the answers so far lead to; none for a step that is hidden or unknown."""
        return self._seen[0].get(step, [])

    @property
    def counted(self) -> dict[str, Any]:
        """The answers without those of hidden branches. What only tells something is in it as `True`."""
        return dict(self._seen[1])

    def open_questions(self, step: str) -> list[str]:
        """Keys of the visible questions of a step that still want the person's attention."""
        return [question["key"] for question in self.visible_questions(step) if _is_open(question, self.answers)]

    def stopped(self, step: str) -> bool:
        """Whether the form ends here for this person, with advice instead of sending."""
        conditions = self.steps[step]["stop_if"] if step in self._seen[0] else []
        return bool(conditions) and holds(conditions, self._seen[1], self.today)

    def stopped_at(self) -> str | None:
        """The first step that ends the form, if one does."""
        return next((step for step in self.visible_steps if self.stopped(step)), None)

    def first_incomplete(self) -> str | None:
        """The first step with an open question, or the one that stops; None when all is answered."""
        for step in self.visible_steps:
            if self.open_questions(step) or self.stopped(step):
                return step
        return None

    def can_visit(self, step: str) -> bool:
        """Whether everything before this step is answered and does not end the form."""
        if step not in self._seen[0]:
            return False
        barrier = self.first_incomplete()
        steps = self.visible_steps
        return barrier is None or steps.index(step) <= steps.index(barrier)

    def next_step(self, step: str) -> str | None:
        """The visible step after this one; None where the check page comes."""
        order = list(self.steps)
        later = order[order.index(step) + 1 :] if step in self.steps else order
        return next((key for key in later if key in self._seen[0]), None)

    def previous_step(self, step: str) -> str | None:
        """The visible step before this one; None where the start page is."""
        order = list(self.steps)
        earlier = order[: order.index(step)] if step in self.steps else []
        return next((key for key in reversed(earlier) if key in self._seen[0]), None)

    def position(self, step: str) -> tuple[int, int]:
        """Number of this step and of all visible steps, counted from 1; (0, n) for a hidden one."""
        steps = self.visible_steps
        return (steps.index(step) + 1 if step in steps else 0), len(steps)

    def purged(self) -> dict[str, Any]:
        """The answers to send or keep: visible ones that a person gave."""
        kinds = {question["key"]: question["type"] for step in self.steps.values() for question in step["questions"]}
        return {key: answer for key, answer in self._seen[1].items() if kinds[key] not in SILENT}

    def review(self) -> list[ReviewRow]:
        """What the check page lists: every visible question that can be answered, in order."""
        return [
            ReviewRow(step, question, self.answers.get(question["key"]))
            for step, questions in self._seen[0].items()
            for question in questions
            if question["type"] not in SILENT
        ]
