"""Door: what the network adds to the admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from network.meetings.models import DatePoll, Meeting, StandardItem
from network.meetings.viewsets import NetworkGroup
from network.members.models import Member, Organisation
from network.members.viewsets import CoordinatorPolicy, MembersOnly, my_calendar

for model in (DatePoll, Meeting, Member, Organisation, StandardItem):
    register_permission_policy(model, CoordinatorPolicy(model))


@hooks.register("register_admin_viewset")
def network_viewsets() -> NetworkGroup:
    return NetworkGroup()


@hooks.register("register_admin_urls")
def network_addresses() -> list[URLPattern]:
    return [path("my-calendar/", my_calendar, name="network_my_calendar")]


@hooks.register("register_admin_menu_item")
def my_calendar_item() -> MembersOnly:
    return MembersOnly(_("My calendar"), reverse("network_my_calendar"), icon_name="date", order=260)


@hooks.register("register_log_actions")
def network_log_actions(actions: Any) -> None:
    """Names of what the log remembers. No personal data goes into it."""
    for name, label in {
        "meeting.published": _("Meeting published"),
        "meeting.invited": _("People invited"),
        "meeting.answered": _("Somebody answered"),
        "meeting.moved": _("Meeting moved"),
        "meeting.cancelled": _("Meeting cancelled"),
        "meeting.postponed": _("Meeting postponed"),
        "meeting.invitation_revoked": _("Invitation withdrawn"),
        "meeting.link_renewed": _("New personal link sent"),
        "meeting.capacity_raised": _("Seats added"),
        "meeting.repeated": _("Series made"),
        "meeting.copied": _("Next meeting prepared"),
        "meeting.delegate_answered": _("A delegate answered"),
        "meeting.file_added": _("File added"),
        "meeting.file_removed": _("File removed"),
        "meeting.checked_in": _("Somebody is here"),
        "meeting.check_in_undone": _("Somebody is not here"),
        "poll.opened": _("Date poll opened"),
        "poll.voted": _("Somebody answered a date poll"),
        "poll.decided": _("Date chosen"),
        "poll.withdrawn": _("Date poll withdrawn"),
        "member.feed_made": _("Personal calendar made"),
        "member.feed_ended": _("Personal calendar ended"),
    }.items():
        actions.register_action(f"network.{name}", label, label)
