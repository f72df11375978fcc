"""Forms for the public: their published versions and answers that are not sent yet; their pages are in page_models."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.languages import LANGUAGES
from portal.models import District
from services.intake.counter_models import FormCounter
from services.intake.key_models import DraftKey
from services.intake.page_models import FormBlock, FormIndexPage, IntakeFormPage
from services.intake.querysets import DraftQuerySet, FormVersionQuerySet

__all__ = ["Draft", "DraftKey", "FormBlock", "FormCounter", "FormIndexPage", "FormVersion", "IntakeFormPage"]


class FormVersion(models.Model):
    """What a form was at a moment: never changed, so that a running draft ends on what it began with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="form_versions", verbose_name=_("district")
    )
    key = models.SlugField(_("key of the form"), max_length=40)
    number = models.PositiveIntegerField(_("number of the version"))
    document = models.JSONField(_("document"), help_text=_("Steps, questions and words in all languages."))
    sha256 = models.CharField(_("fingerprint"), max_length=64, help_text=_("SHA-256 of the canonical document."))
    schema_version = models.PositiveSmallIntegerField(_("version of the document's format"))
    published_at = models.DateTimeField(_("published on"), default=timezone.now, editable=False)

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        ordering = ["key", "-number"]
        constraints = [models.UniqueConstraint(fields=["district", "key", "number"], name="services_form_version_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new version. Raises `TypeError` for an existing one."""
        if not self._state.adding:
            raise TypeError("A published form version never changes; publish a new one.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)


@lru_cache(maxsize=64)
def document_of(version: uuid.UUID) -> dict[str, Any]:
    """The document of a version, remembered: it never changes, and it is long. Do not change what you get."""
    found: dict[str, Any] = FormVersion.objects.values_list("document", flat=True).get(pk=version)
    return found


class Draft(models.Model):
    """Answers of somebody who has not sent them yet, readable only with what they hold: a cookie or a code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="drafts", verbose_name=_("form version")
    )
    language = models.CharField(
        _("language"), max_length=12, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )
    answers_ct = models.BinaryField(_("answers, encrypted"), help_text=_("Emptied when they are sent."))
    revision = models.PositiveIntegerField(_("revision"), default=0)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    expires_at = models.DateTimeField(_("erased after"), db_index=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    receipt_ct = models.BinaryField(_("receipt, encrypted"), null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return str(self.pk)
