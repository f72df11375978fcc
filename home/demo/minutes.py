"""The demo's last meeting with agenda, approved minutes, two decisions and three actions; and the standard items."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from network.meetings.models import AgendaItem, Invitation, Meeting, Rsvp
from network.meetings.statuses import AgendaOrigin, Answer, MeetingStatus
from network.members.models import Member
from network.members.querysets import new_token, token_hash
from network.minutes.models import ActionItem, EntryVersion, Minutes, MinutesEntry
from network.minutes.statuses import ActionStatus, MinutesStatus, Scope, VersionKind
from portal.models import District
from portal.seats import Seat

FACTS = Path(__file__).parent / "facts" / "minutes.toml"


@transaction.atomic
def load(district: District) -> None:
    """Make the demo's minutes once; what somebody did with them in the demo stays."""
    facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    # The next meeting's first point is the one that the portal itself keeps.
    AgendaItem.objects.filter(meeting__district=district, title=facts["carried_title"]).update(
        origin=AgendaOrigin.CARRIED
    )
    people = {member.email: member for member in Member.objects.of(district)}
    if not Meeting.objects.of(district).filter(slug=facts["slug"]).exists():
        meeting = _meeting(district, facts, people)
        _minutes(meeting, facts, people)


def _meeting(district: District, facts: dict[str, Any], people: dict[str, Member]) -> Meeting:
    day = timezone.localdate() - timedelta(days=facts["days_ago"])
    names = ("slug", "title", "level", "audience", "mode", "place", "join_link", "summary", "starts", "ends")
    meeting = Meeting.objects.create(
        district=district,
        uid=UUID(facts["uid"]),
        day=day - timedelta(days=(day.weekday() - facts["weekday"]) % 7),
        organiser=people["yasmin@example.org"],
        mailbox="koordinierungsstelle@example.org",
        status=MeetingStatus.MINUTES_APPROVED,
        published_at=timezone.now() - timedelta(days=facts["days_ago"] + 21),
        **{name: facts[name] for name in names},
    )
    for key, answer in (("present", Answer.YES), ("online", Answer.ONLINE), ("excused", Answer.NO)):
        for email in facts[key]:
            invitation = Invitation.objects.create(
                meeting=meeting, member=people[email], token_hash=token_hash(new_token())
            )
            seat = Seat.CONFIRMED if answer == Answer.YES else Seat.NONE
            Rsvp.objects.create(invitation=invitation, answer=answer, seat=seat, answered_at=meeting.starts_at)
    return meeting


def _minutes(meeting: Meeting, facts: dict[str, Any], people: dict[str, Member]) -> None:
    sent = meeting.ends_at + timedelta(days=1)
    taker = people[facts["taker"]]
    minutes = Minutes.objects.create(
        meeting=meeting,
        status=MinutesStatus.APPROVED,
        scope=Scope.NETWORK,
        taker=taker,
        submitted_at=sent,
        object_until=timezone.localdate(sent) + timedelta(days=10),
        approved_at=sent + timedelta(days=11),
        summary_title=facts["public_summary"]["title"],
        summary_text=facts["public_summary"]["text"],
        summary_published_at=sent + timedelta(days=11),
    )
    for place, row in enumerate(facts["entries"], start=1):
        item = AgendaItem.objects.create(
            meeting=meeting, order=place, title=row["title"], kind=row["kind"], minutes_planned=row["minutes"]
        )
        votes = {name: row.get(name) for name in ("decision", "votes_for", "votes_against", "votes_abstained")}
        entry = MinutesEntry.objects.create(
            minutes=minutes,
            item=item,
            order=place,
            heading=row["title"],
            note=row["note"],
            revision=1,
            written_by=taker.user,
            written_at=meeting.ends_at,
            **{**votes, "decision": votes["decision"] or ""},
        )
        EntryVersion.objects.create(
            entry=entry, kind=VersionKind.SENT, revision=1, content=entry.content, written_at=sent
        )
        for action in row.get("actions", []):
            _action(entry, action, people)


def _action(entry: MinutesEntry, row: dict[str, Any], people: dict[str, Member]) -> None:
    meeting, done = entry.minutes.meeting, row.get("done", "")
    ActionItem.objects.create(
        district=meeting.district,
        text=row["text"],
        owner=people[row["owner"]],
        organisation=people[row["owner"]].organisation,
        due=timezone.localdate() + timedelta(days=row["due_in"]),
        meeting=meeting,
        entry=entry,
        status=ActionStatus.DONE if done else ActionStatus.OPEN,
        status_note=done,
        closed_at=meeting.ends_at + timedelta(days=1) if done else None,
    )
