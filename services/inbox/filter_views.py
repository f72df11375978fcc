"""Pages of saved filters: keep one, rename or share it, delete it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from portal.errors import DomainError
from portal.models import User
from services.directory.models import Office
from services.inbox.filtering import change_filter, delete_filter, save_filter
from services.inbox.list_forms import SaveFilterForm
from services.inbox.list_permissions import can_change_filter
from services.inbox.list_views import home_crumb, inbox_crumb, require_inbox, user_of
from services.inbox.listing import asked_for
from services.inbox.models import SavedFilter


@require_POST
def inbox_filter_save(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows. The query is read again, so that only valid values are kept."""
    require_inbox(request)
    user = user_of(request)
    query = _checked(request.POST.get("query", ""), user)
    form = SaveFilterForm(request.POST, instance=SavedFilter(owner=user), offices=_offices(user))
    if not form.is_valid():
        return _page(request, form, _("Save filter"), query=query, status=422)
    data = form.cleaned_data
    try:
        save_filter(owner=user, name=data["name"], office=data["office"], query=query)
    except DomainError as problem:
        form.add_error(None, str(problem))
        return _page(request, form, _("Save filter"), query=query, status=problem.status)
    messages.success(request, _("The filter was saved."))
    return redirect(f"{reverse('inbox')}?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
def inbox_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or delete a filter."""
    require_inbox(request)
    user = user_of(request)
    saved = SavedFilter.objects.usable_by(user).filter(pk=pk).first()
    if saved is None or not can_change_filter(user, saved):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, SaveFilterForm(instance=saved, offices=_offices(user)), saved.name, saved=saved)
    if "delete" in request.POST:
        delete_filter(saved=saved, by=user)
        messages.success(request, _("The filter was deleted."))
        return redirect("inbox")
    name = saved.name
    form = SaveFilterForm(request.POST, instance=saved, offices=_offices(user))
    if not form.is_valid():
        return _page(request, form, name, saved=saved, status=422)
    data = form.cleaned_data
    try:
        change_filter(saved=saved, by=user, name=data["name"], office=data["office"])
    except DomainError as problem:
        form.add_error(None, str(problem))
        return _page(request, form, name, saved=saved, status=problem.status)
    messages.success(request, _("The filter was saved."))
    return redirect(f"{reverse('inbox')}?{saved.query}")


def _page(
    request: HttpRequest,
    form: SaveFilterForm,
    title: str,
    *,
    query: str = "",
    saved: SavedFilter | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "header_title": title,
        "header_icon": "mail",
        "breadcrumbs_items": [home_crumb(), inbox_crumb(), {"url": "", "label": title}],
        "form": form,
        "query": query,
        "saved": saved,
    }
    return render(request, "services/inbox/staff_filter.html", context, status=status)


def _offices(user: User) -> list[Office]:
    return list(Office.objects.of_member(user).order_by("name"))


def _checked(query: str, user: User) -> str:
    return asked_for(QueryDict(query[:500]), user).query
