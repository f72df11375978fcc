"""Who took cases out of the inbox, when and why. What was in them is not here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.directory.models import Office
from services.inbox.codes import ExportFormat
from services.inbox.list_querysets import ExportQuerySet


class CaseExport(models.Model):
    """One file that somebody took. Lines are added and never changed; each case's history has a line of its own."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("exported by"),
    )
    offices = models.ManyToManyField(Office, related_name="case_exports", verbose_name=_("offices"))
    created_at = models.DateTimeField(_("when"))
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat.choices)
    columns = models.JSONField(_("columns"), default=list)
    with_content = models.BooleanField(_("with what people wrote"), default=False)
    reason = models.CharField(_("reason"), max_length=200)
    query = models.CharField(_("filter"), max_length=500, blank=True)
    count = models.PositiveIntegerField(_("number of cases"))

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of cases")
        verbose_name_plural = _("exports of cases")
        default_permissions = ()
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["created_at"], name="services_caseexport_when")]

    def __str__(self) -> str:
        return str(self.pk)
