"""How long what is kept, and what stays of an erased case: no person's data, only that it was there."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.directory.models import Office
from services.inbox.codes import EraseReason, RetentionClass
from services.inbox.retention_querysets import MonthlyCountQuerySet, RetentionRuleQuerySet, TombstoneQuerySet

__all__ = ["MonthlyCount", "RetentionRule", "Tombstone"]


class RetentionRule(models.Model):
    """A district's own time for a class, for all or for one office or form. The most exact rule counts.

    For closed cases a rule can only shorten what the form promised to the person, never prolong it.
    """

    wagtail_reference_index_ignore = True

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="retention_rules", verbose_name=_("district")
    )
    kind = models.CharField(_("class"), max_length=12, choices=RetentionClass.choices)
    office = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="retention_rules",
        verbose_name=_("office"),
        help_text=_("Empty: all offices."),
    )
    form_key = models.CharField(_("form"), max_length=80, blank=True, help_text=_("Empty: all forms."))
    days = models.PositiveSmallIntegerField(_("days"), validators=[MinValueValidator(1), MaxValueValidator(1095)])

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["kind", "office", "form_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "office", "form_key"], name="services_retentionrule_once"
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "form_key"],
                condition=models.Q(office=None),
                name="services_retentionrule_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.days}"

    def clean(self) -> None:
        """The office belongs to the district, and there is one rule for the same."""
        if self.office is not None and self.office.district_id != self.district_id:
            raise ValidationError({"office": _("This office belongs to another district.")})
        same = RetentionRule.objects.filter(
            district_id=self.district_id, kind=self.kind, office=self.office, form_key=self.form_key
        )
        if same.exclude(pk=self.pk).exists():
            raise ValidationError(_("There is a rule for this already."))


class Tombstone(models.Model):
    """That a case was there: number, office, form, three days and how much was written. Nothing about a person."""

    wagtail_reference_index_ignore = True

    case_id = models.UUIDField(_("case"), unique=True, editable=False)
    number = models.CharField(_("number"), max_length=16, db_index=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="tombstones", verbose_name=_("district")
    )
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="tombstones", verbose_name=_("office"))
    submission = models.ForeignKey(
        "services.Submission",
        null=True,
        on_delete=models.SET_NULL,
        related_name="tombstones",
        verbose_name=_("submission"),
        help_text=_("As long as the receipt still opens the page that says what happened."),
    )
    form_key = models.CharField(_("form"), max_length=80)
    opened = models.DateField(_("received"))
    closed = models.DateField(_("closed on"), null=True, blank=True)
    erased = models.DateField(_("erased on"))
    reason = models.CharField(_("reason"), max_length=12, choices=EraseReason.choices)
    messages_in = models.PositiveSmallIntegerField(_("messages from the person"), default=0)
    messages_out = models.PositiveSmallIntegerField(_("messages from the office"), default=0)

    objects = TombstoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("erased case")
        verbose_name_plural = _("erased cases")
        default_permissions = ()
        indexes = [models.Index(fields=["office", "erased"], name="services_tombstone_office")]

    def __str__(self) -> str:
        return self.number


class MonthlyCount(models.Model):
    """How many erased cases of an office and month had a value, one fact at a time, so that nothing can be combined.

    `kind` and `value` are codes: total, form, topic, municipality (AGS), language, channel, outcome, answered.
    Statistics add them to what they count from cases that still exist; numbers under five are not shown.
    """

    wagtail_reference_index_ignore = True

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="monthly_counts", verbose_name=_("district")
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="monthly_counts", verbose_name=_("office")
    )
    month = models.DateField(_("month"), help_text=_("Its first day; the month in which the request came."))
    kind = models.CharField(_("what is counted"), max_length=16)
    value = models.CharField(_("value"), max_length=80, blank=True)
    number = models.PositiveIntegerField(_("number"), default=0)

    objects = MonthlyCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly count")
        verbose_name_plural = _("monthly counts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["office", "month", "kind", "value"], name="services_monthlycount_once")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.kind} {self.value} {self.number}"
