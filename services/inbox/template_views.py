"""Where office leads and editors change reply templates."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from portal.errors import DomainError
from portal.languages import LANGUAGES, SOURCE
from portal.models import District, User
from services.directory.models import Office
from services.inbox import actions
from services.inbox.forms import set_choices, text_field
from services.inbox.models import ReplyTemplate
from services.inbox.permissions import can_edit_templates
from services.inbox.reply_templates import KNOWN, LONGEST
from services.inbox.statuses import ReplyPurpose

HINT = gettext_lazy(
    "Placeholders: {number}, {office}, {date}, {worker}. They are filled in when somebody uses the text."
)


class TemplateForm(forms.Form):
    """A template with one text per language; empty ones are left out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    office = forms.ChoiceField(label=gettext_lazy("Office"), required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=ReplyPurpose.choices)
    is_active = forms.BooleanField(label=gettext_lazy("Offered when somebody answers"), required=False, initial=True)
    text = text_field(gettext_lazy("German text"), LONGEST, 8, HINT)

    def __init__(self, data: Any = None, *, template: ReplyTemplate, by: User) -> None:
        super().__init__(data)
        self.template = template
        may_all = by.has_perm("services.change_replytemplate")
        offices = Office.objects.of(template.district).filter(takes_cases=True)
        self.offices = {str(row.pk): row for row in (offices if may_all else Office.objects.led_by(by))}
        everybody = [("", _("All offices of the district"))] if may_all else []
        set_choices(self, "office", [*everybody, *((key, row.name) for key, row in self.offices.items())])
        known = {row.language: row.text for row in template.texts.all()} if template.pk else {}
        for entry in LANGUAGES:
            if entry.code != SOURCE:
                field = text_field(entry.endonym, LONGEST, 5, required=False)
                field.widget.attrs |= {"lang": entry.code, "dir": entry.direction}
                field.initial = known.get(entry.code, "")
                self.fields[f"text_{entry.code}"] = field
        if template.pk:
            for name in ("name", "purpose", "is_active", "text"):
                self.fields[name].initial = getattr(template, name)
            self.fields["office"].initial = str(template.office_id or "")

    @property
    def texts(self) -> dict[str, str]:
        """The typed texts by language."""
        return {entry.code: self.cleaned_data[f"text_{entry.code}"] for entry in LANGUAGES if entry.code != SOURCE}

    def fill_in(self) -> ReplyTemplate:
        """The template with what was typed, unsaved."""
        row, data = self.template, self.cleaned_data
        row.name, row.purpose, row.text, row.is_active = (
            data["name"],
            data["purpose"],
            data["text"].strip(),
            data["is_active"],
        )
        row.office = self.offices.get(data["office"])
        row.code = row.code or _free_code(row)
        return row


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """All templates this person may change, with the languages they exist in."""
    user = _allowed(request)
    rows = ReplyTemplate.objects.editable_by(user).select_related("office").prefetch_related("texts")
    rows = rows.filter(district__in=_districts(request, user))
    context = {**_frame(_("Reply templates")), "rows": [(row, row.texts.count()) for row in rows], "known": KNOWN}
    return render(request, "services/inbox/staff_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One template, new or old. What was typed stays after an error."""
    user = _allowed(request)
    template: ReplyTemplate | None = ReplyTemplate(district=_district(request, user))
    if pk is not None:
        found = ReplyTemplate.objects.editable_by(user).filter(district__in=_districts(request, user), pk=pk)
        template = found.select_related("district").first()
    if template is None:
        raise PermissionDenied
    form = TemplateForm(request.POST if request.method == "POST" else None, template=template, by=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.save_template(by=user, template=form.fill_in(), texts=form.texts)
            except DomainError as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                messages.success(request, _("The template was saved."))
                return redirect("inbox_templates")
    title = template.name if pk else _("New template")
    return render(
        request,
        "services/inbox/staff_template.html",
        {**_frame(title), "form": form, "is_new": pk is None},
        status=status,
    )


def _allowed(request: HttpRequest) -> User:
    if not can_edit_templates(request.user):
        raise PermissionDenied
    return cast(User, request.user)


def _districts(request: HttpRequest, user: User) -> list[int]:
    led = Office.objects.led_by(user).values_list("district", flat=True)
    return list({District.objects.for_request(request).pk, *led})


def _district(request: HttpRequest, user: User) -> District:
    if user.has_perm("services.change_replytemplate"):
        return District.objects.for_request(request)
    return District.objects.get(pk=Office.objects.led_by(user).values_list("district", flat=True)[0])


def _free_code(row: ReplyTemplate) -> str:
    stem = slugify(row.name)[:34] or "text"
    taken = set(
        ReplyTemplate.objects.filter(district=row.district, code__startswith=stem).values_list("code", flat=True)
    )
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(code for code in numbered if code not in taken)


def _frame(title: str) -> dict[str, Any]:
    return {
        "header_title": title,
        "header_icon": "edit",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("inbox_templates"), "label": _("Reply templates")},
            {"url": "", "label": title},
        ],
    }
