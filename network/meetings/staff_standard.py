"""Standard agenda items in the admin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from network.meetings.models import StandardItem
from network.members.forms import DistrictForm
from network.members.viewsets import DistrictViewSet


class StandardItemForm(DistrictForm):
    """A point that every new agenda of a level begins with."""

    class Meta:
        model = StandardItem
        fields = ["level", "order", "is_last", "title", "kind", "minutes_planned"]


class StandardItemViewSet(DistrictViewSet):
    """What stands on every agenda."""

    model = StandardItem
    name = "network_standard_items"
    menu_label = gettext_lazy("Standard agenda")
    icon = "list-ul"
    list_display = ["title", "level", "kind", "minutes_planned", "is_last"]
    list_filter = ["level"]
    ordering = ["is_last", "order"]

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return StandardItemForm
