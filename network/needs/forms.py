"""What members type about needs: a report, "we have this too", dots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.needs.anonymity import TEXTS, Suspicion, names_of, warnings_of
from network.needs.models import Need, VotingRound
from network.needs.statuses import Category, NeedStatus, Reach, Scale
from portal.models import District
from services.directory.models import Municipality

_TEXT = {"class": "input", "dir": "auto"}
_MONTH = re.compile(r"^(?:(?P<y>\d{4})-(?P<m>\d{1,2})|(?P<m2>\d{1,2})[./ ](?P<y2>\d{4})|(?P<y3>\d{4}))$")


class MonthField(forms.CharField):
    """A month as people write it: 2025-03, 03/2025, or only 2025. Becomes its first day."""

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        match = _MONTH.match(text.strip())
        try:
            year = int(match["y"] or match["y2"] or match["y3"]) if match else 0
            day = date(year, int(match["m"] or match["m2"] or 1) if match else 1, 1)
        except ValueError as problem:
            raise ValidationError(_("Please write month and year, for example 03/2025.")) from problem
        if not day.year >= 1990 or day > timezone.localdate():
            raise ValidationError(_("Please write a month that has already begun."))
        return day

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%m/%Y}" if isinstance(value, date) else value


class LookedAt(forms.Form):
    """A form whose sentences are looked through for data about people before they are kept.

    The first time something is found, the form comes back with what and where, and a box to tick.
    """

    texts: Sequence[str] = TEXTS
    is_checked = forms.BooleanField(
        label=_("I have checked: the text names nobody and nobody can be recognised."), required=False
    )

    district: District

    def suspicions(self) -> list[Suspicion]:
        """What was found; also after a form was refused."""
        if not self.is_bound:
            return []
        typed = {name: self.data.get(self.add_prefix(name), "") for name in self.texts}
        return warnings_of(typed, names_of(self.district))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("is_checked") and self.suspicions():
            self.add_error("is_checked", _("Please check: does the text name a person?"))
        return cleaned

    @property
    def asks_for_a_look(self) -> bool:
        """Whether the box to tick is shown."""
        return bool(self.suspicions())


class ReportForm(LookedAt, forms.ModelForm):
    """A need as a member reports it."""

    since = MonthField(
        label=_("Since when?"),
        required=False,
        max_length=7,
        help_text=_("Month and year, for example 03/2025."),
        widget=forms.TextInput(attrs={"class": "input input--medium", "inputmode": "numeric", "dir": "ltr"}),
    )
    urgency = forms.TypedChoiceField(
        label=_("How urgent is it?"), choices=Scale.choices, coerce=int, widget=forms.RadioSelect
    )
    impact = forms.TypedChoiceField(
        label=_("What would a solution change?"), choices=Scale.choices, coerce=int, widget=forms.RadioSelect
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Need
        fields = [
            "title",
            "description",
            "category",
            "kind",
            "municipalities",
            "stage",
            "reach",
            "is_structural",
            "since",
            "urgency",
            "impact",
            "risk_if_nothing",
            "evidence",
            "proposed_solution",
            "visibility",
        ]
        # Said again here, because members read them in every language; those of the model are for staff.
        labels = {
            "title": _("The need in one sentence"),
            "description": _("What do you observe?"),
            "category": _("Area"),
            "kind": _("What kind of need is it?"),
            "municipalities": _("Towns and municipalities"),
            "stage": _("Where do the people live?"),
            "reach": _("How many people does it concern?"),
            "is_structural": _("It is about the structure, not about single people"),
            "risk_if_nothing": _("What happens if nothing happens?"),
            "evidence": _("What shows it?"),
            "proposed_solution": _("What could help?"),
            "visibility": _("Who may read it?"),
        }
        help_texts = {
            "description": _("No names, no birth dates, no file numbers."),
            "municipalities": _("Empty: the whole district."),
            "is_structural": _("Needs to be ticked if it concerns fewer than five people."),
            "evidence": _("Numbers, reports, addresses of web pages."),
        }
        widgets = {
            "title": forms.TextInput(attrs=_TEXT),
            "description": forms.Textarea(attrs={**_TEXT, "rows": 6, "maxlength": 1500}),
            "category": forms.Select(attrs={"class": "input"}),
            "kind": forms.RadioSelect,
            "municipalities": forms.CheckboxSelectMultiple,
            "stage": forms.RadioSelect,
            "reach": forms.RadioSelect,
            "risk_if_nothing": forms.Textarea(attrs={**_TEXT, "rows": 3, "maxlength": 600}),
            "evidence": forms.Textarea(attrs={**_TEXT, "rows": 3, "maxlength": 600}),
            "proposed_solution": forms.Textarea(attrs={**_TEXT, "rows": 3, "maxlength": 1000}),
            "visibility": forms.RadioSelect,
        }

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {
            "key": uuid4(),
            "urgency": Scale.MODERATE,
            "impact": Scale.MODERATE,
            **kwargs["initial"],
        }
        super().__init__(*args, **kwargs)
        self.district = district
        self.fields["municipalities"].queryset = Municipality.objects.of(district)  # type: ignore[attr-defined]
        for name in ("kind", "visibility", "stage", "reach"):  # a choice must be made; no empty one
            field = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0]]  # type: ignore[attr-defined]
            field.required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reach") == Reach.FEW and not cleaned.get("is_structural"):
            self.add_error(
                "is_structural",
                _("A need of fewer than five people could point at them. Report it only if it is about the structure."),
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the action keeps, without towns and boxes."""
        left_out = {"municipalities", "is_checked", "key"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


class JoinForm(LookedAt):
    """We have this too."""

    texts = ("words",)
    words = forms.CharField(
        label=_("How is it where you work?"),
        required=False,
        max_length=1500,
        help_text=_("No names, no birth dates, no file numbers."),
        widget=forms.Textarea(attrs={**_TEXT, "rows": 3, "maxlength": 1500}),
    )
    field_order = ["words", "is_checked"]

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district = district


class FilterForm(forms.Form):
    """Which needs to show. Nonsense in an address is left out."""

    q = forms.CharField(
        label=_("Word in the text"), required=False, max_length=100, widget=forms.TextInput(attrs=_TEXT)
    )
    category = forms.ChoiceField(label=_("Area"), required=False, widget=forms.Select(attrs={"class": "input"}))
    status = forms.ChoiceField(label=_("Status"), required=False, widget=forms.Select(attrs={"class": "input"}))
    town = forms.ModelChoiceField(
        label=_("Town or municipality"),
        queryset=Municipality.objects.none(),
        required=False,
        to_field_name="ags",
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        shown = [(code, label) for code, label in NeedStatus.choices if code not in {"new", "merged"}]
        self.fields["category"].choices = [*everything, *Category.choices]  # type: ignore[attr-defined]
        self.fields["status"].choices = [*everything, *shown]  # type: ignore[attr-defined]
        self.fields["town"].queryset = Municipality.objects.of(district)  # type: ignore[attr-defined]
        self.fields["town"].empty_label = _("All")  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The wishes that make sense."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}


class VoteForm(forms.Form):
    """Dots for each need of a round."""

    def __init__(
        self, *args: Any, voting_round: VotingRound, needs: Sequence[Need], own: dict[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needs = {f"need_{need.pk}": need for need in needs}
        for name, need in self.needs.items():
            self.fields[name] = forms.IntegerField(
                label=need.title,
                min_value=0,
                max_value=voting_round.dots,
                required=False,
                initial=own.get(need.pk, 0),
                widget=forms.NumberInput(attrs={"class": "input input--short", "inputmode": "numeric"}),
            )

    def dots(self) -> dict[int, int]:
        """Number of the need to dots."""
        return {need.pk: self.cleaned_data.get(name) or 0 for name, need in self.needs.items()}

    def rows(self) -> list[tuple[Need, Any]]:
        """Needs with their fields."""
        return [(need, self[name]) for name, need in self.needs.items()]
