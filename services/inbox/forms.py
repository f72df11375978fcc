"""Forms of the staff and of the status page. Lengths are checked here and not by the browser, which cuts silently."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.directory.models import Municipality, Office
from services.inbox.presentation import language_choices
from services.inbox.receipts import SECRET_LENGTH, prefix_of, read_number, read_secret
from services.inbox.statuses import CaseStatus, Topic, Urgency

if TYPE_CHECKING:
    from portal.models import District, User
    from services.inbox.models import Case

MESSAGE_LENGTH = 5000
NOTE_LENGTH = 300
"""Characters (handbook: domain §5.5)."""
LETTER_LENGTH = 2000


def text_field(label: Any, length: int, rows: int, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    """A text of several lines in any direction, which the browser does not remember."""
    widget = forms.Textarea(attrs={"rows": rows, "class": "input", "dir": "auto", "autocomplete": "off"})
    limit = MaxLengthValidator(length)
    return forms.CharField(label=label, widget=widget, help_text=help_text, validators=[limit], required=required)


def set_choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Offer these values in a field."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


# The list ---------------------------------------------------------------------------------------------------------


class FilterForm(forms.Form):
    """What the list is narrowed down to. A value nobody offers is ignored."""

    q = forms.CharField(label=gettext_lazy("Number"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Municipality"), required=False, queryset=Municipality.objects.none()
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        everything: list[tuple[str, Any]] = [("", _("All"))]
        set_choices(self, "status", everything + CaseStatus.choices)
        set_choices(self, "urgency", everything + Urgency.choices)
        set_choices(self, "topic", everything + Topic.choices)
        set_choices(self, "language", everything + language_choices())
        districts = Office.objects.of_member(user).values("district")
        towns = cast(forms.ModelChoiceField, self.fields["municipality"])
        towns.queryset = Municipality.objects.filter(district__in=districts)
        towns.empty_label = _("All")

    @property
    def chosen(self) -> dict[str, Any]:
        """The valid values that were given."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


# The status page --------------------------------------------------------------------------------------------------


class ReceiptForm(forms.Form):
    """Number and secret. Any spacing, any digits, small letters; the browser is asked to remember nothing."""

    number = forms.CharField(
        label=gettext_lazy("Number of your request"),
        widget=forms.TextInput(
            attrs={
                "class": "input input--medium",
                "dir": "ltr",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    secret = forms.CharField(
        label=gettext_lazy("Your secret"),
        help_text=gettext_lazy("16 digits. You saw them once, after sending."),
        widget=forms.TextInput(
            attrs={
                "class": "input input--medium",
                "dir": "ltr",
                "autocomplete": "off",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, district: District) -> None:
        super().__init__(data)
        self.district = district
        self.example = f"{prefix_of(district)}-7F3K-29"
        self.fields["number"].help_text = _("It looks like this: {number}").format(number=self.example)

    def clean_number(self) -> str:
        number = read_number(self.cleaned_data["number"][:60], self.district)
        if number is None:
            raise ValidationError(_("A number looks like this: {number}").format(number=self.example))
        return number

    def clean_secret(self) -> str:
        secret = read_secret(self.cleaned_data["secret"][:60])
        if secret is None:
            raise ValidationError(_("The secret has {count} digits.").format(count=SECRET_LENGTH))
        return secret


class LetterForm(forms.Form):
    """What the person writes back. `id` makes a second sending of the same form harmless."""

    case = forms.UUIDField(widget=forms.HiddenInput)
    id = forms.UUIDField(widget=forms.HiddenInput)
    text = text_field(
        gettext_lazy("Your message"),
        LETTER_LENGTH,
        5,
        gettext_lazy("Write in your language. Please nothing about illnesses or other people."),
    )

    def __init__(self, data: Any = None, *, case: Case, text: str = "") -> None:
        first = {"case": case.pk, "id": uuid.uuid4(), "text": text}
        super().__init__(data, initial=first, auto_id=f"{case.pk}_%s")
