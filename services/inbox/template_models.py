"""Texts that colleagues write again and again: per purpose, in German and in the languages of the people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.languages import LANGUAGES
from portal.models import District
from services.directory.models import Office
from services.inbox.querysets import ReplyTemplateQuerySet
from services.inbox.statuses import ReplyPurpose

NAMES = [(entry.code, entry.endonym) for entry in LANGUAGES]


class ReplyTemplate(models.Model):
    """A text for one purpose, of one office or of the whole district. Placeholders: see `reply_templates`."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="reply_templates", verbose_name=_("district")
    )
    office = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="reply_templates",
        verbose_name=_("office"),
        help_text=_("Empty: for all offices of the district."),
    )
    code = models.SlugField(_("code"), max_length=40)
    purpose = models.CharField(_("purpose"), max_length=12, choices=ReplyPurpose.choices)
    name = models.CharField(_("name"), max_length=80, help_text=_("As colleagues find it in the list."))
    text = models.TextField(_("German text"))
    is_active = models.BooleanField(_("active"), default=True)

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["purpose", "name"]
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="services_replytemplate_code_once")]

    def __str__(self) -> str:
        return self.name


class ReplyText(models.Model):
    """The text of a template in another language."""

    template = models.ForeignKey(
        ReplyTemplate, on_delete=models.CASCADE, related_name="texts", verbose_name=_("reply template")
    )
    language = models.CharField(_("language"), max_length=12, choices=NAMES)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["template", "language"], name="services_replytext_once")]

    def __str__(self) -> str:
        return f"{self.template_id} {self.language}"
