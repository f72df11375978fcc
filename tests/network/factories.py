"""The network the tests tell their stories with: members at their levels, meetings, invitations with known links."""

from __future__ import annotations

import secrets
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from network.meetings.models import AgendaItem, Invitation, Meeting, Rsvp
from network.meetings.statuses import Answer, Audience, MeetingStatus, Mode
from network.members.models import LevelMembership, Member, Organisation
from network.members.querysets import token_hash
from network.members.statuses import Level
from tests.cast import Cast

_numbers = count(1)


def organisation(cast: Cast, name: str = "Landratsamt") -> Organisation:
    found, _new = Organisation.objects.get_or_create(district=cast.district, name=name, defaults={"kind": "district"})
    return found


def member(cast: Cast, name: str = "", *, levels: tuple[str, ...] = (), **more: Any) -> Member:
    name = name or f"Mitglied {next(_numbers)}"
    email = more.pop("email", f"{name.lower().replace(' ', '.')}@example.org")
    made = Member.objects.create(
        district=more.pop("district", cast.district),
        organisation=more.pop("organisation", organisation(cast)),
        name=name,
        email=email,
        **more,
    )
    LevelMembership.objects.bulk_create(LevelMembership(member=made, level=level) for level in levels)
    return made


def coordinator(cast: Cast) -> Member:
    """Yasmin gets the permission and her place in the network."""
    permission = Permission.objects.get(codename="change_meeting", content_type__app_label="network")
    cast.yasmin.user_permissions.add(permission)
    for cached in ("_perm_cache", "_user_perm_cache"):
        cast.yasmin.__dict__.pop(cached, None)
    return member(cast, "Yasmin", user=cast.yasmin, email="yasmin@example.org", role="coordinator")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def meeting(cast: Cast, title: str = "Operativer Austausch", **more: Any) -> Meeting:
    """A published meeting in three weeks; `published=False` makes it a draft."""
    published = more.pop("published", True)
    facts: dict[str, Any] = {
        "district": cast.district,
        "slug": f"treffen-{next(_numbers)}",
        "title": title,
        "level": Level.OPERATIVE,
        "audience": Audience.NETWORK,
        "mode": Mode.ONSITE,
        "place": "Landratsamt, Saal 1",
        "day": in_days(21),
        "starts": time(18, 0),
        "ends": time(20, 0),
        "mailbox": "koordination@example.org",
        "status": MeetingStatus.INVITED if published else MeetingStatus.PLANNED,
        "published_at": timezone.now() if published else None,
    }
    return Meeting.objects.create(**{**facts, **more})


def agenda(of: Meeting, *titles: str) -> None:
    AgendaItem.objects.bulk_create(AgendaItem(meeting=of, order=n, title=title) for n, title in enumerate(titles))


def invited(to: Meeting, who: Member | None = None, **more: Any) -> tuple[Invitation, str]:
    """An invitation and its token. Without a member: a guest."""
    token = secrets.token_urlsafe(32)
    answer = more.pop("answer", Answer.PENDING)
    if who is None:
        more = {"guest_name": "Gast", "guest_email": f"gast{next(_numbers)}@example.org", **more}
    made = Invitation.objects.create(meeting=to, member=who, token_hash=token_hash(token), **more)
    Rsvp.objects.create(invitation=made, answer=answer)
    return made, token
