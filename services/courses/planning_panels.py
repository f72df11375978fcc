"""Where the planning of courses stands in the admin: addresses, menu, style, and the names of its log entries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from services.courses import planning_views
from services.courses.planning_permissions import can_plan


class PlanningMenuItem(MenuItem):
    """In the menu of those who may plan."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_plan(request.user)


@hooks.register("register_admin_urls")
def _planning_urls() -> list[Any]:
    return [
        path("courses/planning/", planning_views.course_planning, name="course_planning"),
        path("courses/planning/cell/", planning_views.planning_cell, name="course_planning_cell"),
        path("courses/planning/offer/<int:pk>/", planning_views.planning_offer, name="course_planning_offer"),
        path("courses/planning/overview.<str:kind>", planning_views.planning_overview, name="course_planning_file"),
    ]


@hooks.register("register_admin_menu_item")
def _planning_menu() -> MenuItem:
    return PlanningMenuItem(
        _("Course planning"), reverse("course_planning"), name="course-planning", icon_name="table", order=255
    )


@hooks.register("register_log_actions")
def _planning_log_actions(registry: Any) -> None:
    label = _("Offer course to interested people")
    registry.register_action("courses.planning.offered", label, label)
