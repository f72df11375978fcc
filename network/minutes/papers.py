"""What the pages and the printed papers of a meeting show: invitation, agenda, minutes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from network.meetings.models import AgendaItem, Invitation, Meeting
from network.meetings.running_order import RunningOrder, running_order
from network.members.models import Member
from network.minutes.attendance import attendance_of
from network.minutes.differences import content_changes
from network.minutes.models import ActionItem, EntryVersion, Minutes, MinutesEntry
from network.minutes.statuses import VersionKind
from portal.printing import pdf

TEMPLATES = {
    "invitation": "network/minutes/paper_invitation.html",
    "agenda": "network/minutes/paper_agenda.html",
    "minutes": "network/minutes/paper_minutes.html",
}
PAPERS = tuple(TEMPLATES)
PUBLIC_PAPERS = ("invitation", "agenda")
"""Papers that say no more than the page of the meeting."""


def order_of(meeting: Meeting) -> RunningOrder:
    """The agenda of a meeting with running times."""
    return running_order(meeting, AgendaItem.objects.filter(meeting=meeting).select_related("owner", "need"))


def open_actions(meeting: Meeting, member: Member | None) -> dict[str, Any]:
    """Actions left over from earlier meetings: those the reader may know of."""
    undone = ActionItem.objects.before(meeting).undone()
    readable = undone.readable_by(member).select_related("owner", "organisation")
    return {"open_actions": list(readable), "today": timezone.localdate()}


def entries_of(minutes: Minutes) -> list[dict[str, Any]]:
    """The entries with their actions and, once sent, every wording that was corrected."""
    entries = minutes.entries.prefetch_related("versions", "action_items__owner", "action_items__organisation")
    return [
        {"entry": entry, "actions": list(entry.action_items.all()), "corrections": corrections(entry)}
        for entry in entries
    ]


def corrections(entry: MinutesEntry) -> list[dict[str, Any]]:
    """Every correction since the minutes were sent, newest first: what changed, when and why.

    Of a wording that was erased nothing is shown but that it was.
    """
    kept = [row for row in entry.versions.all() if row.kind in {VersionKind.SENT, VersionKind.CORRECTED}]
    found: list[dict[str, Any]] = []
    for old, new in zip(kept, kept[1:], strict=False):
        gone = old.erased_at is not None or new.erased_at is not None
        found.append(
            {
                "version": new,
                "original": None if old.erased_at else old.content,
                "changes": {} if gone else content_changes(old.content, new.content),
                "is_erased": gone,
            }
        )
    return found[::-1]


def minutes_context(minutes: Minutes) -> dict[str, Any]:
    """All that a reader of minutes sees."""
    meeting = minutes.meeting
    return {
        "minutes": minutes,
        "meeting": meeting,
        "entries": entries_of(minutes),
        "attendance": attendance_of(meeting),
        "today": timezone.localdate(),
    }


def paper(
    kind: str, meeting: Meeting, *, language: str, minutes: Minutes | None = None, invitation: Invitation | None = None
) -> bytes:
    """One of `PAPERS` as a PDF file in a language. `minutes` only for readers who may read them."""
    context: dict[str, Any] = {"meeting": meeting, "order": order_of(meeting), "invitation": invitation}
    if minutes is not None:
        context.update(minutes_context(minutes))
    return pdf(TEMPLATES[kind], context, language=language)


def set_aside(entry: MinutesEntry) -> list[EntryVersion]:
    """Texts that two people writing at once left beside the entry, newest first."""
    return list(entry.versions.filter(kind=VersionKind.ASIDE).select_related("written_by").order_by("-pk"))
