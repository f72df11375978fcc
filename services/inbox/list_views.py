"""The list of the inbox in the admin: overviews, filters, rows without content.

Wagtail's own list view is not used: it asks for rights on the model, and here membership decides (handbook: stack §5).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.models import User
from services.inbox import presentation
from services.inbox.bulk import BULK
from services.inbox.list_forms import SaveFilterForm
from services.inbox.list_permissions import can_change_filter, can_see_exports, can_see_statistics
from services.inbox.listing import REACH, Asked, asked_for, window
from services.inbox.models import Case, SavedFilter
from services.inbox.permissions import can_use_inbox
from services.inbox.querysets import COUNTED

OVERVIEW_NAMES = {
    "new": gettext_lazy("New"),
    "mine": gettext_lazy("Mine"),
    "unanswered": gettext_lazy("Waiting for us"),
    "overdue": gettext_lazy("Overdue"),
    "urgent": gettext_lazy("Urgent"),
    "open": gettext_lazy("Open"),
    "closed": gettext_lazy("Closed"),
}
COLUMNS: tuple[tuple[Any, str], ...] = (
    (gettext_lazy("Number"), ""),
    (gettext_lazy("Answer"), "due"),
    (gettext_lazy("Urgency"), "urgency"),
    (gettext_lazy("Status"), "status"),
    (gettext_lazy("Topics"), ""),
    (gettext_lazy("Municipality"), "municipality"),
    (gettext_lazy("Language"), "language"),
    (gettext_lazy("Assigned to"), "assigned"),
    (gettext_lazy("Received"), "received"),
)
"""Label and the name to sort by, in the order of the cells in the template."""


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list: one overview, narrowed down by filters, what needs us first on top. No content of a case."""
    require_inbox(request)
    user = user_of(request)
    asked = asked_for(request.GET, user)
    page = window(asked, request.GET.get("p"))
    counts = Case.objects.visible_to(user).counts(user, asked.now)
    context = {
        "header_title": _("Inbox"),
        "header_icon": "mail",
        "breadcrumbs_items": [home_crumb(), {"url": "", "label": _("Inbox")}],
        "overviews": [
            (name, OVERVIEW_NAMES[name], count_words(counts[name]), name == asked.view and "q" not in asked.chosen)
            for name in counts
        ],
        "columns": _columns(asked),
        "several_offices": len(asked.offices) > 1,
        "view": asked.view,
        "sort": request.GET.get("sort", "") if asked.sort != "due" or asked.descending else "",
        "narrow": asked.filters,
        "sees_exports": can_see_exports(user),
        "chips": [
            (asked.filters.fields[name].label, asked.filters.in_words(name), _without(request, name))
            for name in asked.chosen
        ],
        "query": asked.query,
        "saved": saved_for(user),
        "bulk": [(name, action.label) for name, action in BULK.items()],
        "save_form": SaveFilterForm(instance=SavedFilter(owner=user), offices=asked.offices),
        "page": page,
        "total": count_words(page.total, REACH),
        "reach": number_format(REACH, force_grouping=True),
        "sees_statistics": can_see_statistics(user),
        "rows": [row_of(case, asked.now) for case in page.rows],
    }
    return render(request, "services/inbox/staff_list.html", context)


def count_words(count: int, most: int = COUNTED) -> str:
    """A count as it is shown: exact up to `most`, then that and a plus."""
    number = number_format(min(count, most), force_grouping=True)
    return f"{number}+" if count > most else number


def saved_for(user: User) -> list[dict[str, Any]]:
    """The filters that a person kept or that colleagues share, with where they lead."""
    rows = SavedFilter.objects.usable_by(user).select_related("office")
    return [
        {
            "row": row,
            "url": f"{reverse('inbox')}?{row.query}",
            "shared": row.office_id is not None,
            "changeable": row.owner_id == user.pk or can_change_filter(user, row),
        }
        for row in rows
    ]


def _without(request: HttpRequest, name: str) -> str:
    """The address of the list without one filter."""
    query = request.GET.copy()
    for gone in (name, "p"):
        query.pop(gone, None)
    return f"?{query.urlencode()}"


def _columns(asked: Asked) -> list[dict[str, Any]]:
    columns = [*COLUMNS, (_("Office"), "")] if len(asked.offices) > 1 else COLUMNS
    return [_column(label, name, asked) for label, name in columns]


def _column(label: Any, name: str, asked: Asked) -> dict[str, Any]:
    if not name:
        return {"label": label}
    current = name == asked.sort
    turned = "" if asked.descending or not current else "-"
    order = ("descending" if asked.descending else "ascending") if current else "none"
    return {"label": label, "sort": turned + name, "order": order, "current": current}


def row_of(case: Case, now: datetime) -> dict[str, Any]:
    """What the list and the case page show of a case, none of it content."""
    return {
        "case": case,
        "due": presentation.due_words(case.due_at, now) if case.is_open else None,
        "topics": presentation.topic_names(case.topics),
        "language": presentation.language_name(case.language),
        "assigned_to": presentation.name_of(case.assigned_to),
    }


def require_inbox(request: HttpRequest) -> None:
    """Refuse everybody who works for no office today."""
    if not can_use_inbox(request.user):
        raise PermissionDenied


def user_of(request: HttpRequest) -> User:
    """The person; Wagtail has asked everybody to log in."""
    return cast(User, request.user)


def home_crumb() -> dict[str, str]:
    """The first entry of the breadcrumb."""
    return {"url": reverse("wagtailadmin_home"), "label": _("Home")}


def inbox_crumb() -> dict[str, str]:
    """The list, as an entry of the breadcrumb."""
    return {"url": reverse("inbox"), "label": _("Inbox")}
