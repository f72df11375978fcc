"""Questions to the routing, each asked once, and what it looked at to answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.models import District
from services.intake import routing
from services.intake.truth_cases import Ground, WatchedJourney

END, OFFICE, URGENCY = "end", "office", "urgency"
"""What can be asked: at which step the form ends with advice, which office gets the answers, how urgent they are."""


@dataclass(frozen=True)
class Goal:
    """Where answers go. `doors`: names of the bodies shown first; then `office` is who gets them who still asks."""

    office: str
    name: str
    rule: str
    reason: str
    also: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()


class Asker:
    """Asks for one form of one district, as if answers were sent at a moment."""

    def __init__(self, district: District, ground: Ground, at: datetime) -> None:
        self.district, self.ground = district, ground
        self.on = timezone.localtime(at).date()
        self.known: dict[Any, tuple[Any, frozenset[str]]] = {}

    def looked_at(self, what: str, answers: Mapping[str, Any]) -> frozenset[str]:
        """The questions that were looked at for this; asks if nobody has."""
        self.ask(what, answers)
        return self.known[(what, repr(sorted(answers.items())))][1]

    def ask(self, what: str, answers: Mapping[str, Any]) -> Any:
        """One question to the routing; the same one is asked once."""
        known = (what, repr(sorted(answers.items())))
        if known not in self.known:
            seen: set[str] = set()
            journey = WatchedJourney(self.ground.document, answers, seen)
            self.known[known] = (self._asks[what](self, journey), frozenset(seen))
        outcome, looked_at = self.known[known]
        if what != END:
            self.ground.watched |= looked_at & set(self.ground.questions)
        return outcome

    def _end(self, journey: WatchedJourney) -> str:
        return journey.stopped_at() or ""

    def _urgency(self, journey: WatchedJourney) -> str:
        return str(routing.urgency(journey.purged(), self.on))

    def _goal(self, journey: WatchedJourney) -> Goal:
        to = first = routing.recipient(self.district, journey, self.on)
        doors: tuple[str, ...] = ()
        if first.show_doors:
            to = routing.recipient(self.district, journey, self.on, first.rule)
            doors = tuple(office.name for office in _helping(first))
        office = to.office
        also = tuple(found.name for found in _helping(to) if found != office)
        return Goal(
            office=office.code if office else "",
            name=office.name if office else "",
            rule=to.rule,
            reason=str(to.reason),
            also=() if doors else also,
            doors=doors,
        )

    _asks: dict[str, Callable[[Asker, WatchedJourney], Any]] = {END: _end, URGENCY: _urgency, OFFICE: _goal}


def _helping(to: routing.Recipient) -> list[Any]:
    """All offices of an answer, the responsible one first."""
    if to.answer is None:
        return []
    return [office for office in (to.answer.responsible, *to.answer.others) if office]
