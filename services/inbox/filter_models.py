"""Filters that people keep: for themselves, or for everybody in their office."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.directory.models import Office
from services.inbox.list_querysets import SavedFilterQuerySet


class SavedFilter(models.Model):
    """A name for an overview with its filters and order. `query` is a checked query string (see `list_forms`)."""

    wagtail_reference_index_ignore = True

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_case_filters",
        verbose_name=_("made by"),
    )
    office = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="saved_case_filters",
        verbose_name=_("shared with the office"),
        help_text=_("Empty: only you see this filter."),
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=500)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        default_permissions = ()
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(office=None), name="services_savedfilter_own_name"
            ),
            models.UniqueConstraint(
                fields=["office", "name"], condition=~Q(office=None), name="services_savedfilter_shared_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
