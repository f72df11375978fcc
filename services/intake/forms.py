"""A Django form for each step of a document, and the small form with which answers are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.intake.fields import PartsWidget, Places, field_for
from services.intake.journey import Journey, holds
from services.intake.reach import SILENT
from services.intake.wording import spoken

PREFIX = "q"
"""Stands before every question's name, so that no key can be taken for a field of ours."""

SHOWN = f"{PREFIX}-shown"
"""Hidden field that repeats the keys of the questions a page showed."""

LEAST_SECONDS = 0.5
"""Nobody answers faster. Who does is asked to press the button once more, never turned away."""


@dataclass(frozen=True)
class Item:
    """What a step's page shows at one place: a question with its field, or what only tells something."""

    key: str
    type: str
    field: BoundField | None
    label: SafeString
    help: SafeString | str
    anchor: str


class StepForm(forms.Form):
    """Questions of one step. Only those that the answers lead to count, decided from top to bottom while cleaning.

    A question that becomes visible by an answer on the same page and was not on it is left open, so the page comes
    back with it; `cleaned_data` holds what was visible and asked.
    """

    step: dict[str, Any]
    document: Mapping[str, Any]
    language: str

    def __init__(self, *args: Any, answers: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", PREFIX)
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.answers = dict(answers or {})
        self.visible = [
            question["key"] for question in Journey(self.document, self.answers).visible_questions(self.step["key"])
        ]

    def _clean_fields(self) -> None:
        before = self._counted_before()
        self.visible = []
        shown = set(_values(self.data, SHOWN))
        for question in self.step["questions"]:
            key = question["key"]
            if not holds(question["visible_if"], before):
                continue
            self.visible.append(key)
            if key in shown or self._was_sent(key):
                self._clean_one(question)
            elif key in self.answers:
                before[key] = self.answers[key]
            if key in self.cleaned_data:
                before[key] = self.cleaned_data[key]

    def _clean_one(self, question: dict[str, Any]) -> None:
        key = question["key"]
        if question["type"] in SILENT:
            self.cleaned_data[key] = True
            return
        try:
            self.cleaned_data[key] = self.fields[key].clean(self[key].data)
        except ValidationError as problem:
            self.add_error(key, problem)

    def _was_sent(self, key: str) -> bool:
        return any(str(value).strip() for name in self._names(key) for value in _values(self.data, name))

    def _names(self, key: str) -> list[str]:
        """Names of the inputs of one question: one, or one for each part of a date; none where nothing is asked."""
        if key not in self.fields:
            return []
        name, widget = self.add_prefix(key), self.fields[key].widget
        return [f"{name}_{part}" for part in widget.parts] if isinstance(widget, PartsWidget) else [name]

    def input_names(self) -> list[str]:
        """Names of all inputs of the step, visible or not."""
        return [SHOWN, *(name for question in self.step["questions"] for name in self._names(question["key"]))]

    def _counted_before(self) -> dict[str, Any]:
        own = {question["key"] for question in self.step["questions"]}
        counted = Journey(self.document, self.answers).counted
        return {key: answer for key, answer in counted.items() if key not in own}

    def without_complaint(self) -> StepForm:
        """The same page with what was typed and without errors, for somebody who comes back to an unfinished step."""
        self.full_clean()
        self._errors = ErrorDict()
        return self

    def items(self) -> Iterator[Item]:
        """What the page shows, in order."""
        for question in self.step["questions"]:
            key = question["key"]
            if key not in self.visible:
                continue
            yield Item(
                key=key,
                type=question["type"],
                field=self[key] if key in self.fields else None,
                label=spoken(question["label"], self.language),
                help=spoken(question["help"], self.language) if question["help"] else "",
                anchor=self.anchor(key),
            )

    def anchor(self, key: str) -> str:
        """Where on the page a question is."""
        return self[key].auto_id if key in self.fields else f"id_{self.add_prefix(key)}"


def _values(data: Any, name: str) -> list[Any]:
    if hasattr(data, "getlist"):
        return data.getlist(name)
    value = data.get(name, [])
    return value if isinstance(value, list) else [value]


def step_form(document: Mapping[str, Any], step: str, language: str, places: Places) -> type[StepForm]:
    """The form class of a step of the document, worded for readers of a language."""
    found = next(entry for entry in document["steps"] if entry["key"] == step)
    fields = {question["key"]: field_for(question, language, places) for question in found["questions"]}
    attributes = {"step": found, "document": document, "language": language}
    return type("StepForm", (StepForm,), attributes | {key: field for key, field in fields.items() if field})


class HumanForm(forms.Form):
    """Two quiet questions to machines: a field nobody sees, and a signed time when the page was made.

    Neither ever ends a person's way: both answers can be corrected by pressing the button again, and a page may stay
    open for as long as its reader needs (handbook: intake §4 M1).
    """

    website = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Please leave this field empty"),
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1", "class": "input"}),
    )
    since = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: float, began: float | None = None, **kwargs: Any) -> None:
        """`began`: since when the person is here, where that is known to be before this page."""
        self.now = now
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.initial["since"] = stamp(now if began is None else began)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Please leave the field for machines empty and send again."))
        return ""

    def clean_since(self) -> float | None:
        """When the page was made; None if that is missing or not from us."""
        try:
            return float(signing.Signer(salt="intake.since").unsign(self.cleaned_data["since"]))
        except (signing.BadSignature, ValueError):
            return None

    def clean(self) -> dict[str, Any]:
        since = self.cleaned_data.get("since")
        if since is None or self.now - since < LEAST_SECONDS:
            self.add_error(None, _("That was very fast. Please check your answers and send again."))
        return self.cleaned_data

    def again(self) -> HumanForm:
        """Ready for the next press: the hidden field emptied and, where it was missing, a time to count from."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("website")] = ""
        if self.cleaned_data.get("since") is None:
            data[self.add_prefix("since")] = stamp(self.now)
        return self


def stamp(now: float) -> str:
    """A moment in seconds since 1970, signed."""
    return signing.Signer(salt="intake.since").sign(f"{now:.3f}")
