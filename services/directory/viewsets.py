"""Where staff edit municipalities and who is responsible where. Offices and contact points are snippets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from services.directory.models import Municipality, Responsibility


class LinesField(forms.CharField):
    """A list of short texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(line) for line in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return list(value)
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class MunicipalityForm(WagtailAdminModelForm):
    """Postcodes and other names, one per line."""

    postcodes = LinesField(label=_("postcodes"), help_text=_("One per line."))
    aliases = LinesField(
        label=_("other names and villages"),
        required=False,
        help_text=_("One per line, in any script: villages, short forms, how people write it in their language."),
    )


class MunicipalityViewSet(ModelViewSet):
    """The towns and villages, their keys, postcodes and other names."""

    model = Municipality
    name = "municipalities"
    icon = "site"
    menu_label = _("Municipalities")
    add_to_reference_index = False
    list_display = [
        "name",
        "ags",
        Column("postcodes", label=_("Postcodes"), accessor=lambda town: ", ".join(town.postcodes)),
    ]
    list_filter = ["district"]
    search_fields = ["name", "official_name", "ags"]
    ordering = ["name"]
    inspect_view_enabled = True
    edit_handler = ObjectList(
        [
            FieldPanel("district"),
            MultiFieldPanel([FieldPanel(name) for name in ("ags", "official_name", "name")], _("Name and key")),
            FieldPanel("postcodes"),
            FieldPanel("aliases"),
            MultiFieldPanel([FieldPanel(name) for name in ("latitude", "longitude")], _("Map")),
        ],
        base_form_class=MunicipalityForm,
    )


class ResponsibilityViewSet(ModelViewSet):
    """Dated rows: who has which task where. An end date and a new row move people, without a developer."""

    model = Responsibility
    name = "responsibilities"
    icon = "list-ul"
    menu_label = _("Responsibilities")
    add_to_reference_index = False
    list_display = [
        "office",
        Column("task", label=_("Task"), accessor="get_task_display"),
        Column("municipality", label=_("Municipality"), accessor=lambda row: row.municipality or _("all")),
        Column("phase", label=_("Phase"), accessor=lambda row: row.get_phase_display() or _("all")),
        DateColumn("valid_from", label=_("Valid from")),
        DateColumn("valid_to", label=_("Valid to")),
    ]
    list_filter = ["district", "task", "office", "municipality", "phase"]
    ordering = ["task", "office__code"]
    copy_view_enabled = False
    panels = [
        HelpPanel(
            content=_(
                "Do not delete rows: give the old row its last day and add a new row from the next day on. "
                "The most specific row wins: municipality before phase."
            )
        ),
        FieldPanel("district"),
        *(FieldPanel(name) for name in ("task", "office", "municipality", "phase")),
        MultiFieldPanel([FieldPanel("valid_from"), FieldPanel("valid_to")], _("Time")),
        FieldPanel("note"),
    ]


class DirectoryViewSets(ViewSetGroup):
    """One entry in the menu for both."""

    menu_label = _("Directory")
    menu_icon = "site"
    menu_order = 250
    items = (MunicipalityViewSet("municipalities"), ResponsibilityViewSet("responsibilities"))
