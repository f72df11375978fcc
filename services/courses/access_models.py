"""Access rules: who may take which kind of course on which ground, from when until when, by which law."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.courses.access_codes import AskWhom, Letter, Programme, Residence, RuleNote, Verdict, Work
from services.courses.querysets import FactQuerySet
from services.courses.vocabulary import AccessRoute, LearnerLevel


def known_residences(value: list[str]) -> None:
    """A list of papers we know."""
    if not isinstance(value, list) or any(code not in Residence.values for code in value):
        raise ValidationError(_("Please choose from the list."), code="unknown_code")


class AccessRuleQuerySet(FactQuerySet):
    """Access rules."""

    def valid_on(self, day: date) -> AccessRuleQuerySet:
        """The rules in force on a day, both ends included."""
        begun = Q(valid_from=None) | Q(valid_from__lte=day)
        return self.filter(begun, Q(valid_until=None) | Q(valid_until__gte=day)).order_by("programme", "code")


class AccessRule(models.Model):
    """One sentence of law about one kind of course. What a rule leaves empty does not matter to it."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="access_rules", verbose_name=_("district")
    )
    code = models.SlugField(_("code"), max_length=60, help_text=_("For example ik-44-4-2026."))
    programme = models.CharField(_("kind of course"), max_length=10, choices=Programme.choices)
    residences = models.JSONField(
        _("for people with"),
        default=list,
        blank=True,
        validators=[known_residences],
        help_text=_("None chosen means everybody."),
    )
    letter = models.CharField(_("who has the letter"), max_length=16, choices=Letter.choices, blank=True)
    work = models.CharField(_("and work"), max_length=10, choices=Work.choices, blank=True)
    women_only = models.BooleanField(_("only women"), default=False)
    level_from = models.CharField(_("from level"), max_length=2, choices=LearnerLevel.choices, blank=True)
    level_to = models.CharField(_("up to level"), max_length=2, choices=LearnerLevel.choices, blank=True)
    verdict = models.CharField(_("answer"), max_length=10, choices=Verdict.choices)
    route = models.CharField(_("on the ground"), max_length=16, choices=AccessRoute.choices, blank=True)
    ask = models.CharField(_("whom to ask"), max_length=12, choices=AskWhom.choices)
    note = models.CharField(_("sentence"), max_length=16, choices=RuleNote.choices, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day."))
    law = models.CharField(_("source of law"), max_length=200)
    checked_on = models.DateField(_("checked on"), help_text=_("When somebody last compared the rule with its source."))

    objects = AccessRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("access rule")
        verbose_name_plural = _("access rules")
        ordering = ["programme", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"],
                name="services_access_rule_once",
                violation_error_message=_("Another rule has this code."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="services_access_rule_in_order",
                violation_error_message=_("The last day must not be before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        super().clean()
        levels = LearnerLevel.values
        if self.level_from and self.level_to and levels.index(self.level_from) > levels.index(self.level_to):
            raise ValidationError({"level_to": _("The level at the end must not be below the level at the beginning.")})
