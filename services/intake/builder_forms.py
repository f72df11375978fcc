"""The admin's forms for a form page and a reusable block: make missing keys, refuse what must not be published."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.forms.pages import WagtailAdminPageForm

from services.intake.condition_blocks import offices

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def key_from(label: str, taken: set[str], dashes: bool = False) -> str:
    """A key made from a label: `Für wen?` → `fuer_wen`; another one where it is taken."""
    text = unicodedata.normalize("NFKD", label.lower().translate(_GERMAN)).encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:32].rstrip("_")
    stem = text if text[:1].isalpha() else f"q_{text}".rstrip("_")
    number, key = 2, stem
    while key in taken:
        number, key = number + 1, f"{stem}_{number}"
    return key.replace("_", "-") if dashes else key


def fill_question_keys(stream: Any, taken: set[str]) -> None:
    """Give every question and answer without a key one, made from its label."""
    for block in stream or ():
        if block.block_type == "shared":
            continue
        if not block.value["key"]:
            block.value["key"] = key_from(block.value["label"], taken)
        taken.add(block.value["key"])
        if "options" in block.value:
            known = {option["key"] for option in block.value["options"] if option["key"]}
            for option in block.value["options"]:
                if not option["key"]:
                    option["key"] = key_from(option["label"], known)
                    known.add(option["key"])


class OfficeSelect(forms.Select):
    """Offices that take cases, and “as the responsibility rules say”."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, choices=())

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        self.choices = [("", _("Please choose")), *offices()]
        return super().optgroups(name, value, attrs)


class PageForm(WagtailAdminPageForm):
    """The editor of a form. A draft may be unfinished; what is published must compile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False  # made from the title

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "key" in self.fields and not cleaned.get("key") and "key" not in self.errors:
            cleaned["key"] = key_from(cleaned.get("slug") or cleaned.get("title") or "", set(), dashes=True)
        steps = cleaned.get("steps")
        taken = {child.value["key"] for block in steps or () for child in _own(block) if child.value["key"]}
        known = {block.value["key"] for block in steps or () if block.value["key"]}
        for block in steps or ():
            if not block.value["key"]:
                block.value["key"] = key_from(block.value["title"], known)
                known.add(block.value["key"])
            fill_question_keys(block.value["questions"], taken)
        if not self.is_deferred_validation and not self.errors and self.instance.is_source:
            self._compile(cleaned)
        return cleaned

    def _compile(self, cleaned: dict[str, Any]) -> None:
        from services.intake.builder_actions import draft_problem
        from services.intake.builder_refusals import errors_in_editor, place_in_words, problem_in_words

        page = type(self.instance)(
            **{name: value for name, value in cleaned.items() if hasattr(self.instance, name) and name in self.fields}
        )
        page.pk, page.translation_key = self.instance.pk, self.instance.translation_key
        problem = draft_problem(page=page, parent=self.parent_page)
        if problem is None:
            return
        where = place_in_words(page, problem.place)
        for name, error in errors_in_editor(page, problem).items():
            if hasattr(error, "non_block_errors"):  # what is inside a block is not told at the head of the page
                error.message = problem_in_words(problem.problem)
                self.add_error(None, ValidationError(f"{where}: {error.message}", code="refused"))
            self.add_error(name if name in self.fields else None, error)


def _own(step: Any) -> list[Any]:
    return [child for child in step.value["questions"] if child.block_type != "shared"]


class BlockForm(WagtailAdminModelForm):
    """The editor of a reusable block. Whether it fits is asked where a form with it is published."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        questions = cleaned.get("questions")
        fill_question_keys(questions, {block.value["key"] for block in questions or () if block.value["key"]})
        return cleaned
