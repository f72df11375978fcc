"""What the access rules of a day say about a person. Pure: knows no clock, no request, and keeps nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.courses.access_codes import FAMILIES, Letter, Programme, Residence, Verdict
from services.courses.vocabulary import AccessRoute, LearnerLevel

if TYPE_CHECKING:
    from services.courses.access_models import AccessRule

_RANK = {verdict: number for number, verdict in enumerate(Verdict.values)}
_ORDER = {programme: number for number, programme in enumerate(Programme.values)}
_SAYS_YES = frozenset(Verdict.values) - {Verdict.NOT_NOW.value}


@dataclass(frozen=True)
class Person:
    """What somebody said about themselves, as codes; an empty code was not answered."""

    residence: str = Residence.UNKNOWN
    letter: str = ""
    work: str = ""
    level: str = ""
    women: bool = False


@dataclass(frozen=True)
class Answer:
    """One kind of course: the rules that fit the person, the best first."""

    programme: str
    rules: tuple[AccessRule, ...]

    @property
    def verdict(self) -> str:
        """The best that any rule says."""
        return self.rules[0].verdict

    @property
    def is_possible(self) -> bool:
        """Whether there is any way into such a course."""
        return self.verdict in _SAYS_YES


def answers_for(person: Person, rules: Iterable[AccessRule]) -> list[Answer]:
    """The kinds of course about which the rules say something to this person, the best answer first."""
    found: dict[str, list[AccessRule]] = defaultdict(list)
    for rule in rules:
        if _fits(rule, person):
            found[rule.programme].append(rule)
    answers = [
        Answer(programme, tuple(sorted(fitting, key=lambda rule: (_RANK[rule.verdict], rule.code))))
        for programme, fitting in found.items()
    ]
    return sorted(answers, key=lambda answer: (_RANK[answer.verdict], _ORDER[answer.programme]))


def families_of(answers: Iterable[Answer]) -> list[str]:
    """The families of courses a person has a way into."""
    return [family for answer in answers if answer.is_possible for family in FAMILIES[answer.programme]]


def routes_of(answers: Iterable[Answer]) -> list[str]:
    """The grounds on which a person may take part; what is open to all is among them."""
    routes = [rule.route for answer in answers for rule in answer.rules if rule.route and rule.verdict in _SAYS_YES]
    return list(dict.fromkeys([*routes, AccessRoute.OPEN.value]))


def _fits(rule: AccessRule, person: Person) -> bool:
    return (
        (not rule.residences or person.residence in rule.residences)
        and _has_letter(rule.letter, person.letter)
        and (not rule.work or rule.work == person.work)
        and (not rule.women_only or person.women)
        and _at_level(rule, person.level)
    )


def _has_letter(wanted: str, letter: str) -> bool:
    return not wanted or wanted == (letter or Letter.NONE)


def _at_level(rule: AccessRule, level: str) -> bool:
    if not level:
        return True
    levels = LearnerLevel.values
    place = levels.index(level)
    return (not rule.level_from or levels.index(rule.level_from) <= place) and (
        not rule.level_to or place <= levels.index(rule.level_to)
    )
