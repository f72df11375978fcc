"""Files of a meeting: rebuilt, encrypted in the private storage, readable for the meeting's own audience."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.meetings.querysets import FileQuerySet
from network.meetings.statuses import FileAudience

__all__ = ["MeetingFile"]


class MeetingFile(models.Model):
    """One file. The storage alone is noise; the key stands here, because the public role, which hands files of public
    meetings out, holds no secret. What must not be read by operators of the database does not belong in here.
    """

    meeting = models.ForeignKey(
        "network.Meeting", on_delete=models.CASCADE, related_name="files", verbose_name=_("meeting")
    )
    name = models.CharField(_("name"), max_length=100)
    audience = models.CharField(
        _("who may read it"), max_length=8, choices=FileAudience.choices, default=FileAudience.MEETING
    )
    size = models.PositiveIntegerField(_("bytes"))
    path = models.CharField(_("name in the storage"), max_length=80, unique=True, editable=False)
    key = models.BinaryField(_("key"), editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a meeting")
        verbose_name_plural = _("files of meetings")
        default_permissions = ()
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name
