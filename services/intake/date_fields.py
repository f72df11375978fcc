"""A date or a month, typed in parts that a person may leave empty where the form allows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.intake.typed_fields import western

YEARS = range(1900, 2101)


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
    """Kept as `YYYY-MM-DD` or `YYYY-MM`; where parts may be unknown, also as `YYYY-MM` and `YYYY`."""

    def __init__(self, parts: tuple[str, ...], unknown: bool = False, **kwargs: Any) -> None:
        self.parts, self.unknown = parts, unknown
        super().__init__(widget=PartsWidget(parts), **kwargs)

    def clean(self, value: Any) -> str | None:
        texts = dict(zip(self.parts, [western(text or "") for text in value or []], strict=False))
        if not any(texts.values()):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            numbers = {part: int(text) for part, text in texts.items() if text}
            day = date(numbers["year"], numbers.get("month", 1), numbers.get("day", 1))
        except (ValueError, OverflowError, KeyError):
            raise self._wrong() from None
        if day.year not in YEARS or not self._is_enough(set(numbers)):
            raise self._wrong()
        return day.isoformat()[: 10 if "day" in numbers else 7 if "month" in numbers else 4]

    def _is_enough(self, given: set[str]) -> bool:
        if not self.unknown:
            return given == set(self.parts)
        return "month" in given or "day" not in given

    def _wrong(self) -> ValidationError:
        if self.unknown:
            return ValidationError(
                _("Please check the date. You do not know the day or the month? Then write the year only."),
                code="invalid",
            )
        if "day" in self.parts:
            message = _("This date does not exist. Please write day, month and year, for example 27, 3 and 2026.")
        else:
            message = _("This month does not exist. Please write month and year, for example 3 and 2026.")
        return ValidationError(message, code="invalid")
