"""The demo's network: organisations, made-up people, a public meeting and one of the network with answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from network.meetings.models import AgendaItem, Invitation, Meeting, Rsvp, instant
from network.meetings.statuses import NEEDS_A_SEAT, Answer, MeetingStatus
from network.members.models import LevelMembership, Member, Organisation
from network.members.querysets import token_hash
from portal.models import District, User
from portal.seats import Row, settle
from services.directory.models import Municipality

FACTS = Path(__file__).parent / "facts" / "network.toml"


def demo_token(email: str) -> str:
    """The personal link of a demo person, so that the tour can show one. Other links are random."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo-rsvp:{email}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:43]


@transaction.atomic
def load(district: District) -> None:
    """Make or refresh the demo's network. Answers that somebody gave in the demo stay."""
    facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    towns = {town.ags: town for town in Municipality.objects.of(district)}
    bodies = {entry["name"]: _organisation(district, entry, towns) for entry in facts["organisations"]}
    people = {entry["email"]: _member(district, entry, bodies, towns) for entry in facts["members"]}
    for entry in facts["members"]:
        deputy = people.get(entry.get("deputy", ""))
        Member.objects.filter(pk=people[entry["email"]].pk).update(deputy=deputy)
    for entry in facts["meetings"]:
        meeting = _meeting(district, entry, people["yasmin@example.org"])
        for invited in entry.get("invitations", []):
            _invitation(meeting, invited, people)
        _give_seats(meeting)


def _organisation(district: District, entry: dict[str, Any], towns: dict[str, Municipality]) -> Organisation:
    body, _new = Organisation.objects.update_or_create(
        district=district, name=entry["name"], defaults={"kind": entry["kind"]}
    )
    body.municipalities.set([towns[ags] for ags in entry.get("municipalities", []) if ags in towns])
    return body


def _member(
    district: District, entry: dict[str, Any], bodies: dict[str, Organisation], towns: dict[str, Municipality]
) -> Member:
    account = User.objects.filter(email=entry["email"], is_demo=True).first()
    member, _new = Member.objects.update_or_create(
        district=district,
        email=entry["email"],
        defaults={
            "name": entry["name"],
            "organisation": bodies[entry["organisation"]],
            "role": entry["role"],
            "phone": entry.get("phone", ""),
            "language": entry.get("language", "de"),
            "user": account,
            "is_listed": entry.get("listed", True),
            "shows_phone": "phone" in entry,
            **_state(entry),
        },
    )
    member.areas.set([towns[ags] for ags in entry.get("areas", []) if ags in towns])
    LevelMembership.objects.bulk_create(
        [LevelMembership(member=member, level=level) for level in entry["levels"]], ignore_conflicts=True
    )
    return member


def _state(entry: dict[str, Any]) -> dict[str, Any]:
    """How fresh the entry is, and when its owner is away: always as many days from today."""
    now, today = timezone.now(), timezone.localdate()
    found: dict[str, Any] = {"confirmed_at": now - timedelta(days=entry.get("confirmed_days", 40))}
    if "unconfirmed_days" in entry:
        gone = now - timedelta(days=entry["unconfirmed_days"])
        found.update(asked_at=gone - timedelta(days=28), reminded_at=gone - timedelta(days=14), unconfirmed_at=gone)
    if "away_in_days" in entry:
        monday = today + timedelta(days=entry["away_in_days"] - today.weekday())
        found.update(absent_from=monday, absent_until=monday + timedelta(days=entry.get("away_days", 5) - 1))
    return found


def _meeting(district: District, entry: dict[str, Any], organiser: Member) -> Meeting:
    known = Meeting.objects.of(district).filter(slug=entry["slug"]).first()
    meeting = known or Meeting(district=district, slug=entry["slug"], published_at=timezone.now())
    for name in ("title", "level", "audience", "mode", "place", "join_link", "summary"):
        setattr(meeting, name, entry[name])
    meeting.uid = UUID(entry["uid"])
    meeting.organiser, meeting.mailbox = organiser, "koordinierungsstelle@example.org"
    meeting.capacity = meeting.capacity or entry.get("capacity")
    if known is None or known.ends_at < timezone.now():
        _date(meeting, entry)
    meeting.save()
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, order=place, title=item["title"], kind=item["kind"], minutes_planned=item["minutes"]
        )
        for place, item in enumerate(entry["agenda"])
    )
    return meeting


def _date(meeting: Meeting, entry: dict[str, Any]) -> None:
    meeting.day = _next_weekday(timezone.localdate() + timedelta(days=entry["in_days"]), entry["weekday"])
    meeting.starts, meeting.ends = entry["starts"], entry["ends"]
    meeting.status = MeetingStatus.INVITED if entry.get("invitations") else MeetingStatus.PLANNED
    meeting.changed_at = timezone.now()
    if "deadline_days" in entry:
        meeting.registration_deadline = instant(meeting.day, meeting.starts) - timedelta(days=entry["deadline_days"])


def _next_weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _invitation(meeting: Meeting, entry: dict[str, Any], people: dict[str, Member]) -> None:
    member = people.get(entry["email"])
    who: dict[str, Any] = {"member": member} if member else {"guest_email": entry["email"]}
    invitation, new = Invitation.objects.update_or_create(
        meeting=meeting,
        revoked_at=None,
        **who,
        defaults={
            "token_hash": token_hash(demo_token(entry["email"])),
            "guest_name": entry.get("guest", ""),
            "guest_language": entry.get("language", "de"),
        },
    )
    if new:
        answer = entry.get("answer", Answer.PENDING)
        Rsvp.objects.create(
            invitation=invitation,
            answer=answer,
            comment=entry.get("comment", ""),
            answered_at=None if answer == Answer.PENDING else timezone.now(),
        )


def _give_seats(meeting: Meeting) -> None:
    rsvps: dict[Any, Rsvp] = {rsvp.pk: rsvp for rsvp in Rsvp.objects.counted(meeting)}
    rows = [Row(rsvp.pk, rsvp.answer in NEEDS_A_SEAT, rsvp.seat, rsvp.queue_no) for rsvp in rsvps.values()]
    for decision in settle(rows, capacity=meeting.capacity):
        rsvp = rsvps[decision.key]
        rsvp.seat, rsvp.queue_no = decision.seat, decision.queue_no
        rsvp.save(update_fields=["seat", "queue_no"])
