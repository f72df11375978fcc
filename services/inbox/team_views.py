"""The team's pages: absences, how much work each colleague has, what the coordination office sees of all offices."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from portal.errors import DomainError
from portal.models import User
from services.inbox import actions
from services.inbox.absences import colleagues, team_of
from services.inbox.forms import set_choices
from services.inbox.models import Absence
from services.inbox.permissions import can_see_coordination, can_see_workload, can_use_inbox
from services.inbox.presentation import name_of
from services.inbox.workload import district_numbers, team_numbers, untaken

MOST = 100
"""Cases of one page that nobody has taken; the oldest first."""


class AbsenceForm(forms.Form):
    """Who is away, when, and who acts."""

    user = forms.ChoiceField(label=gettext_lazy("Who is away"))
    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    deputy = forms.ChoiceField(
        label=gettext_lazy("Deputy"),
        required=False,
        help_text=gettext_lazy("Sees these cases under “Mine”. Must work for the same office; gets no further access."),
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person in [by, *team_of(by)]}
        self.deputies = {str(person.pk): person for person in [by, *colleagues(by)]}
        set_choices(self, "user", [(key, name_of(person)) for key, person in self.people.items()])
        named = [(key, name_of(person)) for key, person in self.deputies.items()]
        set_choices(self, "deputy", [("", _("Nobody")), *named])


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """Own absences, and for leads those of their team."""
    user = cast(User, request.user)
    if not can_use_inbox(user):
        raise PermissionDenied
    if request.method != "POST":
        return _absence_page(request, user)
    try:
        if "end" in request.POST:
            found = Absence.objects.filter(pk=_digits(request.POST["end"])).select_related("user").first()
            if found is not None:
                actions.end_absence(absence=found, by=user)
            return redirect("inbox_absence")
        form = AbsenceForm(request.POST, by=user)
        if not form.is_valid():
            return _absence_page(request, user, form, status=422)
        data = form.cleaned_data
        actions.set_absence(
            user=form.people[data["user"]],
            by=user,
            first_day=data["first_day"],
            last_day=data["last_day"],
            deputy=form.deputies.get(data["deputy"]),
        )
    except DomainError as problem:
        form = AbsenceForm(request.POST, by=user)
        form.full_clean()
        form.add_error(None, str(problem))
        return _absence_page(request, user, form, status=problem.status)
    messages.success(request, _("The absence was saved."))
    return redirect("inbox_absence")


def _absence_page(
    request: HttpRequest, user: User, form: AbsenceForm | None = None, *, status: int = 200
) -> HttpResponse:
    people = [user, *team_of(user)]
    rows = Absence.objects.not_over(timezone.localdate()).filter(user__in=people).select_related("user", "deputy")
    context = {
        **_frame(_("Absences")),
        "form": form or AbsenceForm(by=user),
        "absences": [(row, name_of(row.user), name_of(row.deputy)) for row in rows],
    }
    return render(request, "services/inbox/staff_absences.html", context, status=status)


@require_safe
def workload(request: HttpRequest) -> HttpResponse:
    """How many cases each colleague has, for those who lead the office."""
    user = cast(User, request.user)
    if not can_see_workload(user):
        raise PermissionDenied
    context = {**_frame(_("Workload")), "offices": team_numbers(user, timezone.now())}
    return render(request, "services/inbox/staff_workload.html", context)


@require_safe
def coordination(request: HttpRequest) -> HttpResponse:
    """Numbers of all offices and the cases that nobody has taken, without content, for the coordination office."""
    user = cast(User, request.user)
    if not can_see_coordination(user):
        raise PermissionDenied
    now = timezone.now()
    context = {
        **_frame(_("All offices")),
        "offices": district_numbers(user, now),
        "cases": untaken(user, now)[:MOST],
    }
    return render(request, "services/inbox/staff_coordination.html", context)


def _frame(title: str) -> dict[str, Any]:
    return {
        "header_title": title,
        "header_icon": "group",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("inbox"), "label": _("Inbox")},
            {"url": "", "label": title},
        ],
    }


def _digits(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
