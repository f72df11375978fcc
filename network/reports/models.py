"""Templates of reports, and the memory of every time one was made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.reports.periods import Rule
from network.reports.querysets import RunQuerySet, TemplateQuerySet
from portal.models import District

__all__ = ["ReportRun", "ReportTemplate"]


class Form(models.TextChoices):
    """What a report becomes."""

    PAGE = "page", _("Page")
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"


class ReportTemplate(models.Model):
    """Which report, which columns, which period: made again with one click."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="report_templates", verbose_name=_("district")
    )
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("report"), max_length=40)
    columns = models.JSONField(_("columns"), default=list)
    rule = models.CharField(_("period"), max_length=16, choices=Rule.choices, default=Rule.LAST_QUARTER)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
        editable=False,
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of a report")
        verbose_name_plural = _("templates of reports")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "district",
                Lower("name"),
                name="network_report_name_once",
                violation_error_message=_("There is a template with this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ReportRun(models.Model):
    """That somebody made a report: which, for when, as what. Its numbers are not kept."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="report_runs", verbose_name=_("district")
    )
    template = models.ForeignKey(
        ReportTemplate,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="runs",
        verbose_name=_("template"),
    )
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("report"), max_length=40)
    columns = models.JSONField(_("columns"), default=list)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    form = models.CharField(_("as"), max_length=8, choices=Form.choices)
    row_count = models.PositiveIntegerField(_("rows"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("report that was made")
        verbose_name_plural = _("reports that were made")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name
