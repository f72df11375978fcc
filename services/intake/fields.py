"""One form field for each type of question: lenient about how people type, strict about what is kept.

Digits of any script, full-width signs and invisible direction marks are accepted (handbook: intake §5.3). What is kept
is canonical and free of language: option keys, `YYYY-MM-DD`, `YYYY-MM`, international telephone numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.languages import LANGUAGES, SOURCE
from services.intake.date_fields import PartsField, PartsWidget
from services.intake.reach import ELSEWHERE, GIVEN, SILENT, UNKNOWN
from services.intake.typed_fields import Clock, FreeText, Mail, Number, Phone, harmless, western
from services.intake.wording import choose, plain, spoken

__all__ = ["PartsField", "PartsWidget", "Places", "field_for", "harmless", "western"]

Places = Callable[[], Iterable[tuple[str, str]]]
"""Gives municipality keys and names when a form needs them."""

LONGEST = {"text": 200, "textarea": 2000, "email": 254, "tel": 60, "number": 12, "time": 20}
"""Characters allowed where the question sets no `max`."""

_AUTOCOMPLETE = {"name": "name", "postal_address": "street-address"}


class OneOf(forms.ChoiceField):
    """One option key, or nothing."""

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class SomeOf(forms.MultipleChoiceField):
    """Several option keys, in the order of the form, at most `highest`."""

    def __init__(
        self, highest: int | None, choices: list[tuple[str, Any]], alone: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        """`alone`: answers that go with no other, such as "I do not know", and their words."""
        self.highest, self.keys, self.alone = highest, [key for key, _label in choices], alone or {}
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        if self.highest and len(set(chosen)) > self.highest:
            message = _("Please choose at most {number} answers.").format(number=self.highest)
            raise ValidationError(message, code="too_many")
        lonely = next((key for key in chosen if key in self.alone), None)
        if lonely and len(set(chosen)) > 1:
            message = _("Please choose either “{answer}” or other answers.").format(answer=self.alone[lonely])
            raise ValidationError(message, code="not_alone")
        return [key for key in self.keys if key in chosen]


class Agreement(forms.BooleanField):
    """A consent: never ticked by us, kept as `yes` or not at all."""

    def clean(self, value: Any) -> str | None:
        return GIVEN if super().clean(value) else None

    def prepare_value(self, value: Any) -> bool:
        return value in {GIVEN, True, "on"}


class MarkedSelect(forms.Select):
    """A list in which every entry can say its own language."""

    foreign: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if code := self.foreign.get(str(value)):
            option["attrs"].update(lang=code, dir="auto")
        return option


def field_for(question: dict[str, Any], code: str, places: Places) -> forms.Field | None:
    """The field of a question, worded for readers of the language `code`; None for what only tells something."""
    kind = question["type"]
    if kind in SILENT or kind == "file":  # files have a page of their own (services.intake.file_step)
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
        parts = ("day", "month", "year") if kind == "date" else ("month", "year")
        return PartsField(parts, bool(question.get("unknown")), **common)
    if kind == "consent":
        return Agreement(widget=forms.CheckboxInput, **common)
    if kind in {"radio", "checkbox"}:
        return _buttons(question, code, common)
    if kind in {"select", "municipality", "language"}:
        return _list(question, code, places, common)
    return _typed(question, common)


def _buttons(question: dict[str, Any], code: str, common: dict[str, Any]) -> forms.Field:
    choices = [(option["key"], spoken(option["label"], code)) for option in question["options"]]
    if question["type"] == "radio":
        return OneOf(choices=choices, widget=forms.RadioSelect, **common)
    alone = {option["key"]: plain(option["label"], code) for option in question["options"] if option.get("exclusive")}
    return SomeOf(question["max"], choices=choices, alone=alone, widget=forms.CheckboxSelectMultiple, **common)


def _list(question: dict[str, Any], code: str, places: Places, common: dict[str, Any]) -> forms.Field:
    widget = MarkedSelect({"class": "input"})
    if question["type"] == "municipality":
        towns = list(places())
        choices = [*towns, (ELSEWHERE, _("Another place")), (UNKNOWN, _("I do not know"))]
        widget.foreign = {ags: SOURCE for ags, _name in towns}
    elif question["type"] == "language":
        # plain German is a language to be answered in, not one to speak beside German
        offered = [entry for entry in LANGUAGES if not (question.get("multiple") and entry.code == "de-simple")]
        choices = [(entry.code, entry.endonym) for entry in offered] + [(ELSEWHERE, _("Another language"))]
        widget.foreign = {entry.code: entry.code for entry in LANGUAGES}
        common["initial"] = code
    else:
        worded = [(option["key"], *choose(option["label"], code)) for option in question["options"]]
        choices = [(key, text) for key, text, _found in worded]
        widget.foreign = {key: found for key, _text, found in worded if found != code}
    if question.get("multiple"):
        marked = [(key, _marked(text, widget.foreign.get(key), code)) for key, text in choices]
        alone = {UNKNOWN: str(_("I do not know"))} if question["type"] == "municipality" else {}
        common.pop("initial", None)  # nothing is ticked for anybody
        return SomeOf(question["max"], choices=marked, alone=alone, widget=forms.CheckboxSelectMultiple, **common)
    return OneOf(choices=[("", _("Please choose")), *choices], widget=widget, **common)


def _marked(text: str, found: str | None, code: str) -> Any:
    if not found or found == code:
        return text
    return format_html('<bdi lang="{}">{}</bdi>', found, text)


def _typed(question: dict[str, Any], common: dict[str, Any]) -> forms.Field:
    kind = question["type"]
    longest = question["max"] if kind in {"text", "textarea"} and question["max"] else LONGEST[kind]
    too_long = _("Please write at most {number} characters.").format(number=longest)
    common["error_messages"]["max_length"] = too_long
    attrs = {
        "class": "input input--short" if kind in {"number", "time"} else "input",
        "dir": "ltr" if kind in {"tel", "email", "number", "time"} else "auto",
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
        lowest = question.get("min") or 0
        return Number(lowest, question["max"], widget=numeric, max_length=longest, **common)
    if kind == "time":
        return Clock(widget=forms.TextInput(attrs), max_length=longest, **common)
    if kind == "textarea":
        return FreeText(widget=forms.Textarea({**attrs, "rows": 5}), max_length=longest, **common)
    return FreeText(widget=forms.TextInput(attrs), max_length=longest, **common)
