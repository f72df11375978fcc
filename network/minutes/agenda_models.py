"""What people propose for an agenda, and the points that every agenda of a district has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.meetings.models import AgendaItem, Invitation, Meeting
from network.meetings.statuses import AgendaKind
from network.members.statuses import Level
from network.minutes.querysets import StandardItemQuerySet
from network.minutes.statuses import ProposalState
from portal.models import District


class AgendaProposal(models.Model):
    """A point that somebody invited would like to talk about. Nobody else sees it before it is accepted."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("meeting"))
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("who proposes")
    )
    title = models.CharField(_("title"), max_length=160)
    note = models.TextField(_("what it is about"), blank=True, max_length=2000)
    kind = models.CharField(_("kind"), max_length=12, choices=AgendaKind.choices, default=AgendaKind.DISCUSSION)
    minutes_planned = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ProposalState.choices, default=ProposalState.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    item = models.OneToOneField(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposal", verbose_name=_("item")
    )
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ProposalState.DECLINED) | ~models.Q(reason=""),
                name="network_proposal_no_needs_reason",
            )
        ]

    def __str__(self) -> str:
        return self.title


class StandardItem(models.Model):
    """A point that every agenda has: welcome, next date. Coordinators change the list, not a developer."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="standard_items", verbose_name=_("district")
    )
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=AgendaKind.choices, default=AgendaKind.INFORMATION)
    minutes_planned = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    level = models.CharField(
        _("level"), max_length=12, choices=Level.choices, blank=True, help_text=_("Empty: for all levels.")
    )
    is_last = models.BooleanField(_("at the end"), default=False, help_text=_("Otherwise at the beginning."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = StandardItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard item")
        verbose_name_plural = _("standard items")
        ordering = ["is_last", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "level", "title"],
                name="network_standard_item_once",
                violation_error_message=_("This item is already there."),
            )
        ]

    def __str__(self) -> str:
        return self.title
