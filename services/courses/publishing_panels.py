"""What the admin gets for publishing courses: addresses, menu items, style, names of log entries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.models import District
from services.courses import proposal_views
from services.courses.models import CourseProposal
from services.courses.permissions import can_manage_courses
from services.courses.proposal_permissions import can_propose
from services.courses.publishing_views import PublishScreen
from services.courses.run_change_views import ChangesAtAClick


class CourseStaffItem(MenuItem):
    """Shown to course staff."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_manage_courses(request.user)


class ProposalsItem(CourseStaffItem):
    """With the number of proposals that wait."""

    def render_component(self, request: HttpRequest) -> Any:
        item = super().render_component(request)
        waiting = CourseProposal.objects.of(District.objects.for_request(request)).open().count()
        if waiting:
            item.label = format_lazy("{} ({})", self.label, waiting)
        return item


class ProviderItem(MenuItem):
    """Shown to people of a provider."""

    def is_shown(self, request: HttpRequest) -> bool:
        # Asked on every page of the admin: people without the permission cost no query.
        return request.user.has_perm("services.add_courseproposal") and can_propose(request.user)


@hooks.register("register_admin_urls")
def publishing_urls() -> list[URLPattern]:
    """The addresses below /admin/."""
    return [
        path("courses/publish/", PublishScreen.as_view(), name="course_publish"),
        path("courses/changes/", ChangesAtAClick.as_view(), name="course_changes"),
        path("courses/proposals/", proposal_views.Proposals.as_view(), name="course_proposals"),
        path("courses/proposals/<int:pk>/", proposal_views.Decision.as_view(), name="course_proposal"),
        path("courses/own/", proposal_views.OwnCourses.as_view(), name="own_courses"),
        path("courses/own/new/", proposal_views.ProposeRun.as_view(), name="propose_run"),
        path("courses/own/<int:pk>/", proposal_views.ProposeChange.as_view(), name="propose_change"),
    ]


@hooks.register("register_admin_menu_item")
def publish_item() -> MenuItem:
    """Right above the menu of courses."""
    return CourseStaffItem(
        _("New course run"), reverse_lazy("course_publish"), name="course-publish", icon_name="plus", order=246
    )


@hooks.register("register_admin_menu_item")
def changes_item() -> MenuItem:
    """The Monday round."""
    return CourseStaffItem(
        _("Changes at a click"), reverse_lazy("course_changes"), name="course-changes", icon_name="rotate", order=247
    )


@hooks.register("register_admin_menu_item")
def proposals_item() -> MenuItem:
    """What providers proposed."""
    return ProposalsItem(
        _("Proposals"),
        reverse_lazy("course_proposals"),
        name="course-proposals",
        icon_name="mail",
        order=248,
    )


@hooks.register("register_admin_menu_item")
def own_courses_item() -> MenuItem:
    """The one place of a provider."""
    return ProviderItem(
        _("Our courses"), reverse_lazy("own_courses"), name="own-courses", icon_name="calendar-alt", order=245
    )


@hooks.register("insert_global_admin_css")
def publishing_css() -> SafeString:
    """Style of the pages for course staff and providers."""
    return format_html('<link rel="stylesheet" href="{}">', static("services/publish.css"))


@hooks.register("register_log_actions")
def publishing_log_actions(registry: Any) -> None:
    """Names of what is logged."""
    for action, label in (
        ("courses.run.published", _("Publish course run")),
        ("courses.run.announced", _("Announce course run")),
        ("courses.run.unannounced", _("Take announcement down")),
        ("courses.run.moved", _("Move course")),
        ("courses.run.undone", _("Take change back")),
        ("courses.proposal.made", _("Propose")),
        ("courses.proposal.accepted", _("Accept proposal")),
        ("courses.proposal.declined", _("Decline proposal")),
        ("courses.proposal.withdrawn", _("Withdraw proposal")),
    ):
        registry.register_action(action, label, label)
