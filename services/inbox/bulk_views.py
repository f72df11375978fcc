"""Many cases at once, in three pages: choose in the list, say what exactly, read what was done and what not."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from portal.models import User
from services.directory.models import OfficeMembership
from services.inbox.bulk import AT_ONCE, BULK, run_on
from services.inbox.list_forms import BulkAssignForm, BulkForm
from services.inbox.list_views import home_crumb, inbox_crumb, require_inbox, user_of
from services.inbox.listing import asked_for, rows_of
from services.inbox.models import Case


@require_http_methods(["GET", "HEAD", "POST"])
def inbox_bulk(request: HttpRequest) -> HttpResponse:
    """Ask what exactly, and on POST do it. What was chosen comes as `case` (key, or key:version), what for as `do`."""
    require_inbox(request)
    data = request.POST if request.method == "POST" else request.GET
    user, name = user_of(request), data.get("do", "")
    pairs = _pairs(data.getlist("case"))
    back = _back(data.get("back", ""), user)
    if name not in BULK or not pairs:
        messages.warning(request, _("Choose cases in the list first, then what shall be done."))
        return redirect(back)
    cases = rows_of(user, [key for key, _version in pairs])
    if not cases:
        messages.error(request, _("These cases are not in your inbox any more."))
        return redirect(back)
    form = BULK[name].form(request.POST if request.method == "POST" else None, members=_members(cases))
    if request.method != "POST" or not form.is_valid():
        seen = dict(pairs)
        return _ask(request, name, [(case, f"{case.pk}:{seen[case.pk]}") for case in cases], form, back)
    outcomes = run_on(name, pairs, by=user, value=_value(form))
    context = {
        **_frame(BULK[name].label),
        "done": [outcome.number for outcome in outcomes if not outcome.problem],
        "not_done": [outcome for outcome in outcomes if outcome.problem],
        "back": back,
    }
    return render(request, "services/inbox/staff_bulk_done.html", context)


def _ask(request: HttpRequest, name: str, chosen: list[tuple[Case, str]], form: BulkForm, back: str) -> HttpResponse:
    context = {
        **_frame(BULK[name].label),
        "do": name,
        "question": BULK[name].question,
        "chosen": chosen,
        "form": form,
        "back": back,
        "back_query": back.partition("?")[2],
    }
    return render(request, "services/inbox/staff_bulk.html", context, status=422 if form.errors else 200)


def _frame(title: Any) -> dict[str, Any]:
    crumbs = [home_crumb(), inbox_crumb(), {"url": "", "label": title}]
    return {"header_title": title, "header_icon": "mail", "breadcrumbs_items": crumbs}


def _pairs(values: list[str]) -> list[tuple[uuid.UUID, int]]:
    """Keys with the version that was looked at; nonsense is left out, the second of two alike too."""
    pairs: dict[uuid.UUID, int] = {}
    for value in values[:AT_ONCE]:
        key, _colon, version = value.partition(":")
        try:
            pk = uuid.UUID(key)
        except ValueError:
            continue
        pairs[pk] = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    return list(pairs.items())


def _value(form: BulkForm) -> Any:
    if isinstance(form, BulkAssignForm):
        return form.members.get(form.cleaned_data["value"])
    return form.cleaned_data.get("value")


def _members(cases: list[Case]) -> list[User]:
    """Colleagues of any of the offices; whether somebody belongs to a case's own office is checked per case."""
    rows = OfficeMembership.objects.valid().filter(office__in={case.office_id for case in cases}, user__is_active=True)
    people = {row.user_id: row.user for row in rows.select_related("user").order_by("user__last_name", "user_id")}
    return list(people.values())


def _back(query: str, user: User) -> str:
    """Where they came from, rebuilt from valid values only."""
    from django.http import QueryDict

    return f"{reverse('inbox')}?{asked_for(QueryDict(query[:500]), user).query}"
