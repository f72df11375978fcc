"""The demo's access rules: dated data with their sources of law, from a file."""

from __future__ import annotations

from pathlib import Path

from home.demo.words import read
from portal.models import District
from services.courses.models import AccessRule

FACTS = Path(__file__).parent / "facts" / "access_rules.toml"
EMPTY = {
    "residences": [],
    "letter": "",
    "work": "",
    "women_only": False,
    "level_from": "",
    "level_to": "",
    "route": "",
    "note": "",
    "valid_from": None,
    "valid_until": None,
}


def load(district: District) -> None:
    """Bring the rules up to date; rules that staff entered under other codes stay."""
    facts = read(FACTS)
    rules = [
        AccessRule(district=district, **{"checked_on": facts["checked_on"], **EMPTY, **rule}) for rule in facts["rules"]
    ]
    names = [*EMPTY, "programme", "verdict", "ask", "law", "checked_on"]
    AccessRule.objects.bulk_create(
        rules, update_conflicts=True, unique_fields=["district", "code"], update_fields=names
    )
