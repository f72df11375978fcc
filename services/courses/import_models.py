"""What an import has written, so that the next one sees what people changed by hand since."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models import District


class ImportRecord(models.Model):
    """One run or lesson of one source: which row it is here, and the value the last import left in each field.

    `written` and `declined` map a field's name to its value as text (`import_plan.as_text`). A field whose value is not
    the written one was changed by hand. `declined` is what the source said when a person chose to keep their own value,
    so that the same question is not asked every week. The row outlives what it points to: what was deleted here is not
    silently made again.
    """

    class Kind(models.TextChoices):
        """What the row stands for."""

        RUN = "run", _("course run")
        LESSON = "lesson", _("lesson")

    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="+", editable=False, verbose_name=_("district")
    )
    source = models.CharField(_("source of the data"), max_length=40)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    external_ref = models.CharField(_("number at the source"), max_length=200)
    run = models.ForeignKey(
        "services.CourseRun",
        null=True,
        on_delete=models.SET_NULL,
        related_name="import_records",
        verbose_name=_("course run"),
    )
    lesson = models.ForeignKey(
        "services.Lesson",
        null=True,
        on_delete=models.SET_NULL,
        related_name="import_records",
        verbose_name=_("lesson"),
    )
    written = models.JSONField(_("written by the import"), default=dict)
    declined = models.JSONField(_("kept by hand against the import"), default=dict)
    seen_at = models.DateTimeField(_("last seen in a file"))

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["district", "source", "kind", "external_ref"], name="services_import_record_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="lesson") | Q(lesson=None), name="services_import_record_of_one_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.external_ref}"
