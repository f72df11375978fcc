"""Reads of what belongs to the list of the inbox: saved filters and exports."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from services.directory.models import Office


class SavedFilterQuerySet(models.QuerySet[Any]):
    def usable_by(self, user: Any) -> SavedFilterQuerySet:
        """A person's own filters and those shared with offices they work for today."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(Q(owner=user.pk, office=None) | Q(office__in=Office.objects.of_member(user)))


class ExportQuerySet(models.QuerySet[Any]):
    def of_leads(self, user: Any) -> ExportQuerySet:
        """Exports of cases of the offices this person leads today."""
        return self.filter(offices__in=Office.objects.led_by(user)).distinct()
