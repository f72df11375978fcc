"""One form field for each type of question: lenient about how people type, strict about what is kept.

Digits of any script, full-width signs and invisible direction marks are accepted (handbook: intake §5.3). What is kept
is canonical and free of language: option keys, `YYYY-MM-DD`, `YYYY-MM`, international telephone numbers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.languages import LANGUAGES, SOURCE
from services.intake.reach import ELSEWHERE, UNKNOWN
from services.intake.wording import choose, plain, spoken

Places = Callable[[], Iterable[tuple[str, str]]]
"""Gives municipality keys and names when a form needs them."""

LONGEST = {"text": 200, "textarea": 2000, "email": 254, "tel": 60, "number": 9}
"""Characters allowed where the question sets no `max`."""

_AUTOCOMPLETE = {"name": "name", "postal_address": "street-address"}
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_MARKS = {**_OVERRIDES, **dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0xFEFF, 0x2060])}


def western(text: str) -> str:
    """The text with digits of any script as 0 to 9, full-width signs folded and invisible marks removed."""
    folded = unicodedata.normalize("NFKC", text).translate(_MARKS)
    return "".join(
        str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char for char in folded
    ).strip()


def harmless(text: str) -> str:
    """Free text without control characters and without marks that turn the reading direction around for staff.

    Joiners stay, Persian and many others need them. Lines end with a line feed only.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_OVERRIDES)
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"}).strip()


class PartsWidget(forms.MultiWidget):
    """Day, month and year as small separate fields; a calendar to click in helps nobody to enter a date they know."""

    template_name = "services/intake/parts.html"
    use_fieldset = True
    LABELS = {"day": gettext_lazy("Day"), "month": gettext_lazy("Month"), "year": gettext_lazy("Year")}

    def __init__(self, parts: tuple[str, ...]) -> None:
        self.parts = parts
        attrs = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off", "class": "input input--short"}
        super().__init__({part: forms.TextInput(attrs) for part in parts})

    def decompress(self, value: str | None) -> list[str]:
        """A kept answer as the texts of the parts."""
        pieces = dict(zip(("year", "month", "day"), (value or "").split("-"), strict=False))
        return [pieces.get(part, "").lstrip("0") for part in self.parts]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, widget in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            widget["label"] = self.LABELS[part]
        return context


