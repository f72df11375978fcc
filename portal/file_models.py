"""Files that must be erased from the private storage: noted with the change that causes it (`portal.erasures`)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["FileErasure"]


class FileErasureQuerySet(models.QuerySet["FileErasure"]):
    def due(self, at: datetime) -> FileErasureQuerySet:
        """Not yet done, and their time has come."""
        return self.filter(not_before__lte=at).order_by("not_before", "pk")


class FileErasure(models.Model):
    """A file to erase. The row goes when the file is gone; it holds a random name and nothing else."""

    name = models.CharField(_("name in the storage"), max_length=80, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    objects = FileErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to erase")
        verbose_name_plural = _("files to erase")
        default_permissions = ()
        indexes = [models.Index(fields=["not_before"], name="portal_erasure_due")]

    def __str__(self) -> str:
        return self.name
