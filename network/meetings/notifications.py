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
from network.meetings.statuses import Answer, Audience, Mode
from portal.outbox import queue_mail
from portal.seats import Seat

LONGEST_SUBJECT = 190


@dataclass(frozen=True)
class _Recipient:
    """Somebody a mail goes to. `key` tells them from the others in the key against sending twice."""

    key: str
    email: str
    language: str
    is_delegate: bool = False


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


def notify_delegates(rsvp: Rsvp, before: str) -> None:
    """Somebody named you to come for them, or no longer does. A delegate gets facts and date, but no personal link."""
    if before == rsvp.delegate_email:
        return
    if before:
        released = _Recipient(f"{rsvp.pk}d", before, rsvp.invitation.language, is_delegate=True)
        _send(released, rsvp.invitation, "released", _moment(rsvp), method="CANCEL")
    for recipient in _delegates(rsvp.invitation):
        _send(recipient, rsvp.invitation, "delegate", _moment(rsvp), method="REQUEST")


def reverse_in(language: str, name: str, *args: str) -> str:
    """The path of a view in a language."""
    with translation.override(language):
        return reverse(name, args=args)


def _send(
    recipient: _Recipient, invitation: Invitation, kind: str, once: str, *, method: str = "", **more: Any
) -> None:
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
            "join_link": _join_link(recipient, invitation) if kind in {"delegate", "promoted", "moved"} else "",
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
    "released": lambda: _("You need not come: {title}"),
}


def _invited(invitation: Invitation) -> _Recipient:
    return _Recipient(f"{invitation.pk}", invitation.email, invitation.language)


def _delegates(invitation: Invitation) -> list[_Recipient]:
    rsvp = invitation.rsvp
    if rsvp.answer != Answer.DELEGATE or not rsvp.delegate_email:
        return []
    return [_Recipient(f"{rsvp.pk}d", rsvp.delegate_email, invitation.language, is_delegate=True)]


def _all(invitation: Invitation) -> list[_Recipient]:
    return [_invited(invitation), *_delegates(invitation)]


def _join_link(recipient: _Recipient, invitation: Invitation) -> str:
    # A delegate has no page of their own, so the link to take part reaches them by mail, once the seat is theirs.
    meeting = invitation.meeting
    if recipient.is_delegate and meeting.mode != Mode.ONSITE and invitation.rsvp.seat == Seat.CONFIRMED:
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
