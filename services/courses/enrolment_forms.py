"""Forms of staff for places: enrol on behalf, the test, the number of places, the export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.languages import LANGUAGES, SOURCE
from services.courses.seat_people import Person, new_once, read_once
from services.courses.seat_statuses import TestState
from services.courses.vocabulary import Level

MOST_CHILDREN = 9


class BehalfForm(forms.Form):
    """Somebody at the counter or on the telephone. Without mail and telephone they get a letter."""

    name = forms.CharField(label=_("First and last name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    language = forms.ChoiceField(
        label=_("Language"), initial=SOURCE, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )
    children = forms.IntegerField(
        label=_("Children who need childcare"), required=False, min_value=0, max_value=MOST_CHILDREN
    )
    remarks = forms.CharField(
        label=_("Remarks"),
        max_length=500,
        required=False,
        help_text=_("Nothing about health or the asylum procedure. Encrypted like the name."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["once"] = new_once()

    @property
    def once_key(self) -> str:
        """The key against sending twice."""
        return read_once(self.cleaned_data.get("once", "")) or str(read_once(new_once()))

    @property
    def person(self) -> Person:
        """What goes into the envelope."""
        data = self.cleaned_data
        name = " ".join(data["name"].split())
        return Person(name, data["email"], " ".join(data["phone"].split()), data["remarks"])


class TestForm(forms.Form):
    """Where somebody stands with the placement test."""

    __test__ = False

    test_state = forms.ChoiceField(label=_("Placement test"), choices=TestState.choices)
    test_at = forms.DateTimeField(
        label=_("Date of the test"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"],
    )
    test_level = forms.ChoiceField(label=_("Level"), required=False, choices=[("", "–"), *Level.choices])


class CapacityForm(forms.Form):
    """How many places there are; empty means no limit."""

    capacity = forms.IntegerField(label=_("places in all"), required=False, min_value=1, max_value=500)


class PeopleExportForm(forms.Form):
    """A file with names: as what, and why."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("xlsx", _("XLSX (Excel, LibreOffice)")), ("csv", _("CSV (for every spreadsheet)"))],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        min_length=8,
        max_length=200,
        help_text=_("What the file is for. No names of people: it is kept in the list of exports."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_reason(self) -> str:
        reason: str = " ".join(self.cleaned_data["reason"].split())
        if len(set(reason.lower())) < 4:
            raise ValidationError(_("Please say in a few words what the file is for."))
        return reason
