"""Door: what the welcome adds to the admin, where two rooms meet that do not know each other."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks

from home import next_meeting
from home.desk_views import DeskItem, DeskPanel, desk, desk_list, desk_mail, is_coordinator
from home.needs import case_links, case_need


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("inbox/<uuid:pk>/need/", case_need, name="case_need"),
        path("desk/", desk, name="desk"),
        path("desk/next-meeting/", next_meeting.choose, name="desk_prepare"),
        path("desk/next-meeting/<int:pk>/", next_meeting.set_date, name="desk_prepare_date"),
        path("desk/next-meeting/<int:pk>/<int:made>/", next_meeting.people, name="desk_prepare_people"),
        path("desk/mail/", desk_mail, name="desk_mail"),
        path("desk/<slug:name>/", desk_list, name="desk_list"),
    ]


@hooks.register("register_admin_menu_item")
def desk_item() -> DeskItem:
    return DeskItem(gettext_lazy("My desk"), reverse("desk"), name="desk", icon_name="desktop", order=1)


@hooks.register("construct_homepage_panels")
def desk_panel(request: Any, panels: list[Any]) -> None:
    """The way to the desk, before everything else."""
    if is_coordinator(request):
        panels.insert(0, DeskPanel())


@hooks.register("lotse_case_links")
def links_of_case(case: Any, user: Any) -> list[tuple[str, str]]:
    """What can be done elsewhere with a request."""
    return case_links(case, user)
