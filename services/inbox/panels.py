"""What the admin gets from the inbox: menu item, addresses, counts on the dashboard, style, keys for new offices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component

from services.directory.duties import Duties, duties_of
from services.directory.models import Office
from services.inbox import staff_files, viewsets
from services.inbox.actions import ensure_keys
from services.inbox.models import Case
from services.inbox.permissions import can_use_inbox

BADGE = 99
"""The menu counts so far."""


class InboxMenuItem(MenuItem):
    """Shown to members of an office only, with the number of people who wait for an answer."""

    def is_shown(self, request: HttpRequest) -> bool:
        return duties_of(request).member

    def render_component(self, request: HttpRequest) -> Any:
        item = super().render_component(request)
        waiting = Case.objects.visible_to(request.user).unanswered().up_to(BADGE)
        if waiting:
            item.label = format_lazy("{} ({})", self.label, viewsets.count_words(waiting, BADGE))
        return item


class StatisticsMenuItem(MenuItem):
    """Shown to people who lead an office or coordinate."""

    def is_shown(self, request: HttpRequest) -> bool:
        duties = duties_of(request)
        return duties.lead or duties.coordinates


class InboxPanel(Component):
    """How many cases wait, on the dashboard of members."""

    name = "inbox"
    template_name = "services/inbox/staff_panel.html"
    order = 50

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        counts = Case.objects.visible_to(self.user).counts(self.user, timezone.now())
        address = reverse("inbox")
        return {
            "tiles": [
                {
                    "url": f"{address}?view={name}",
                    "label": viewsets.OVERVIEW_NAMES[name],
                    "count": viewsets.count_words(counts[name]),
                }
                for name in ("new", "mine", "unanswered", "overdue", "urgent")
            ]
        }


@hooks.register("register_admin_urls")
def inbox_urls() -> list[URLPattern]:
    """The staff's addresses below /admin/."""
    return [
        path("inbox/", viewsets.inbox, name="inbox"),
        path("inbox/bulk/", viewsets.inbox_bulk, name="inbox_bulk"),
        path("inbox/filters/", viewsets.inbox_filter_save, name="inbox_filter_save"),
        path("inbox/filters/<int:pk>/", viewsets.inbox_filter, name="inbox_filter"),
        path("inbox/export/", viewsets.inbox_export, name="inbox_export"),
        path("inbox/exports/", viewsets.inbox_exports, name="inbox_exports"),
        path("inbox/statistics/", viewsets.inbox_statistics, name="inbox_statistics"),
        path("inbox/<uuid:pk>/", viewsets.case_page, name="case"),
        path("inbox/<uuid:pk>/files/<uuid:file>/", staff_files.case_file, name="case_file"),
        # Not below inbox/: the middleware knows it by its beginning and does not count it as a click.
        path("inbox-presence/<uuid:pk>/", viewsets.case_presence, name="case_presence"),
        path("inbox/absences/", viewsets.absence, name="inbox_absence"),
        path("inbox/workload/", viewsets.workload, name="inbox_workload"),
        path("inbox/offices/", viewsets.coordination, name="inbox_coordination"),
        path("reply-templates/", viewsets.templates, name="inbox_templates"),
        path("reply-templates/new/", viewsets.edit_template, name="inbox_template_new"),
        path("reply-templates/<int:pk>/", viewsets.edit_template, name="inbox_template"),
    ]


@hooks.register("register_admin_menu_item")
def inbox_menu_item() -> MenuItem:
    """First in the menu, for members."""
    return InboxMenuItem(_("Inbox"), reverse_lazy("inbox"), name="inbox", icon_name="mail", order=10)


@hooks.register("register_reports_menu_item")
def statistics_menu_item() -> MenuItem:
    """Among the reports."""
    return StatisticsMenuItem(
        _("Requests in numbers"), reverse_lazy("inbox_statistics"), name="inbox-statistics", icon_name="table", order=20
    )


class DutyMenuItem(MenuItem):
    """Shown to people with a certain duty; the pages ask again with their own question of permission."""

    def __init__(self, label: Any, url: Any, shown: Callable[[Duties, Any], bool], **more: Any) -> None:
        super().__init__(label, url, **more)
        self.shown = shown

    def is_shown(self, request: HttpRequest) -> bool:
        return self.shown(duties_of(request), request.user)


def _edits_templates(duties: Duties, user: Any) -> bool:
    return duties.lead or bool(user.has_perm("services.change_replytemplate"))


@hooks.register("register_admin_menu_item")
def team_menu_item() -> MenuItem:
    """What belongs to the inbox but is not a case, each for whom it concerns."""
    entries = (
        (_("Absences"), "inbox_absence", lambda duties, user: duties.member, "calendar-alt"),
        (_("Workload"), "inbox_workload", lambda duties, user: duties.lead, "group"),
        (_("All offices"), "inbox_coordination", lambda duties, user: duties.coordinates, "site"),
        (_("Reply templates"), "inbox_templates", _edits_templates, "edit"),
    )
    items = [
        DutyMenuItem(label, reverse_lazy(name), shown, name=name, icon_name=icon, order=10 * place)
        for place, (label, name, shown, icon) in enumerate(entries)
    ]
    return SubmenuMenuItem(_("Team"), Menu(items=items), name="inbox-team", icon_name="group", order=11)


@hooks.register("construct_homepage_panels")
def inbox_panel(request: HttpRequest, panels: list[Component]) -> None:
    """The counts, for members."""
    if can_use_inbox(request.user):
        panels.append(InboxPanel(request.user))


@hooks.register("insert_global_admin_css")
def inbox_style() -> SafeString:
    """The inbox's own style sheet."""
    return format_html('<link rel="stylesheet" href="{}">', static("services/inbox.css"))


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def key_for_office(request: HttpRequest, instance: Any) -> None:
    """An office that gets an inbox in the admin can receive at once."""
    if isinstance(instance, Office) and instance.takes_cases:
        ensure_keys(instance.district)
