"""What a person says who wants mail about courses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.languages import LANGUAGES


class _WithLanguage(forms.Form):
    """The language of the mails, and whether changes come at once."""

    language = forms.ChoiceField(
        label=_("Language of the mails"),
        choices=[(entry.code, entry.endonym) for entry in LANGUAGES],
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": _("Please choose from the list.")},
    )
    changes = forms.BooleanField(
        label=_("Tell me at once when one of these courses is cancelled or moved"), required=False
    )

    def __init__(self, *args: Any, is_filter: bool, **kwargs: Any) -> None:
        """`is_filter`: it is about the list; who follows a course or run hears of changes anyway."""
        super().__init__(*args, **{"auto_id": "mails-%s", "label_suffix": "", **kwargs})
        if not is_filter:
            del self.fields["changes"]

    @property
    def wants_changes(self) -> bool:
        """Whether changes come at once."""
        return bool(self.cleaned_data.get("changes", True))


class ChangeForm(_WithLanguage):
    """What can be changed with the link of a mail."""


class SubscribeForm(_WithLanguage):
    """The address, and that it is one's own."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=200,
        widget=forms.EmailInput(attrs={"class": "input", "dir": "ltr", "autocomplete": "email", "spellcheck": "false"}),
    )
    sure = forms.BooleanField(
        label=_("This is my address. I want these mails until I stop them."),
        error_messages={"required": _("Please tick this, or do not send the form.")},
    )

    field_order = ["email", "language", "changes", "sure"]
