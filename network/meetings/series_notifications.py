"""One mail for several dates of a series, with a calendar entry for each, in the language of whoever gets it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from network.meetings.feeds import invitation_text
from network.meetings.models import Invitation, Meeting
from network.meetings.notifications import LONGEST_SUBJECT, address_in
from network.meetings.statuses import Answer, Audience, Mode
from portal.outbox import queue_mail

Row = tuple[Invitation, str]
"""An invitation, and the token of a personal link to it; empty for none."""


def notify_series_invited(rows: Sequence[tuple[Invitation, str]]) -> None:
    """New invitations to several dates: one mail for each person."""
    _send_all("invited", "REQUEST", rows)


def notify_series_moved(meetings: Sequence[Meeting]) -> None:
    """New dates or another place: to all who have not said no, each with a link for every date."""
    from network.meetings.inviting import more_links

    found = _concerned(meetings)
    links = more_links(found)
    _send_all("moved", "REQUEST", [(invitation, links[invitation.pk]) for invitation in found])


def notify_series_cancelled(meetings: Sequence[Meeting]) -> None:
    """The dates do not take place: to all who have not said no; takes them out of their calendars."""
    _send_all("cancelled", "CANCEL", [(invitation, "") for invitation in _concerned(meetings)])


def _concerned(meetings: Sequence[Meeting]) -> list[Invitation]:
    by_key = {meeting.pk: meeting for meeting in meetings}
    found = []
    rows = Invitation.objects.filter(meeting__in=meetings).concerned().order_by("meeting__starts_at", "pk")
    for invitation in rows:
        invitation.meeting = by_key[invitation.meeting_id]
        found.append(invitation)
    return found


def _send_all(kind: str, method: str, rows: Iterable[Row]) -> None:
    people: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for invitation, token in rows:
        people[invitation.email.lower(), invitation.language, invitation.name].append((invitation, token))
        rsvp = invitation.rsvp
        if kind != "invited" and rsvp.answer == Answer.DELEGATE and rsvp.delegate_email:
            people[rsvp.delegate_email, invitation.language, rsvp.delegate_name].append((invitation, ""))
    for (email, language, name), own in people.items():
        own.sort(key=lambda row: row[0].meeting.starts_at)
        _send(kind, method, email, language, name, own)


def _send(kind: str, method: str, email: str, language: str, name: str, rows: list[Row]) -> None:
    meetings = [invitation.meeting for invitation, _token in rows]
    calendar = "".join(
        invitation_text(
            meeting,
            method=method,
            attendee=email,
            language=language,
            with_url=meeting.audience == Audience.PUBLIC,
        )
        for meeting in meetings
    )
    first = meetings[0]
    with translation.override(language):
        context = {
            "name": name,
            "kind": kind,
            "title": first.title,
            "rows": [_shown(invitation, token, language) for invitation, token in rows],
            "note": first.status_note,
            "contact": first.contact,
        }
        body = re.sub(r"\n{3,}", "\n\n", render_to_string("network/meetings/mail/series.txt", context).strip()) + "\n"
        subject = _SUBJECTS[kind]().format(title=first.title)
    versions = ",".join(f"{invitation.pk}:{invitation.meeting.sequence}" for invitation, _token in rows)
    queue_mail(
        key=f"series:{first.series_id}:{kind}:{sha256(f'{email}|{versions}'.encode()).hexdigest()[:32]}",
        recipient=email,
        language=language,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body=body,
        calendar=calendar,
        method=method,
    )


def _shown(invitation: Invitation, token: str, language: str) -> dict[str, Any]:
    """One date of the mail, in the language that is on."""
    meeting = invitation.meeting
    return {
        "meeting": meeting,
        "place": _("Online") if meeting.mode == Mode.ONLINE else meeting.place,
        "link": address_in(language, meeting, "rsvp", token) if token else "",
    }


_SUBJECTS = {
    "invited": lambda: _("Invitation: {title}"),
    "moved": lambda: _("New dates or place: {title}"),
    "cancelled": lambda: _("Cancelled: {title}"),
}
