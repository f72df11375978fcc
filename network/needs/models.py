"""Needs with their reporters, history, links and votes. Nothing here may point at a person who is advised."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.members.models import Member, Organisation
from network.needs.querysets import NeedEventQuerySet, NeedQuerySet, NeedReportQuerySet
from network.needs.statuses import (
    Category,
    Happened,
    LinkKind,
    NeedKind,
    NeedStatus,
    Reach,
    Scale,
    Source,
    Stage,
    Visibility,
)
from network.needs.voting_models import Ballot, Dots, VotingRound
from portal.languages import LANGUAGES, SOURCE
from portal.models import District

__all__ = ["Ballot", "Dots", "Need", "NeedEvent", "NeedLink", "NeedReport", "VotingRound"]


class Need(models.Model):
    """Something many people lack. Its text is about the situation, never about one of them."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="needs", verbose_name=_("district"))
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False, help_text=_("Counts within the year."))
    title = models.CharField(_("The need in one sentence"), max_length=120)
    description = models.TextField(
        _("What do you observe?"), max_length=1500, help_text=_("No names, no birth dates, no file numbers.")
    )
    category = models.CharField(_("Area"), max_length=16, choices=Category.choices)
    kind = models.CharField(_("What kind of need is it?"), max_length=16, choices=NeedKind.choices)
    municipalities = models.ManyToManyField(
        "services.Municipality",
        blank=True,
        related_name="+",
        verbose_name=_("Towns and municipalities"),
        help_text=_("Empty: the whole district."),
    )
    stage = models.CharField(_("Where do the people live?"), max_length=8, choices=Stage.choices, default=Stage.BOTH)
    reach = models.CharField(
        _("How many people does it concern?"), max_length=8, choices=Reach.choices, default=Reach.UNKNOWN
    )
    is_structural = models.BooleanField(
        _("It is about the structure, not about single people"),
        default=False,
        help_text=_("Needs to be ticked if it concerns fewer than five people."),
    )
    since = models.DateField(_("Since when?"), null=True, blank=True, help_text=_("The first day of a month."))
    urgency = models.PositiveSmallIntegerField(_("Urgency"), choices=Scale.choices, default=Scale.MODERATE)
    impact = models.PositiveSmallIntegerField(
        _("Impact"), choices=Scale.choices, default=Scale.MODERATE, help_text=_("What would a solution change?")
    )
    effort = models.PositiveSmallIntegerField(
        _("Effort"), choices=Scale.choices, null=True, blank=True, help_text=_("The coordination office estimates it.")
    )
    risk_if_nothing = models.TextField(_("What happens if nothing happens?"), blank=True, max_length=600)
    evidence = models.TextField(
        _("What shows it?"), blank=True, max_length=600, help_text=_("Numbers, reports, addresses of web pages.")
    )
    proposed_solution = models.TextField(_("What could help?"), blank=True, max_length=1000)
    owner = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_needs",
        verbose_name=_("in charge"),
    )
    partners = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("Who could take part?")
    )
    source = models.CharField(_("noticed by"), max_length=16, choices=Source.choices, default=Source.INTEGRATION)
    source_reference = models.CharField(
        _("reference"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("Number of the request it came with, so that it is taken over once."),
    )
    visibility = models.CharField(
        _("Who may read it?"), max_length=16, choices=Visibility.choices, default=Visibility.NETWORK
    )
    status = models.CharField(
        _("status"), max_length=16, choices=NeedStatus.choices, default=NeedStatus.NEW, editable=False
    )
    status_note = models.TextField(_("note on the status"), blank=True, max_length=600, editable=False)
    hold_until = models.DateField(_("paused until"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_needs",
        verbose_name=_("merged with"),
        editable=False,
    )
    position = models.PositiveIntegerField(_("place in the order"), null=True, blank=True, editable=False)
    position_reason = models.TextField(_("reason for the place"), blank=True, max_length=600, editable=False)
    terms = models.TextField(_("words for the comparison"), blank=True, editable=False)
    created_at = models.DateTimeField(_("reported"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "number"], name="network_need_number_once"),
            models.UniqueConstraint(
                fields=["district", "source_reference"],
                condition=~Q(source_reference=""),
                name="network_need_taken_over_once",
            ),
            models.CheckConstraint(
                condition=Q(status=NeedStatus.MERGED, merged_into__isnull=False)
                | (~Q(status=NeedStatus.MERGED) & Q(merged_into=None)),
                name="network_need_merged_into_something",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")), name="network_need_not_into_itself"
            ),
            models.CheckConstraint(
                condition=~Q(reach=Reach.FEW) | Q(is_structural=True),
                name="network_need_few_only_if_structural",
                violation_error_message=_("A need of fewer than five people has to be about the structure."),
            ),
        ]
        indexes = [models.Index(fields=["district", "status"], name="network_need_status")]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"

    def get_absolute_url(self) -> str:
        """Its page for members, in the current language."""
        return reverse("need", args=[self.code])

    @property
    @admin.display(description=_("number"))
    def code(self) -> str:
        """The name by which people speak of it: BED-2026-014."""
        return f"BED-{self.year}-{self.number:03d}"

    @property
    @admin.display(description=_("score"))
    def score(self) -> int:
        """Impact × urgency, 1 to 16. Effort, reach, age and votes stand beside it and are not mixed in."""
        return self.impact * self.urgency


class NeedReport(models.Model):
    """That somebody reported this need, in their own words, and how they hear what becomes of it."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="reports", verbose_name=_("need"))
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("member")
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("organisation")
    )
    body = models.CharField(
        _("organisation in their words"), max_length=150, blank=True, help_text=_("If it is not in the network.")
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Only of people who are not in the network."))
    language = models.CharField(
        _("language"), max_length=12, default=SOURCE, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )
    words = models.TextField(_("in their words"), blank=True, max_length=1500)
    key = models.UUIDField(
        _("key of the form"), default=uuid.uuid4, unique=True, editable=False, help_text=_("So that it counts once.")
    )
    created_at = models.DateTimeField(_("reported"), default=timezone.now)

    objects = NeedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a need")
        verbose_name_plural = _("reports of needs")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "member"], condition=Q(member__isnull=False), name="network_need_reported_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.need_id}"


class NeedEvent(models.Model):
    """One step in the life of a need, with the note that was written for it."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="events", verbose_name=_("need"))
    what = models.CharField(_("what"), max_length=12, choices=Happened.choices)
    before = models.CharField(_("before"), max_length=16, blank=True, choices=NeedStatus.choices)
    after = models.CharField(_("after"), max_length=16, blank=True, choices=NeedStatus.choices)
    note = models.TextField(_("note"), blank=True, max_length=600)
    other = models.ForeignKey(
        Need, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("other need")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = NeedEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("history")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.get_what_display())


class NeedLink(models.Model):
    """What a need has to do with: a meeting or a course by its address here, or another web page."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="links", verbose_name=_("need"))
    kind = models.CharField(_("kind"), max_length=8, choices=LinkKind.choices)
    target = models.CharField(
        _("address"),
        max_length=300,
        help_text=_("Last part of the address of the meeting or course, or the whole address of a web page."),
    )
    title = models.CharField(_("title"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["need", "kind", "target"], name="network_need_linked_once")]

    def __str__(self) -> str:
        return self.title or self.target
