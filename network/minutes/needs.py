"""What meetings and actions have to do with a need, told on its page to whoever may know of them."""

from __future__ import annotations

from django.urls import reverse
from django.utils import formats

from network.meetings.models import Meeting
from network.members.models import Member
from network.minutes.models import ActionItem
from network.needs.linking import Shown, register_attached
from network.needs.models import Need


def points_about(need: Need, member: Member | None) -> list[Shown]:
    """Meetings with a point about the need, the latest first. `member` None: a coordinator of its district."""
    rows = Meeting.objects.of(need.district)
    if member is not None:
        rows = rows.visible_to(member).published()
    found = rows.filter(agenda__need=need).distinct().order_by("-starts_at")
    return [
        Shown("meeting", row.title, row.get_absolute_url(), formats.date_format(row.day, "SHORT_DATE_FORMAT"))
        for row in found
    ]


def actions_about(need: Need, member: Member | None) -> list[Shown]:
    """Actions that follow from the need with how far they are; members see those they may know of."""
    rows = ActionItem.objects.of(need.district).filter(need=need)
    if member is not None:
        rows = rows.readable_by(member)
    address = reverse("my_actions") if member is not None else reverse("network_actions")
    return [Shown("action", row.text, address, str(row.get_status_display())) for row in rows.order_by("pk")]


def register_needs() -> None:
    """Let the pages of needs show both; called once at start."""
    register_attached("points", points_about)
    register_attached("actions", actions_about)
