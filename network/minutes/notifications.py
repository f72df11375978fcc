"""Which mail goes to whom about agendas, minutes and actions. Mails say that there is something, the page says what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from network.meetings.models import Invitation, Meeting
from network.members.models import Member
from network.minutes.models import ActionItem, AgendaProposal, Minutes, Objection
from network.minutes.personal import actions_token, papers_token
from portal.languages import SOURCE
from portal.outbox import queue_mail

LONGEST_SUBJECT = 190


def notify_proposed(proposal: AgendaProposal) -> None:
    """Somebody proposed a point: to the organisers."""
    meeting = proposal.meeting
    link = _address(meeting, "network_agenda_board", meeting.pk)
    _to_organisers(meeting, "proposed", f"proposal:{proposal.pk}", link)


def notify_objected(objection: Objection) -> None:
    """Somebody objects: to the organisers."""
    meeting = objection.minutes.meeting
    link = _address(meeting, "network_minutes_desk", meeting.pk)
    _to_organisers(meeting, "objected", f"objection:{objection.pk}", link)


def notify_decided(proposal: AgendaProposal) -> None:
    """What became of a proposal: to whoever made it, if their invitation still holds."""
    once = f"proposal:{proposal.pk}:{proposal.decided_at.isoformat() if proposal.decided_at else ''}"
    _to_invited(proposal.invitation, proposal.meeting, "decided", once, "papers", proposal=proposal)


def notify_answered(objection: Objection) -> None:
    """What became of an objection: to whoever sent it."""
    once = f"objection:{objection.pk}:{objection.answered_at.isoformat() if objection.answered_at else ''}"
    _to_invited(objection.invitation, objection.minutes.meeting, "answered", once, "papers_minutes")


def notify_minutes(minutes: Minutes, kind: str) -> None:
    """There are minutes to read ("submitted") or they are approved ("approved"): to everybody invited."""
    meeting = minutes.meeting
    for invitation in meeting.invitations.usable().select_related("member"):
        _to_invited(invitation, meeting, kind, f"minutes:{minutes.pk}", "papers_minutes", minutes=minutes)


def notify_due(member: Member, actions: list[ActionItem], day: date) -> None:
    """Actions that are nearly due or overdue, in one mail for all of them."""
    rows = [{"action": action, "is_overdue": action.is_overdue(day)} for action in actions]
    with translation.override(member.language):
        link = f"{member.district.site.root_url}{reverse('my_actions_link', args=[actions_token(member)])}"
    _queue(
        f"actions:{member.pk}:{day.isoformat()}",
        member.email,
        member.language,
        "due",
        {"name": member.name, "rows": rows, "link": link},
    )


def _to_organisers(meeting: Meeting, kind: str, once: str, link: str) -> None:
    if meeting.contact:
        _queue(f"{kind}:{once}", meeting.contact, SOURCE, kind, {"meeting": meeting, "link": link})


def _to_invited(invitation: Invitation, meeting: Meeting, kind: str, once: str, view: str, **more: Any) -> None:
    if not Invitation.objects.usable().filter(pk=invitation.pk).exists():
        return
    with translation.override(invitation.language):
        link = _address(meeting, view, papers_token(invitation))
    context = {"meeting": meeting, "name": invitation.name, "link": link, **more}
    _queue(f"{kind}:{once}:{invitation.pk}", invitation.email, invitation.language, kind, context)


def _address(meeting: Meeting, view: str, *args: Any) -> str:
    return f"{meeting.district.site.root_url}{reverse(view, args=args)}"


def _queue(key: str, recipient: str, language: str, kind: str, context: dict[str, Any]) -> None:
    with translation.override(language):
        title = context["meeting"].title if "meeting" in context else ""
        subject = _SUBJECTS[kind]().format(title=title)
        body = render_to_string(f"network/minutes/mail/{kind}.txt", context).strip() + "\n"
    queue_mail(
        key=f"papers:{key}"[:200],
        recipient=recipient,
        language=language,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body=re.sub(r"\n{3,}", "\n\n", body),
    )


# Functions, because the words are looked up in the language of the recipient.
_SUBJECTS: dict[str, Callable[[], str]] = {
    "proposed": lambda: _("New proposal for the agenda: {title}"),
    "decided": lambda: _("Your proposal for the agenda: {title}"),
    "submitted": lambda: _("Minutes to check: {title}"),
    "approved": lambda: _("Minutes approved: {title}"),
    "objected": lambda: _("Objection to the minutes: {title}"),
    "answered": lambda: _("Answer to your objection: {title}"),
    "due": lambda: _("Your actions: something is due"),
}
