"""What people type to get a place or onto the list of interest. Short, and nothing that is not needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.languages import SOURCE, complete_codes, language
from services.courses.models import CourseRun
from services.courses.seat_people import Person, new_once, read_code, read_once
from services.courses.seat_statuses import Channel
from services.courses.vocabulary import Childcare, LearnerLevel, TimeOfDay
from services.directory.models import Municipality

MOST_CHILDREN = 9
LEAST_DIGITS = 6
_CHANNELS = [(Channel.MAIL.value, Channel.MAIL.label), (Channel.PHONE.value, Channel.PHONE.label)]


def _text(label: Any, *, help_text: Any = "", **attrs: Any) -> forms.CharField:
    most = attrs.pop("most", 120)
    widget = forms.TextInput(attrs={"class": "input", "dir": "auto", "maxlength": most, **attrs})
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text, widget=widget)


class PersonForm(forms.Form):
    """Who it is and how we reach them. `website` is for machines: nobody sees it, and whoever fills it in may correct
    that; `once` makes pressing the button twice harmless."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("First and last name"),
        max_length=120,
        error_messages={"required": _("Please write your name.")},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name", "dir": "auto"}),
    )
    channel = forms.ChoiceField(
        label=_("How do we reach you best?"),
        choices=_CHANNELS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how we reach you.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        help_text=_("If you chose e-mail. You get news at once, with a link to your page."),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email", "dir": "ltr"}),
    )
    phone = _text(
        _("Your telephone number"),
        help_text=_("If you chose the telephone."),
        most=40,
        autocomplete="tel",
        dir="ltr",
        type="tel",
    )
    language = forms.ChoiceField(
        label=_("In which language do we write to you?"), widget=forms.Select(attrs={"class": "input"})
    )
    website = forms.CharField(
        required=False,
        max_length=200,
        label=_("Please leave this field empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1", "class": "input"}),
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        here = language(get_language()).code
        codes = list(dict.fromkeys([here, *complete_codes()]))
        self.fields["language"].choices = [(code, language(code).endonym) for code in codes]  # type: ignore[attr-defined]  # declared above
        self.initial.setdefault("language", here if here in codes else SOURCE)
        self.initial["once"] = new_once()

    def clean_name(self) -> str:
        """A name on one line, without addresses: it is printed on lists."""
        name = " ".join(self.cleaned_data["name"].split())
        if any(sign in name.lower() for sign in ("://", "www.", "@")):
            raise ValidationError(_("Please write only the name here."))
        return name

    def clean_phone(self) -> str:
        phone: str = " ".join(self.cleaned_data["phone"].split())
        if phone and sum(sign.isdecimal() for sign in phone) < LEAST_DIGITS:
            raise ValidationError(_("This telephone number is too short."))
        return phone

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Please leave the field for machines empty and send again."))
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        wanted = {Channel.MAIL.value: "email", Channel.PHONE.value: "phone"}.get(cleaned.get("channel", ""))
        if wanted and wanted not in self.errors and not cleaned.get(wanted):
            self.add_error(
                wanted,
                _("Please write your e-mail address.")
                if wanted == "email"
                else _("Please write your telephone number."),
            )
        return cleaned

    def again(self) -> PersonForm:
        """Ready for the next press: the field for machines emptied, and a key where there was none."""
        data: Any = self.data
        self.data = data = data.copy()
        data["website"] = ""
        if read_once(data.get("once", "")) is None:
            data["once"] = new_once()
        return self

    @property
    def once_key(self) -> str:
        """The key against sending twice; a fresh one where it is missing or not from us."""
        return read_once(self.cleaned_data.get("once", "")) or str(read_once(new_once()))

    @property
    def person(self) -> Person:
        """What goes into the envelope."""
        data = self.cleaned_data
        return Person(data["name"], data["email"], data["phone"], data.get("remarks", ""))


def _remarks() -> forms.CharField:
    return forms.CharField(
        label=_("Is there anything we should know?"),
        max_length=500,
        required=False,
        help_text=_("For example: I need a lift. Please write nothing about your health or your asylum procedure."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "maxlength": 500, "dir": "auto"}),
    )


def _children(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input input--short", "inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_CHILDREN, widget=widget)


class EnrolForm(PersonForm):
    """Enrol in a run."""

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if run.childcare != Childcare.NONE:
            self.fields["children"] = _children(_("How many of your children must be looked after during the lessons?"))
        self.fields["remarks"] = _remarks()


class InterestForm(PersonForm):
    """What somebody looks for who finds no course. Only what planning needs (handbook: domain §3.4)."""

    level = forms.ChoiceField(
        label=_("How much German do you know?"),
        choices=LearnerLevel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what fits best.")},
    )
    needs_literacy = forms.BooleanField(label=_("I cannot read and write yet"), required=False)
    municipality = forms.ModelChoiceField(
        label=_("Where do you live?"),
        queryset=Municipality.objects.none(),
        to_field_name="ags",
        required=False,
        empty_label=_("Please choose"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    times = forms.MultipleChoiceField(
        label=_("When do you have time?"),
        choices=TimeOfDay.choices,
        required=False,
        help_text=_("Choose all that fit. Nothing chosen means that it does not matter."),
        widget=forms.CheckboxSelectMultiple,
    )
    women_only = forms.BooleanField(label=_("I want a course only for women"), required=False)

    def __init__(self, *args: Any, district: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipality: Any = self.fields["municipality"]
        municipality.queryset = Municipality.objects.filter(district=district).order_by("name")
        self.fields["children"] = _children(_("How many of your children must be looked after during the lessons?"))
        self.fields["remarks"] = _remarks()

    @property
    def wishes(self) -> dict[str, Any]:
        """What planning counts."""
        names = ("level", "municipality", "times", "women_only", "needs_literacy")
        return {name: self.cleaned_data[name] for name in names} | {"children": self.cleaned_data["children"] or 0}


class CodeForm(forms.Form):
    """The personal code of a letter."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Your code"),
        max_length=60,
        help_text=_("It is on your letter: 20 letters and digits."),
        error_messages={"required": _("Please write your code.")},
        widget=forms.TextInput(attrs={"class": "input", "dir": "ltr", "autocomplete": "off", "autocapitalize": "off"}),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(_("This is not a code of ours. Please check it: it has 20 letters and digits."))
        return code
