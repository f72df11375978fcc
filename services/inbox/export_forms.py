"""The form of an export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.inbox.codes import ExportFormat
from services.inbox.exporting import COLUMNS, REASON, USUAL


def _boxes(content: bool) -> list[tuple[str, Any]]:
    return [(name, column.label) for name, column in COLUMNS.items() if column.content == content]


class ExportForm(forms.Form):
    """Which columns, as what, and why. What people wrote stands apart and is never chosen beforehand."""

    facts = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        choices=_boxes(False),
        initial=USUAL,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    content = forms.MultipleChoiceField(
        label=gettext_lazy("What people wrote"),
        choices=_boxes(True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=ExportFormat.choices, initial=ExportFormat.XLSX, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=REASON[0],
        max_length=REASON[1],
        help_text=gettext_lazy("What the file is for. No names of people: it is kept in the list of exports."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def columns(self) -> list[str]:
        """The chosen columns in their own order."""
        return [*self.cleaned_data["facts"], *self.cleaned_data["content"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("facts") or data.get("content")):
            self.add_error("facts", ValidationError(_("Please choose at least one column.")))
        return data
