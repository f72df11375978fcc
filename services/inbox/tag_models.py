"""Words with which an office sorts its cases, for example `wheelchair` or `second letter`."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from services.directory.models import Office

TAG_LENGTH = 40
"""Characters of a tag: a word or two, no sentence about a person."""


class CaseTag(models.Model):
    """A tag of one office. It is made when it is first used and goes with its last use (see `tagging`)."""

    wagtail_reference_index_ignore = True

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="case_tags", verbose_name=_("office"))
    name = models.CharField(_("tag"), max_length=TAG_LENGTH)

    class Meta:
        verbose_name = _("tag of cases")
        verbose_name_plural = _("tags of cases")
        default_permissions = ()
        ordering = ["name"]
        constraints = [models.UniqueConstraint("office", Lower("name"), name="services_casetag_once")]

    def __str__(self) -> str:
        return self.name
