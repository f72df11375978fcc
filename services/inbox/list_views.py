"""The list of the inbox in the admin: overviews, filters, rows without content.

Wagtail's own list view is not used: it asks for rights on the model, and here membership decides (handbook: stack §5).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.models import User
from services.directory.models import Office
from services.inbox import presentation
from services.inbox.forms import FilterForm
from services.inbox.models import Case
from services.inbox.permissions import can_use_inbox
from services.inbox.querysets import CaseQuerySet, overviews
from services.inbox.receipts import number_part

PER_PAGE = 25
RELATED = ("submission", "office", "municipality", "assigned_to")

OVERVIEW_NAMES = {
    "new": gettext_lazy("New"),
    "mine": gettext_lazy("Mine"),
    "unanswered": gettext_lazy("Waiting for us"),
    "overdue": gettext_lazy("Overdue"),
    "urgent": gettext_lazy("Urgent"),
    "open": gettext_lazy("Open"),
    "closed": gettext_lazy("Closed"),
}
COLUMNS = (
    gettext_lazy("Number"),
    gettext_lazy("Answer"),
    gettext_lazy("Urgency"),
    gettext_lazy("Status"),
    gettext_lazy("Topics"),
    gettext_lazy("Municipality"),
    gettext_lazy("Language"),
    gettext_lazy("Assigned to"),
    gettext_lazy("Received"),
)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list: one overview, narrowed down by filters, what needs us first on top. No content of a case."""
    if not can_use_inbox(request.user):
        raise PermissionDenied
    now, user = timezone.now(), _user(request)
    visible = Case.objects.visible_to(user)
    conditions = overviews(user, now)
    view = request.GET.get("view", "open")
    view = view if view in conditions else "open"
    filters = FilterForm(request.GET, user=user)
    chosen = filters.chosen
    # Somebody on the telephone says a number: it is found wherever it is.
    rows = visible if "q" in chosen else visible.filter(conditions[view])
    rows = _narrowed(rows, chosen)
    paginator = Paginator(rows.in_order().with_unread().select_related(*RELATED).defer("answers_ct"), PER_PAGE)
    page = paginator.get_page(request.GET.get("p"))
    counts = visible.counts(user, now)
    several_offices = Office.objects.of_member(user).count() > 1
    context = {
        "header_title": _("Inbox"),
        "header_icon": "mail",
        "breadcrumbs_items": [_home(), {"url": "", "label": _("Inbox")}],
        "overviews": [
            (name, OVERVIEW_NAMES[name], counts[name], name == view and "q" not in chosen) for name in counts
        ],
        "columns": [*COLUMNS, _("Office")] if several_offices else COLUMNS,
        "several_offices": several_offices,
        "view": view,
        "filters": filters,
        "filtered": bool(chosen),
        "page": page,
        "rows": [row_of(case, now) for case in page],
    }
    return render(request, "services/inbox/staff_list.html", context)


def _narrowed(rows: CaseQuerySet, chosen: dict[str, Any]) -> CaseQuerySet:
    if "topic" in chosen:
        rows = rows.about(chosen["topic"])
    if "q" in chosen:
        number = number_part(chosen["q"][:40])
        rows = rows.filter(submission__number__contains=number) if number else rows.none()
    plain = ("status", "urgency", "municipality", "language")
    return rows.filter(**{name: chosen[name] for name in plain if name in chosen})


def row_of(case: Case, now: datetime) -> dict[str, Any]:
    """What the list and the case page show of a case, none of it content."""
    return {
        "case": case,
        "due": presentation.due_words(case.due_at, now) if case.is_open else None,
        "topics": presentation.topic_names(case.topics),
        "language": presentation.language_name(case.language),
        "assigned_to": presentation.name_of(case.assigned_to),
    }


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # Wagtail has asked everybody to log in


def _home() -> dict[str, str]:
    return {"url": reverse("wagtailadmin_home"), "label": _("Home")}
