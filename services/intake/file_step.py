"""The step on which files are added: its own page and its own post, because files are no answers of a form wizard.

Every button stands in one form, so that a file which was chosen is never lost by pressing another one than "Add".
Refusals are told on a page that is fetched with GET (status 422), as on every other step. Works without scripts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.cleaning import GROUPS, FileRefused, clean, sentence
from portal.errors import DomainError, TooMany
from portal.filenames import shown_name
from portal.languages import SOURCE
from portal.rates import count_key
from services.inbox.files import drop
from services.inbox.files import store as put_away
from services.intake.answers import AnswerStore
from services.intake.beside import seen_of
from services.intake.files import (
    PROBLEMS,
    USUAL_FILES,
    accepted,
    add_file,
    confirm_files,
    file_question,
    keep_problems,
    kept_files,
    refuse_more,
    remove_file,
)
from services.intake.forms import StepForm, step_form
from services.intake.guard import SeeOther
from services.intake.presentation import step_page
from services.intake.ways import CHANGE, LEAVE, address, after_step, kept_until, wrong_step
from services.intake.wizard import IntakeWizard
from services.intake.wording import plain, spoken

FILES_PER_HOUR = 30
"""Files that may be added to one draft in an hour (handbook: intake §4 B3)."""

NAME, REMOVE, REQUIRED = "file", "remove-", "required"
OF = "\t"
"""Between the code of a refusal and the name of its file."""

MOST_TOLD = 10
MIMES = {
    "image": "image/*",
    "pdf": "application/pdf",
    "office": ",".join(f".{ending}" for ending in GROUPS["office"]),
    "text": "text/plain",
}
"""What the browser is asked to offer. It is a hint: what comes is checked by its content."""

wizard: Callable[..., HttpResponse] = IntakeWizard.as_view(url_name="intake_step")


def step(request: HttpRequest, store: AnswerStore, step: str) -> HttpResponse:
    """A step of a form: this page where it asks for files, else the wizard's."""
    question = None if store.is_sent else file_question(store, step)
    if question is None or not store.journey.can_visit(step):
        return wizard(request, store=store, step=step)
    if request.method != "POST":
        return _show(request, store, step, question)
    return _post(request, store, step, question)


def _post(request: HttpRequest, store: AnswerStore, step: str, question: dict[str, Any]) -> HttpResponse:
    action = request.POST.get("action") or ("add" if request.FILES.getlist(NAME) else "continue")
    is_change, code = "change" in request.GET, _code()
    here = f"{address(store, step)}{CHANGE if is_change else ''}"
    if action.startswith(REMOVE):
        if (pk := _uuid(action.removeprefix(REMOVE))) is not None:
            remove_file(store=store, question=question, file_id=pk, language=code)
        return SeeOther(f"{here}#files")
    problems = [] if store.is_preview else _take(request, store, step, question)  # a preview stores nothing
    if action not in {"add", "continue"}:  # back, another language and whatever else the wizard knows
        return wizard(request, store=store, step=step)
    if not problems and not store.is_preview:
        problems = _missing(request, store, question, action)
    keep_problems(store=store, step=step, codes=problems, language=code)
    if problems:
        return SeeOther(wrong_step(store, step, is_change))
    if action == "add":
        return SeeOther(f"{here}#files")
    confirm_files(store=store, question=question["key"], step=step, language=code)
    return SeeOther(after_step(store, step, _form(store, step), is_change))


def _missing(request: HttpRequest, store: AnswerStore, question: dict[str, Any], action: str) -> list[str]:
    """What is wrong although no file was refused."""
    if action == "add":
        return [] if request.FILES.getlist(NAME) else ["nothing"]
    return [REQUIRED] if question["required"] and not kept_files(store, question["key"]) else []


def _take(request: HttpRequest, store: AnswerStore, step: str, question: dict[str, Any]) -> list[str]:
    """Keep what can be kept of the chosen files; the refusals of the others (`_problem`)."""
    problems: list[str] = []
    for upload in request.FILES.getlist(NAME):
        try:
            count_key(f"intake.files:{store.draft.pk}", FILES_PER_HOUR)
            refuse_more(store, question)
            stored = put_away(clean(upload, accepted(question)))
        except FileRefused as refusal:
            problems.append(_problem(refusal.code, upload))
            continue
        except TooMany:
            problems.append(_problem("too_often", upload))
            break
        try:
            add_file(store=store, question=question, step=step, file=stored, language=_code())
        except DomainError as refusal:
            drop([stored])
            if not isinstance(refusal, FileRefused):
                raise
            problems.append(_problem(refusal.code, upload))
    return problems[:MOST_TOLD]


def _problem(code: str, upload: Any) -> str:
    """A refusal and the file it is about, as it waits in the draft."""
    return f"{code}{OF}{shown_name(upload.name or '')}"


def _show(request: HttpRequest, store: AnswerStore, step: str, question: dict[str, Any]) -> HttpResponse:
    code, is_change, key = _code(), "change" in request.GET, question["key"]
    codes = store.kept.unfinished.get(step, {}).get(PROBLEMS, []) if "wrong" in request.GET else []
    problems = [_worded(problem, question) for problem in dict.fromkeys(codes)]
    added, most = kept_files(store, key), question.get("max_files", USUAL_FILES)
    context = step_page(store, _form(store, step), code) | {
        "question": spoken(question["label"], code),
        "question_name": plain(question["label"], code),
        "help": spoken(question["help"], code) if question["help"] else "",
        "required": question["required"],
        "problems": problems,
        "added": added,
        "most": most,
        "can_add": len(added) < most,
        "kinds": ",".join(MIMES[group] for group in accepted(question) or GROUPS),
        "limit": sentence_of_limits(question),
        "is_change": is_change,
        "seen": seen_of(store, step),
        **kept_until(store),
        "leave_url": address(store, LEAVE),
        "action": f"{address(store, step)}{CHANGE if is_change else ''}",
    }
    return render(request, "services/intake/file_step.html", context, status=_status(codes))


def sentence_of_limits(question: dict[str, Any]) -> str:
    """What can be added, before anybody tries."""
    return sentence("limits", accepted(question), count=question.get("max_files", USUAL_FILES))


def _status(codes: list[str]) -> int:
    if not codes:
        return 200
    kinds = [code.partition(OF)[0] for code in codes]
    return 429 if "too_often" in kinds else FileRefused(kinds[0]).status


def _worded(problem: str, question: dict[str, Any]) -> SafeString:
    code, _sign, name = problem.partition(OF)
    if code == REQUIRED:
        return escape(_("Please answer: {question}").format(question=plain(question["label"], _code())))
    words = sentence(code, accepted(question), count=question.get("max_files", USUAL_FILES))
    return format_html("<bdi>{}</bdi>: {}", name, words) if name else escape(words)


def _form(store: AnswerStore, step: str) -> StepForm:
    form = step_form(store.document, step, _code(), lambda: [])
    return form(answers=store.kept.answers)


def _code() -> str:
    return get_language() or SOURCE


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
