"""Door: what the network adds to the admin."""

from typing import Any

from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from network.meetings.models import DatePoll, Meeting, StandardItem
from network.meetings.viewsets import NetworkGroup
from network.members.models import Member, Organisation
from network.members.viewsets import CoordinatorPolicy, MembersOnly, my_calendar
from network.minutes.viewsets import CoordinatorsOnly, admin_addresses
from network.needs.models import Need, VotingRound
from network.reports.viewsets import ReportsMenuItem
from network.reports.viewsets import urls as report_urls

for model in (DatePoll, Meeting, Member, Need, Organisation, StandardItem, VotingRound):
    register_permission_policy(model, CoordinatorPolicy(model))


@hooks.register("register_admin_viewset")
def network_viewsets() -> NetworkGroup:
    return NetworkGroup()


@hooks.register("register_admin_urls")
def minutes_addresses() -> list[URLPattern]:
    return admin_addresses()


@hooks.register("register_admin_menu_item")
def actions_item() -> CoordinatorsOnly:
    return CoordinatorsOnly(_("Actions"), reverse("network_actions"), icon_name="tick-inverse", order=255)


@hooks.register("register_admin_urls")
def network_addresses() -> list[URLPattern]:
    return [path("my-calendar/", my_calendar, name="network_my_calendar"), *report_urls()]


@hooks.register("register_reports_menu_item")
def reports_item() -> ReportsMenuItem:
    return ReportsMenuItem(
        _("Network reports"), reverse_lazy("network_reports"), name="network-reports", icon_name="table", order=30
    )


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
        "member.invited": _("Invited to the network"),
        "member.confirmed": _("Entry confirmed"),
        "member.changed": _("Entry changed"),
        "member.links_ended": _("Personal links ended"),
        "member.left": _("Left the network"),
        "member.feed_made": _("Personal calendar made"),
        "member.feed_ended": _("Personal calendar ended"),
    }.items():
        actions.register_action(f"network.{name}", label, label)


@hooks.register("register_log_actions")
def needs_log_actions(actions: Any) -> None:
    """The same for needs and reports."""
    for name, label in {
        "need.reported": _("Need reported"),
        "need.joined": _("Somebody else reported the same"),
        "need.status": _("New status"),
        "need.merged": _("Merged with another need"),
        "need.ranked": _("Put in order"),
        "need.edited": _("Text changed"),
        "need.linked": _("Linked"),
        "need.unlinked": _("Link removed"),
        "need.voted": _("Somebody voted"),
        "report.kept": _("Template of a report saved"),
        "report.dropped": _("Template of a report deleted"),
        "report.made": _("Report made"),
    }.items():
        actions.register_action(f"network.{name}", label, label)


@hooks.register("register_log_actions")
def minutes_log_actions(actions: Any) -> None:
    """The same for agendas, minutes and actions."""
    for name, label in {
        "agenda.proposed": _("Point proposed"),
        "agenda.accepted": _("Proposal accepted"),
        "agenda.declined": _("Proposal declined"),
        "agenda.changed": _("Agenda changed"),
        "agenda.final": _("Agenda final"),
        "minutes.opened": _("Minutes opened"),
        "minutes.saved": _("Minutes saved"),
        "minutes.submitted": _("Minutes sent for approval"),
        "minutes.objected": _("Objection to the minutes"),
        "minutes.objection_answered": _("Objection answered"),
        "minutes.corrected": _("Minutes corrected"),
        "minutes.approved": _("Minutes approved"),
        "minutes.published": _("Minutes published"),
        "minutes.withdrawn": _("Minutes withdrawn"),
        "minutes.summary": _("Public summary changed"),
        "action.planned": _("Action made"),
        "action.changed": _("Action changed"),
        "action.open": _("Action opened again"),
        "action.in_progress": _("Action in progress"),
        "action.done": _("Action done"),
        "action.dropped": _("Action dropped"),
    }.items():
        actions.register_action(f"network.{name}", label, label)