class PartsField(forms.Field):
    """A date or a month, typed in parts, kept as `YYYY-MM-DD` or `YYYY-MM`."""

    def __init__(self, parts: tuple[str, ...], **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(widget=PartsWidget(parts), **kwargs)

    def clean(self, value: Any) -> str | None:
        texts = [western(text or "") for text in value or []]
        if not any(texts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            numbers = dict(zip(self.parts, (int(text) for text in texts), strict=True))
            day = date(numbers["year"], numbers["month"], numbers.get("day", 1))
        except (ValueError, OverflowError):
            day = None
        if day is None or not 1900 <= day.year <= 2100:
            raise ValidationError(self._example(), code="invalid")
        return day.isoformat()[: 10 if "day" in self.parts else 7]

    def _example(self) -> str:
        if "day" in self.parts:
            return _("This date does not exist. Please write day, month and year, for example 27, 3 and 2026.")
        return _("This month does not exist. Please write month and year, for example 3 and 2026.")


class FreeText(forms.CharField):
    """Words of the person, in any language."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # the browser's own `maxlength` cuts off what is pasted, and says nothing

    def to_python(self, value: Any) -> str:
        return harmless(str(value)) if value is not None else ""

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class Number(FreeText):
    """A whole number from 0."""

    def __init__(self, highest: int | None, **kwargs: Any) -> None:
        self.highest = highest
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str | None:
        text = western(super().clean(value) or "")
        if not text:
            return None
        if not text.isdecimal() or (self.highest is not None and int(text) > self.highest):
            raise ValidationError(_("Please write a whole number, for example 3."), code="invalid")
        return str(int(text))


class Phone(FreeText):
    """A telephone number; German if it has no country code. Kept in the international form."""

    def clean(self, value: Any) -> str | None:
        text = western(super().clean(value) or "")
        if not text:
            return None
        try:
            number = phonenumbers.parse(text, "DE")
        except phonenumbers.NumberParseException:
            number = None
        # The library knows German numbers of two digits; nobody is called back on one.
        if number is None or (number.national_number or 0) < 10_000 or not phonenumbers.is_possible_number(number):
            message = _("Please check the telephone number. Write it with the area code, for example 07721 12345.")
            raise ValidationError(message, code="invalid")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class Mail(forms.EmailField):
    """An e-mail address."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def clean(self, value: Any) -> str | None:
        return super().clean(western(str(value or ""))) or None


class OneOf(forms.ChoiceField):
    """One option key, or nothing."""

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class SomeOf(forms.MultipleChoiceField):
    """Several option keys, in the order of the form, at most `highest`."""

    def __init__(self, highest: int | None, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        self.highest, self.keys = highest, [key for key, _label in choices]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        if self.highest and len(set(chosen)) > self.highest:
            message = _("Please choose at most {number} answers.").format(number=self.highest)
            raise ValidationError(message, code="too_many")
        return [key for key in self.keys if key in chosen]


class MarkedSelect(forms.Select):
    """A list in which every entry can say its own language."""

    foreign: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if code := self.foreign.get(str(value)):
            option["attrs"].update(lang=code, dir="auto")
        return option


def field_for(question: dict[str, Any], code: str, places: Places) -> forms.Field | None:
    """The field of a question, worded for readers of the language `code`; None for an info."""
    kind = question["type"]
    if kind in {"info", "file"}:  # files have a page of their own (services.intake.file_step)
        return None
    label = plain(question["label"], code)
    common: dict[str, Any] = {
        "required": question["required"],
        "label": spoken(question["label"], code),
        "help_text": spoken(question["help"], code) if question["help"] else "",
        "error_messages": {
            "required": _("Please answer: {question}").format(question=label),
            "invalid_choice": _("Please choose one of the answers: {question}").format(question=label),
        },
    }
    if kind in {"date", "month"}:
        return PartsField(("day", "month", "year") if kind == "date" else ("month", "year"), **common)
    if kind in {"radio", "checkbox"}:
        return _buttons(question, code, common)
    if kind in {"select", "municipality", "language"}:
        return _list(question, code, places, common)
    return _typed(question, common)


def _buttons(question: dict[str, Any], code: str, common: dict[str, Any]) -> forms.Field:
    choices = [(option["key"], spoken(option["label"], code)) for option in question["options"]]
    if question["type"] == "radio":
        return OneOf(choices=choices, widget=forms.RadioSelect, **common)
    return SomeOf(question["max"], choices=choices, widget=forms.CheckboxSelectMultiple, **common)


def _list(question: dict[str, Any], code: str, places: Places, common: dict[str, Any]) -> forms.Field:
    widget = MarkedSelect({"class": "input"})
    if question["type"] == "municipality":
        towns = list(places())
        choices = [*towns, (ELSEWHERE, _("Another place")), (UNKNOWN, _("I do not know"))]
        widget.foreign = {ags: SOURCE for ags, _name in towns}
    elif question["type"] == "language":
        choices = [(entry.code, entry.endonym) for entry in LANGUAGES] + [(ELSEWHERE, _("Another language"))]
        widget.foreign = {entry.code: entry.code for entry in LANGUAGES}
        common["initial"] = code
    else:
        worded = [(option["key"], *choose(option["label"], code)) for option in question["options"]]
        choices = [(key, text) for key, text, _found in worded]
        widget.foreign = {key: found for key, _text, found in worded if found != code}
    return OneOf(choices=[("", _("Please choose")), *choices], widget=widget, **common)


def _typed(question: dict[str, Any], common: dict[str, Any]) -> forms.Field:
    kind = question["type"]
    longest = question["max"] if kind in {"text", "textarea"} and question["max"] else LONGEST[kind]
    too_long = _("Please write at most {number} characters.").format(number=longest)
    common["error_messages"]["max_length"] = too_long
    attrs = {
        "class": "input input--short" if kind == "number" else "input",
        "dir": "ltr" if kind in {"tel", "email", "number"} else "auto",
        "autocomplete": question["autocomplete"]
        or (kind if kind in {"tel", "email"} else _AUTOCOMPLETE.get(question["key"], "off")),
    }
    if kind == "tel":
        return Phone(widget=forms.TextInput({**attrs, "type": "tel"}), max_length=longest, **common)
    if kind == "email":
        common["error_messages"]["invalid"] = _("Please check the e-mail address, for example name@example.org.")
        return Mail(widget=forms.EmailInput({**attrs, "spellcheck": "false"}), max_length=longest, **common)
    if kind == "number":
        numeric = forms.TextInput({**attrs, "inputmode": "numeric"})
        return Number(question["max"], widget=numeric, max_length=longest, **common)
    if kind == "textarea":
        return FreeText(widget=forms.Textarea({**attrs, "rows": 5}), max_length=longest, **common)
    return FreeText(widget=forms.TextInput(attrs), max_length=longest, **common)
