"""Actions in the admin, and all addresses of this subject there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from network.members.permissions import can_coordinate
from network.members.viewsets import COORDINATE
from network.minutes import actions, converters
from network.minutes.agenda_board import ADMIN, agenda_board, agenda_item, staff_paper
from network.minutes.doors import district_of
from network.minutes.forms import StatusForm
from network.minutes.guard import mark
from network.minutes.minutes_desk import minutes_desk, write_entry
from network.minutes.models import ActionItem
from network.minutes.staff_forms import ActionForm
from network.minutes.statuses import ActionStatus
from portal.errors import DomainError
from portal.models import District


class CoordinatorsOnly(MenuItem):
    """A menu item for coordinators, like the network's own menu: by permission. The page asks for the district."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the reader coordinates anywhere; asked on every page of the admin, so without a query."""
        return bool(request.user.has_perm(COORDINATE))


@require_http_methods(["GET", "HEAD"])
def action_list(request: HttpRequest) -> HttpResponse:
    """All actions of the district, overdue first; filtered by status."""
    district = _district(request)
    wanted = request.GET.get("status", "")
    rows: QuerySet[Any] = ActionItem.objects.of(district).select_related("owner", "organisation", "meeting")
    today = timezone.localdate()
    if wanted == "overdue":
        rows = rows.overdue(today)  # type: ignore[attr-defined]  # our own QuerySet
    elif wanted in ActionStatus.values:
        rows = rows.filter(status=wanted)
    elif wanted != "all":
        wanted = ""
        rows = rows.undone()  # type: ignore[attr-defined]  # our own QuerySet
    choices = [("", _("Not ended")), ("overdue", _("Overdue")), *ActionStatus.choices, ("all", _("All"))]
    context = {"rows": rows[:300], "wanted": wanted, "choices": choices, "today": today}
    return TemplateResponse(request, f"{ADMIN}/staff_actions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_action(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Make an action without a meeting, or change one and say how far it is."""
    district = _district(request)
    found = get_object_or_404(ActionItem.objects.of(district).select_related("district"), pk=pk) if pk else None
    form = ActionForm(district=district, action=found)
    status_form = StatusForm(action=found, prefix="state") if found else None
    status = 200
    if request.method == "POST":
        status = 422
        if found is not None and "state" in request.POST:
            status_form = StatusForm(request.POST, action=found, prefix="state")
        else:
            form = ActionForm(request.POST, district=district, action=found)
        active: Any = status_form if status_form is not None and status_form.is_bound else form
        if active.is_valid():
            try:
                _save(request, district, found, active)
            except DomainError as refusal:
                active.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Saved."))
                return redirect("network_actions")
    context = {"action": found, "form": form, "status_form": status_form}
    return TemplateResponse(request, f"{ADMIN}/staff_action.html", context, status=status)


def _save(request: HttpRequest, district: District, action: ActionItem | None, form: Any) -> None:
    if isinstance(form, StatusForm) and action is not None:
        wanted = {name: form.cleaned_data[name] for name in ("status", "note")}
        actions.set_status(action=action, user=request.user, **wanted)
        return
    if action is None:
        actions.plan_action(district=district, user=request.user, **form.facts())
    else:
        actions.change_action(action=action, user=request.user, **form.facts())
    mark(form.suspicions, district=district, user=request.user, false_alarms=form.false_alarms)


def _district(request: HttpRequest) -> District:
    district = district_of(request)
    if not can_coordinate(request.user, district):
        raise PermissionDenied
    return district


def admin_addresses() -> list[URLPattern]:
    """Addresses of this subject in the admin."""
    converters.register()
    return [
        path("network-agenda/<int:pk>/", agenda_board, name="network_agenda_board"),
        path("network-agenda/<int:pk>/<int:item>/", agenda_item, name="network_agenda_item"),
        path("network-papers/<int:pk>/<paper:kind>.pdf", staff_paper, name="network_paper"),
        path("network-minutes/<int:pk>/", minutes_desk, name="network_minutes_desk"),
        path("network-minutes/<int:pk>/<int:entry>/", write_entry, name="network_minutes_entry"),
        path("network-actions/", action_list, name="network_actions"),
        path("network-actions/new/", edit_action, name="network_action_new"),
        path("network-actions/<int:pk>/", edit_action, name="network_action"),
    ]
