"""What people propose for an agenda."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.meetings.models import AgendaItem, Invitation, Meeting
from network.meetings.statuses import AgendaKind
from network.minutes.statuses import ProposalState


class AgendaProposal(models.Model):
    """A point that somebody invited would like to talk about. Nobody else sees it before it is accepted."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("meeting"))
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("who proposes")
    )
    title = models.CharField(_("title"), max_length=160)
    note = models.TextField(_("what it is about"), blank=True, max_length=2000)
    kind = models.CharField(_("kind"), max_length=12, choices=AgendaKind.choices, default=AgendaKind.DISCUSSION)
    minutes_planned = models.PositiveSmallIntegerField(_("planned minutes"), null=True, blank=True)
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
