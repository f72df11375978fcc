"""Loads the municipalities, offices, responsibilities and contact points of the demo."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.models import District
from services.directory.models import (
    ContactPoint,
    Municipality,
    Office,
    OpeningException,
    OpeningHours,
    Responsibility,
)

SOURCE = Path(__file__).parent / "facts" / "directory.toml"
CLOSED = ((12, 24), (12, 25), (12, 26))
"""Days at the end of the year on which every counter is closed."""
LAST_DAY = (12, 31)

Facts = dict[str, list[dict[str, Any]]]


@transaction.atomic
def load(district: District) -> None:
    """Write the facts into a district. A second run changes nothing; responsibilities that staff changed stay so."""
    facts: Facts = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    _municipalities(district, facts)
    _offices(district, facts)
    towns = {town.ags: town for town in Municipality.objects.of(district)}
    offices = {office.code: office for office in Office.objects.of(district)}
    _responsibilities(district, facts, towns, offices)
    _contact_points(facts, towns, offices)
    _hours(facts, timezone.localdate())


def _municipalities(district: District, facts: Facts) -> None:
    fields = ["official_name", "name", "postcodes", "aliases", "latitude", "longitude"]
    rows = [Municipality(district=district, **values) for values in facts["municipalities"]]
    Municipality.objects.bulk_create(rows, update_conflicts=True, unique_fields=["ags"], update_fields=fields)


def _offices(district: District, facts: Facts) -> None:
    rows = [Office(district=district, **values) for values in facts["offices"]]
    Office.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["district", "code"],
        update_fields=["name", "kind", "takes_cases", "is_active"],
    )


def _responsibilities(
    district: District, facts: Facts, towns: dict[str, Municipality], offices: dict[str, Office]
) -> None:
    columns = ("task", "office__code", "municipality__ags", "phase", "valid_from")
    known = set(Responsibility.objects.of(district).values_list(*columns))
    missing = []
    for row in facts["responsibilities"]:
        key = (row["task"], row["office"], row.get("ags"), row.get("phase", ""), row["valid_from"])
        if key not in known:
            missing.append(
                Responsibility(
                    district=district,
                    task=row["task"],
                    office=offices[row["office"]],
                    municipality=towns.get(row.get("ags", "")),
                    phase=row.get("phase", ""),
                    valid_from=row["valid_from"],
                    valid_to=row.get("valid_to"),
                    note=row["note"],
                )
            )
    Responsibility.objects.bulk_create(missing)


def _contact_points(facts: Facts, towns: dict[str, Municipality], offices: dict[str, Office]) -> None:
    facts_only = {"office", "ags", "hours", "new_years_eve"}
    rows = [
        ContactPoint(
            office=offices[row["office"]],
            municipality=towns.get(row.get("ags", "")),
            is_example=True,
            **{name: value for name, value in row.items() if name not in facts_only},
        )
        for row in facts["contact_points"]
    ]
    keep = {"id", "code"}
    fields = [field.name for field in ContactPoint._meta.concrete_fields if field.name not in keep]
    ContactPoint.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=fields)


def _hours(facts: Facts, today: date) -> None:
    """Opening hours, and the end of the running year, so that the exception is always a coming one."""
    codes = [row["code"] for row in facts["contact_points"]]
    points = {point.code: point for point in ContactPoint.objects.filter(code__in=codes)}
    OpeningHours.objects.filter(contact_point__in=points.values()).delete()
    OpeningException.objects.filter(contact_point__in=points.values()).delete()
    hours, exceptions = [], []
    for row in facts["contact_points"]:
        point = points[row["code"]]
        for entry in row["hours"]:
            weekday, span = entry.split(" ")
            hours.append(OpeningHours(contact_point=point, weekday=int(weekday), **_span(span)))
        exceptions += [OpeningException(contact_point=point, day=date(today.year, *day)) for day in CLOSED]
        short = _span(row["new_years_eve"]) if "new_years_eve" in row else {}
        exceptions.append(OpeningException(contact_point=point, day=date(today.year, *LAST_DAY), **short))
    OpeningHours.objects.bulk_create(hours)
    OpeningException.objects.bulk_create(exceptions)


def _span(text: str) -> dict[str, time]:
    opens, closes = text.split("-")
    return {"opens": time.fromisoformat(opens), "closes": time.fromisoformat(closes)}
