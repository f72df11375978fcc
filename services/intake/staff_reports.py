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
from services.intake import routing
from services.intake.branches import branches_of
from services.intake.differences import differences
from services.intake.drop_off import drop_off_of, month_of
from services.intake.models import FormCounter, FormVersion, document_of
from services.intake.permissions import can_see_form_reports
from services.intake.phrases import questions_of
from services.intake.previewing import open_preview
from services.intake.spreadsheet import csv_file
from services.intake.wording import plain

PER_PAGE = 50


class _NotHere(Exception):
    """There is no such form or version in this district."""


def for_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
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


@for_editors
def forms(request: HttpRequest, district: District) -> HttpResponse:
    """All forms of the district with links to their reports."""
    versions = FormVersion.objects.of(district).defer("document").order_by("key", "-number")
    newest: dict[str, FormVersion] = {}
    for version in versions:
        newest.setdefault(version.key, version)
    rows = [{"version": version, **_size(version)} for version in newest.values()]
    return page_of(request, "services/intake/staff_forms.html", _("Forms"), {"rows": rows})


@for_editors
def history(request: HttpRequest, district: District, key: str) -> HttpResponse:
    """The versions of a form, newest first."""
    versions = FormVersion.objects.of(district).filter(key=key).defer("document").order_by("-number")
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("p"))
    if not page.object_list:
        raise _NotHere
    rows = [{"version": version, "by": _who(version), **_size(version)} for version in page]
    context = {"rows": rows, "page": page, "key": key, "numbers": list(versions.values_list("number", flat=True))}
    return page_of(request, "services/intake/staff_versions.html", rows[0]["title"], context, key)


@for_editors
def difference(request: HttpRequest, district: District, key: str) -> HttpResponse:
    """What changed between two versions, of the last two if none are named."""
    newest = version_of(district, key)
    new = version_of(district, key, _number(request.GET.get("new"))) if request.GET.get("new") else newest
    old = version_of(district, key, _number(request.GET.get("old")) or max(1, new.number - 1))
    changes = differences(document_of(old.pk), document_of(new.pk), dict(routing.towns(district)))
    tongues = {entry.code: entry for entry in LANGUAGES}
    context = {
        "key": key,
        "old": old,
        "new": new,
        "changes": [{"change": change, "language": tongues.get(change.language)} for change in changes],
        "numbers": list(FormVersion.objects.of(district).filter(key=key).values_list("number", flat=True)),
    }
    return page_of(request, "services/intake/staff_difference.html", _("What changed"), context, key)


@for_editors
def branches(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """A version on one page, to read and to print, in one of its languages."""
    version = version_of(district, key, number)
    document = document_of(version.pk)
    code = chosen_language(request, document)
    context = {
        "version": version,
        "form": branches_of(document, code, dict(routing.towns(district))),
        **languages_of(document, code),
    }
    return page_of(request, "services/intake/staff_branches.html", _("All branches"), context, key)


@for_editors
def figures(request: HttpRequest, district: District, key: str) -> HttpResponse:
    """How many people began, came how far, and sent, in a month."""
    context = _figures(request, district, key)
    return page_of(request, "services/intake/staff_figures.html", _("Figures"), context, key)


@for_editors
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
    version, today = version_of(district, key), timezone.localdate()
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


@for_editors
def preview(request: HttpRequest, district: District, key: str, number: int | None = None) -> HttpResponse:
    """Try a published version out."""
    document = document_of(version_of(district, key, number).pk)
    user = cast(User, request.user)
    return redirect(
        open_preview(user=user, district=district, document=document, back=reverse("form_history", args=[key]))
    )


def version_of(district: District, key: str, number: int | None = None) -> FormVersion:
    """A version of a form of this district, the newest if none is named."""
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


def chosen_language(request: HttpRequest, document: dict[str, Any]) -> str:
    """The language of the form's own sentences that was asked for, if the form has it."""
    asked = request.GET.get("language", "")
    return asked if asked in document.get("languages", []) else SOURCE


def languages_of(document: dict[str, Any], code: str) -> dict[str, Any]:
    """Template variables of the choice of a language."""
    entries = [entry for entry in LANGUAGES if entry.code in document.get("languages", [])]
    return {"languages": entries, "language": next(entry for entry in LANGUAGES if entry.code == code)}


def page_of(request: HttpRequest, template: str, title: Any, context: dict[str, Any], key: str = "") -> HttpResponse:
    """A report inside the admin's frame."""
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
