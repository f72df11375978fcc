"""Which mail goes to whom, in whose language. Written to the outbox in the transaction that caused it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from network.meetings.feeds import invitation_text
from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.permissions import can_join_as_delegate
from network.meetings.statuses import Answer, Audience, Mode
from portal.outbox import queue_mail

LONGEST_SUBJECT = 190


@dataclass(frozen=True)
class Recipient:
    """Somebody a mail goes to. `key` tells them from the others in the key against sending twice."""

    key: str
    email: str
    language: str
    is_delegate: bool = False
    name: str = ""


def notify_invited(invitation: Invitation, token: str) -> None:
    """The invitation with the personal link and a calendar entry."""
    _send(
        _invited(invitation),
        invitation,
        "invitation",
        f"{invitation.token_hash[:16]}",
        method="REQUEST",
        link=_address(invitation.meeting, reverse_in(invitation.language, "rsvp", token)),
    )


def notify_moved(meeting: Meeting) -> None:
    """New date or place, to all who have not said no, and to those who come for them."""
    for invitation in meeting.invitations.concerned():
        for recipient in _all(invitation):
            _send(recipient, invitation, "moved", f"{meeting.sequence}", method="REQUEST")


def notify_off(meeting: Meeting) -> None:
    """Cancelled or postponed, to all who have not said no; takes the entry out of their calendars."""
    for invitation in meeting.invitations.concerned():
        for recipient in _all(invitation):
            _send(recipient, invitation, meeting.status, f"{meeting.sequence}", method="CANCEL")


def notify_revoked(invitation: Invitation) -> None:
    """The invitation was withdrawn: says no more than that, and takes the entry out of the calendar."""
    if invitation.rsvp.answer == Answer.NO:
        return
    once = f"{invitation.meeting.sequence}"
    _send(_invited(invitation), invitation, "revoked", once, method="CANCEL")
    for recipient in _delegates(invitation):
        _send(recipient, invitation, "released", once, method="CANCEL")


def notify_promoted(rsvps: Iterable[Rsvp]) -> None:
    """A seat became free: to each person and to whoever comes for them."""
    for rsvp in rsvps:
        for recipient in _all(rsvp.invitation):
            _send(recipient, rsvp.invitation, "promoted", _moment(rsvp))


def notify_delegates(rsvp: Rsvp, before: str, token: str = "") -> None:
    """Somebody named you to come for them, or no longer does. `token` of the link with which to agree or say no."""
    if before == rsvp.delegate_email:
        return
    if before:
        released = Recipient(f"{rsvp.pk}d", before, rsvp.invitation.language, is_delegate=True)
        _send(released, rsvp.invitation, "released", _moment(rsvp), method="CANCEL")
    for recipient in _delegates(rsvp.invitation):
        link = _address(rsvp.invitation.meeting, reverse_in(recipient.language, "rsvp_delegate", token))
        _send(recipient, rsvp.invitation, "delegate", _moment(rsvp), method="REQUEST", link=link)


def notify_delegate_declined(rsvp: Rsvp, name: str, email: str, token: str) -> None:
    """Whoever was named cannot come: the one who is invited decides again; the date leaves the other's calendar."""
    invitation = rsvp.invitation
    link = _address(invitation.meeting, reverse_in(invitation.language, "rsvp", token))
    _send(_invited(invitation), invitation, "delegate_declined", _moment(rsvp), link=link, delegate=name)
    declined = Recipient(f"{rsvp.pk}d", email, invitation.language, is_delegate=True, name=name)
    _send(declined, invitation, "released", _moment(rsvp), method="CANCEL")


def notify_reminded(invitation: Invitation, token: str, days: int, once: str) -> None:
    """The meeting is soon, and what we know of the answer; with a link to give or change it."""
    link = _address(invitation.meeting, reverse_in(invitation.language, "rsvp", token))
    _send(_invited(invitation), invitation, "reminder", f"{days}:{once}", link=link, days=days)
    for recipient in _delegates(invitation):
        _send(recipient, invitation, "reminder", f"{days}:{once}", days=days)


def address_in(language: str, meeting: Meeting, name: str, *args: str) -> str:
    """The full address of a view in a language."""
    return _address(meeting, reverse_in(language, name, *args))


def reverse_in(language: str, name: str, *args: str) -> str:
    """The path of a view in a language."""
    with translation.override(language):
        return reverse(name, args=args)


def _send(recipient: Recipient, invitation: Invitation, kind: str, once: str, *, method: str = "", **more: Any) -> None:
    meeting = invitation.meeting
    calendar = ""
    if method:
        calendar = invitation_text(
            meeting,
            method=method,
            attendee=recipient.email,
            language=recipient.language,
            with_url=meeting.audience == Audience.PUBLIC,
        )
    with translation.override(recipient.language):
        context = {
            "meeting": meeting,
            "invitation": invitation,
            "recipient": recipient,
            "place": _("Online") if meeting.mode == Mode.ONLINE else meeting.place,
            "page": _page(meeting, recipient.language),
            "join_link": _join_link(recipient, invitation)
            if kind in {"delegate", "promoted", "moved", "reminder"}
            else "",
            **more,
        }
        subject = _SUBJECTS[kind]().format(title=meeting.title)
        body = render_to_string(f"network/meetings/mail/{kind}.txt", context).strip() + "\n"
        body = re.sub(r"\n{3,}", "\n\n", body)
    queue_mail(
        key=f"meeting:{meeting.pk}:{kind}:{recipient.key}:{once}",
        recipient=recipient.email,
        language=recipient.language,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body=body,
        calendar=calendar,
        method=method,
    )


# Functions, because the words are looked up in the language of the recipient.
_SUBJECTS = {
    "invitation": lambda: _("Invitation: {title}"),
    "moved": lambda: _("New date or place: {title}"),
    "cancelled": lambda: _("Cancelled: {title}"),
    "postponed": lambda: _("Postponed: {title}"),
    "revoked": lambda: _("Your invitation was withdrawn: {title}"),
    "promoted": lambda: _("You have a seat: {title}"),
    "delegate": lambda: _("You were asked to come: {title}"),
    "delegate_declined": lambda: _("Please decide again who comes: {title}"),
    "reminder": lambda: _("Reminder: {title}"),
    "released": lambda: _("You need not come: {title}"),
}


def _invited(invitation: Invitation) -> Recipient:
    return Recipient(f"{invitation.pk}", invitation.email, invitation.language)


def _delegates(invitation: Invitation) -> list[Recipient]:
    rsvp = invitation.rsvp
    if rsvp.answer != Answer.DELEGATE or not rsvp.delegate_email:
        return []
    return [Recipient(f"{rsvp.pk}d", rsvp.delegate_email, invitation.language, is_delegate=True)]


def _all(invitation: Invitation) -> list[Recipient]:
    return [_invited(invitation), *_delegates(invitation)]


def _join_link(recipient: Recipient, invitation: Invitation) -> str:
    # Others find the link on their page, where it is asked anew each time whether they may see it.
    meeting = invitation.meeting
    if recipient.is_delegate and can_join_as_delegate(invitation.rsvp, meeting):
        return meeting.join_link
    return ""


def _page(meeting: Meeting, language: str) -> str:
    if meeting.audience != Audience.PUBLIC:
        return ""
    return _address(meeting, reverse_in(language, "meeting", meeting.slug))


def _address(meeting: Meeting, path: str) -> str:
    return f"{meeting.district.site.root_url}{path}"


def _moment(rsvp: Rsvp) -> str:
    return rsvp.answered_at.isoformat() if rsvp.answered_at else "0"
