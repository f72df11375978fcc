"""Door: what the network adds to the admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from network.meetings.models import Meeting
from network.meetings.viewsets import NetworkGroup
from network.members.models import Member, Organisation
from network.members.viewsets import CoordinatorPolicy, DistrictViewSet, MembersOnly, my_calendar
from network.minutes.models import StandardItem
from network.minutes.viewsets import CoordinatorsOnly, StandardItemViewSet, admin_addresses

for model in (Meeting, Member, Organisation, StandardItem):
    register_permission_policy(model, CoordinatorPolicy(model))


class WholeNetworkGroup(NetworkGroup):
    """The menu of the coordinators with the subjects above the meetings."""

    items: tuple[type[DistrictViewSet], ...] = (*NetworkGroup.items, StandardItemViewSet)  # type: ignore[assignment]  # wider


@hooks.register("register_admin_viewset")
def network_viewsets() -> NetworkGroup:
    return WholeNetworkGroup()


@hooks.register("register_admin_urls")
def minutes_addresses() -> list[URLPattern]:
    return admin_addresses()


@hooks.register("register_admin_menu_item")
def actions_item() -> CoordinatorsOnly:
    return CoordinatorsOnly(_("Actions"), reverse("network_actions"), icon_name="tick-inverse", order=255)


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
        "member.feed_made": _("Personal calendar made"),
        "member.feed_ended": _("Personal calendar ended"),
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
