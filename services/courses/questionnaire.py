""" "Which course fits me?": from answers in an address to kinds of course, runs, and whom to ask.

It informs and decides nothing. Nothing is stored: no session, no cookie, no cache, no log of answers (domain §3.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from portal.languages import complete_codes
from portal.models import District
from services.courses import times
from services.courses.access_codes import AskWhom, Verdict
from services.courses.access_models import AccessRule
from services.courses.access_rules import Answer, Person, answers_for, families_of, routes_of
from services.courses.cards import RunCard, cards_of
from services.courses.finding import Search, conditions_of, open_to, ordered, read_search
from services.courses.models import CourseRun
from services.courses.presentation import LEARN_NOW
from services.courses.questionnaire_forms import ABOUT_LEARNING, QuestionnaireForm
from services.courses.vocabulary import RunStatus
from services.directory.models import Municipality, Office
from services.directory.statuses import OfficeKind

MOST_RUNS = 5
FORM = "services/courses/questionnaire.html"
RESULT = "services/courses/questionnaire_result.html"
PREFERENCES = ("level", "time", "literacy", "childcare", "women")
"""Answers that order the runs: those that meet most come first, none is lost because of a wish."""


_BADGES: dict[str, str] = {Verdict.ENTITLED: "badge--good", Verdict.OPEN: "badge--good", Verdict.NOT_NOW: "badge--bad"}


@dataclass(frozen=True)
class Shown:
    """Which page answers, with what."""

    template: str
    context: dict[str, Any]
    status: int = 200


def asked(request: HttpRequest, at: datetime) -> Shown:
    """The questions, the questions again with what is wrong (422), or the answer of today's rules."""
    district = District.objects.for_request(request)
    form = QuestionnaireForm(_answers(request.GET), places=list(Municipality.objects.of(district).in_german_order()))
    frame = {"form": form, "translations": complete_codes(), "noindex": bool(request.GET)}
    if form.is_bound and form.is_valid():
        return Shown(RESULT, frame | result_of(form, district, at))
    return Shown(FORM, frame, 422 if form.is_bound else 200)


def _answers(query: QueryDict) -> QueryDict | None:
    """What was answered; nothing where the address carries none of our questions, as links from elsewhere do."""
    return query if any(name in query for name in ("residence", "letter", "work", *ABOUT_LEARNING)) else None


def result_of(form: QuestionnaireForm, district: District, at: datetime) -> dict[str, Any]:
    """Template variables of the answer."""
    given = form.cleaned_data
    today = timezone.localdate(at)
    person = Person(given["residence"], given["letter"], given["work"], given["level"], given["women"])
    rules = list(AccessRule.objects.of(district).valid_on(today))
    answers = answers_for(person, rules)
    search = _search(form, district, at)
    return {
        "today": today,
        "checked_on": min((rule.checked_on for rule in rules), default=None),
        "given": _in_words(form),
        "answers": [_shown(answer) for answer in answers],
        "cards": _runs(search, answers, district, at),
        "contacts": _whom_to_ask(answers, district),
        "again": f"{reverse('course_questionnaire')}#fit-residence",
        "list_address": reverse("courses_feed").removesuffix("calendar.ics") + _query(search),
        "wishes": urlencode(search.asked),
        "learn_now": LEARN_NOW,
    }


def _search(form: QuestionnaireForm, district: District, at: datetime) -> Search:
    """The wishes of the course finder that these answers contain; the rest of the answers goes no further."""
    wishes = QueryDict(mutable=True)
    for name in ABOUT_LEARNING:
        if value := form.cleaned_data[name]:
            wishes[name] = "1" if value is True else value
    return read_search(wishes, district, at)


def _runs(search: Search, answers: list[Answer], district: District, at: datetime) -> list[RunCard]:
    """The next runs a person has a way into, those that meet most wishes first."""
    possible = Q(course__family__in=families_of(answers)) & open_to(routes_of(answers))
    runs = CourseRun.objects.of(district).listed(at).exclude(status=RunStatus.CANCELLED).filter(possible).with_facts()
    conditions = {name: rule for name, rule in conditions_of(search, at).items() if name in PREFERENCES}
    first = ("-score",) if conditions else ()
    runs = ordered(runs.nearly_matching(conditions) if conditions else runs, search, at, *first)
    found = list(runs[:MOST_RUNS])
    cards = cards_of(found, at, search)
    for card in cards:
        missing = [name for name in conditions if not getattr(card.run, f"meets_{name}")]
        card.missing = times.listed(search.form.fields[name].label for name in missing) if missing else ""
    return cards


def _shown(answer: Answer) -> dict[str, Any]:
    first = answer.rules[0]
    return {
        "programme": first.get_programme_display(),
        "rules": [
            {
                "verdict": rule.get_verdict_display(),
                "is_first": number == 0,
                "badge": _BADGES.get(rule.verdict, "badge--warning"),
                "note": rule.get_note_display() if rule.note else "",
                "ask": rule.get_ask_display(),
                "law": rule.law,
                "until": rule.valid_until,
            }
            for number, rule in enumerate(answer.rules)
        ],
    }


def _whom_to_ask(answers: list[Answer], district: District) -> list[dict[str, str]]:
    """Everybody the rules name, once, with a page of the directory where there is one."""
    codes = dict.fromkeys(rule.ask for answer in answers for rule in answer.rules)
    return [{"name": str(AskWhom(code).label), "url": _page_of(code, district)} for code in codes]


def _page_of(code: str, district: District) -> str:
    if code == AskWhom.IMMIGRATION:
        # Several of them: each town of its own size has one, so the person sees which there are.
        offices = Office.objects.of(district).active().filter(kind=OfficeKind.IMMIGRATION)
        found = list(offices.values_list("code", flat=True)[:2])
        return reverse("office", args=found) if len(found) == 1 else reverse("offices")
    if code == AskWhom.ADVICE:
        return reverse("finder")
    return ""


def _in_words(form: QuestionnaireForm) -> list[tuple[str, str]]:
    """The answers as sentences, so that a person sees what they said before they believe the result."""
    words = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if value:
            choices = dict(getattr(bound.field, "choices", []))
            words.append((str(bound.label), str(choices[value]) if choices else ""))
    return words


def _query(search: Search) -> str:
    return f"?{urlencode(search.asked)}" if search.wishes else ""
