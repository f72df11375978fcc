"""Questions to the routing, each asked once, and what it looked at to answer them.

The routing says two things: which of the form's rules decides (office or "the responsible one", urgency, days), and
which office that is for somebody. They are asked one after the other, so that answers which matter for one of them
only need not be tried together with all answers that matter for the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.languages import SOURCE
from portal.models import District
from services.directory.models import Responsibility
from services.intake import routing
from services.intake.reach import READING
from services.intake.routing_compiler import RESPONSIBLE
from services.intake.truth_cases import Ground, WatchedJourney, only

END, RULE, OFFICE = "end", "rule", "office"
"""What can be asked: at which step the form ends with advice, which rule decides, who is the responsible office."""


@dataclass(frozen=True)
class Decided:
    """What a rule of the form says. `number`: from 1; 0 for the default."""

    number: int
    office: str
    urgency: str
    due_days: int | None


@dataclass(frozen=True)
class Goal:
    """Where answers go. `doors`: names of the bodies shown first; then `office` is who gets them who still asks."""

    office: str
    name: str
    rule: str
    reason: str
    also: tuple[str, ...] = ()
    is_after_doors: bool = False
    doors: tuple[str, ...] = ()


class Asker:
    """Asks for one form of one district, as if answers were sent at a moment."""

    def __init__(self, district: District, ground: Ground, at: datetime) -> None:
        self.district, self.ground = district, ground
        self.on = timezone.localtime(at).date()
        self.known: dict[Any, tuple[Any, frozenset[str]]] = {}
        self._short: dict[tuple[str, ...], dict[str, Any]] = {}
        self._rules = routing.rules_of(ground.document)
        # The rules with numbers in place of their offices, so that it shows which one was found.
        self._numbered = {
            **self._rules,
            "rules": [{**rule, "office": number} for number, rule in enumerate(self._rules["rules"], start=1)],
        }

    def ask(self, what: str, answers: Mapping[str, Any], office: str = RESPONSIBLE) -> Any:
        """One question to the routing; the same one is asked once. `office`: for `OFFICE`, what the rule says."""
        return self._ask(what, answers, office)[0]

    def looked_at(self, what: str, answers: Mapping[str, Any]) -> frozenset[str]:
        """The questions that were looked at for this; asks if nobody has."""
        return self._ask(what, answers, RESPONSIBLE)[1]

    def _ask(self, what: str, answers: Mapping[str, Any], office: str) -> tuple[Any, frozenset[str]]:
        known = (what, office, repr(answers))
        if known not in self.known:
            seen: set[str] = set()
            ways = {END: self._end, RULE: self._decided, OFFICE: self._goal}
            self.known[known] = (ways[what](answers, office, seen), frozenset(seen))
            if what != END:
                self.ground.watched |= seen & self.ground.questions.keys()
        return self.known[known]

    def _end(self, answers: Mapping[str, Any], office: str, seen: set[str]) -> str:
        return WatchedJourney(self._shortened(answers), answers, seen, self.on).stopped_at() or ""

    def _decided(self, answers: Mapping[str, Any], office: str, seen: set[str]) -> Decided:
        document = {**self._shortened(answers), "routing": self._numbered}
        counted = WatchedJourney(document, answers, seen, self.on).counted
        found = routing.decision(document, counted, self.on, answers.get(READING, SOURCE))
        number = found["office"] if isinstance(found["office"], int) else 0
        rule = self._rules["rules"][number - 1] if number else self._rules["default"]
        return Decided(number, str(rule["office"]), str(found["urgency"]), found["due_days"])

    def _shortened(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The document without questions that were not answered: they change nothing but where the form may end."""
        keys = tuple(answers)
        if keys not in self._short:
            self._short[keys] = only(self.ground.document, set(keys), ends=True)
        return self._short[keys]

    def _goal(self, answers: Mapping[str, Any], office: str, seen: set[str]) -> Goal:
        plain = {"office": office, "urgency": "normal", "due_days": None}
        # One rule, which always holds; the form's default stays, for offices that take no cases.
        rules = {"rules": [{"when": [], **plain}], "default": self._rules["default"]}
        journey = WatchedJourney({**self._shortened(answers), "routing": rules}, answers, seen, self.on)
        code = answers.get(READING, SOURCE)
        to = first = routing.recipient(self.district, journey, self.on, "", code)
        if first.show_doors:
            to = routing.recipient(self.district, journey, self.on, first.rule, code)
        found, shown = to.office, _helping(first)
        return Goal(
            office=found.code if found else "",
            name=found.name if found else "",
            rule=to.rule,
            reason=str(to.reason),
            also=() if first.show_doors else tuple(other.name for other in shown if other != found),
            is_after_doors=first.show_doors,
            doors=tuple(other.name for other in shown) if first.show_doors else (),
        )


def _helping(to: routing.Recipient) -> list[Any]:
    """All offices of an answer, the responsible one first."""
    if to.answer is None:
        return []
    return [office for office in (to.answer.responsible, *to.answer.others) if office]


def alike(district: District, towns: Mapping[str, str]) -> list[list[str]]:
    """Municipality keys in groups for which the directory has the same rows."""
    rows: dict[str, set[Any]] = {ags: set() for ags in towns}
    for row in Responsibility.objects.of(district).as_rows():
        if row.ags in rows:
            rows[row.ags].add((row.task, row.office, row.valid_from, row.valid_to, row.phase))
    groups: dict[frozenset[Any], list[str]] = {}
    for ags, mine in rows.items():
        groups.setdefault(frozenset(mine), []).append(ags)
    return list(groups.values())
