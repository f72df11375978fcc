"""The rule that makes the dates of a series, and what stands on every agenda of a level."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from network.meetings.querysets import StandardItemQuerySet
from network.meetings.statuses import AgendaKind, OnHoliday, Rhythm
from network.members.statuses import Level
from portal.models import District

__all__ = ["MeetingSeries", "StandardItem"]


class MeetingSeries(models.Model):
    """How often a meeting takes place. It only makes dates: each is a meeting of its own, with its own answers."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="meeting_series", verbose_name=_("district")
    )
    title = models.CharField(_("title"), max_length=120)
    rhythm = models.CharField(_("rhythm"), max_length=12, choices=Rhythm.choices, default=Rhythm.MONTH_WEEKDAY)
    every = models.PositiveSmallIntegerField(_("every how many weeks or months"), default=1)
    first_day = models.DateField(_("first day"))
    until = models.DateField(_("until"), help_text=_("Last day on which a date can be."))
    on_holiday = models.CharField(
        _("when a date is a holiday"), max_length=12, choices=OnHoliday.choices, default=OnHoliday.LEAVE_OUT
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        default_permissions = ()
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(every__gte=1, every__lte=12), name="network_series_has_rhythm"),
            models.CheckConstraint(condition=Q(until__gte=models.F("first_day")), name="network_series_in_order"),
        ]

    def __str__(self) -> str:
        return self.title


class StandardItem(models.Model):
    """A point that every new agenda of a level begins with, so that nobody types it again."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="standard_items", verbose_name=_("district")
    )
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True, help_text=_("Empty: all."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=AgendaKind.choices, default=AgendaKind.INFORMATION)
    minutes_planned = models.PositiveSmallIntegerField(_("planned minutes"), null=True, blank=True)
    is_last = models.BooleanField(_("at the end"), default=False, help_text=_("Otherwise at the beginning."))

    objects = StandardItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard agenda item")
        verbose_name_plural = _("standard agenda items")
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
