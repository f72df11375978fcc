"""Forms, a district that knows who is responsible, and a person who walks through a form."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from home.demo.forms import form_source
from portal.languages import LANGUAGES, SOURCE
from portal.pages import locale_id_of
from services.directory.models import Office, Responsibility
from services.inbox.actions import ensure_keys, open_case
from services.inbox.models import Case
from services.intake.actions import publish
from services.intake.answers import AnswerStore
from services.intake.compiler import compile_form
from services.intake.guard import token_of
from services.intake.models import Draft, FormIndexPage, FormVersion, IntakeFormPage
from tests.cast import Cast

WORDS = frozenset(["title", "teaser", "for_whom", "label", "help", "intro", "notice", "after", "stop_text"])

TASKS = (
    ("counselling", "DRK", None, "VU"),
    ("counselling", "LRA_IM", None, "AU"),
    ("counselling", "VS_IM", "08326074", "AU"),
    ("counselling", "KOE_IM", "08326031", "AU"),
    ("triage", "KOORD", None, ""),
    ("housing", "GEM", None, ""),
    ("regular", "REGEL", None, ""),
    ("youth", "JA", None, ""),
)
DOORS = {"GEM": ("Rathaus", "municipality"), "REGEL": ("Migrationsberatung", "regular"), "JA": ("Jugendamt", "youth")}


def source(**changes: Any) -> dict[str, Any]:
    """The demo's counselling form with its blocks in place."""
    return {**form_source("counselling"), **changes}


def in_arabic(text: str) -> str:
    """A translation one recognises, with everything a translation must keep."""
    return f"عربي {text}"


def translated(document: dict[str, Any], languages: tuple[str, ...] = ("ar",)) -> dict[str, dict[str, str]]:
    """A table of translations of every sentence of a source."""
    return {code: {text: in_arabic(text) for text in sentences(document)} for code in languages}


def sentences(part: Any, name: str = "") -> list[str]:
    """Every sentence of a source."""
    if isinstance(part, dict):
        return [text for key, value in part.items() if key != "samples" for text in sentences(value, key)]
    if isinstance(part, list):
        return [text for value in part for text in sentences(value, name)]
    return [part] if isinstance(part, str) and name in WORDS and part else []


def question(key: str, kind: str = "radio", **more: Any) -> dict[str, Any]:
    """A small question; choices say yes or no."""
    made = {"key": key, "type": kind, "label": f"Frage {key}", **more}
    if kind in {"radio", "checkbox", "select"} and "options" not in more:
        made["options"] = [{"key": "yes", "label": "Ja"}, {"key": "no", "label": "Nein"}]
    return made


