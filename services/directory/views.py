"""Pages of the directory: "Who helps me?", the offices, one office. They only read; no session, no cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.languages import complete_codes
from portal.models import District
from services.directory import presentation
from services.directory.forms import STEP_FORMS, Known, StepForm
from services.directory.journey import NAMES, STEPS, Step, asked, form_query, is_in_danger, phase_of, question_of
from services.directory.models import Municipality, Office
from services.directory.querysets import ResolvedAnswer, answer_for, facts_of
from services.directory.responsibility import Question, Unanswerable
from services.directory.statuses import Mode, OfficeKind, Task

LONGEST_VALUE = 40
"""Characters of a parameter that travel on; valid ones are shorter."""


@dataclass
class Walk:
    """How far a person is: the valid answers, their forms, and the question to show (None: all are answered)."""

    answers: dict[str, str] = field(default_factory=dict)
    forms: dict[str, StepForm] = field(default_factory=dict)
    step: Step | None = None
    form: StepForm | None = None


@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """Ask one question per page, then say who helps. A value that cannot be: the question again, status 422."""
    district = District.objects.for_request(request)
    towns = tuple(Municipality.objects.of(district).in_german_order())
    known = Known(facts_of(district), towns, timezone.localdate())
    data = request.GET.dict()
    walk = _walk(data, known)
    if walk.step is None:
        try:
            question = question_of(walk.answers, known.today)
            response = _result(request, walk, known, question, answer_for(district, question))
        except Unanswerable as problem:
            response = _ask_again(request, walk, known, data, problem)
    else:
        response = _question(request, walk, known, data)
    if data:  # what a person answered stays in no cache, also not on a shared telephone
        patch_cache_control(response, private=True, no_store=True)
    return response


def _walk(data: Mapping[str, str], known: Known) -> Walk:
    """Follow the questions to the first that is not answered, wrong, asked for, or next after the one just sent."""
    walk = Walk()
    just_sent = False
    for step in STEPS:
        if not step.asks(walk.answers, known.facts, known.today):
            continue
        about = replace(known, phase=phase_of(walk.answers), group=walk.answers.get("group", ""))
        form_class = STEP_FORMS[step.name]
        if just_sent or data.get("ask") == step.name or not step.is_answered(data):
            walk.step, walk.form = step, form_class(about=about, raw=data)
            return walk
        form = form_class(data, about=about, raw=data)
        if not form.is_valid():
            walk.step, walk.form = step, form
            return walk
        walk.answers[step.name], walk.forms[step.name] = form.answer(), form
        just_sent = data.get("step") == step.name
    return walk


def _question(request: HttpRequest, walk: Walk, known: Known, data: Mapping[str, str]) -> HttpResponse:
    assert walk.step is not None  # noqa: S101 - for the type checker
    assert walk.form is not None  # noqa: S101
    carried = {name: data[name][:LONGEST_VALUE] for name in NAMES if name in data} | walk.answers
    before = [step.name for step in asked(walk.answers, known.facts, known.today) if step.name in walk.answers]
    rest = {name: value for name, value in carried.items() if name != walk.step.name}
    wrong = walk.form.is_bound and not walk.form.is_valid()
    context = {
        "form": walk.form,
        "step": walk.step.name,
        "number": len(before) + 1,
        "question": walk.form.question(),
        "carried": rest,
        "back": f"?{urlencode({**carried, 'ask': before[-1]})}" if before else "",
        "not_known": f"?{urlencode({**rest, 'since': 'unknown', 'step': 'since'})}",
        "is_wrong": wrong,
        "in_danger": is_in_danger(walk.answers),
        "translations": complete_codes(),
        "noindex": bool(data),
    }
    return render(request, "services/directory/finder.html", context, status=422 if wrong else 200)


def _ask_again(
    request: HttpRequest, walk: Walk, known: Known, data: Mapping[str, str], problem: Unanswerable
) -> HttpResponse:
    """Back to the question whose answer cannot be; where none is at fault, the last door there always is."""
    form = walk.forms.get(problem.about)
    if form is None:
        return _result(request, walk, known, None, None)
    form.add_error(None, str(problem))
    step = next(step for step in STEPS if step.name == problem.about)
    answers = {name: value for name, value in walk.answers.items() if NAMES.index(name) < NAMES.index(step.name)}
    return _question(request, Walk(answers, walk.forms, step, form), known, data)


def _result(
    request: HttpRequest, walk: Walk, known: Known, question: Question | None, answer: ResolvedAnswer | None
) -> HttpResponse:
    doors = presentation.doors_of(answer, question.ags) if answer and question else []
    responsible = doors[0] if answer and answer.responsible else None
    context: dict[str, Any] = {
        "answer": answer,
        "door": responsible,
        "other_doors": doors[1:] if responsible else doors,
        "in_danger": is_in_danger(walk.answers),
        "given": [
            {"name": name, "question": form.question(), "answer": form.answer_in_words()}
            for name, form in walk.forms.items()
        ],
        "carried": urlencode(walk.answers),
        "translations": complete_codes(),
        "noindex": True,
    }
    if answer and question:
        inboxes = answer.inboxes()
        context |= {
            "reason": presentation.reason_of(answer),
            "until": presentation.until_of(answer, question),
            "confidence": presentation.CONFIDENCE[answer.confidence],
            "inbox": inboxes[0] if inboxes else None,
            "coordination": known.facts.holder(Task.TRIAGE, known.today) if answer.mode == Mode.REFER else None,
            "form_url": f"/{get_language()}/forms/counselling/?{urlencode(form_query(walk.answers))}",
        }
    return render(request, "services/directory/finder-result.html", context)


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """All offices of the district, by what they do."""
    district = District.objects.for_request(request)
    found = list(Office.objects.of(district).active())
    groups = [
        {"kind": kind.label, "work": presentation.WORK[kind], "offices": [one for one in found if one.kind == kind]}
        for kind in OfficeKind
    ]
    context = {"groups": [group for group in groups if group["offices"]], "translations": complete_codes()}
    return render(request, "services/directory/offices.html", context)


@require_safe
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office: what it does, how to reach it, where it works. 404 where it does not exist (any more)."""
    district = District.objects.for_request(request)
    found = Office.objects.of(district).active().filter(code=code).first()
    if found is None:
        raise Http404
    towns = Municipality.objects.of(district).in_german_order()
    working = presentation.towns_of(found, facts_of(district), towns, timezone.localdate())
    context = {
        "office": found,
        "work": presentation.WORK[found.kind],
        "points": presentation.points_of(found),
        "towns": working,
        "is_everywhere": bool(towns) and len(working) == len(towns),
        "form_url": f"/{get_language()}/forms/counselling/" if found.takes_cases else "",
        "finder_url": reverse("finder"),
        "translations": complete_codes(),
    }
    return render(request, "services/directory/office.html", context)
