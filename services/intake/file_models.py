"""Files of somebody who has not sent their form yet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.intake.models import Draft

__all__ = ["DraftFile"]


class DraftFileQuerySet(models.QuerySet["DraftFile"]):
    def named(self, names: Sequence[str]) -> DraftFileQuerySet:
        """The rows of some files in the private storage."""
        return self.filter(path__in=names)


class DraftFile(models.Model):
    """A file added to a draft. Its name, size and key are in the head, which opens with the draft's key.

    The content is in the private storage under a random name (portal.vault).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files", verbose_name=_("draft"))
    path = models.CharField(_("name in the storage"), max_length=80, db_index=True)
    head_ct = models.BinaryField(_("name, size and key, encrypted"))
    created_at = models.DateTimeField(_("added"), default=timezone.now)

    objects = DraftFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")
        default_permissions = ()
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)
