"""The builder's pages in the admin: a form as a file, a file as a form, and what the choosers offer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.errors import require
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from portal.pages import locale_id_of
from services.directory.models import Municipality
from services.intake.builder import questions_of
from services.intake.builder_permissions import can_build_forms
from services.intake.exchange import LARGEST_FILE, FileRefused, write_file
from services.intake.exchange_actions import import_form
from services.intake.models import FormBlock, FormIndexPage, IntakeFormPage
from services.intake.reach import CHOICES, ELSEWHERE, UNKNOWN


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("File of the form"),
        help_text=gettext_lazy("It becomes a draft. Nothing is published. A form with the same key gets a new draft."),
        widget=forms.FileInput({"accept": ".json,application/json"}),
    )


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest draft of a form as a file."""
    page = get_object_or_404(IntakeFormPage, pk=pk, locale_id=locale_id_of(SOURCE))
    require(can_build_forms(request.user, page.get_parent().specific))
    response = HttpResponse(write_file(page.get_latest_revision_as_object()), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{page.key}.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file in as a draft, and go on in the editor."""
    index = get_object_or_404(FormIndexPage, pk=pk, locale_id=locale_id_of(SOURCE))
    require(can_build_forms(request.user, index))
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            page = import_form(user=request.user, index=index, data=upload.read(LARGEST_FILE + 1))
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The form is here as a draft. Look it over, then publish it."))
            return redirect("wagtailadmin_pages:edit", page.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "index": index, "page_title": _("Import a form")}
    return render(request, "services/intake/staff_import.html", context, status=status)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """What conditions can ask for besides the questions on the page: blocks, municipalities, languages, words."""
    district = District.objects.for_request(request)
    towns = [[town.ags, town.name] for town in Municipality.objects.of(district).in_german_order()]
    languages = [[entry.code, entry.endonym] for entry in LANGUAGES]
    blocks = FormBlock.objects.filter(locale_id=locale_id_of(SOURCE))
    return JsonResponse(
        {
            "municipality": [*towns, [ELSEWHERE, _("Another place")], [UNKNOWN, _("I do not know")]],
            "language": [*languages, [ELSEWHERE, _("Another language")]],
            "consent": [["yes", _("Yes")]],
            "blocks": {block.pk: [_short(question) for question in questions_of(block)] for block in blocks},
            "words": {
                "choose": _("Please choose"),
                "answers": _("Answers"),
                "reader": _("Language of the reader"),
                "unknown": _("not found above: {key}"),
            },
        }
    )


def _short(question: dict[str, Any]) -> dict[str, Any]:
    kind = question["type"]
    options = [[option["key"], option["label"]] for option in question.get("options", [])] if kind in CHOICES else []
    return {"key": question["key"], "label": question["label"], "type": kind, "options": options}
