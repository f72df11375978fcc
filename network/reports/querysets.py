"""Reads of templates and of what was made, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from portal.models import District


class TemplateQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> TemplateQuerySet:
        """The templates of a district; its coordinators share them."""
        return self.filter(district=district)


class RunQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> RunQuerySet:
        """What was made in a district, newest first."""
        return self.filter(district=district).select_related("by").order_by("-at", "-pk")
