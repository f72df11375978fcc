"""Needs the tests tell their stories with."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from network.members.models import Member
from network.needs.models import Need, NeedReport, VotingRound
from network.needs.similar import need_terms
from network.needs.statuses import NeedStatus
from portal.models import User
from tests.cast import Cast
from tests.network import factories as network

_numbers = count(1)


def need(cast: Cast, title: str = "Kein Alphabetisierungskurs in Furtwangen", **more: Any) -> Need:
    """A need that is open for votes and meant for the network."""
    towns, reporter = more.pop("towns", []), more.pop("reporter", None)
    facts: dict[str, Any] = {
        "district": cast.district,
        "year": 2026,
        "number": next(_numbers),
        "title": title,
        "description": "Viele warten seit Monaten auf einen Kurs in der Nähe.",
        "category": "language",
        "kind": "gap",
        "reach": "10-24",
        "status": NeedStatus.OPEN,
    }
    facts.update(more)
    made = Need.objects.create(terms=need_terms(facts["title"], facts["description"]), **facts)
    made.municipalities.set(towns)
    if reporter is not None:
        NeedReport.objects.create(need=made, member=reporter, organisation=reporter.organisation)
    return made


def member(cast: Cast, name: str, **more: Any) -> Member:
    """A member with an account of the same name."""
    user = User.objects.create_user(f"n-{name.lower()}", f"n-{name.lower()}@example.org", "passwort-123456")
    return network.member(cast, name, user=user, **more)


def voting_round(cast: Cast, begins: int = -1, ends: int = 7, **more: Any) -> VotingRound:
    """A round that is open; days from today."""
    today = timezone.localdate()
    facts = {"title": "Herbst", "dots": 5, **more}
    days = {"first_day": today + timedelta(days=begins), "last_day": today + timedelta(days=ends)}
    return VotingRound.objects.create(district=cast.district, **days, **facts)


def typed(**more: Any) -> dict[str, Any]:
    """What a member types into the report form."""
    return {
        "title": "Dolmetscher für Arzttermine fehlen",
        "description": "In Arztpraxen gibt es niemanden, der übersetzt. Termine fallen aus.",
        "category": "interpreting",
        "kind": "gap",
        "municipalities": [],
        "stage": "both",
        "reach": "10-24",
        "since": "03/2025",
        "urgency": "3",
        "impact": "4",
        "risk_if_nothing": "",
        "evidence": "",
        "proposed_solution": "",
        "visibility": "network",
        "key": "5f0c3c55-7a3a-4a43-9d35-2b63f1e4a001",
        **more,
    }
