"""Somebody who fills in any of the forms in a browser: from its start page to the receipt, looking at every state."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page

from home.demo.forms import form_source, samples
from services.intake.conditions import span_of
from tests.journeys.people import press
from tests.portal.cleaning.makers import png

Look = Callable[[str], None]
"""Looks at the open page; is told which state of which step it is."""

FORMS = {
    "form_counselling": "counselling",
    "form_course_interest": "course-interest",
    "form_appointment": "appointment",
    "form_volunteer": "volunteer-offer",
    "form_housing_school": "help-housing-school",
    "form_need": "need-report",
    "form_meeting_registration": "meeting-registration",
    "form_feedback": "feedback",
    "form_directory_update": "directory-update",
    "form_handover": "handover",
}
"""The ten forms by their rows of the tour."""

RICHEST = {"counselling": 2, "course-interest": 0, "appointment": 1, "volunteer-offer": 1, "help-housing-school": 2}
RICHEST |= {"need-report": 1, "meeting-registration": 0, "feedback": 0, "directory-update": 1, "handover": 0}
"""The sample of each form that opens most branches, steps with files included."""

PICTURE = png()
"""A harmless picture."""

READING = 2.1
"""Seconds a person reads before sending; faster than two is asked to look again."""

FILL = """(typed) => {
    const fields = [...document.querySelectorAll("main form:has([name=q-shown]) [name^='q-']:not([name=q-shown])")];
    const groups = Map.groupBy(fields.filter(field => field.type !== "file"), field => field.name);
    for (const [name, group] of groups) {
        const first = group[0];
        if (first.value === "x") first.value = "";
        const wanted = [typed[name.slice(2)]].flat().filter(value => value !== undefined);
        if (first.type === "radio" || first.type === "checkbox") {
            const needed = !first.closest(".field").querySelector(".field__optional");
            const known = group.some(one => one.checked) || wanted.length;
            for (const one of group) if (wanted.includes(one.value)) one.checked = true;
            if (!known && needed) first.checked = true;
            if (group.length === 1 && wanted.includes("yes")) first.checked = true;
        } else if (first.tagName === "SELECT") {
            if (wanted.length) first.value = wanted[0];
            if (!first.value) first.value = first.options[1].value;
        } else if (wanted.length) {
            first.value = wanted[0];
        } else if (!first.value) {
            const part = {day: "1", month: "3", year: "2026"}[name.split("_").pop()];
            const shape = {tel: "+49 30 23125 199", email: "person@example.org"}[first.type];
            first.value = part || shape || (first.inputMode === "numeric" ? "3" : "Muster");
        }
    }
}"""
"""Types the answers given, and something sensible where they say nothing and the form wants to know."""

NONSENSE = """() => {
    for (const field of document.querySelectorAll("main form:has([name=q-shown]) [name^='q-']:not([name=q-shown])"))
        if (field.type === "tel" || field.type === "email" || field.inputMode === "numeric") field.value = "x";
}"""


def answers_of(key: str) -> dict[str, Any]:
    """The answers of a form's richest sample as they are typed; days such as `@+3 days` counted from today."""
    kinds = {entry["key"]: entry["type"] for step in form_source(key)["steps"] for entry in step["questions"]}
    typed: dict[str, Any] = {}
    for name, value in samples(key)[RICHEST[key]]["answers"].items():
        if isinstance(value, str) and value.startswith("@"):
            value = span_of(value[1:], timezone.localdate())[0].isoformat()
        if kinds.get(name) in {"date", "month"}:
            parts = zip(("year", "month", "day"), value.split("-"), strict=False)
            typed |= {f"{name}_{part}": text for part, text in parts}
        else:
            typed[name] = value
    return typed


@dataclass
class Person:
    """Fills in one form and looks at every page in every state."""

    page: Page
    typed: dict[str, Any]
    look: Look

    def whole_form(self, start: str) -> None:
        """From the start page to the receipt."""
        self.page.goto(start)
        self.look("start")
        press(self.page, "main form:has(button) .buttons button")
        for _step in range(25):
            if self.place() == "check":
                break
            self._other_doors() if self.place() == "doors" else self._step()
        self._send()

    def place(self) -> str:
        """The last part of the address: the step."""
        return self.page.url.split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[1]

    def go_on(self) -> None:
        """Press "Continue"."""
        press(self.page, "main button[name=action][value=continue]")

    def _step(self) -> None:
        place, page = self.place(), self.page
        self.look(f"{place}, empty")
        page.evaluate(NONSENSE)
        if page.locator("#file").count():
            press(page, "button[name=action][value=add]")  # nothing chosen
            self.look(f"{place}, wrong")
            page.set_input_files("#file", {"name": "brief.png", "mimeType": "image/png", "buffer": PICTURE})
            press(page, "button[name=action][value=add]")
        else:
            self.go_on()
            if self.place() != place:
                return  # nothing is required here
            self.look(f"{place}, wrong")
        for attempt in range(5):  # answers can open further questions
            page.evaluate(FILL, self.typed)
            if attempt == 0:
                self.look(f"{place}, filled in")
            self.go_on()
            if self.place() != place:
                return
        raise AssertionError(f"no way on from {page.url}: {page.locator('.note--error').all_inner_texts()}")

    def _other_doors(self) -> None:
        self.look("other doors")
        press(self.page, "main form[method=post] .buttons button")

    def _send(self) -> None:
        shown = time.monotonic()
        assert self.place() == "check"
        self.look("check")
        self.page.wait_for_timeout(max(0.0, READING - (time.monotonic() - shown)) * 1000)
        press(self.page, "main form:has(.website-field) .buttons button")
        assert self.place() == "receipt", self.page.inner_text("main")[:300]
        self.look("receipt")
