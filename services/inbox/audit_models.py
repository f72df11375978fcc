"""Who did what, without content: one chain of lines per case and one per district (see `history` and `audit`)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.directory.models import Office
from services.inbox.audit_querysets import CaseEventQuerySet, DistrictEventQuerySet
from services.inbox.codes import DistrictVerb, Verb

__all__ = ["CaseEvent", "DistrictEvent"]


class Line(models.Model):
    """A line of a chain: written once, never changed. `hash` is a keyed fingerprint over the line and the one before.

    The number of a colleague who left stays in the chain: no constraint, and deleting the account changes nothing.
    """

    wagtail_reference_index_ignore = True

    seq = models.PositiveIntegerField(_("line"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("by"),
    )
    meta = models.JSONField(_("details without content"), default=dict, blank=True)
    created_at = models.DateTimeField(_("when"))
    previous_hash = models.CharField(_("fingerprint before"), max_length=72, blank=True)
    hash = models.CharField(_("fingerprint"), max_length=72)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Lines are added and never changed."""
        if not self._state.adding:
            raise TypeError("A line of the history cannot be changed.")
        super().save(*args, **kwargs)


class CaseEvent(Line):
    """One line of a case's history; no content, no address. It outlives the case for a year.

    `office` is the office that had the case at that moment. `anchor` is the line of the district's chain that vouches
    for this one; it is filled in by `audit.anchor_events` and is no part of the fingerprint.
    """

    case = models.ForeignKey(
        "services.Case",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="events",
        verbose_name=_("case"),
    )
    district = models.ForeignKey(
        District, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("district")
    )
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    verb = models.CharField(_("what"), max_length=12, choices=Verb.choices)
    anchor = models.PositiveIntegerField(_("vouched for by line"), null=True, editable=False)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ()
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="services_caseevent_line")]
        indexes = [
            models.Index(fields=["district", "-created_at", "-id"], name="services_caseevent_when"),
            models.Index(fields=["district", "anchor"], name="services_caseevent_anchor"),
            models.Index(fields=["actor", "-created_at"], name="services_caseevent_who"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.seq}"


class DistrictEvent(Line):
    """One line of a district's own chain: fingerprints of the cases' lines, and what concerns no single case."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="audit_events", verbose_name=_("district")
    )
    verb = models.CharField(_("what"), max_length=12, choices=DistrictVerb.choices)

    objects = DistrictEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of the district")
        verbose_name_plural = _("events of the district")
        default_permissions = ()
        permissions = [("see_audit", _("See the record of who did what with requests"))]
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["district", "seq"], name="services_districtevent_line")]
        indexes = [models.Index(fields=["district", "-created_at"], name="services_districtevent_when")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.seq}"
