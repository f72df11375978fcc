"""Two example requests, so that the inbox and the status page have something to show. Nobody real wrote them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid5

from django.conf import settings

from home.demo.forms import form_source
from home.demo.markup import key_of
from home.demo.words import catalogue
from portal.models import District, User
from services.directory.models import Municipality, Office
from services.inbox.actions import AlreadySent, CasePart, Receipt, reply, submit
from services.inbox.models import Case

FORM = "forms/counselling"
ANSWERED: dict[str, Any] = {
    "danger": "none",
    "actor": "self",
    "ags": "08326012",
    "phase": "AU",
    "topics": ["housing"],
    "contact_lang": "ar",
    "interpreter": "yes",
    "channels": ["visit"],
    "safe": "safe",
}
WAITING: dict[str, Any] = {**ANSWERED, "topics": ["work", "german"], "contact_lang": "uk", "interpreter": "no"}
TEXTS = {
    "ar": "نبحث عن شقة أكبر. نحن خمسة أشخاص في غرفتين.",
    "uk": "Я хочу працювати медсестрою. Куди мені звернутися?",
    "de": "Guten Tag. Kommen Sie am Dienstag um 10 Uhr in unsere Sprechstunde. Bringen Sie bitte Ihren Ausweis mit.",
}


NAMES = {"08326012": "Donaueschingen", "ar": "Arabisch", "uk": "Ukrainisch"}


def load(district: District) -> None:
    """Send both requests once and answer the first; its number and secret are kept for the tour."""
    answered = _send(district, "ar", ANSWERED, "1")
    _send(district, "uk", WAITING, "2")
    if answered is None:
        return
    case = Case.objects.get(submission__number=answered.number)
    worker = User.objects.get(username="case_worker")
    reply(case=case, author=worker, text=TEXTS["de"], language="de", waiting=True, version=case.version)
    _file().write_text(json.dumps({"number": answered.number, "secret": answered.secret}), encoding="utf-8")


def receipt() -> tuple[str | None, str | None]:
    """Number and secret of the answered example request; nothing where the demo is not loaded."""
    if not _file().exists():
        return None, None
    kept = json.loads(_file().read_text(encoding="utf-8"))
    return kept["number"], kept["secret"]


def _file() -> Any:
    return settings.VAR_DIR / "demo-receipt.json"


def _send(district: District, language: str, answers: dict[str, Any], number: str) -> Receipt | None:
    part = CasePart(
        office=Office.objects.get(district=district, code="LRA_IM"),
        document={"form": {"key": "counselling"}, "entries": _entries(language, {**answers, "text": TEXTS[language]})},
        municipality=Municipality.objects.get(ags=answers["ags"]),
        phase=answers["phase"],
        topics=answers["topics"],
        urgency="normal",
        rule="R6",
        interpreter=answers["interpreter"] == "yes",
    )
    try:
        return submit(
            district=district,
            form_key="counselling",
            form_version=key_of(FORM),
            language=language,
            idempotency_key=str(uuid5(key_of(FORM), f"example {number}")),
            assisted=False,
            parts=[part],
        )
    except AlreadySent:
        return None


def _entries(language: str, answers: dict[str, Any]) -> list[dict[str, Any]]:
    words = catalogue(language)
    entries = []
    for step in form_source("counselling")["steps"]:
        for question in step["questions"]:
            if question["key"] not in answers:
                continue
            value = answers[question["key"]]
            labels: dict[Any, str] = {option["key"]: option["label"] for option in question.get("options", [])} | NAMES
            chosen = [str(labels.get(item, item)) for item in (value if isinstance(value, list) else [value])]
            entries.append(
                {
                    "key": question["key"],
                    "label": {"de": question["label"], language: words.get(question["label"], question["label"])},
                    "value": value,
                    "text": {"de": ", ".join(chosen), language: ", ".join(words.get(text, text) for text in chosen)},
                }
            )
    return entries
