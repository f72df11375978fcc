"""Pages of the export: what, why and as what; and, for people who lead an office, who exported."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.errors import DomainError
from portal.step_up import ask_to_prove, has_just_proved, prove_address
from portal.tables import as_file
from services.inbox import presentation
from services.inbox.export_forms import ExportForm
from services.inbox.exporting import COLUMNS, MOST, MOST_WITH_CONTENT, export_cases, rows_for
from services.inbox.list_permissions import can_see_exports
from services.inbox.list_views import count_words, home_crumb, inbox_crumb, require_inbox, user_of
from services.inbox.listing import Asked, asked_for
from services.inbox.models import CaseExport

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def inbox_export(request: HttpRequest) -> HttpResponse:
    """Ask for columns, format and reason; on POST send the file. Only who has just proved that it is them."""
    require_inbox(request)
    user = user_of(request)
    asked = asked_for(request.GET, user)
    if request.method != "POST":
        return _page(request, asked, ExportForm()) if has_just_proved(request) else ask_to_prove(request)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form, status=422)
    if not has_just_proved(request):  # what was typed stays
        return _page(request, asked, form, prove=prove_address(request), status=403)
    data = form.cleaned_data
    try:
        export, keys = export_cases(
            by=user, asked=asked, columns=form.columns, file_format=data["format"], reason=data["reason"]
        )
    except DomainError as problem:
        form.add_error(None, str(problem))
        return _page(request, asked, form, status=problem.status)
    headings = [COLUMNS[name].label for name in export.columns]
    name = f"lotse-{timezone.localdate().isoformat()}-{export.pk}"
    return as_file(export.format, name, export.columns, headings, rows_for(export, keys, user))


@require_safe
def inbox_exports(request: HttpRequest) -> HttpResponse:
    """Who exported cases of the offices this person leads, when and why."""
    if not can_see_exports(request.user):
        raise PermissionDenied
    rows = CaseExport.objects.of_leads(request.user).select_related("user").prefetch_related("offices")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **_frame(_("Exports")),
        "page": page,
        "rows": [
            {
                "export": row,
                "who": presentation.name_of(row.user) or _("Former colleague"),
                "columns": [str(COLUMNS[name].label) for name in row.columns if name in COLUMNS],
            }
            for row in page
        ],
    }
    return render(request, "services/inbox/staff_exports.html", context)


def _page(request: HttpRequest, asked: Asked, form: ExportForm, *, prove: str = "", status: int = 200) -> HttpResponse:
    context = {
        **_frame(_("Export")),
        "form": form,
        "prove": prove,
        "count": count_words(asked.rows.up_to(MOST), MOST),
        "most": MOST,
        "most_with_content": MOST_WITH_CONTENT,
        "query": asked.query,
        "chips": [(asked.filters.fields[name].label, asked.filters.in_words(name)) for name in asked.chosen],
    }
    return render(request, "services/inbox/staff_export.html", context, status=status)


def _frame(title: Any) -> dict[str, Any]:
    crumbs = [home_crumb(), inbox_crumb(), {"url": "", "label": title}]
    return {"header_title": title, "header_icon": "download", "breadcrumbs_items": crumbs}
