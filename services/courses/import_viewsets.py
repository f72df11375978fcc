"""The import in the admin: choose a file, look at what it would do row by row, then let it do that.

Between looking and doing the file lies encrypted in the private storage (`portal.vault`); its key is in the page that
was looked at and nowhere else. It goes with the import, or with the daily sweep of forgotten files.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from portal import vault
from portal.errors import DomainError
from portal.models import District
from portal.tables import as_file
from services.courses.import_columns import COLUMNS
from services.courses.import_items import CHANGED, CONFLICT, NEW, REFUSED, UNCHANGED
from services.courses.import_permissions import can_import_courses
from services.courses.import_plan import Plan
from services.courses.import_rows import LESSON, MOST_BYTES, MOST_ROWS, RUN, FileRefused
from services.courses.importing import import_courses, plan_file
from services.courses.models import CourseRun

TOKEN_SECONDS = 4 * 3600
"""How long somebody may look before the file must be sent again."""
SALT = "courses.import"
MOST_SHOWN = 300
"""Rows of one outcome on the page; of the others only their number is told."""


class FileForm(forms.Form):
    """A file and who sends it."""

    source = forms.RegexField(
        regex=r"^[\w .-]+$",
        max_length=40,
        label=gettext_lazy("Where the file comes from"),
        help_text=gettext_lazy("Always the same short name for the same sender, for example vhs-vs."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, XLSX or iCalendar (.ics)"),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.ics,text/csv,text/calendar"}),
    )
    run = forms.ModelChoiceField(
        queryset=CourseRun.objects.none(),
        required=False,
        label=gettext_lazy("Course run of the lessons"),
        help_text=gettext_lazy("For calendar files that do not say to which run their lessons belong."),
    )

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["run"]
        field.queryset = CourseRun.objects.of(district).order_by("code")

    def clean_file(self) -> Any:
        """The bytes, unless there are too many."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES or not getattr(file, "is_whole", True):
            sentence = _("This file is too large: at most {number} MB.").format(number=MOST_BYTES >> 20)
            raise forms.ValidationError(sentence, code="too_large")
        return file


class ImportView(WagtailAdminTemplateMixin, TemplateView):
    """GET asks for a file; POST looks at it (`check`), does it (`apply`) or throws it away (`discard`)."""

    template_name = "services/courses/admin/staff_import.html"
    page_title = gettext_lazy("Import courses")
    header_icon = "upload"
    district: District

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not can_import_courses(request.user):
            raise PermissionDenied
        self.district = District.objects.for_request(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("Import courses")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", FileForm(district=self.district))
        return super().get_context_data(most_rows=MOST_ROWS, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the button says. What cannot be done is told with the right status, and nothing is written."""
        if request.POST.get("do") == "check":
            return self._check()
        try:
            ticket = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=TOKEN_SECONDS)
            if (ticket["user"], ticket["district"]) != (request.user.pk, self.district.pk):
                raise signing.BadSignature
        except signing.BadSignature:
            return self._again(_("This took too long. Please choose the file again."), 409)
        if request.POST.get("do") == "discard":
            vault.remove(ticket["name"])
            messages.success(request, _("The file is gone. Nothing was changed."))
            return redirect(request.path)
        return self._apply(ticket)

    def _check(self) -> HttpResponse:
        form = FileForm(self.request.POST, self.request.FILES, district=self.district)
        if not form.is_valid():
            return self._again("", 422, form)
        wanted = form.cleaned_data
        data = wanted["file"].read()
        try:
            plan = plan_file(data, district=self.district, source=wanted["source"], run=wanted["run"])
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
            return self._again("", refusal.status, form)
        name, key = vault.put(data)
        ticket = {
            "name": name,
            "key": key.hex(),
            "user": self.request.user.pk,
            "district": self.district.pk,
            "source": wanted["source"],
            "run": wanted["run"].pk if wanted["run"] else None,
            "file": wanted["file"].name[:100],
        }
        return self._show(plan, ticket, 200)

    def _apply(self, ticket: dict[str, Any]) -> HttpResponse:
        about = {
            "district": self.district,
            "source": ticket["source"],
            "run": CourseRun.objects.of(self.district).filter(pk=ticket["run"]).first() if ticket["run"] else None,
        }
        data = b""
        try:
            data = vault.get(ticket["name"], bytes.fromhex(ticket["key"]))
            counts = import_courses(
                data=data,
                user=self.request.user,
                fingerprint=ticket["plan"],
                decided=set(self.request.POST.getlist("take")),
                **about,
            )
        except DomainError as refusal:
            if not data:
                return self._again(_("This took too long. Please choose the file again."), 409)
            messages.error(self.request, str(refusal))
            return self._show(plan_file(data, **about), ticket, refusal.status)
        vault.remove(ticket["name"])
        sentence = _("Done: {new} new, {changed} changed, {unchanged} unchanged.")
        messages.success(self.request, sentence.format(**counts))
        return redirect(self.request.path)

    def _show(self, plan: Plan, ticket: dict[str, Any], status: int) -> HttpResponse:
        ticket = {**ticket, "plan": plan.fingerprint}
        groups = [
            (REFUSED, _("Cannot be taken in"), _("These rows are left out.")),
            (CONFLICT, _("Changed here by hand"), _("Your own value stays unless you tick the other one.")),
            (NEW, _("New"), ""),
            (CHANGED, _("Will be changed"), ""),
            (UNCHANGED, _("Stays as it is"), ""),
        ]
        shown = [
            (code, title, hint, found[:MOST_SHOWN], len(found), max(len(found) - MOST_SHOWN, 0))
            for code, title, hint in groups
            if (found := plan.having(code))
        ]
        counts = plan.counts
        return self.render_to_response(
            self.get_context_data(
                plan=plan,
                groups=shown,
                can_apply=len(plan.items) > counts[REFUSED],
                refused=counts[REFUSED],
                file=ticket["file"],
                source=ticket["source"],
                ticket=signing.dumps(ticket, salt=SALT),
            ),
            status=status,
        )

    def _again(self, problem: str, status: int, form: FileForm | None = None) -> HttpResponse:
        if problem:
            messages.error(self.request, problem)
        extra = {"form": form} if form else {}
        return self.render_to_response(self.get_context_data(**extra), status=status)


def template_file(request: HttpRequest, kind: str, ending: str) -> HttpResponse:
    """An empty table with the right headings and one example, to be filled in."""
    if not can_import_courses(request.user):
        raise PermissionDenied
    columns = COLUMNS[kind]
    headings = [column.headings[0 if _is_german(request) else 1] for column in columns]
    name = "lotse-kurse" if kind == RUN else "lotse-termine"
    return as_file(ending, name, headings, headings, [[column.example for column in columns]])


def _is_german(request: HttpRequest) -> bool:
    return str(getattr(request, "LANGUAGE_CODE", "de")).startswith("de")


class _ImportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_import_courses(request.user)


class ImportViewSet(ViewSet):
    """The import in the menu of course staff: /admin/courses/import/."""

    name = "course_import"
    url_prefix = "courses/import"
    icon = "upload"
    menu_label = gettext_lazy("Import")
    menu_icon = "upload"
    menu_item_class = _ImportItem

    @property
    def menu_url(self) -> str:
        return reverse(self.get_url_name("index"))

    def get_urlpatterns(self) -> list[Any]:
        files = [
            path(f"{kind}s.{ending}", template_file, {"kind": kind, "ending": ending}, name=f"{kind}_{ending}")
            for kind in (RUN, LESSON)
            for ending in ("csv", "xlsx")
        ]
        return [path("", self.construct_view(ImportView), name="index"), *files]
