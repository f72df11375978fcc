"""What the pages of a form show: its words for the reader, what the address already tells, the list of forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from portal.languages import SOURCE, language
from portal.models import District
from services.intake.answers import AnswerStore
from services.intake.fields import western
from services.intake.forms import PREFIX, SHOWN, StepForm
from services.intake.models import FormIndexPage, FormVersion, IntakeFormPage, document_of
from services.intake.reach import can_be
from services.intake.wording import plain, speaks, spoken

PREFILLED = {"ags": "ags", "phase": "phase", "au_start": "au_start", "topics": "topic"}
"""Questions that the address of a start page may answer, and their short names in links from other pages.

Never why somebody is here (handbook: domain §1.4)."""


def frame_of(document: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Template variables that say in which language this form is read; they replace those of the page around it."""
    content = language(speaks(document, code))
    return {
        "content_language": content,
        "falls_back": content.code != code,
        "content_attrs": "",  # every sentence marks itself
        "translations": [] if content.code != code else list(document["languages"]),
    }


def start_page(document: Mapping[str, Any], code: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """Template variables of the page on which a form begins."""
    return {
        **frame_of(document, code),
        "form_key": document["key"],
        "form_name": plain(document["title"], code),
        "form_title": spoken(document["title"], code),
        "form_teaser": spoken(document["teaser"], code),
        "form_intro": [spoken(words, code) for words in document["intro"]],
        "form_steps": len(document["steps"]),
        "told": told(document, query),
    }


def step_page(store: AnswerStore, form: StepForm, code: str) -> dict[str, Any]:
    """Template variables of one step."""
    step, document = form.step, store.document
    number, total = store.journey.position(step["key"])
    return {
        **frame_of(document, code),
        "translations": [],
        "noindex": True,
        "form": form,
        "items": list(form.items()),
        "step": step["key"],
        "step_title": spoken(step["title"], code),
        "step_name": plain(step["title"], code),
        "step_intro": [spoken(words, code) for words in step["intro"]],
        "form_title": spoken(document["title"], code),
        "sensitive": step["sensitive"],
        "number": number,
        "total": total,
    }


def told(document: Mapping[str, Any], query: Mapping[str, Any]) -> dict[str, str]:
    """What an address already answers, as far as this form asks it and the value can be true."""
    questions = {question["key"]: question for step in document["steps"] for question in step["questions"]}
    found = {}
    for key, short in PREFILLED.items():
        value = western(str(query.get(key) or query.get(short) or "")[:20])
        if key not in questions or not value:
            continue
        if questions[key]["type"] == "month":
            month = re.match(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])(?![0-9])", value)
            if month:
                found[key] = month[0]
        elif can_be(questions[key], value):
            found[key] = value
    return found


def as_typed(document: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Told answers in the shape in which unchecked values are kept, so that the person sees and confirms them."""
    typed: dict[str, dict[str, list[str]]] = {}
    for step in document["steps"]:
        for question in step["questions"]:
            value = answers.get(question["key"])
            if not value:
                continue
            values = typed.setdefault(step["key"], {})
            values.setdefault(SHOWN, []).append(question["key"])
            name = f"{PREFIX}-{question['key']}"
            if question["type"] == "month":
                values[f"{name}_year"], values[f"{name}_month"] = ([part.lstrip("0")] for part in value.split("-"))
            else:
                values[name] = [value]
    return typed


def forms_in(index: FormIndexPage, request: HttpRequest) -> list[dict[str, Any]]:
    """The forms of a list that can be filled in, with their words for the reader."""
    code = get_language() or SOURCE
    versions = FormVersion.objects.of(District.objects.for_request(request))
    shown = []
    for page in IntakeFormPage.below(index):
        version = versions.current(page.key)
        if version is not None:
            document = document_of(version.pk)
            title, teaser = spoken(document["title"], code), spoken(document["teaser"], code)
            shown.append({"page": page, "title": title, "teaser": teaser})
    return shown
