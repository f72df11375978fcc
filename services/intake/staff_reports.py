"""What editors see of a form: its versions, what changed, all its branches, where it leads, where people leave it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.languages import LANGUAGES, SOURCE
from portal.models import District, User
from services.inbox.statuses import Urgency
from services.intake import routing
from services.intake.branches import branches_of
from services.intake.differences import differences
from services.intake.drop_off import drop_off_of, month_of
from services.intake.models import FormCounter, FormVersion, document_of
from services.intake.permissions import can_see_form_reports
from services.intake.phrases import questions_of
from services.intake.previewing import open_preview
from services.intake.spreadsheet import csv_file
from services.intake.truth_cases import shortened
from services.intake.truth_table import Line, table_of
from services.intake.wording import plain

PER_PAGE = 50
MOST_NAMES = 6
"""Answers named in one cell of a page; the download names all."""


class _NotHere(Exception):
    """There is no such form or version in this district."""


def _for_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the district; refuse everybody who may not see reports of its forms."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        district = District.objects.for_request(request)
        if not can_see_form_reports(request.user, district):
            raise PermissionDenied
        try:
            return view(request, district, **kwargs)
        except _NotHere:  # not 404, which the language middleware would send on to the public pages
            messages.error(request, _("This form or version does not exist."))
            return redirect("forms")

    return wrapper


@_for_editors
def forms(request: HttpRequest, district: District) -> HttpResponse:
    """All forms of the district with links to their reports."""
    versions = FormVersion.objects.of(district).defer("document").order_by("key", "-number")
    newest: dict[str, FormVersion] = {}
    for version in versions:
        newest.setdefault(version.key, version)
    rows = [{"version": version, **_size(version)} for version in newest.values()]
    return _page(request, "services/intake/staff_forms.html", _("Forms"), {"rows": rows})


@_for_editors
def history(request: HttpRequest, district: District, key: str) -> HttpResponse:
    """The versions of a form, newest first."""
    versions = FormVersion.objects.of(district).filter(key=key).defer("document").order_by("-number")
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("p"))
    if not page.object_list:
        raise _NotHere
    rows = [{"version": version, "by": _who(version), **_size(version)} for version in page]
    context = {"rows": rows, "page": page, "key": key, "numbers": list(versions.values_list("number", flat=True))}
    return _page(request, "services/intake/staff_versions.html", rows[0]["title"], context, key)


@_for_editors
def difference(request: HttpRequest, district: District, key: str) -> HttpResponse:
    """What changed between two versions, of the last two if none are named."""
    newest = _version(district, key)
    new = _version(district, key, _number(request.GET.get("new"))) if request.GET.get("new") else newest
    old = _version(district, key, _number(request.GET.get("old")) or max(1, new.number - 1))
    changes = differences(document_of(old.pk), document_of(new.pk), dict(routing.towns(district)))
    tongues = {entry.code: entry for entry in LANGUAGES}
    context = {
        "key": key,
        "old": old,
        "new": new,
        "changes": [{"change": change, "language": tongues.get(change.language)} for change in changes],
        "numbers": list(FormVersion.objects.of(district).filter(key=key).values_list("number", flat=True)),
    }
    return _page(request, "services/intake/staff_difference.html", _("What changed"), context, key)


@_for_editors
def branches(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """A version on one page, to read and to print, in one of its languages."""
    version = _version(district, key, number)
    document = document_of(version.pk)
    code = _chosen_language(request, document)
    context = {
        "version": version,
        "form": branches_of(document, code, dict(routing.towns(district))),
        **_languages(document, code),
    }
    return _page(request, "services/intake/staff_branches.html", _("All branches"), context, key)


@_for_editors
def truth_table(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """Which answers lead where."""
    version = _version(district, key, number)
    document = document_of(version.pk)
    code = _chosen_language(request, document)
    table = table_of(district, document, timezone.now(), code)
    offices = sorted({(line.goal.office, line.goal.name) for line in table.lines if line.goal})
    wanted = request.GET.get("office", "")
    urgency = request.GET.get("urgency", "")
    lines = [line for line in table.lines if _fits(line, wanted, urgency)]
    context = {
        "version": version,
        "table": table,
        "lines": [_told(line) for line in lines],
        "reasons": sorted({(line.goal.rule, line.goal.reason) for line in lines if line.goal and line.goal.reason}),
        "all_count": len(table.lines),
        "offices": offices,
        "office": wanted,
        "urgencies": [
            (value, label) for value, label in Urgency.choices if any(_urgency(line) == value for line in table.lines)
        ],
        "urgency": urgency,
        **_languages(document, code),
    }
    return _page(request, "services/intake/staff_truth_table.html", _("Where answers lead"), context, key)


@_for_editors
def truth_table_csv(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """The same table for a spreadsheet, all rows."""
    version = _version(district, key, number)
    document = document_of(version.pk)
    table = table_of(district, document, timezone.now(), _chosen_language(request, document))
    rows: list[list[Any]] = [[*table.columns, *result_columns()]]
    if table.problem:
        rows = [[table.problem]]
    for line in table.lines:
        told = _told(line)
        rows.append([*("; ".join(cell) or _("any") for cell in line.cells), *(told[name] for name in _RESULTS)])
    return csv_file(f"{version.key}-{version.number}-routing", rows)


_RESULTS = ("office", "urgency", "due", "rule", "reason", "also")


def result_columns() -> list[str]:
    """Headings of what comes of the answers."""
    return [_("Office"), _("Urgency"), _("Answer due by"), _("Rule"), _("Why"), _("Also helps")]


def _told(line: Line) -> dict[str, Any]:
    """A row in words."""
    goal, cells = line.goal, [shortened(cell, MOST_NAMES, "; ") for cell in line.cells]
    if goal is None:
        office = _("Nobody: the form ends with advice at “%(step)s”") % {"step": line.end}
        empty = dict.fromkeys(("urgency", "due", "rule", "reason", "also"), "")
        return {"cells": cells, "line": line, "office": office, **empty}
    name = f"{goal.name} ({goal.office})" if goal.office else _("Nobody takes this form at the moment")
    if goal.is_after_doors:
        name = _("First other doors: %(doors)s. Who still wants contact: %(office)s") % {
            "doors": ", ".join(goal.doors) or "–",
            "office": name,
        }
    return {
        "cells": cells,
        "line": line,
        "office": name,
        "urgency": str(dict(Urgency.choices).get(_urgency(line), _urgency(line))),
        "due": timezone.localtime(line.due_at).date().isoformat() if line.due_at else "",
        "rule": ", ".join(text for text in (_rule_name(line), goal.rule) if text),
        "reason": goal.reason,
        "also": ", ".join(goal.also),
    }


def _fits(line: Line, office: str, urgency: str) -> bool:
    if office and (line.goal is None or line.goal.office != office):
        return False
    return not urgency or _urgency(line) == urgency


def _urgency(line: Line) -> str:
    return line.decided.urgency if line.decided else ""


def _rule_name(line: Line) -> str:
    """Which rule of the form decided."""
    if line.decided is None:
        return ""
    return _("rule %(number)d") % {"number": line.decided.number} if line.decided.number else _("default")


@_for_editors
def figures(request: HttpRequest, district: District, key: str) -> HttpResponse:
    """How many people began, came how far, and sent, in a month."""
    context = _figures(request, district, key)
    return _page(request, "services/intake/staff_figures.html", _("Figures"), context, key)


@_for_editors
def figures_csv(request: HttpRequest, district: District, key: str) -> HttpResponse:
    """The same numbers for a spreadsheet, hidden where the page hides them."""
    context = _figures(request, district, key)
    drop_off, month = context["drop_off"], context["month"]
    rows: list[list[Any]] = [
        [_("Month"), _("Stage"), _("Key"), _("All languages"), _("Percent of starts"), *drop_off.language_names]
    ]
    for stage in drop_off.stages:
        percent = "" if stage.percent is None else stage.percent
        rows.append([f"{month:%Y-%m}", stage.label, stage.step, stage.total, percent, *stage.figures])
    return csv_file(f"{key}-{month:%Y-%m}", rows)


def _figures(request: HttpRequest, district: District, key: str) -> dict[str, Any]:
    version, today = _version(district, key), timezone.localdate()
    counters = FormCounter.objects.of(district, key)
    months = counters.months()
    over = [month for month in months if month < today.replace(day=1)]  # exact, so the better one to begin with
    first, last = month_of(request.GET.get("month") or (f"{over[0]:%Y-%m}" if over else ""), today)
    return {
        "version": version,
        "month": first,
        "months": months if first in months else sorted({*months, first}, reverse=True),
        "drop_off": drop_off_of(document_of(version.pk), counters.between(first, last).sums(), last >= today),
    }


@_for_editors
def preview(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """Try a published version out."""
    document = document_of(_version(district, key, number).pk)
    user = cast(User, request.user)
    return redirect(
        open_preview(user=user, district=district, document=document, back=reverse("form_history", args=[key]))
    )


def _version(district: District, key: str, number: int | None = None) -> FormVersion:
    versions = FormVersion.objects.of(district)
    if number is None:
        found = versions.current(key)
    else:
        found = versions.filter(key=key, number=number).defer("document").first()
    if found is None:
        raise _NotHere
    return cast(FormVersion, found)


def _number(text: str | None) -> int:
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _size(version: FormVersion) -> dict[str, Any]:
    document = document_of(version.pk)
    return {
        "title": plain(document["title"], SOURCE) or version.key,
        "steps": len(document.get("steps", [])),
        "questions": sum(question.get("type") != "info" for question in questions_of(document).values()),
        "languages": len(document.get("languages", [])),
    }


def _who(version: FormVersion) -> str:
    user = getattr(version, "published_by", None)
    return (user.get_full_name() or user.get_username()) if user else ""


def _chosen_language(request: HttpRequest, document: dict[str, Any]) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in document.get("languages", []) else SOURCE


def _languages(document: dict[str, Any], code: str) -> dict[str, Any]:
    entries = [entry for entry in LANGUAGES if entry.code in document.get("languages", [])]
    return {"languages": entries, "language": next(entry for entry in LANGUAGES if entry.code == code)}


def _page(request: HttpRequest, template: str, title: Any, context: dict[str, Any], key: str = "") -> HttpResponse:
    version = context.get("version") or context.get("new")
    if version is not None:
        title = f"{plain(document_of(version.pk)['title'], SOURCE) or key}: {title}"
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("forms") if key else "", "label": _("Forms")},
    ]
    if key:
        crumbs.append({"url": reverse("form_history", args=[key]), "label": key})
        crumbs.append({"url": "", "label": title})
    frame = {"header_title": title, "header_icon": "form", "breadcrumbs_items": crumbs, "key": key}
    return render(request, template, {**frame, **context})
