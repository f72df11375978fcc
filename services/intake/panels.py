"""What the admin gets from the forms: the menu entry, the addresses of reports and previews, their style."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.models import District
from services.intake import staff_preview, staff_reports, staff_routing
from services.intake.permissions import can_see_form_reports

VERSION = "forms/<slug:key>/<int:number>"


class FormsMenuItem(MenuItem):
    """Shown to those who may see the reports of this district's forms."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_form_reports(request.user, District.objects.for_request(request))


def _newest() -> list[URLPattern]:
    """The same reports of whatever version is the current one."""
    return [
        path("forms/<slug:key>/branches/", staff_reports.branches, name="form_branches"),
        path("forms/<slug:key>/routing/", staff_routing.truth_table, name="form_truth_table"),
        path("forms/<slug:key>/routing.csv", staff_routing.truth_table_csv, name="form_truth_table_csv"),
        path("forms/<slug:key>/preview/", staff_reports.preview, name="form_preview_version"),
    ]


@hooks.register("register_admin_urls")
def form_addresses() -> list[URLPattern]:
    """The editors' addresses below /admin/."""
    number = "form-preview/<uuid:number>/<str:code>/"
    return [
        path("forms/", staff_reports.forms, name="forms"),
        path("forms/<slug:key>/", staff_reports.history, name="form_history"),
        path("forms/<slug:key>/difference/", staff_reports.difference, name="form_difference"),
        path("forms/<slug:key>/figures/", staff_reports.figures, name="form_figures"),
        path("forms/<slug:key>/figures.csv", staff_reports.figures_csv, name="form_figures_csv"),
        *_newest(),
        path(f"{VERSION}/branches/", staff_reports.branches, name="form_branches"),
        path(f"{VERSION}/routing/", staff_routing.truth_table, name="form_truth_table"),
        path(f"{VERSION}/routing.csv", staff_routing.truth_table_csv, name="form_truth_table_csv"),
        path(f"{VERSION}/preview/", staff_reports.preview, name="form_preview_version"),
        path(number, staff_preview.begin, name="form_preview"),
        path(f"{number}<slug:where>/", staff_preview.page, name="form_preview_page"),
    ]


@hooks.register("register_admin_menu_item")
def forms_menu_item() -> MenuItem:
    """For editors, coordinators and administrators."""
    return FormsMenuItem(_("Forms"), reverse_lazy("forms"), name="forms", icon_name="form", order=240)


@hooks.register("insert_global_admin_css")
def forms_style() -> SafeString:
    """The reports' own style sheet."""
    return format_html('<link rel="stylesheet" href="{}">', static("services/forms.css"))