def step(key: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A small step."""
    return {"key": key, "title": f"Schritt {key}", "questions": list(questions), **more}


def form(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A small source."""
    return {
        "key": "small",
        "title": "Klein",
        "notice": ["Geht an: **{office}**."],
        "recipient": "responsible",
        "steps": list(steps),
        **more,
    }


def compiled(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A small document."""
    return compile_form(form(*steps, **more), {})


def know_who_helps(portal: Cast) -> None:
    """Offices without inbox, who is responsible for what, and keys."""
    for code, (name, kind) in DOORS.items():
        portal.offices[code] = Office.objects.create(district=portal.district, code=code, name=name, kind=kind)
    for task, code, ags, phase in TASKS:
        Responsibility.objects.create(
            district=portal.district,
            task=task,
            office=portal.offices[code],
            municipality=portal.towns.get(ags),
            phase=phase,
            valid_from=date(2015, 1, 1),
        )
    ensure_keys(portal.district)


def open_form(portal: Cast, document: dict[str, Any] | None = None) -> FormVersion:
    """Publish a form with its pages; the demo's counselling in German and Arabic if no other is said."""
    know_who_helps(portal)
    document = document or compile_form(source(), translated(source()))
    version = publish(district=portal.district, key=document["key"], document=document)
    index = portal.home.add_child(
        instance=FormIndexPage(title="Formulare", slug="forms", locale_id=locale_id_of(SOURCE))
    )
    page = IntakeFormPage(title="Titel", slug=document["key"], key=document["key"], locale_id=locale_id_of(SOURCE))
    index.add_child(instance=page)
    return version


class Walker:
    """Amira with her telephone: starts a form, answers step by step, looks where she is."""

    def __init__(self, client: Client, language: str = "de", key: str = "counselling") -> None:
        self.client, self.language, self.key, self.draft = client, language, key, None

    def start(self, **told: str) -> Walker:
        """Press "Start"."""
        self.response = self.client.post(f"/{self.language}/forms/{self.key}/start/", told)
        assert self.response.status_code == 303, self.response.status_code
        self.draft = re.search(r"/([0-9a-f-]{36})/", self.response["Location"])[1]
        return self

    def path(self, where: str, language: str = "") -> str:
        return f"/{language or self.language}/forms/{self.key}/{self.draft}/{where}/"

    def get(self, where: str, language: str = "", **kwargs: Any) -> Any:
        return self.client.get(self.path(where, language), **kwargs)

    def post(self, where: str, language: str = "", query: str = "", **answers: Any) -> Any:
        """Answer a step; lists are several values."""
        data = {f"q-{key}": value for key, value in answers.items()}
        response = self.client.post(self.path(where, language) + query, data)
        if response.status_code == 303 and "wrong=1" in response["Location"]:
            return self.client.get(response["Location"])  # as every browser does
        return response

    def act(self, where: str, action: str, **answers: Any) -> Any:
        """Press another button than "Continue"."""
        data = {f"q-{key}": value for key, value in answers.items()}
        return self.client.post(self.path(where), {**data, "action": action})

    def fill(self, language: str = "", **changes: Any) -> Walker:
        """Walk through the counselling form with usual answers and what a test says, following the form."""
        given = {**USUAL, **changes}
        for name in ("danger", "who", "where", "topic", "letter", "contact"):
            answers = {key: value for key, value in given.items() if key in STEPS[name] and value is not None}
            for _round in range(3):
                seen = self.get(name, language)
                if seen.status_code != 200:
                    break
                shown = re.findall(r'name="q-shown" value="(\w+)"', seen.content.decode())
                response = self.post(name, language, shown=shown, **answers)
                assert response.status_code == 303, response.context["form"].errors
                if f"/{name}/" not in response["Location"]:
                    break
        return self

    def send(self, language: str = "", wait: bool = True) -> Any:
        """Press "Send" on the check page like somebody who reads it first."""
        page = self.get("check", language)
        assert page.status_code == 200, page["Location"]
        return self.client.post(self.path("check", language), proof(page, wait))

    def store(self) -> AnswerStore:
        """The draft as its owner can read it."""
        return store_of(self.client, self.draft)


def proof(page: Any, wait: bool = True) -> dict[str, str]:
    """The hidden fields against machines, as if the page had been read for a minute."""
    from services.intake.forms import stamp

    now = timezone.now().timestamp()
    return {"since": stamp(now - 60 if wait else now + 60), "website": ""}


def store_of(client: Client, draft: str) -> AnswerStore:
    """An opened draft of this browser."""

    class Request:
        COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}

    row = Draft.objects.select_related("version__district").get(pk=draft)
    return AnswerStore(row, token_of(Request(), row.pk))


def case_of(portal: Cast) -> tuple[Case, dict[str, Any]]:
    """The only case there is, and its answers as its office reads them."""
    case = Case.objects.get()
    reader = {"LRA_IM": portal.lena, "VS_IM": portal.omar, "KOORD": portal.yasmin}[case.office.code]
    content = open_case(case=case, reader=reader)
    return case, {entry["key"]: entry for entry in content.document["entries"]}


USUAL: dict[str, Any] = {
    "danger": "none",
    "actor": "self",
    "ags": "08326012",
    "phase": "AU",
    "au_start_month": "3",
    "au_start_year": "2026",
    "unaccompanied_minor": "no",
    "topics": ["housing"],
    "lose_home": "no",
    "text": "Meine Heizung ist kaputt.",
    "contact_lang": "ar",
    "interpreter": "yes",
    "channels": ["phone"],
    "phone_number": "07721 12345",
    "safe": "safe",
}
STEPS = {
    "danger": ["danger"],
    "who": ["actor", "knows", "helper_name", "helper_phone", "contact_whom"],
    "where": ["ags", "phase", "au_start_month", "au_start_year", "group", "unaccompanied_minor"],
    "topic": ["topics", "deadline_day", "deadline_month", "deadline_year", "lose_home", "text"],
    "letter": [],
    "contact": [
        *("contact_lang", "interpreter", "interpreter_gender", "channels", "phone_number", "email_address"),
        *("postal_address", "helper_contact", "safe", "safe_time", "may_leave_message", "code_word", "best_times"),
        "name",
    ],
}
ALL_LANGUAGES = [entry.code for entry in LANGUAGES]
