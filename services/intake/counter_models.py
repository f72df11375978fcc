"""How often a form was started, saved and sent: numbers of days, of nobody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.intake.querysets import FormCounterQuerySet


class Counted(models.TextChoices):
    """What is counted."""

    START = "start", _("started")
    SAVE = "save", _("step finished")
    SEND = "send", _("sent")


class FormCounter(models.Model):
    """One number: how often this happened with a form on a day in a language. Holds nothing about a person.

    Rows are kept for ever: they are sums, and small ones are shown to nobody (`services.intake.drop_off`).
    """

    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="form_counters", verbose_name=_("district")
    )
    key = models.SlugField(_("key of the form"), max_length=40)
    kind = models.CharField(_("what is counted"), max_length=8, choices=Counted.choices)
    step = models.CharField(_("key of the step"), max_length=40, blank=True, help_text=_("For finished steps only."))
    language = models.CharField(_("language"), max_length=12)
    day = models.DateField(_("day"), help_text=_("Local day."))
    count = models.PositiveIntegerField(_("number"), default=0)

    objects = FormCounterQuerySet.as_manager()

    class Meta:
        verbose_name = _("form counter")
        verbose_name_plural = _("form counters")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "key", "day", "kind", "step", "language"], name="services_form_counter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.kind} {self.step} {self.language} {self.day}"
