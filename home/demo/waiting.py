"""The demo's people who wait for a course: invented, most of them with an address that takes no mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from home.demo.words import read
from portal.models import District
from services.courses.interest_actions import register_interest
from services.courses.models import CourseInterest, CourseMail
from services.courses.seat_people import Person, code_from, code_hash
from services.directory.models import Municipality

FACTS = Path(__file__).parent / "facts" / "waiting.toml"


def load(district: District) -> None:
    """Put the people on the list who are not there yet. Nobody gets a mail for it."""
    towns = {town.ags: town for town in Municipality.objects.of(district)}
    known = set(CourseInterest.objects.of(district).values_list("token_hash", flat=True))
    rows: list[CourseInterest] = []
    for group in read(FACTS)["group"]:
        for number in range(group["number"]):
            once = f"demo-waiting-{group['name']}-{number}"
            if code_hash(code_from(once)) not in known:
                rows.append(_one(district, group, number, once, towns.get(group["town"])))
    CourseMail.objects.filter(interest__in=rows, queued_at=None).delete()


def _one(district: District, group: dict[str, Any], number: int, once: str, town: Any) -> CourseInterest:
    languages = group["languages"]
    name = f"{group['name']}-{number + 1}"
    has_mail = number < group["mail"]
    person = Person(
        name=f"Beispiel {name}",
        email=f"warten-{name}@example.org" if has_mail else "",
        phone="" if has_mail else f"+49 30 23125 {700 + number:03d}",
    )
    row, _code = register_interest(
        district=district,
        person=person,
        once=once,
        language=languages[number % len(languages)],
        level=group["level"],
        municipality=town,
        times=group["times"],
        children=group.get("children", 0),
        women_only=group.get("women", False),
        needs_literacy=group.get("literacy", False),
    )
    return row
