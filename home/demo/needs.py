"""The demo's register of needs: eight needs in different states, two of them merged, a round of votes, templates."""

from __future__ import annotations

import tomllib
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from network.members.models import Member
from network.needs.models import Ballot, Dots, Need, NeedEvent, NeedLink, NeedReport, VotingRound
from network.needs.similar import need_terms
from network.needs.statuses import ENDED, Happened, NeedStatus
from network.reports.models import ReportTemplate
from portal.models import District
from services.directory.models import Municipality

FACTS = Path(__file__).parent / "facts" / "needs.toml"
SAID = ("title", "description", "category", "kind", "stage", "reach", "urgency", "impact", "source")
"""What every entry says about its need."""


@transaction.atomic
def load(district: District) -> None:
    """Make the demo's needs where they are not there yet. What somebody changed in the demo stays."""
    facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    people = {member.email: member for member in Member.objects.of(district).select_related("organisation", "user")}
    towns = {town.ags: town for town in Municipality.objects.of(district)}
    now = timezone.now()
    made: dict[str, Need] = {}
    for entry in facts["needs"]:
        made[entry["key"]] = _need(district, entry, people, towns, made, now)
    _votes(district, facts, people, made)
    for entry in facts["links"]:
        NeedLink.objects.get_or_create(need=made[entry["need"]], kind=entry["kind"], target=entry["target"])
    for entry in facts["templates"]:
        more = {name: entry[name] for name in ("source", "columns", "rule")}
        ReportTemplate.objects.get_or_create(district=district, name=entry["name"], defaults=more)


def _need(
    district: District,
    entry: dict[str, Any],
    people: dict[str, Member],
    towns: dict[str, Municipality],
    made: dict[str, Need],
    now: datetime,
) -> Need:
    reference = f"demo-{entry['key']}"
    known = Need.objects.of(district).filter(source_reference=reference).first()
    if known is not None:
        return known
    into = made.get(entry.get("merged_into", ""))
    steps = entry.get("steps", [])
    status = NeedStatus.MERGED if into else steps[-1]["to"] if steps else NeedStatus.NEW
    reported = now - timedelta(days=entry["days"])
    last = now - timedelta(days=entry.get("merged_days", steps[-1]["days"] if steps else entry["days"]))
    year = timezone.localdate(now).year
    need = Need.objects.create(
        district=district,
        year=year,
        number=Need.objects.next_number(district, year),
        **_said(entry),
        owner=people.get(entry.get("owner", "")),
        source_reference=reference,
        status=status,
        status_note=entry.get("merged_note") or (steps[-1]["note"] if steps else ""),
        merged_into=into,
        position=entry.get("position"),
        position_reason=entry.get("reason", ""),
        terms=need_terms(entry["title"], entry["description"]),
        created_at=reported,
        changed_at=last,
        closed_at=last if status in {*ENDED, NeedStatus.MERGED} else None,
    )
    need.municipalities.set(towns[ags] for ags in entry["towns"] if ags in towns)
    _history(need, entry, people, reported, now, into)
    return need


def _said(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: entry[name] for name in SAID},
        "since": date.fromisoformat(entry["since"]) if "since" in entry else None,
        "effort": entry.get("effort"),
        "risk_if_nothing": entry.get("risk", ""),
        "proposed_solution": entry.get("solution", ""),
    }


def _history(
    need: Need, entry: dict[str, Any], people: dict[str, Member], reported: datetime, now: datetime, into: Need | None
) -> None:
    decides = people["yasmin@example.org"].user
    events = [NeedEvent(need=need, what=Happened.REPORTED, after=NeedStatus.NEW, at=reported)]
    before: str = NeedStatus.NEW
    for step in entry.get("steps", []):
        at = now - timedelta(days=step["days"])
        told = {"before": before, "after": step["to"], "note": step["note"], "by": decides, "at": at}
        events.append(NeedEvent(need=need, what=Happened.STATUS, **told))
        before = step["to"]
    if into is not None:
        at, note = now - timedelta(days=entry["merged_days"]), entry["merged_note"]
        told = {"before": NeedStatus.CHECKED, "after": NeedStatus.MERGED, "by": decides, "note": note, "at": at}
        events.append(NeedEvent(need=need, what=Happened.MERGED, other=into, **told))
        events.append(NeedEvent(need=into, what=Happened.TOOK_IN, other=need, note=note, by=decides, at=at))
    NeedEvent.objects.bulk_create(events)
    reporters = [entry["reporter"], *entry.get("joined", [])]
    NeedReport.objects.bulk_create(
        NeedReport(
            need=need,
            member=people[email],
            organisation=people[email].organisation,
            language=people[email].language,
            words=need.description if place == 0 else "",
            key=uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{need.pk}:{email}"),
            created_at=reported + timedelta(days=place),
        )
        for place, email in enumerate(reporters)
    )


def _votes(district: District, facts: dict[str, Any], people: dict[str, Member], made: dict[str, Need]) -> None:
    entry, today = facts["round"], timezone.localdate()
    days = {"first_day": today + timedelta(days=entry["begins"]), "last_day": today + timedelta(days=entry["ends"])}
    held, is_new = VotingRound.objects.get_or_create(district=district, title=entry["title"], defaults=days)
    if not is_new:
        return
    for vote in facts["votes"]:
        member = people[vote["member"]]
        ballot = Ballot.objects.create(round=held, organisation=member.organisation, cast_by=member)
        Dots.objects.bulk_create(
            Dots(ballot=ballot, need=made[key], number=number) for key, number in vote["dots"].items()
        )
