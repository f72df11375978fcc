"""What somebody promised to do until a day."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.meetings.models import Meeting
from network.members.models import Member, Organisation
from network.minutes.minutes_models import MinutesEntry
from network.minutes.querysets import ActionQuerySet
from network.minutes.statuses import NEEDS_A_NOTE, UNDONE, ActionStatus
from network.needs.models import Need
from portal.models import District


class ActionItem(models.Model):
    """An action with somebody who answers for it: a person, an organisation, or a person of one."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="action_items", verbose_name=_("district")
    )
    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="action_items",
        verbose_name=_("who does it"),
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="action_items",
        verbose_name=_("organisation"),
    )
    due = models.DateField(_("until"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=ActionStatus.choices, default=ActionStatus.OPEN, editable=False
    )
    status_note = models.CharField(_("what was done"), max_length=500, blank=True, editable=False)
    meeting = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="action_items",
        verbose_name=_("from the meeting"),
    )
    entry = models.ForeignKey(
        MinutesEntry,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="action_items",
        verbose_name=_("from the entry"),
    )
    need = models.ForeignKey(
        Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="action_items", verbose_name=_("need")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
        editable=False,
    )
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    reminded_on = models.DateField(_("last reminded"), null=True, blank=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = [models.F("due").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status__in=NEEDS_A_NOTE) | ~models.Q(status_note=""),
                name="network_action_end_is_explained",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_undone(self) -> bool:
        """Whether somebody still has something to do."""
        return self.status in UNDONE

    def is_overdue(self, on: date) -> bool:
        """Whether the day has passed and the action has not ended."""
        return self.is_undone and self.due is not None and self.due < on

    @property
    def answerable(self) -> str:
        """Who answers for it, in words."""
        names = [str(part.name) for part in (self.owner, self.organisation) if part]
        return ", ".join(names)
