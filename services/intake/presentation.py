"""What the pages of a form show: its words for the reader, what the address already tells, the list of forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from portal.languages import SOURCE, language
from portal.models import District
from services.intake import routing
from services.intake.answers import AnswerStore
from services.intake.audience import PUBLIC, audience_of
from services.intake.fields import harmless, western
from services.intake.forms import PREFIX, SHOWN, StepForm
from services.intake.models import FormIndexPage, FormVersion, IntakeFormPage, document_of
from services.intake.reach import can_be
from services.intake.wording import plain, speaks, spoken

PREFILLED = {"ags": "ags", "phase": "phase", "au_start": "au_start", "topics": "topic"}
"""Questions that the address of a start page may answer, and their short names in links from other pages.

Never why somebody is here (handbook: domain §1.4). Other questions say themselves how links may answer them."""

LONGEST_TOLD = 200
"""Characters of a text that an address may bring along."""


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
        "can_be_assisted": bool(document.get("assisted")),
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
        "office": office_shown(store, form),
        "assisted": store.kept.assisted,
        "step": step["key"],
        "step_title": spoken(step["title"], code),
        "step_name": plain(step["title"], code),
        "step_intro": [spoken(words, code) for words in step["intro"]],
        "form_title": spoken(document["title"], code),
        "sensitive": step["sensitive"],
        "number": number,
        "total": total,
    }


def office_shown(store: AnswerStore, form: StepForm) -> Any:
    """The office that gets the answers as they are so far, where the step shows it; None where it is not sure yet."""
    if not any(question["type"] == "office" for question in store.journey.visible_questions(form.step["key"])):
        return None
    if not routing.is_decided(store.journey):
        return None
    return routing.recipient(store.district, store.journey, timezone.localdate(), store.kept.door).office


def told(document: Mapping[str, Any], query: Mapping[str, Any]) -> dict[str, str]:
    """What an address already answers, as far as this form asks it and the value can be true."""
    questions = {question["key"]: question for step in document["steps"] for question in step["questions"]}
    found: dict[str, str] = {}
    for step in document["steps"]:
        for question in step["questions"]:
            key, short = question["key"], question.get("prefill") or PREFILLED.get(question["key"])
            value = str(query.get(key) or query.get(short) or "") if short else ""
            if value and (fitting := _fitting(question, value)):
                found |= {**_opened_by(question, questions), **found, key: fitting}
    return found


def _opened_by(question: Mapping[str, Any], questions: Mapping[str, Any]) -> dict[str, str]:
    """The answers without which a question that the address answers would not be seen."""
    conditions = question["visible_if"] if isinstance(question["visible_if"], list) else []
    return {
        condition["question"]: condition["is"]
        for condition in conditions
        if "is" in condition and questions[condition["question"]]["type"] in {"radio", "select"}
    }


def _fitting(question: Mapping[str, Any], value: str) -> str:
    """The value as far as it can answer this question; empty if it cannot."""
    if question["type"] == "text":
        text = harmless(value).replace("\n", " ")
        return text if len(text) <= min(question["max"] or LONGEST_TOLD, LONGEST_TOLD) else ""
    value = western(value[:40])
    if question["type"] == "month":
        month = re.match(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])(?![0-9])", value)
        return month[0] if month else ""
    return value if can_be(question, value) else ""


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
    """The forms of a list that everybody can fill in, with their words for the reader."""
    code = get_language() or SOURCE
    versions = FormVersion.objects.of(District.objects.for_request(request))
    shown = []
    for page in IntakeFormPage.below(index):
        version = versions.current(page.key)
        document = document_of(version.pk) if version else None
        if document is not None and audience_of(document) == PUBLIC:
            title, teaser = spoken(document["title"], code), spoken(document["teaser"], code)
            shown.append({"page": page, "title": title, "teaser": teaser})
    return shown
