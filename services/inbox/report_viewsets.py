"""The page on which an office makes the report for the person (Art. 15 GDPR): proof, reason, language, file."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.errors import DomainError
from portal.languages import SOURCE
from portal.models import User
from portal.printing import can_print
from portal.step_up import ask_to_prove, has_just_proved
from services.inbox import actions
from services.inbox.audit_permissions import can_make_report
from services.inbox.codes import ReportForm, ReportReason
from services.inbox.models import Case
from services.inbox.presentation import language_name

TYPES = {ReportForm.PDF: "application/pdf", ReportForm.JSON: "application/json"}


class PrepareForm(forms.Form):
    """What the report should be."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=ReportReason.choices, widget=forms.RadioSelect, initial=ReportReason.ASKED
    )
    form = forms.ChoiceField(
        label=gettext_lazy("File"), choices=ReportForm.choices, widget=forms.RadioSelect, initial=ReportForm.PDF
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect)
    with_notes = forms.BooleanField(
        label=gettext_lazy("With the internal notes"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "The person may see them too. Read them first: take them out only if they are about other people."
        ),
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data)
        codes = dict.fromkeys([case.language, SOURCE])
        cast(forms.ChoiceField, self.fields["language"]).choices = [(code, language_name(code)) for code in codes]
        self.fields["language"].initial = case.language


@require_http_methods(["GET", "HEAD", "POST"])
def case_report(request: HttpRequest, pk: Any) -> HttpResponse:
    """First the proof that it is really them, then the form, on POST the file."""
    rows = Case.objects.visible_to(request.user).select_related("submission", "office", "district")
    case = rows.defer("answers_ct").filter(pk=pk).first()
    if case is None or not can_make_report(request.user, case):
        raise PermissionDenied
    if not has_just_proved(request):
        return ask_to_prove(request)
    form = PrepareForm(request.POST if request.method == "POST" else None, case=case)
    if request.method != "POST":
        return _page(request, case, form)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    try:
        return _file(case, cast(User, request.user), form)
    except DomainError as problem:
        form.add_error(None, str(problem))
        return _page(request, case, form, status=problem.status)


def _file(case: Case, user: User, form: PrepareForm) -> HttpResponse:
    chosen = form.cleaned_data
    made = actions.make_report(
        case=case,
        by=user,
        form=chosen["form"],
        language=chosen["language"],
        reason=chosen["reason"],
        with_notes=chosen["with_notes"],
    )
    response = HttpResponse(made, content_type=TYPES[ReportForm(chosen["form"])])
    response["Content-Disposition"] = f'attachment; filename="{case.submission.number}.{chosen["form"]}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest, case: Case, form: PrepareForm, *, status: int = 200) -> HttpResponse:
    context = {
        "header_title": _("Report for the person"),
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("inbox"), "label": _("Inbox")},
            {"url": reverse("case", args=[case.pk]), "label": case.submission.number},
            {"url": "", "label": _("Report for the person")},
        ],
        "case": case,
        "form": form,
        "can_print": can_print(),
    }
    return render(request, "services/inbox/staff_report.html", context, status=status)
