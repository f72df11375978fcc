"""The coordinators' page of reports: choose, make, keep, make again with one click."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from network.members.viewsets import COORDINATE
from network.reports import actions
from network.reports.making import Table
from network.reports.models import Form, ReportRun, ReportTemplate
from network.reports.permissions import can_make, can_make_reports
from network.reports.registry import Source, source_of, sources
from network.reports.staff_forms import ReportForm
from portal.errors import DomainError
from portal.languages import SOURCE
from portal.models import District
from portal.printing import can_print, pdf
from portal.tables import as_file

LAST_RUNS = 15
FILES = {Form.CSV, Form.XLSX, Form.PDF}

View = Callable[..., HttpResponse]


def coordinators_only(view: View) -> View:
    """The view, for coordinators of the site's district, which is its second argument."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            district = District.objects.for_request(request)
        except District.DoesNotExist as missing:
            raise Http404 from missing
        if not can_make_reports(request.user, district):
            raise PermissionDenied
        return view(request, district, *args, **kwargs)

    return inner


class ReportsMenuItem(MenuItem):
    """Among the reports, for coordinators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the reader coordinates anywhere; asked on every page of the admin, so without a query."""
        return bool(request.user.has_perm(COORDINATE))


@require_safe
@coordinators_only
def index(request: HttpRequest, district: District) -> HttpResponse:
    """Templates that were kept, reports that can be made, and what was made last."""
    allowed = {source.code: source for source in sources(request.user, district)}
    templates = [
        (template, allowed[template.source])
        for template in ReportTemplate.objects.of(district)
        if template.source in allowed
    ]
    context = {
        "header_title": _("Reports"),
        "header_icon": "table",
        "templates": templates,
        "sources": list(allowed.values()),
        "runs": ReportRun.objects.of(district)[:LAST_RUNS],
        "can_print": can_print(),
        "breadcrumbs_items": _crumbs(_("Reports")),
    }
    return render(request, "network/reports/staff_index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinators_only
def choose(request: HttpRequest, district: District, code: str) -> HttpResponse:
    """Choose columns and period; make the report once, or keep it as a template."""
    source = _allowed(request, district, code)
    return _form_page(request, district, source, None)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinators_only
def edit(request: HttpRequest, district: District, pk: int) -> HttpResponse:
    """Change a template."""
    template = get_object_or_404(ReportTemplate.objects.of(district), pk=pk)
    return _form_page(request, district, _allowed(request, district, template.source), template)


@require_POST
@coordinators_only
def run(request: HttpRequest, district: District, pk: int) -> HttpResponse:
    """Make the report of a template for its period, now."""
    template = get_object_or_404(ReportTemplate.objects.of(district), pk=pk)
    source = _allowed(request, district, template.source)
    chosen = {
        "columns": template.columns,
        "rule": template.rule,
        "days": (template.first_day, template.last_day),
        "template": template,
    }
    try:
        return _made(request, district, source, chosen, template.name)
    except DomainError as problem:
        messages.error(request, str(problem))
        return redirect("network_reports")


@require_POST
@coordinators_only
def drop(request: HttpRequest, district: District, pk: int) -> HttpResponse:
    """Throw a template away."""
    actions.drop_template(template=get_object_or_404(ReportTemplate.objects.of(district), pk=pk), user=request.user)
    messages.success(request, _("The template was deleted."))
    return redirect("network_reports")


def urls() -> list[URLPattern]:
    """The addresses below /admin/."""
    return [
        path("network-reports/", index, name="network_reports"),
        path("network-reports/<int:pk>/", edit, name="network_report_edit"),
        path("network-reports/<int:pk>/run/", run, name="network_report_run"),
        path("network-reports/<int:pk>/delete/", drop, name="network_report_drop"),
        path("network-reports/new/<slug:code>/", choose, name="network_report_new"),
    ]


def _allowed(request: HttpRequest, district: District, code: str) -> Source:
    source = source_of(code)
    if source is None:
        raise Http404
    if not can_make(request.user, district, source):
        raise PermissionDenied
    return source


def _form_page(
    request: HttpRequest, district: District, source: Source, template: ReportTemplate | None
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ReportForm(data, source=source, district=district, template=template)
    status = 200
    if request.method == "POST":
        status = 422
        wants_keep = request.POST.get("do") == "keep"
        if form.is_valid() and wants_keep and not form.cleaned_data["name"].strip():
            form.add_error("name", _("Please give the template a name."))
        if form.is_valid():
            try:
                return _keep(request, form) if wants_keep else _make_once(request, form)
            except DomainError as problem:
                status = problem.status
                form.add_error(None, str(problem))
    context = {
        "header_title": str(source.title),
        "header_icon": "table",
        "source": source,
        "form": form,
        "template": template,
        "can_print": can_print(),
        "breadcrumbs_items": _crumbs(str(source.title), inside=True),
    }
    return render(request, "network/reports/staff_choose.html", context, status=status)


def _keep(request: HttpRequest, form: ReportForm) -> HttpResponse:
    data = form.cleaned_data
    actions.keep_template(
        district=form.district,
        user=request.user,
        name=data["name"],
        source=form.source.code,
        columns=data["columns"],
        rule=data["rule"],
        days=form.days(),
        template=form.template,
    )
    messages.success(request, _("The template was saved."))
    return redirect("network_reports")


def _make_once(request: HttpRequest, form: ReportForm) -> HttpResponse:
    data = form.cleaned_data
    chosen = {"columns": data["columns"], "rule": data["rule"], "days": form.days(), "template": form.template}
    return _made(request, form.district, form.source, chosen, str(form.source.title))


def _made(request: HttpRequest, district: District, source: Source, chosen: dict[str, Any], name: str) -> HttpResponse:
    wanted = request.POST.get("do", "")
    form = Form(wanted) if wanted in FILES else Form.PAGE
    if form == Form.PDF:
        _insist_on_printing()
    table = actions.make_report(district=district, user=request.user, source=source.code, form=form, **chosen)
    stem = f"{slugify(name) or source.code}-{table.days[0]:%Y-%m-%d}"
    if form in {Form.CSV, Form.XLSX}:
        return as_file(form, stem, table.codes, table.headings, _with_note(table))
    context = {"table": table, "name": name, "district": district, "period": table.days, "source": source}
    if form == Form.PDF:
        made = pdf("network/reports/paper_report.html", context, language=get_language() or SOURCE)
        response = HttpResponse(made, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{stem}.pdf"'
        response["X-Content-Type-Options"] = "nosniff"
    else:
        context |= {
            "header_title": name,
            "header_icon": "table",
            "rows": [(row, _need_address(source, table, row)) for row in table.rows],
            "template": chosen["template"],
            "chosen": chosen,
            "can_print": can_print(),
            "breadcrumbs_items": _crumbs(name, inside=True),
        }
        response = render(request, "network/reports/staff_report.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _insist_on_printing() -> None:
    from portal.printing import PrintingMissing

    if not can_print():
        raise PrintingMissing(_("This server cannot make PDF files."))


def _with_note(table: Table) -> list[list[Any]]:
    """The rows, and the sentence on hidden numbers in a row of its own: the file travels without this page."""
    if not table.note:
        return table.rows
    return [*table.rows, [table.note, *[""] * (len(table.headings) - 1)]]


def _need_address(source: Source, table: Table, row: list[Any]) -> str:
    """Where a coordinator writes down a need that a row of numbers shows, filled with these numbers."""
    if not source.makes_needs:
        return ""
    pairs = [f"{heading}: {cell}" for heading, cell in zip(table.headings, row, strict=True)]
    evidence = f"{source.title}. " + ", ".join(pairs)
    return f"{reverse('network_needs:add')}?{urlencode({'evidence': evidence})}"


def _crumbs(label: str, *, inside: bool = False) -> list[dict[str, str]]:
    first = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if inside:
        first.append({"url": reverse("network_reports"), "label": _("Reports")})
    return [*first, {"url": "", "label": label}]
