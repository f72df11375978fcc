"""The points of a meeting's agenda, in order."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from network.meetings.statuses import AgendaKind, AgendaOrigin
from network.members.models import Member
from network.needs.models import Need


class AgendaItem(models.Model):
    """A point of the agenda. What people propose stays apart until it is accepted (network.minutes.AgendaProposal)."""

    meeting = ParentalKey("network.Meeting", on_delete=models.CASCADE, related_name="agenda", verbose_name=_("meeting"))
    order = models.PositiveIntegerField(_("order"), null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=AgendaKind.choices, default=AgendaKind.INFORMATION)
    minutes_planned = models.PositiveSmallIntegerField(_("planned minutes"), null=True, blank=True)
    note = models.TextField(
        _("what it is about"),
        blank=True,
        max_length=2000,
        help_text=_("Everybody who may know of the meeting reads this. No names of people you advise."),
    )
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("who presents")
    )
    need = models.ForeignKey(
        Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="agenda_items", verbose_name=_("need")
    )
    origin = models.CharField(
        _("where it comes from"),
        max_length=8,
        choices=AgendaOrigin.choices,
        default=AgendaOrigin.OWN,
        editable=False,
    )

    sort_order_field = "order"

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title
