"""The sample cases that stand beside each form, and a person who fills in any form with given answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from home.demo.forms import samples
from services.intake.conditions import span_of
from services.intake.models import FormVersion, document_of
from tests.cast import Cast
from tests.services.intake.factories import Walker


def answers_of(sample: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The answers of a sample with days such as `@+3 days` counted from today, as a person would type them."""
    kinds = {question["key"]: question["type"] for step in document["steps"] for question in step["questions"]}
    typed: dict[str, Any] = {}
    for key, value in sample["answers"].items():
        if isinstance(value, str) and value.startswith("@"):
            value = span_of(value[1:], timezone.localdate())[0].isoformat()
            value = value[:7] if kinds[key] == "month" else value
        if kinds[key] in {"date", "month"}:
            typed |= {
                f"{key}_{part}": text for part, text in zip(("year", "month", "day"), value.split("-"), strict=False)
            }
        else:
            typed[key] = value
    return typed


def fill_in(
    walker: Walker,
    document: dict[str, Any],
    typed: dict[str, Any],
    language: str = "",
    look: Callable[[str], None] = lambda step: None,
) -> Walker:
    """Follow the form as it leads, page by page, until the check page or a page that ends it.

    `look` is told each step before it is answered.
    """
    where = f"/{document['steps'][0]['key']}/"
    for _page in range(3 * len(document["steps"])):
        name = where.rstrip("/").rsplit("/", 1)[1].split("?")[0]
        if name in {"check", "stop", "doors"}:
            break
        page = walker.get(name, language)
        assert page.status_code == 200, (name, page.status_code)
        look(name)
        html = page.content.decode()
        shown = re.findall(r'name="q-shown" value="(\w+)"', html)
        here = {key: value for key, value in typed.items() if f'name="q-{key}"' in html}
        response = walker.post(name, language, shown=shown, **here)
        assert response.status_code == 303, (name, response.context["form"].errors)
        where = response["Location"].split("#")[0].split("?")[0]
    walker.where = name
    return walker


def document_in(portal: Cast, key: str) -> dict[str, Any]:
    """The form as it is published."""
    return document_of(FormVersion.objects.of(portal.district).current(key).pk)


def all_samples(keys: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Every sample of every form with the form's key."""
    return [(key, sample) for key in keys for sample in samples(key)]
