"""Rounds in which organisations vote on needs: one vote each, made of dots."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.members.models import Member, Organisation
from network.needs.querysets import BallotQuerySet, RoundQuerySet
from portal.models import District


class VotingRound(models.Model):
    """A time in which every organisation of the network says what matters most to it."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="voting_rounds", verbose_name=_("district")
    )
    title = models.CharField(_("title"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), help_text=_("Until the end of this day votes may be changed."))
    dots = models.PositiveSmallIntegerField(
        _("dots"), default=5, help_text=_("How many dots each organisation gives away.")
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("voting round")
        verbose_name_plural = _("voting rounds")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="network_round_in_order",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(dots__gte=1, dots__lte=20),
                name="network_round_has_dots",
                violation_error_message=_("Between 1 and 20 dots."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Ballot(models.Model):
    """The one vote of an organisation in a round; whoever of its people votes later changes the same one."""

    round = models.ForeignKey(VotingRound, on_delete=models.PROTECT, related_name="ballots", verbose_name=_("round"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="ballots", verbose_name=_("organisation")
    )
    cast_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("last changed by")
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "organisation"], name="network_ballot_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.round_id}"


class Dots(models.Model):
    """How many dots of a vote a need got."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="dots", verbose_name=_("vote"))
    need = models.ForeignKey("network.Need", on_delete=models.PROTECT, related_name="dots", verbose_name=_("need"))
    number = models.PositiveSmallIntegerField(_("dots"))

    class Meta:
        verbose_name = _("dots")
        verbose_name_plural = _("dots")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "need"], name="network_dots_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="network_dots_some"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.number}"
