"""What coordinators choose for a report: columns, period, and a name if it should be kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.reports.actions import period_of
from network.reports.models import ReportTemplate
from network.reports.periods import IN_QUARTERS, Rule
from network.reports.registry import Periods, Source
from portal.errors import DomainError
from portal.models import District

ANY = (Rule.THIS_MONTH, Rule.LAST_MONTH, *IN_QUARTERS, Rule.FIXED)
RULES: dict[Periods, tuple[Rule, ...]] = {Periods.DAYS: ANY, Periods.QUARTERS: IN_QUARTERS, Periods.NOW: (Rule.NOW,)}


class ReportForm(forms.Form):
    """One report as somebody wants it. With a name it can be kept as a template."""

    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)
    rule = forms.ChoiceField(label=_("Period"), widget=forms.RadioSelect)
    first_day = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(
        label=_("Name of the template"),
        max_length=120,
        required=False,
        help_text=_("Only if you want to keep it and make it again with one click."),
    )

    def __init__(
        self, data: Any = None, *, source: Source, district: District, template: ReportTemplate | None = None
    ) -> None:
        rules = RULES[source.periods]
        every = [column.code for column in source.columns]
        initial: dict[str, Any] = {"columns": every, "rule": rules[0] if len(rules) == 1 else Rule.LAST_QUARTER}
        if template is not None:
            names = ("columns", "rule", "first_day", "last_day", "name")
            initial = {name: getattr(template, name) for name in names}
        super().__init__(data, initial=initial)
        self.source, self.district, self.template = source, district, template
        self.fields["columns"].choices = [  # type: ignore[attr-defined]
            (column.code, column.label) for column in source.columns
        ]
        self.fields["rule"].choices = [(rule.value, rule.label) for rule in rules]  # type: ignore[attr-defined]
        if Rule.FIXED not in rules:
            del self.fields["first_day"], self.fields["last_day"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "rule" in cleaned:
            try:
                period_of(self.source, cleaned["rule"], self.days(), timezone.localdate())
            except DomainError as problem:
                raise ValidationError(str(problem)) from problem
        name = (cleaned.get("name") or "").strip()
        others = ReportTemplate.objects.of(self.district).exclude(pk=self.template.pk if self.template else None)
        if name and others.filter(name__iexact=name).exists():
            self.add_error("name", _("There is a template with this name already."))
        return cleaned

    def days(self) -> tuple[Any, Any]:
        """The fixed days that were given."""
        return self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
