"""The editors' list of translations: which language, made from today's source or an older one, checked by whom."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

from portal.actions import check_translation
from portal.errors import NotAllowed
from portal.languages import SOURCE
from portal.models import TranslationRecord, User
from portal.permissions import can_check_translations


class CheckColumn(Column):
    """Who checked it, or the button to say so."""

    cell_template_name = "portal/translation_check.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        return {**super().get_cell_context_data(instance, parent_context), "record": instance}


class TranslationReport(ReportView):
    """All translated pages; the unchecked and outdated first."""

    page_title = gettext_lazy("Checked translations")
    header_icon = "globe"
    index_url_name = "translation_report"
    index_results_url_name = "translation_report_results"
    columns = [
        TitleColumn("page", label=gettext_lazy("Page"), accessor="page.title", get_url=lambda row: row.edit_url),
        Column("locale", label=gettext_lazy("Language"), accessor="page.locale"),
        Column("state", label=gettext_lazy("State"), accessor="state"),
        Column("made_by", label=gettext_lazy("Made by"), accessor="made_by"),
        DateColumn("made_at", label=gettext_lazy("Made on")),
        CheckColumn("checked", label=gettext_lazy("Checked")),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_check_translations(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[TranslationRecord]:
        source = Page.objects.filter(
            translation_key=OuterRef("page__translation_key"), locale__language_code=SOURCE
        ).values("live_revision_id")[:1]
        return (
            TranslationRecord.objects.select_related("page__locale", "checked_by")
            .annotate(today=Subquery(source))
            .order_by(F("checked_at").asc(nulls_first=True), "page__path")
        )

    def decorate_paginated_queryset(self, rows: Any) -> Any:
        from django.urls import reverse

        for row in rows:
            row.edit_url = reverse("wagtailadmin_pages:edit", args=[row.page_id])
            current = row.source_revision_id == row.today
            row.state = _("up to date") if current else _("older than the German page")
        return rows


@require_POST
def mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """The button: this translation is right."""
    record = get_object_or_404(TranslationRecord.objects.select_related("page"), pk=pk)
    try:
        check_translation(record=record, user=cast(User, request.user))  # the admin lets nobody else in
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    return redirect("translation_report")
