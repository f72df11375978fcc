"""Which needs of the register are like one that somebody is about to report. Plain comparison of words, done here.

Rare words count more than frequent ones; the same area and the same towns count a little. Languages and spellings are
brought together by `portal.search_terms`, as in the search.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from network.needs.models import Need
from network.needs.querysets import NeedQuerySet
from portal.languages import SOURCE
from portal.search_terms import forms, terms_of

MOST = 5
"""How many are shown."""
COMPARED = 1000
"""How many needs are looked at, newest first."""
ENOUGH = 0.3
"""Share of the weight of all words that must meet."""
FEWEST_WORDS = 2
"""Words that must meet: one alone would find everything with "Kurs"."""
_SAME_AREA, _SAME_TOWN = 0.12, 0.06

_EMPTY_WORDS = frozenset(
    terms_of(
        [
            "aber alle als also am an auch auf aus bei bis da damit dann das dass dem den denn der des die dies diese "
            "dieser doch dort durch ein eine einem einen einer eines er es etwas für gar gibt haben hat hier ihr ihre "
            "im in ist ja kann kein keine keinen können man mehr mit muss müssen nach nicht noch nur oder ohne sehr "
            "sein seit sich sie sind so über um und uns unter viel viele vom von vor war warten was weil wenn wer wie "
            "wir wird zu zum zur menschen personen fehlt fehlen bedarf gemeinde stadt landkreis",
            "the a of and to in for no not is are with there people need",
        ],
        SOURCE,
    ).split()
)


@dataclass(frozen=True)
class Likeness:
    """A need and how like it is, from 0 to a little over 1."""

    need: Need
    degree: float


def need_terms(title: str, description: str) -> str:
    """The words of a need as they are kept for the comparison."""
    return terms_of([title, description], SOURCE)


def similar_needs(
    rows: NeedQuerySet, *, title: str, description: str, category: str, towns: Collection[int] = ()
) -> list[Likeness]:
    """The most similar of some needs, best first. `rows` are those the reader may see; three queries at most."""
    words = _words(title) + _words(description)
    wanted = list({frozenset(word): word for word in words}.values())
    if not wanted:
        return []
    known = [
        (pk, set(terms.split()), area)
        for pk, terms, area in rows.order_by("-created_at").values_list("pk", "terms", "category")[:COMPARED]
    ]
    weights = [math.log(1 + len(known) / (1 + sum(1 for _pk, terms, _a in known if word & terms))) for word in wanted]
    # Words that stand in no other text say little about likeness; only a short, well-met title may reach all of it.
    heads = {frozenset(word) for word in _words(title)}
    weights = [weight * (2 if frozenset(word) in heads else 1) for word, weight in zip(wanted, weights, strict=True)]
    degrees = {pk: _degree(wanted, weights, terms, area == category) for pk, terms, area in known}
    found = {pk: degree for pk, degree in degrees.items() if degree >= ENOUGH - _SAME_TOWN}
    needs = rows.filter(pk__in=found).prefetch_related("municipalities")
    likes = [Likeness(need, found[need.pk] + _town_bonus(need, towns)) for need in needs]
    likes = [like for like in likes if like.degree >= ENOUGH]
    return sorted(likes, key=lambda like: (-like.degree, -like.need.pk))[:MOST]


def _words(text: str) -> list[set[str]]:
    return [word for word in forms(text, SOURCE) if not word & _EMPTY_WORDS and max(map(len, word)) > 2]


def _degree(wanted: list[set[str]], weights: list[float], terms: set[str], same_area: bool) -> float:
    met = [weight for word, weight in zip(wanted, weights, strict=True) if word & terms]
    if len(met) < FEWEST_WORDS:
        return 0.0
    # Of a long description not everything can meet: the best half of the weight is asked for.
    share = sum(met) / (sum(weights) or 1.0)
    return min(1.0, share * 1.5) + (_SAME_AREA if same_area else 0.0)


def _town_bonus(need: Need, towns: Collection[int]) -> float:
    own = {town.pk for town in need.municipalities.all()}
    return _SAME_TOWN if not own or not towns or own & set(towns) else 0.0
