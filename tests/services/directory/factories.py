"""Plain facts and stored facts the directory's tests ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.directory.responsibility import Answer, Facts, Question, Row, decide, read_since

TODAY = date(2026, 11, 22)
LONG_AGO = date(2015, 1, 1)

BLUMBERG, BAD_DUERRHEIM, BRAEUNLINGEN = "08326005", "08326003", "08326006"
DONAUESCHINGEN, FURTWANGEN, GUETENBACH, TRIBERG = "08326012", "08326017", "08326020", "08326060"
KOENIGSFELD, ST_GEORGEN, VILLINGEN = "08326031", "08326052", "08326074"
TUTTLINGEN = "08327050"
LANDRATSAMT = [
    "08326003",
    "08326005",
    "08326006",
    "08326010",
    "08326012",
    "08326017",
    "08326020",
    "08326027",
    "08326037",
    "08326041",
    "08326054",
    "08326055",
    "08326060",
    "08326061",
    "08326065",
    "08326068",
    "08326075",
]
TOWNS = frozenset([*LANDRATSAMT, KOENIGSFELD, ST_GEORGEN, VILLINGEN])

ROWS = (
    Row("counselling", "DRK", LONG_AGO, phase="VU"),
    Row("counselling", "LRA_IM", LONG_AGO, phase="AU"),
    Row("counselling", "VS_IM", LONG_AGO, ags=VILLINGEN, phase="AU"),
    Row("counselling", "STG_IM", LONG_AGO, ags=ST_GEORGEN, phase="AU"),
    Row("counselling", "KOE_IM", LONG_AGO, ags=KOENIGSFELD, phase="AU"),
    Row("counselling", "LEA", LONG_AGO, phase="LEA"),
    Row("triage", "KOORD", date(2023, 10, 1)),
    Row("housing", "GEM", LONG_AGO),
    Row("regular", "REGEL", LONG_AGO),
    Row("youth", "JA", LONG_AGO),
    Row("youth", "JA_VS", LONG_AGO, date(2023, 12, 31), ags=VILLINGEN),
)
FACTS = Facts("08326", TOWNS, ROWS)


def ask(phase: str, ags: str | None = None, since: str | None = None, facts: Facts = FACTS, **more: Any) -> Answer:
    """The answer for a person, on the handbook's day if no other is said; `since` as people write it."""
    start, is_month = read_since(since) if since else (None, False)
    more.setdefault("on", TODAY)
    return decide(facts, Question(phase=phase, ags=ags, since=start, since_is_month=is_month, **more))


def facts_with(*rows: Row, without: tuple[str, ...] = ()) -> Facts:
    """The usual facts with more rows, and without the rows of some offices."""
    return replace(FACTS, rows=(*(row for row in ROWS if row.office not in without), *rows))
