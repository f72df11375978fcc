"""What people type in one line or several: lenient about how, strict about what is kept.

Digits of any script, full-width signs and invisible direction marks are accepted (handbook: intake §5.3).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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


class FreeText(forms.CharField):
    """Words of the person, in any language."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # the browser's own `maxlength` cuts off what is pasted, and says nothing

    def to_python(self, value: Any) -> str:
        return harmless(str(value)) if value is not None else ""

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class Number(FreeText):
    """A whole number in a range; spaces between digits are no mistake."""

    def __init__(self, lowest: int, highest: int | None, **kwargs: Any) -> None:
        self.lowest, self.highest = lowest, highest
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str | None:
        text = re.sub(r"\s+", "", western(super().clean(value) or ""))
        if not text:
            return None
        if not text.isdecimal():
            raise ValidationError(_("Please write a whole number, for example 3."), code="invalid")
        if int(text) < self.lowest:
            raise ValidationError(_("Please write {number} or more.").format(number=self.lowest), code="too_small")
        if self.highest is not None and int(text) > self.highest:
            raise ValidationError(_("Please write at most {number}.").format(number=self.highest), code="too_big")
        return str(int(text))


class Clock(FreeText):
    """A time of day, kept as `HH:MM`. Knows `9`, `930`, `9.30`, `9:30 Uhr`, `3 pm`; never guesses noon."""

    SHAPE = re.compile(r"(\d{1,2})(?:[:.,h]?\s?(\d{2}))?\s?(uhr|h|o'clock|am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)

    def clean(self, value: Any) -> str | None:
        text = western(super().clean(value) or "")
        if not text:
            return None
        found = self.SHAPE.fullmatch(text)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 99)
        half = (found[3] or "").lower().replace(".", "") if found else ""
        if half in {"am", "pm"}:
            hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
        if hour > 23 or minute > 59:
            raise ValidationError(_("Please write a time, for example 9:30 or 14:00."), code="invalid")
        return f"{hour:02}:{minute:02}"


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
