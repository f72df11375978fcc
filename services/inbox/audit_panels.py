"""What the admin gets of audit, retention, escalation and notifications: addresses, menu items, a panel."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from portal.models import District, User
from services.directory.duties import duties_of
from services.directory.models import Office
from services.inbox.audit_permissions import can_see_audit, coordinates
from services.inbox.audit_viewsets import audit_check, audit_page
from services.inbox.escalation import waiting_in
from services.inbox.notification_viewsets import notification_settings
from services.inbox.permissions import can_use_inbox
from services.inbox.report_viewsets import case_report
from services.inbox.retention_viewsets import RetentionRuleViewSet, retention_preview


@hooks.register("register_admin_urls")
def audit_urls() -> list[URLPattern]:
    """The staff's addresses below /admin/."""
    return [
        path("audit/", audit_page, name="audit"),
        path("audit/check/", audit_check, name="audit_check"),
        path("inbox-retention/", retention_preview, name="retention_preview"),
        path("inbox/<uuid:pk>/report/", case_report, name="case_report"),
        path("account/mails/", notification_settings, name="notification_settings"),
    ]


@hooks.register("register_admin_viewset")
def retention_rules() -> RetentionRuleViewSet:
    """For those who may change them."""
    return RetentionRuleViewSet()


class AuditMenuItem(MenuItem):
    """For the data-protection officer."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_audit(request.user)


class RetentionMenuItem(MenuItem):
    """For members and the data-protection officer."""

    def is_shown(self, request: HttpRequest) -> bool:
        return duties_of(request).member or can_see_audit(request.user)


@hooks.register("register_reports_menu_item")
def audit_menu_item() -> MenuItem:
    """Among the reports."""
    return AuditMenuItem(_("Record of access"), reverse_lazy("audit"), name="audit", icon_name="history", order=800)


@hooks.register("register_reports_menu_item")
def retention_menu_item() -> MenuItem:
    """Among the reports."""
    address = reverse_lazy("retention_preview")
    return RetentionMenuItem(_("What will be erased"), address, name="retention", icon_name="bin", order=810)


@hooks.register("register_account_menu_item")
def notification_item(request: HttpRequest) -> dict[str, Any] | None:
    """Among the actions of the account, for members."""
    if not can_use_inbox(request.user):
        return None
    return {
        "url": reverse("notification_settings"),
        "label": _("Mails from the inbox"),
        "help_text": _("Which mails you get, and at what time the daily summary comes."),
    }


class WaitingPanel(Component):
    """Who waits for too long: for everybody in the team, and for the coordination office the numbers of all."""

    name = "waiting"
    template_name = "services/inbox/staff_waiting.html"
    order = 55

    def __init__(self, request: HttpRequest) -> None:
        self.user = cast(User, request.user)  # members only, see below
        self.district = District.objects.for_request(request)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        now = timezone.now()
        own = Office.objects.of_member(self.user).filter(takes_cases=True)
        every = Office.objects.of(self.district).filter(takes_cases=True)
        coordinating = coordinates(self.user, self.district)
        return {
            "overdue": [row for row in waiting_in(own, now) if row.overdue],
            "unassigned": [row for row in waiting_in(every, now) if row.unassigned] if coordinating else [],
            "address": reverse("inbox"),
        }


@hooks.register("construct_homepage_panels")
def waiting_panel(request: HttpRequest, panels: list[Component]) -> None:
    """For members."""
    if can_use_inbox(request.user):
        panels.append(WaitingPanel(request))


@hooks.register("insert_global_admin_css")
def audit_style() -> SafeString:
    """The pages' own style sheet."""
    return format_html('<link rel="stylesheet" href="{}">', static("services/audit.css"))
