"""Minutes with their entries, every wording that must be kept, objections, and what the guard was told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.meetings.models import AgendaItem, Invitation, Meeting
from network.members.models import Member
from network.minutes.querysets import MinutesQuerySet
from network.minutes.statuses import MinutesStatus, ObjectionState, Scope, VersionKind
from portal.models import District

CONTENT = ("heading", "note", "decision", "votes_for", "votes_against", "votes_abstained")
"""What an entry says; these fields together are one wording."""


class Minutes(models.Model):
    """The minutes of one meeting. The public summary is a text of its own; nothing else of them is ever public."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    status = models.CharField(
        _("status"), max_length=10, choices=MinutesStatus.choices, default=MinutesStatus.DRAFT, editable=False
    )
    scope = models.CharField(
        _("who reads them"), max_length=12, choices=Scope.choices, default=Scope.NOBODY, editable=False
    )
    taker = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="writes_minutes",
        verbose_name=_("who writes"),
        help_text=_("May write these minutes besides the coordinators; needs an account for the admin."),
    )
    attendance_note = models.CharField(
        _("also there"), max_length=500, blank=True, help_text=_("Who was there without having answered.")
    )
    opened_at = models.DateTimeField(_("begun"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("sent for approval"), null=True, blank=True)
    object_until = models.DateField(_("objections until"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    summary_title = models.CharField(_("title of the public summary"), max_length=120, blank=True)
    summary_text = models.TextField(_("public summary"), blank=True, max_length=5000)
    summary_published_at = models.DateTimeField(_("summary published"), null=True, blank=True)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ["-meeting__starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope=Scope.NOBODY) | ~models.Q(status=MinutesStatus.DRAFT),
                name="network_minutes_draft_stays_inside",
            )
        ]

    def __str__(self) -> str:
        return str(self.meeting)


class MinutesEntry(models.Model):
    """What was said and decided about one point. `revision` counts every saving, so that none overwrites another."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="entries", verbose_name=_("minutes"))
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries", verbose_name=_("item")
    )
    order = models.PositiveIntegerField(_("order"))
    heading = models.CharField(_("heading"), max_length=160)
    note = models.TextField(_("what was said"), blank=True, max_length=20000)
    decision = models.TextField(_("decision"), blank=True, max_length=2000)
    votes_for = models.PositiveSmallIntegerField(_("votes for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("votes against"), null=True, blank=True)
    votes_abstained = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("last written by"),
    )
    written_at = models.DateTimeField(_("last written"), null=True, blank=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.heading

    @property
    def content(self) -> dict[str, Any]:
        """The wording, as versions keep it."""
        return {name: getattr(self, name) for name in CONTENT}

    @property
    def was_voted(self) -> bool:
        """Whether votes were counted."""
        return None not in (self.votes_for, self.votes_against)


class EntryVersion(models.Model):
    """A wording of an entry that must not get lost: while writing as a safety net, afterwards as the original."""

    entry = models.ForeignKey(MinutesEntry, on_delete=models.CASCADE, related_name="versions", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=10, choices=VersionKind.choices)
    revision = models.PositiveIntegerField(_("revision"))
    content = models.JSONField(_("wording"), default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("written by"),
    )
    written_at = models.DateTimeField(_("written"))
    erased_at = models.DateTimeField(
        _("erased"), null=True, blank=True, help_text=_("The wording held personal data and was taken out.")
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.revision}"


class Objection(models.Model):
    """What somebody invited thinks is wrong in the minutes."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="objections", verbose_name=_("minutes"))
    entry = models.ForeignKey(
        MinutesEntry,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="objections",
        verbose_name=_("entry"),
    )
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="objections", verbose_name=_("who objects")
    )
    text = models.TextField(_("objection"), max_length=3000)
    state = models.CharField(_("state"), max_length=8, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.minutes_id}: {self.state}"


class GuardMark(models.Model):
    """What the guard need not warn of again. Keeps a fingerprint, never the words.

    Without an entry: a false alarm, anywhere in the district. With one: stays in that entry for a reason.
    """

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="+", verbose_name=_("district"))
    entry = models.ForeignKey(
        MinutesEntry,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="guard_marks",
        verbose_name=_("entry"),
    )
    kind = models.CharField(_("kind"), max_length=12)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
    )
    made_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision about a warning")
        verbose_name_plural = _("decisions about warnings")
        ordering = ["pk"]
        indexes = [models.Index(fields=["district", "fingerprint"], name="network_guard_mark")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.fingerprint[:8]}"
