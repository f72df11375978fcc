"""What changed about a run, by whom, and how it was before: the memory behind "Undo" and behind each mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeKind(models.TextChoices):
    """What happened to a run or to one lesson of it."""

    NEW = "new", _("New course")
    CANCELLED = "cancelled", _("Course cancelled")
    MOVED = "moved", _("Course moved")
    FULL = "full", _("All places taken")
    FREE = "free", _("Places free again")
    LESSON_CANCELLED = "no_lesson", _("Lesson cancelled")
    LESSON_MOVED = "lesson", _("Lesson moved")
    LESSON_RESTORED = "restored", _("Lesson takes place after all")
    TAKEN_BACK = "taken_back", _("Change taken back")


UNDOABLE = (
    ChangeKind.CANCELLED,
    ChangeKind.MOVED,
    ChangeKind.FULL,
    ChangeKind.FREE,
    ChangeKind.LESSON_CANCELLED,
    ChangeKind.LESSON_MOVED,
    ChangeKind.LESSON_RESTORED,
)
"""What one button takes back."""


class RunChange(models.Model):
    """One change of a run. `before` holds the fields as they were; `stamp` names the state it left behind."""

    run = models.ForeignKey(
        "services.CourseRun", on_delete=models.CASCADE, related_name="changes", verbose_name=_("course run")
    )
    lesson = models.ForeignKey(
        "services.Lesson",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="changes",
        verbose_name=_("lesson"),
    )
    kind = models.CharField(_("what happened"), max_length=12, choices=ChangeKind.choices)
    before = models.JSONField(_("as it was before"), default=dict, editable=False)
    stamp = models.CharField(_("state after it"), max_length=64, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("when"))
    told = models.PositiveIntegerField(_("people told"), default=0)
    undone_at = models.DateTimeField(_("taken back on"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of a run")
        verbose_name_plural = _("changes of runs")
        ordering = ["-made_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["run", "-made_at"], name="services_run_change_latest")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.kind}"
