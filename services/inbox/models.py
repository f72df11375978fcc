"""Keys, submissions, cases, messages, notes and their history. Texts of people exist encrypted only (`envelopes`)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.directory.models import Municipality, Office, Phase
from services.inbox.export_models import CaseExport
from services.inbox.filter_models import SavedFilter
from services.inbox.querysets import CaseQuerySet, KeyQuerySet, SubmissionQuerySet
from services.inbox.statuses import (
    OPEN,
    URGENT,
    CaseStatus,
    CloseReason,
    Direction,
    KeyState,
    Recipient,
    Urgency,
    Verb,
)
from services.inbox.tag_models import CaseTag

__all__ = [
    "Case",
    "CaseEvent",
    "CaseExport",
    "CaseKey",
    "CaseTag",
    "EscrowKey",
    "Message",
    "Note",
    "OfficeKey",
    "SavedFilter",
    "Submission",
]


DESK = [
    "office",
    "status",
    "due_at",
    "urgency",
    "created_at",
    "first_unanswered_at",
    "first_answered_at",
    "assigned_to",
    "municipality",
    "language",
    "interpreter",
    "form_key",
    "id",
]
"""Columns of the index from which the inbox is counted, filtered and sorted without touching the rows, whose
encrypted answers make them wide."""


class Sealed(models.Model):
    """Ancestor of everything here: kept out of Wagtail's reference index, which would tell editors how many cases an
    office or a person has."""

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True


class KeyRow(Sealed):
    """One version of a key pair; the private half is locked away under the master key (portal.sealing)."""

    version = models.PositiveIntegerField(_("version"), default=1)
    public = models.BinaryField(_("public key"), max_length=32)
    private_ct = models.BinaryField(_("private key, encrypted"))
    state = models.CharField(_("state"), max_length=8, choices=KeyState.choices, default=KeyState.ACTIVE)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        abstract = True


class OfficeKey(KeyRow):
    """The key pair of an office: the public role seals to it, members of the office open with it."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="keys", verbose_name=_("office"))

    class Meta:
        verbose_name = _("office key")
        verbose_name_plural = _("office keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["office", "version"], name="services_officekey_version"),
            models.UniqueConstraint(
                fields=["office"], condition=models.Q(state=KeyState.ACTIVE), name="services_officekey_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} v{self.version}"


class EscrowKey(KeyRow):
    """The district's second key, for the day on which an office has lost its own."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="escrow_keys", verbose_name=_("district")
    )

    class Meta:
        verbose_name = _("escrow key")
        verbose_name_plural = _("escrow keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["district", "version"], name="services_escrowkey_version"),
            models.UniqueConstraint(
                fields=["district"], condition=models.Q(state=KeyState.ACTIVE), name="services_escrowkey_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} v{self.version}"


class Submission(Sealed):
    """What one person sent at once, and the door to it that opens with the receipt. No address, no browser."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("district")
    )
    number = models.CharField(_("number"), max_length=16, unique=True)
    form_key = models.CharField(_("form"), max_length=80)
    form_version = models.UUIDField(_("version of the form"))
    language = models.CharField(_("language"), max_length=12)
    idempotency_key = models.CharField(_("key against sending twice"), max_length=64, unique=True)
    created_day = models.DateField(_("day"))
    receipt_salt = models.BinaryField(_("salt of the secret"), max_length=32)
    applicant_public = models.BinaryField(_("public key of the receipt"), max_length=32)
    applicant_private_ct = models.BinaryField(_("private key of the receipt, encrypted with the secret"))
    assisted = models.BooleanField(_("sent together with a helper"), default=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ()

    def __str__(self) -> str:
        return self.number


class Case(Sealed):
    """The part of a submission that one office works on. Plain are only the columns staff sort and filter by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="cases", verbose_name=_("submission")
    )
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="cases", verbose_name=_("district"))
    # No index of its own for what the index below begins with or holds: databases would choose the worse one.
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="cases", db_index=False, verbose_name=_("office")
    )
    status = models.CharField(_("status"), max_length=12, choices=CaseStatus.choices, default=CaseStatus.RECEIVED)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    form_key = models.CharField(
        _("form"), max_length=80, blank=True, help_text=_("As in the submission; here so that lists filter by it.")
    )
    topics = models.JSONField(_("topics"), default=list, blank=True)
    tags = models.ManyToManyField("services.CaseTag", blank=True, related_name="cases", verbose_name=_("tags"))
    municipality = models.ForeignKey(
        Municipality,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
        verbose_name=_("municipality"),
    )
    phase = models.CharField(_("phase"), max_length=8, choices=Phase.choices, blank=True)
    language = models.CharField(_("language"), max_length=12)
    interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    rule = models.CharField(_("rule that chose the office"), max_length=40, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_cases",
        db_index=False,
        verbose_name=_("assigned to"),
        help_text=_("Says who acts; access comes from the membership of the office."),
    )
    created_at = models.DateTimeField(_("received"))
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    first_unanswered_at = models.DateTimeField(_("unanswered since"), null=True, blank=True)
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)
    close_reason = models.CharField(_("reason"), max_length=16, choices=CloseReason.choices, blank=True)
    retention_days = models.PositiveSmallIntegerField(_("days kept after closing"), default=90)
    version = models.PositiveIntegerField(
        _("version"), default=1, help_text=_("Rises with every change, against writing over a colleague's work.")
    )
    answers_ct = models.BinaryField(_("answers, encrypted"))

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        default_permissions = ()  # membership of the office decides, not a right of the CMS
        indexes = [
            models.Index(fields=DESK, name="services_case_desk"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status in OPEN

    @property
    def is_urgent(self) -> bool:
        """Whether an answer is due within a working day."""
        return self.urgency in URGENT


class CaseKey(Sealed):
    """A case's data key, sealed to one recipient; `key_version` is the recipient's."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="keys", verbose_name=_("case"))
    recipient = models.CharField(_("recipient"), max_length=10, choices=Recipient.choices)
    key_version = models.PositiveIntegerField(_("version of the key"), default=1)
    sealed = models.BinaryField(_("sealed data key"))

    class Meta:
        verbose_name = _("case key")
        verbose_name_plural = _("case keys")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "recipient"], name="services_casekey_recipient")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.recipient}"


class Message(Sealed):
    """A text between the person and the office."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages", verbose_name=_("case"))
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("written by"),
    )
    body_ct = models.BinaryField(_("text, encrypted"))
    language = models.CharField(_("language"), max_length=12)
    created_at = models.DateTimeField(_("written"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ()
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class Note(Sealed):
    """An internal text that the person does not see on the status page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes", verbose_name=_("case"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("written by"),
    )
    body_ct = models.BinaryField(_("text, encrypted"))
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        default_permissions = ()
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class CaseEvent(Sealed):
    """One line of a case's history, chained to the line before; no content, no address (see `history`)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events", verbose_name=_("case"))
    seq = models.PositiveIntegerField(_("line"))
    # The number of a colleague who left stays in the chain: no constraint, and deleting the account changes nothing.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("by"),
    )
    verb = models.CharField(_("what"), max_length=12, choices=Verb.choices)
    meta = models.JSONField(_("details without content"), default=dict, blank=True)
    created_at = models.DateTimeField(_("when"))
    previous_hash = models.CharField(_("fingerprint before"), max_length=72, blank=True)
    hash = models.CharField(_("fingerprint"), max_length=72)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ()
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="services_caseevent_line")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.seq}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Lines are added and never changed."""
        if not self._state.adding:
            raise TypeError("A line of the history cannot be changed.")
        super().save(*args, **kwargs)
