"""Files of a case: what came with the form, what the person or the office added to a message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.inbox.models import Case, Message, Sealed
from services.inbox.statuses import Direction

__all__ = ["Attachment"]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def sent(self) -> AttachmentQuerySet:
        """What both sides may see: not those that wait for their message."""
        return self.filter(waits_until=None)

    def waiting(self) -> AttachmentQuerySet:
        """Added by the person, and the message is not sent yet."""
        return self.exclude(waits_until=None)

    def forgotten(self, at: datetime) -> AttachmentQuerySet:
        """Waiting for a message that was not sent in time."""
        return self.filter(waits_until__lte=at)

    def named(self, names: Sequence[str]) -> AttachmentQuerySet:
        """The rows of some files in the private storage."""
        return self.filter(path__in=names)


class Attachment(Sealed):
    """A file of a case. Its name, size and key are in the head, which opens with the case's data key.

    The content is in the private storage under a random name (portal.vault).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("case"))
    message = models.ForeignKey(
        Message,
        null=True,
        on_delete=models.CASCADE,
        related_name="attachments",
        verbose_name=_("message"),
        help_text=_("Empty for what came with the form."),
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("added by")
    )
    path = models.CharField(_("name in the storage"), max_length=80, db_index=True)
    head_ct = models.BinaryField(_("name, size and key, encrypted"))
    created_at = models.DateTimeField(_("added"))
    waits_until = models.DateTimeField(
        _("waits until"), null=True, blank=True, help_text=_("Erased then if its message was not sent.")
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        default_permissions = ()
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)
