"""Forms of the staff and of the status page. Lengths are checked here and not by the browser, which cuts silently."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.inbox.notices import read_digits
from services.inbox.receipts import SECRET_LENGTH, prefix_of, read_number, read_secret

if TYPE_CHECKING:
    from portal.models import District
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


class NoticeForm(forms.Form):
    """Where to send mails that say only that there is news."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=200,
        widget=forms.EmailInput(attrs={"class": "input", "dir": "ltr", "autocomplete": "email", "spellcheck": "false"}),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("This is my address. I want mails from this website when there is news."),
        error_messages={"required": gettext_lazy("Please tick this, or leave out the notices.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="notice_%s")


class DigitsForm(forms.Form):
    """The six digits of the first mail."""

    digits = forms.CharField(
        label=gettext_lazy("Six digits"),
        widget=forms.TextInput(
            attrs={
                "class": "input input--medium",
                "dir": "ltr",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
            }
        ),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="notice_%s")

    def clean_digits(self) -> str:
        digits = read_digits(self.cleaned_data["digits"][:40])
        if digits is None:
            raise ValidationError(_("These are not the digits of our last mail."))
        return digits


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

    def __init__(self, data: Any = None, *, case: Case, text: str = "", has_files: bool = False) -> None:
        first = {"case": case.pk, "id": uuid.uuid4(), "text": text}
        super().__init__(data, initial=first, auto_id=f"{case.pk}_%s")
        self.fields["text"].required = not has_files  # a photo says enough
