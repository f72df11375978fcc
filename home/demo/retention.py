"""Finished requests and numbers of the past, so that erasing and statistics have something to show. All invented."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils import timezone

from home.demo.markup import key_of
from portal.models import District, User
from services.directory.models import Office
from services.inbox.actions import AlreadySent, CasePart, close, erase_case, submit
from services.inbox.audit import check_all
from services.inbox.models import Case, MonthlyCount

FILE = Path(__file__).parent / "facts" / "retention.toml"
FORM = "forms/counselling"
KINDS = ("total", "form", "topic", "municipality", "language", "channel")
"""Facts that statistics count one at a time (`services.inbox.models.MonthlyCount`)."""


def load(district: District) -> None:
    """Send and close each once; loading again changes nothing."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for entry in facts["counted"]:
        _count(district, entry)
    fresh = [_load(district, entry) for entry in facts["request"]]
    if any(fresh):
        check_all()


def _count(district: District, entry: dict[str, Any]) -> None:
    """Numbers of the last six months, large enough for the statistics to show them."""
    office = Office.objects.get(district=district, code=entry["office"])
    months, first = [], timezone.localdate().replace(day=1)
    for _month in range(6):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    MonthlyCount.objects.bulk_create(
        [
            MonthlyCount(district=district, office=office, month=month, kind=kind, value=value, number=number)
            for month in months
            for kind in KINDS
            for value, number in entry[kind].items()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def _load(district: District, entry: dict[str, Any]) -> bool:
    part = CasePart(
        office=Office.objects.get(district=district, code=entry["office"]),
        document={"form": {"key": "counselling"}, "entries": [_text(entry)]},
        topics=entry["topics"],
        rule="R6",
    )
    try:
        receipt = submit(
            district=district,
            form_key="counselling",
            form_version=key_of(FORM),
            language="de",
            idempotency_key=str(uuid5(key_of(FORM), entry["key"])),
            parts=[part],
        )
    except AlreadySent:
        return False
    case = Case.objects.get(submission__number=receipt.number)
    worker = User.objects.get(username=entry["worker"])
    case = close(case=case, by=worker, reason=entry["reason"], version=case.version)
    closed = timezone.now() - timedelta(days=entry["closed_days_ago"])
    Case.objects.filter(pk=case.pk).update(closed_at=closed, created_at=closed - timedelta(days=4))
    if entry.get("erased"):
        erase_case(case=case, why="closed")
    return True


def _text(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": "text",
        "label": {"de": "Ihre Nachricht"},
        "value": entry["text"],
        "text": {"de": entry["text"]},
    }
