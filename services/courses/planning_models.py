"""Mails of the planning: which run was offered to which people on the list of interest, by whom and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District

__all__ = ["PlanningInvitation", "PlanningRound"]


class PlanningRound(models.Model):
    """One sending: a run, offered to everybody it fits. Keeps the number of people and none of them."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="planning_rounds", verbose_name=_("district")
    )
    run = models.ForeignKey(
        "services.CourseRun", on_delete=models.CASCADE, related_name="planning_rounds", verbose_name=_("course run")
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("sent by")
    )
    sent_at = models.DateTimeField(_("sent"))
    people = models.PositiveIntegerField(_("people written to"))

    class Meta:
        verbose_name = _("offer to interested people")
        verbose_name_plural = _("offers to interested people")
        default_permissions = ()
        permissions = [("plan_courses", _("Plan courses: see how many people wait for which course"))]
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.run_id} {self.sent_at:%Y-%m-%d}"


class PlanningInvitation(models.Model):
    """One mail of a round. Goes with the person's interest; nobody is written to twice about the same run."""

    wagtail_reference_index_ignore = True

    round = models.ForeignKey(PlanningRound, on_delete=models.CASCADE, related_name="invitations")
    run = models.ForeignKey("services.CourseRun", on_delete=models.CASCADE, related_name="+")
    interest = models.ForeignKey("services.CourseInterest", on_delete=models.CASCADE, related_name="invitations")
    queued_at = models.DateTimeField(_("handed over"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("mail to an interested person")
        verbose_name_plural = _("mails to interested people")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "interest"], name="services_planning_told_once")]

    def __str__(self) -> str:
        return str(self.pk)
