"""Submissions, cases, messages and notes. Texts of people exist encrypted only (`envelopes`).

Their history is in audit_models.py, keys in key_models.py; appointments, blind indexes and absences in work_models.py.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.directory.models import Municipality, Office, Phase
from services.inbox.audit_models import CaseEvent, DistrictEvent
from services.inbox.export_models import CaseExport
from services.inbox.filter_models import SavedFilter
from services.inbox.key_models import CaseKey, EscrowKey, OfficeKey, Sealed
from services.inbox.notice_models import Notice
from services.inbox.notification_models import NoticeWishes
from services.inbox.querysets import CaseQuerySet, SubmissionQuerySet
from services.inbox.retention_models import MonthlyCount, RetentionRule, Tombstone
from services.inbox.statuses import (
    OPEN,
    URGENT,
    CaseStatus,
    CloseReason,
    Direction,
    HoldReason,
    TranslatedBy,
    Urgency,
)
from services.inbox.tag_models import CaseTag
from services.inbox.template_models import ReplyTemplate, ReplyText
from services.inbox.work_models import Absence, Appointment, BlindIndex, EraseRequest

__all__ = [
    "Absence",
    "Appointment",
    "BlindIndex",
    "Case",
    "CaseEvent",
    "CaseExport",
    "CaseKey",
    "CaseTag",
    "DistrictEvent",
    "EraseRequest",
    "EscrowKey",
    "Message",
    "MonthlyCount",
    "Note",
    "Notice",
    "NoticeWishes",
    "OfficeKey",
    "ReplyTemplate",
    "ReplyText",
    "RetentionRule",
    "SavedFilter",
    "Submission",
    "Tombstone",
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
    hold_until = models.DateField(
        _("kept at least until"), null=True, blank=True, help_text=_("Not erased before this day has passed.")
    )
    hold_reason = models.CharField(_("why it is kept"), max_length=12, choices=HoldReason.choices, blank=True)
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
            models.Index(fields=["closed_at"], name="services_case_closed"),
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


class Message(Sealed):
    """A text between the person and the office: the original and, where somebody made one, a translation beside it."""

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
    translation_ct = models.BinaryField(_("translation, encrypted"), null=True, blank=True)
    translation_language = models.CharField(_("language of the translation"), max_length=12, blank=True)
    translated_by = models.CharField(_("translated by"), max_length=8, choices=TranslatedBy.choices, blank=True)
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
