"""Who teaches: known to staff alone, so that nobody is planned for two lessons at once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.courses.querysets import FactQuerySet


class Teacher(models.Model):
    """A teacher of a provider. The name is for planning; no public page, feed or mail shows it."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_teachers", verbose_name=_("district")
    )
    provider = models.ForeignKey(
        "services.Provider", on_delete=models.CASCADE, related_name="teachers", verbose_name=_("course provider")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("Only staff see the names of teachers."))
    is_active = models.BooleanField(_("active"), default=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("teacher")
        verbose_name_plural = _("teachers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "name"],
                name="services_teacher_once",
                violation_error_message=_("This provider has a teacher of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
