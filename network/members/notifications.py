"""Which mail goes to whom about entries in the directory. Written to the outbox in the transaction that caused it."""

from __future__ import annotations

import re
from typing import Any

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from network.members.models import Member
from network.members.personal import entry_token
from network.members.statuses import Role
from portal.outbox import queue_mail

LONGEST_SUBJECT = 190


def notify_welcome(member: Member, once: str) -> None:
    """You are in the network: what that means, and the link to one's own entry."""
    _to_member(member, "welcome", once)


def notify_asked(member: Member, once: str) -> None:
    """Is your entry still right?"""
    _to_member(member, "ask", once)


def notify_reminded(member: Member, once: str) -> None:
    """Once more: is your entry still right?"""
    _to_member(member, "remind", once)


def notify_link(member: Member, once: str) -> None:
    """A new personal link, because somebody asked for it."""
    _to_member(member, "link", once)


def notify_left(member: Member, once: str) -> None:
    """You have left the network: what ended with that. Without a link, because none works any more."""
    _to_member(member, "left", once)


def notify_coordinators_of_leaving(member: Member, once: str) -> None:
    """Somebody left: to the coordinators, so that they look at what is left open. The mail holds no name."""
    _to_coordinators(member, "somebody_left", once)


def notify_coordinators_of_silence(member: Member, once: str) -> None:
    """An entry is not confirmed: to the coordinators. At most one mail a day, without a name."""
    _to_coordinators(member, "unconfirmed", once)


def _to_member(member: Member, kind: str, once: str) -> None:
    with translation.override(member.language):
        link = f"{member.district.site.root_url}{reverse('own_entry_link', args=[entry_token(member)])}"
        _send(member, kind, f"{member.pk}:{once}", {"member": member, "link": link})


def _to_coordinators(about: Member, kind: str, once: str) -> None:
    rows = Member.objects.of(about.district).active().filter(role=Role.COORDINATOR).exclude(pk=about.pk)
    for member in rows.select_related("district__site"):
        with translation.override(member.language):
            _send(member, kind, f"{once}:{member.pk}", {"member": member, "link": _list_address(about)})


def _list_address(about: Member) -> str:
    try:
        return f"{about.district.site.root_url}{reverse('network_members:index')}"
    except NoReverseMatch:  # a process without the pages of staff
        return f"{about.district.site.root_url}/admin/"


def _send(recipient: Member, kind: str, once: str, context: dict[str, Any]) -> None:
    body = render_to_string(f"network/members/mail/{kind}.txt", {**context, "district": recipient.district})
    queue_mail(
        key=f"member:{kind}:{once}",
        recipient=recipient.email,
        language=recipient.language,
        subject=" ".join(_SUBJECTS[kind]().format(district=recipient.district.name).split())[:LONGEST_SUBJECT],
        body=re.sub(r"\n{3,}", "\n\n", body).strip() + "\n",
    )


# Functions, because the words are looked up in the language of the recipient.
_SUBJECTS = {
    "welcome": lambda: _("Welcome to the integration network: {district}"),
    "ask": lambda: _("Is your entry still right?"),
    "remind": lambda: _("Reminder: is your entry still right?"),
    "link": lambda: _("Your personal link"),
    "left": lambda: _("You have left the network"),
    "somebody_left": lambda: _("Somebody has left the network"),
    "unconfirmed": lambda: _("Entries in the directory are not confirmed"),
}
