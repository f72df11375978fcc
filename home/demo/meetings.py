"""The demo's series of meetings, its date poll, its standard agenda and a personal calendar with a known address."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from home.demo.network import demo_token
from home.demo.people import PASSWORD
from network.meetings.copying import copy_of
from network.meetings.models import (
    DatePoll,
    Meeting,
    MeetingSeries,
    PollInvitation,
    PollOption,
    PollVote,
    StandardItem,
)
from network.meetings.rhythm import around_holidays, days_of
from network.meetings.statuses import OnHoliday, PollStatus, Rhythm, Vote
from network.members.models import FeedToken, Member
from network.members.querysets import token_hash
from portal.closed_days import closed_days
from portal.languages import SOURCE
from portal.models import District

FACTS = Path(__file__).parent / "facts" / "meetings.toml"
INVITED = "gast.sprachmittler@example.org"
"""The guest whose personal link the tour shows."""

ASKED = "poll:gast.sprachmittler@example.org"
FEED = "feed:lena@example.org"
"""Whose personal calendar the tour shows, and what its known address is made of."""


@transaction.atomic
def load(district: District) -> None:
    """Make or refresh the demo's meetings beyond those of `network`. What people changed in the demo stays."""
    facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    for order, entry in enumerate(facts["standard_items"]):
        StandardItem.objects.update_or_create(
            district=district,
            level=entry.get("level", ""),
            title=entry["title"],
            defaults={
                "order": order,
                "kind": entry["kind"],
                "minutes_planned": entry["minutes"],
                "is_last": entry.get("is_last", False),
            },
        )
    for entry in facts["series"]:
        _series(district, entry)
    for entry in facts["polls"]:
        _poll(district, entry)
    _feed(district)


def places() -> list[tuple[str, ...]]:
    """Rows of the tour: name, path, login, password."""
    with translation.override(SOURCE):
        return [
            ("meetings", reverse("meetings"), "network_member", PASSWORD),
            ("rsvp_link", reverse("rsvp", args=[demo_token(INVITED)])),
            ("date_poll", reverse("date_poll", args=[demo_token(ASKED)])),
            ("personal_feed", reverse("personal_feed", args=[demo_token(FEED)])),
        ]


def _series(district: District, entry: dict[str, Any]) -> None:
    first = Meeting.objects.of(district).filter(slug=entry["slug"]).first()
    if first is None or first.series_id is not None:
        return
    until = first.day + timedelta(days=entry["days"])
    first.series = MeetingSeries.objects.create(
        district=district,
        title=first.title,
        rhythm=Rhythm.MONTH_WEEKDAY,
        every=entry["every"],
        first_day=first.day,
        until=until,
        on_holiday=OnHoliday.WEEK_LATER,
    )
    first.save(update_fields=["series"])
    closed = closed_days(district, first.day, until + timedelta(days=7))
    days = days_of(Rhythm.MONTH_WEEKDAY, first.day, until, entry["every"])
    for row in around_holidays(days, closed, OnHoliday.WEEK_LATER):
        if row.day is not None:
            copy_of(first, row.day, published=True)


def _poll(district: District, entry: dict[str, Any]) -> None:
    today = timezone.localdate()
    poll = DatePoll.objects.of(district).filter(title=entry["title"]).first()
    if poll is not None and (poll.status != PollStatus.OPEN or poll.closes_on >= today):
        return
    names = ("title", "summary", "level", "audience", "mode", "place", "mailbox")
    poll = poll or DatePoll(district=district)
    for name in names:
        setattr(poll, name, entry[name])
    poll.closes_on = today + timedelta(days=entry["closes_in"])
    poll.save()
    poll.options.all().delete()
    options = [_option(poll, today, slot) for slot in entry["slots"]]
    for person in entry["people"]:
        _asked(poll, person, options)


def _option(poll: DatePoll, today: date, slot: dict[str, Any]) -> PollOption:
    day = today + timedelta(days=slot["in_days"])
    day += timedelta(days=(slot["weekday"] - day.weekday()) % 7)
    return PollOption.objects.create(poll=poll, day=day, starts=slot["starts"], ends=slot["ends"])


def _asked(poll: DatePoll, person: dict[str, Any], options: list[PollOption]) -> None:
    member = Member.objects.of(poll.district).filter(email=person["email"]).first()
    who: dict[str, Any] = {"member": member} if member else {"guest_email": person["email"]}
    votes = person.get("votes", "")
    row, _new = PollInvitation.objects.update_or_create(
        poll=poll,
        **who,
        defaults={
            "guest_name": "" if member else person["name"],
            "guest_language": person.get("language", SOURCE),
            "token_hash": token_hash(demo_token(f"poll:{person['email']}")),
            "answered_at": timezone.now() if votes else None,
        },
    )
    said = {"y": Vote.YES, "m": Vote.IF_NEEDED, "n": Vote.NO}
    PollVote.objects.bulk_create(
        PollVote(invitation=row, option=option, vote=said[letter])
        for option, letter in zip(options, votes, strict=False)
    )


def _feed(district: District) -> None:
    member = Member.objects.of(district).filter(email=FEED.partition(":")[2]).first()
    if member is not None and not member.feed_tokens.exists():
        FeedToken.objects.create(member=member, secret_hash=token_hash(demo_token(FEED)))
