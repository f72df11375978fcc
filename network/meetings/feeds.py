"""Meetings as calendar entries, which say nothing that any reader may not know: no link to join, no people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.permissions import can_join
from network.meetings.statuses import OFF, MeetingStatus, Mode
from network.members.models import Member
from portal.calendars import Entry, to_ical


def entry_of(meeting: Meeting, *, with_url: bool, organizer: str = "", attendee: str = "") -> Entry:
    """The calendar entry of a meeting in the current language; its identity is the same in all of them.

    `with_url` only for readers who can open the page. `organizer` and `attendee` only in invitations.
    """
    base = meeting.district.site.root_url
    return Entry(
        uid=str(meeting.uid),
        start=meeting.start,
        end=meeting.end,
        summary=_title(meeting),
        changed_at=meeting.changed_at,
        description="\n\n".join(part for part in (meeting.status_note, meeting.summary) if part),
        location=_("Online") if meeting.mode == Mode.ONLINE else meeting.place,
        url=f"{base}{meeting.get_absolute_url()}" if with_url else "",
        status="CANCELLED" if meeting.status in OFF else "CONFIRMED",
        sequence=meeting.sequence,
        organizer=organizer,
        attendee=attendee,
    )


def calendar_of(meetings: Iterable[Meeting], *, name: str = "") -> bytes:
    """A feed or file for subscribers: no METHOD, no ORGANIZER, no ATTENDEE."""
    return to_ical([entry_of(meeting, with_url=True) for meeting in meetings], name=name)


def personal_calendar_of(meetings: Iterable[Meeting], member: Member, *, name: str) -> bytes:
    """A member's own feed. It carries the link to take part online only where its audience includes this member now."""
    rows = list(meetings)
    answers = Rsvp.objects.filter(
        invitation__in=Invitation.objects.live().filter(member=member, meeting__in=[row.pk for row in rows])
    )
    own = {rsvp.invitation.meeting_id: rsvp for rsvp in answers.select_related("invitation")}
    return to_ical([_personal_entry(meeting, own.get(meeting.pk)) for meeting in rows], name=name)


def _personal_entry(meeting: Meeting, rsvp: Rsvp | None) -> Entry:
    entry = entry_of(meeting, with_url=True)
    parts = [entry.description]
    if rsvp is not None:
        parts.append(_("Your answer: {answer}").format(answer=rsvp.get_answer_display()))
    if can_join(rsvp, meeting):
        parts.append(f"{_('Take part online')}: {meeting.join_link}")
    return replace(entry, description="\n\n".join(part for part in parts if part))


def invitation_text(meeting: Meeting, *, method: str, attendee: str, language: str, with_url: bool) -> str:
    """The iTIP text (RFC 5546) for one person, who alone is named in it."""
    with translation.override(language):
        entry = entry_of(meeting, with_url=with_url, organizer=meeting.contact, attendee=attendee)
    if method == "CANCEL":
        # Also where the meeting goes on without this person: for their calendar it is off, and they learn nothing new.
        entry = replace(entry, status="CANCELLED", description="", location="")
    return to_ical([entry], method=method).decode()


def event_json(meeting: Meeting) -> str:
    """The meeting for search engines (schema.org Event), ready to stand inside a script element. Public ones only."""
    page = f"{meeting.district.site.root_url}{meeting.get_absolute_url()}"
    event: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": meeting.title,
        "url": page,
        "inLanguage": "de",
        "startDate": meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).isoformat(),
        "endDate": meeting.ends_at.astimezone(ZoneInfo(meeting.zone)).isoformat(),
        "eventStatus": f"https://schema.org/{_schema_status(meeting)}",
        "eventAttendanceMode": f"https://schema.org/{_SCHEMA_MODES[Mode(meeting.mode)]}",
        "location": _schema_location(meeting, page),
        "organizer": {"@type": "Organization", "name": meeting.district.name},
    }
    if meeting.summary:
        event["description"] = meeting.summary
    if meeting.previous_starts_at:
        event["previousStartDate"] = meeting.previous_starts_at.astimezone(ZoneInfo(meeting.zone)).isoformat()
    text = json.dumps(event, ensure_ascii=False, sort_keys=True)
    # What an editor types must not be able to end the script element.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


_SCHEMA_MODES = {
    Mode.ONSITE: "OfflineEventAttendanceMode",
    Mode.ONLINE: "OnlineEventAttendanceMode",
    Mode.HYBRID: "MixedEventAttendanceMode",
}


def _schema_status(meeting: Meeting) -> str:
    if meeting.status == MeetingStatus.CANCELLED:
        return "EventCancelled"
    if meeting.status == MeetingStatus.POSTPONED:
        return "EventPostponed"
    return "EventRescheduled" if meeting.previous_starts_at else "EventScheduled"


def _schema_location(meeting: Meeting, page: str) -> Any:
    room = {"@type": "Place", "name": meeting.place, "address": meeting.place}
    # The address of the page, never the link to join.
    online = {"@type": "VirtualLocation", "url": page}
    return {Mode.ONSITE: room, Mode.ONLINE: online}.get(Mode(meeting.mode), [room, online])


def _title(meeting: Meeting) -> str:
    if meeting.status == MeetingStatus.CANCELLED:
        return _("Cancelled: {title}").format(title=meeting.title)
    if meeting.status == MeetingStatus.POSTPONED:
        return _("Postponed: {title}").format(title=meeting.title)
    return meeting.title
