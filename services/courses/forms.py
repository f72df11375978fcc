"""The questions of the course finder. Every answer is optional; an answer we do not know is left out and said so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from services.courses.vocabulary import AccessRoute, CourseFamily, LearnerLevel, LiteracyWish, StartWish, TimeOfDay

DISTANCES = (10, 20, 30, 50)
"""Kilometres offered as the farthest way to a course."""


class Tick(forms.CheckboxInput):
    """A tick box whose value in addresses is 1."""

    def __init__(self) -> None:
        super().__init__(attrs={"value": "1"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class YesField(forms.Field):
    """1 means yes, nothing means that it does not matter, anything else is no answer."""

    widget = Tick

    def to_python(self, value: Any) -> bool:
        if value in (None, "", False):
            return False
        if value in ("1", True):
            return True
        raise forms.ValidationError(_("Please choose from the list."), code="invalid")


def select(label: Any, choices: list[Any], empty: Any) -> forms.ChoiceField:
    """A choice that may stay empty; `empty` says what that means."""
    return forms.ChoiceField(
        label=label, required=False, choices=[("", empty), *choices], widget=forms.Select(attrs={"class": "input"})
    )


class FindForm(forms.Form):
    """What a person wants from a course (handbook: domain §3.7)."""

    use_required_attribute = False

    def __init__(self, *args: Any, places: list[Any], families: list[str], **kwargs: Any) -> None:
        """`places` are the municipalities to choose from; `families` the kinds of course that exist now."""
        super().__init__(*args, **{"auto_id": "find-%s", "label_suffix": "", **kwargs})
        any_text = _("No matter")
        self.fields["place"] = select(
            _("Where do you live?"), [(place.ags, place.name) for place in places], _("Please choose")
        )
        self.fields["within"] = select(
            _("How far can you travel?"),
            [(str(km), _("up to {km} km").format(km=km)) for km in DISTANCES],
            any_text,
        )
        self.fields["level"] = select(_("How much German do you know?"), LearnerLevel.choices, any_text)
        self.fields["time"] = select(_("When do you have time?"), TimeOfDay.choices, any_text)
        self.fields["start"] = select(_("When do you want to start?"), StartWish.choices, any_text)
        self.fields["literacy"] = select(_("Reading and writing"), LiteracyWish.choices, any_text)
        chosen = [(code, label) for code, label in CourseFamily.choices if code in families]
        self.fields["family"] = select(_("Kind of course"), chosen, any_text)
        self.fields["route"] = select(_("How can you take part?"), AccessRoute.choices, any_text)
        self.fields["free"] = YesField(label=_("With free places"), required=False)
        self.fields["childcare"] = YesField(label=_("With childcare"), required=False)
        self.fields["women"] = YesField(label=_("Only for women"), required=False)
        self.fields["online"] = YesField(label=_("Online"), required=False)
