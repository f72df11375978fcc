"""The coordinators' desk in the admin, its lists, and its place in the menu and on the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from home.desk import desk_of
from home.desk_digest import set_weekly
from home.desk_lists import LISTS, meeting_row, minutes_row
from network.members.permissions import can_coordinate
from network.members.viewsets import COORDINATE
from portal.models import District, User
from services.courses.planning_permissions import can_plan

PER_PAGE = 50


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits this week, on one page."""
    district = coordinated(request)
    found = desk_of(district, request.user)
    shown = {"meetings": meeting_row, "minutes": minutes_row}
    for block in found.blocks:
        if block.code in shown:
            block.rows = [shown[block.code](row) for row in block.rows]
    context = {
        "header_title": _("My desk"),
        "areas": areas(request.user, reverse("desk")),
        "blocks": found.blocks,
        "weekly": found.weekly,
        "today": timezone.localdate(),
    }
    return private(render(request, "home/staff_desk.html", context))


@require_safe
def desk_list(request: HttpRequest, name: str) -> HttpResponse:
    """The list behind a number."""
    district = coordinated(request)
    chosen = LISTS.get(name)
    if chosen is None:
        raise Http404
    page = Paginator(chosen.rows(district, timezone.now()), PER_PAGE).get_page(request.GET.get("page"))
    rows = [chosen.row(one) for one in page.object_list]
    context = {
        "header_title": str(chosen.title),
        "areas": areas(request.user),
        "page": page,
        "rows": rows,
        "name": name,
    }
    return private(render(request, "home/staff_desk_list.html", context))


@require_POST
def desk_mail(request: HttpRequest) -> HttpResponse:
    """Switch the own weekly mail on or off."""
    coordinated(request)
    set_weekly(user=cast(User, request.user), wanted="on" in request.POST)
    messages.success(request, _("Your settings were saved."))
    return redirect("desk")


def coordinated(request: HttpRequest) -> District:
    """The district of the site, for those who run its network. Raises `PermissionDenied` for everybody else."""
    try:
        district = District.objects.for_request(request)
    except District.DoesNotExist as missing:
        raise Http404 from missing
    if not is_coordinator(request):
        raise PermissionDenied
    return district


def private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody on the way: the numbers are of this person and this minute."""
    response["Cache-Control"] = "no-store, private"
    return response


@dataclass(frozen=True)
class Area:
    """A place where coordinators work, for the bar above the desk. `is_here`: the page that is open."""

    label: str
    address: str
    is_here: bool = False


def areas(user: Any, here: str = "") -> list[Area]:
    """The bar above the desk; the last one leads to everything else in the admin. No query."""
    places = [
        (_("My desk"), "desk"),
        (_("Meetings"), "network_meetings:index"),
        (_("Actions"), "network_actions"),
        (_("Needs"), "network_needs:index"),
        (_("Members"), "network_members:index"),
        *([(_("Course planning"), "course_planning")] if can_plan(user) else []),
        (_("Reports"), "network_reports"),
        (_("Home"), "wagtailadmin_home"),
    ]
    return [Area(label, reverse(name), reverse(name) == here) for label, name in places]


def frame(title: str, *, icon: str = "desktop") -> dict[str, Any]:
    """Header and way back of the pages that a coordinator fills in from the desk; those stand in the admin's frame."""
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("desk"), "label": _("My desk")},
        {"url": "", "label": title},
    ]
    return {"header_title": title, "header_icon": icon, "breadcrumbs_items": crumbs}


def is_coordinator(request: HttpRequest) -> bool:
    """Whether the reader runs the network of the site's district; asked once for a request."""
    known: bool | None = getattr(request, "_lotse_coordinates", None)
    if known is None:
        try:
            known = can_coordinate(request.user, District.objects.for_request(request))
        except District.DoesNotExist:
            known = False
        request._lotse_coordinates = known  # type: ignore[attr-defined]  # remembered like the district
    return known


class DeskItem(MenuItem):
    """The first item of the menu, for coordinators."""

    def is_shown(self, request: HttpRequest) -> bool:
        # Asked on every page of the admin, so without a query; the page itself asks for the district.
        return bool(request.user.has_perm(COORDINATE))


class DeskPanel(Component):
    """The way to the desk, as the first thing on the dashboard."""

    name = "desk"
    template_name = "home/staff_desk_panel.html"
    order = 1

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"address": reverse("desk"), "prepare": reverse("desk_prepare")}
