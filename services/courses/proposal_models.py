"""Accounts of providers, and what they propose. Nothing they write is a fact before the office accepted it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.courses.querysets import FactQuerySet


class ProviderAccount(models.Model):
    """A person who may propose for a provider."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("district")
    )
    provider = models.ForeignKey(
        "services.Provider", on_delete=models.CASCADE, related_name="accounts", verbose_name=_("course provider")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="provider_accounts", verbose_name=_("person")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("account of a provider")
        verbose_name_plural = _("accounts of providers")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "user"],
                name="services_provider_account_once",
                violation_error_message=_("This person proposes for this provider already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.provider}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.district_id = self.provider.district_id
        super().save(*args, **kwargs)


class ProposalStatus(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", _("Waiting for the office")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ProposalQuerySet(FactQuerySet):
    """Proposals."""

    def open(self) -> ProposalQuerySet:
        """What waits for the office, longest first."""
        return self.filter(status=ProposalStatus.OPEN).order_by("proposed_at", "pk")

    def by_user(self, user: Any) -> ProposalQuerySet:
        """What the providers of this person proposed, latest first."""
        return self.filter(provider__accounts__user=user).order_by("-proposed_at", "-pk")


class CourseProposal(models.Model):
    """A new run or a change of one, as a provider wishes it. `wish` and `before` hold values as the forms send them."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_proposals", editable=False, verbose_name=_("district")
    )
    provider = models.ForeignKey(
        "services.Provider", on_delete=models.CASCADE, related_name="proposals", verbose_name=_("course provider")
    )
    course = models.ForeignKey(
        "services.Course", on_delete=models.CASCADE, related_name="proposals", verbose_name=_("course")
    )
    run = models.ForeignKey(
        "services.CourseRun",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="proposals",
        verbose_name=_("course run"),
        help_text=_("Empty: a new run."),
    )
    wish = models.JSONField(_("proposed"), default=dict)
    before = models.JSONField(_("as it was"), default=dict)
    comment = models.TextField(_("message to the office"), blank=True, max_length=500)
    status = models.CharField(_("status"), max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.OPEN)
    answer = models.TextField(_("answer of the office"), blank=True, max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of a provider")
        verbose_name_plural = _("proposals of providers")
        default_permissions = ("add",)
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["district", "status", "proposed_at"], name="services_proposal_open")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.DECLINED) | ~Q(answer=""),
                name="services_proposal_reason",
                violation_error_message=_("Please say why you decline."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.course_id}: {self.status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.district_id = self.course.district_id
        super().save(*args, **kwargs)
