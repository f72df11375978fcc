"""The status page: a person opens their request with number and secret, reads, writes back, withdraws, leaves.

What is open is remembered in a cookie (`status_cookie`). No page of this is stored by anybody.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import DomainError
from portal.languages import LANGUAGES, SOURCE, language
from portal.models import District
from portal.rates import count_key, count_post
from services.inbox import actions, notices, presentation
from services.inbox.file_views import download, take_files, waiting
from services.inbox.forms import DigitsForm, LetterForm, NoticeForm, ReceiptForm
from services.inbox.models import Appointment, Case, Notice
from services.inbox.receipts import DAY, Visitor, open_receipt
from services.inbox.status_cookie import (
    MINUTES_OPEN,
    cookie_name,
    cookie_path,
    private,
    remember,
    remembered,
    to_status,
)
from services.inbox.statuses import CaseStatus

TRIES_PER_HOUR = 60
"""Tries to open any request from one address; many people share the address of an accommodation."""
LETTERS_PER_DAY = 20
AFTER_APPOINTMENT = timedelta(hours=1)
"""How long an appointment is still shown: who is late must find the place."""


@require_http_methods(["GET", "HEAD", "POST"])
def case_status(request: HttpRequest) -> HttpResponse:
    """The form for number and secret, or, once opened, the request."""
    if request.method == "POST":
        return _open(request)
    visitor, told = remembered(request)
    return _page(request, visitor, told=told) if visitor else _door(request)


@require_http_methods(["GET", "HEAD", "POST"])
def case_message(request: HttpRequest) -> HttpResponse:
    """Write back. What was typed is never lost: an expired door keeps it and hands it on."""
    visitor, _told = remembered(request)
    if request.method != "POST":
        return to_status()
    if visitor is None:
        typed = {"text": request.POST.get("text", "")}
        door = ReceiptForm(typed, district=District.objects.for_request(request))
        return _door(request, door, status=403, expired=True)
    case = _own_case(visitor, request.POST.get("case", ""))
    if case is None:
        return to_status()
    try:
        take_files(request, visitor, case)
    except DomainError as refusal:
        return _with_files(request, visitor, case, str(refusal), refusal.status)
    if request.POST.get("action", "send") != "send":
        return _with_files(request, visitor, case)
    form = LetterForm(request.POST, case=case, has_files=bool(waiting(visitor, case)))
    if not form.is_valid():
        return _page(request, visitor, failed=form, failed_case=case, status=422)
    try:
        count_post(request, "case_message")
        count_key(f"case-message:{case.pk}", LETTERS_PER_DAY, DAY)
        actions.write_as_visitor(
            visitor=visitor,
            case=case,
            text=form.cleaned_data["text"],
            language=get_language() or SOURCE,
            message_id=form.cleaned_data["id"],
        )
    except DomainError as problem:
        form.add_error(None, str(problem))
        return _page(request, visitor, failed=form, failed_case=case, status=problem.status)
    return remember(to_status(), request, visitor, told="sent")


def _with_files(
    request: HttpRequest, visitor: Visitor, case: Case, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page again with what is typed, after a file was added, removed or refused."""
    letter = LetterForm(case=case, text=request.POST.get("text", ""), has_files=True)
    return _page(request, visitor, again=letter, failed_case=case, problem=problem, status=status)


@require_http_methods(["GET", "HEAD"])
def case_download(request: HttpRequest, file: uuid.UUID) -> HttpResponse:
    """A file of the request, for whoever has it open."""
    visitor, _told = remembered(request)
    if visitor is None:
        return to_status()
    try:
        found = download(visitor, file) if request.method == "GET" else None
    except DomainError as problem:
        return _page(request, visitor, problem=str(problem), status=problem.status)
    return found or _page(request, visitor, problem=_("This file is not there any more."), status=404)


@require_http_methods(["GET", "HEAD", "POST"])
def case_withdraw(request: HttpRequest) -> HttpResponse:
    """First the question, then, on POST, the withdrawal."""
    visitor, _told = remembered(request)
    if visitor is None:
        return to_status()
    if request.method == "POST":
        try:
            actions.withdraw(visitor=visitor)
        except DomainError as problem:
            return _page(request, visitor, problem=str(problem), status=problem.status)
        return remember(to_status(), request, visitor, told="withdrawn")
    offices = [case.office for case in visitor.submission.cases.open().select_related("office")]
    if not offices:
        return to_status()
    return private(render(request, "services/inbox/status_withdraw.html", {"offices": offices, "noindex": True}))


@require_http_methods(["GET", "HEAD", "POST"])
def case_notice(request: HttpRequest) -> HttpResponse:
    """Switch mails that say only that there is news on, confirm the address, or switch them off."""
    visitor, _told = remembered(request)
    if request.method != "POST" or visitor is None:
        return to_status()
    submission, action = visitor.submission, request.POST.get("action")
    if action == "stop":
        notices.stop_notice(submission=submission)
        return remember(to_status(), request, visitor, told="notice")
    form: NoticeForm | DigitsForm = DigitsForm(request.POST) if action == "confirm" else NoticeForm(request.POST)
    if not form.is_valid():
        return _page(request, visitor, failed_notice=form, status=422)
    try:
        count_post(request, "case_notice")
        notices.answer(submission, form.cleaned_data, language=get_language() or SOURCE, at=timezone.now())
    except DomainError as problem:
        form.add_error(None, str(problem))
        return _page(request, visitor, failed_notice=form, status=problem.status)
    return remember(to_status(), request, visitor, told="notice")


@require_safe
def case_appointment(request: HttpRequest, pk: Any) -> HttpResponse:
    """An appointment as a file for the person's own calendar; it says when, and nothing else."""
    visitor, _told = remembered(request)
    appointment = _own_appointment(visitor, pk) if visitor else None
    if visitor is None or appointment is None:
        return to_status()
    response = HttpResponse(actions.calendar_file(visitor=visitor, appointment=appointment))
    response["Content-Type"] = "text/calendar; charset=utf-8"
    response["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return private(response)


@require_POST
def case_leave(request: HttpRequest) -> HttpResponse:
    """Close the door: the cookies of all languages go, and the browser is asked to forget what it saw."""
    response = HttpResponseRedirect(f"/{get_language()}/", status=303)
    for entry in LANGUAGES:
        response.delete_cookie(cookie_name(entry.code), path=cookie_path(entry.code), samesite="Strict")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return private(response)


# The door ---------------------------------------------------------------------------------------------------------


def _open(request: HttpRequest) -> HttpResponse:
    district = District.objects.for_request(request)
    form = ReceiptForm(request.POST, district=district)
    if not form.is_valid():
        return _door(request, form, status=422)
    try:
        count_post(request, "case_status", TRIES_PER_HOUR)
        visitor = open_receipt(
            district=district, number=form.cleaned_data["number"], secret=form.cleaned_data["secret"]
        )
    except DomainError as problem:
        form.add_error(None, str(problem))
        return _door(request, form, status=problem.status)
    typed = form.cleaned_data["text"]
    if typed:  # the door had closed while they wrote; a redirect would lose the text
        return _page(request, visitor, typed=typed)
    return remember(to_status(), request, visitor)


def _door(
    request: HttpRequest, form: ReceiptForm | None = None, *, status: int = 200, expired: bool = False
) -> HttpResponse:
    form = form or ReceiptForm(district=District.objects.for_request(request))
    shown = {"form": form, "expired": expired, "minutes": MINUTES_OPEN, "noindex": True}
    if expired:
        form.full_clean()
        form.errors.clear()  # nobody has typed number and secret yet
    return private(render(request, "services/inbox/status_door.html", shown, status=status))


# The page ---------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    visitor: Visitor,
    *,
    failed: LetterForm | None = None,
    again: LetterForm | None = None,
    failed_case: Case | None = None,
    problem: str = "",
    failed_notice: NoticeForm | DigitsForm | None = None,
    typed: str = "",
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    cases = list(_cases(visitor))
    parts = []
    for case in cases:
        kept = failed or again
        form = kept if kept and failed_case and failed_case.pk == case.pk else LetterForm(case=case, text=typed)
        typed = ""
        parts.append(_part(visitor, case, form))
    context = {
        "number": visitor.submission.number,
        "sent_on": visitor.submission.created_day,
        "parts": parts,
        "erased": visitor.submission.tombstones.select_related("office").order_by("erased", "pk"),
        "form": failed or failed_notice,
        "can_notice": notices.can_be_told(visitor.submission),
        "notice": Notice.objects.filter(submission=visitor.submission).first(),
        "notice_form": failed_notice if isinstance(failed_notice, NoticeForm) else NoticeForm(),
        "digits_form": failed_notice if isinstance(failed_notice, DigitsForm) else DigitsForm(),
        "problem": problem,
        "told": told,
        "minutes": MINUTES_OPEN,
        "can_withdraw": any(case.is_open for case in cases),
        "noindex": True,
    }
    response = render(request, "services/inbox/status.html", context, status=status)
    return remember(private(response), request, visitor)


def _part(visitor: Visitor, case: Case, form: LetterForm) -> dict[str, Any]:
    content = actions.read_as_visitor(visitor=visitor, case=case)
    now = timezone.now()
    return {
        "case": case,
        "state": presentation.state_for_person(case, now),
        "due_at": case.due_at if case.is_open and case.due_at and case.due_at > now else None,
        "answers": presentation.answers_for_person(content.document, case.language),
        "answers_language": language(case.language),
        "messages": [
            (opened, language(opened.row.language), language(opened.row.translation_language))
            for opened in content.messages
        ],
        "appointments": [opened for opened in content.appointments if opened.row.starts_at > now - AFTER_APPOINTMENT],
        "form": form if case.status != CaseStatus.WITHDRAWN else None,
        "files": [file for file in content.files if file.row.message_id is None],
        "waiting": waiting(visitor, case),
        "phones": [point for point in case.office.contact_points.all() if point.phone],
    }


def _own_appointment(visitor: Visitor, pk: Any) -> Appointment | None:
    found = Appointment.objects.filter(case__submission=visitor.submission, pk=pk)
    return found.select_related("case").first()


def _cases(visitor: Visitor) -> Any:
    rows = visitor.submission.cases.select_related("office").prefetch_related("office__contact_points")
    return rows.order_by("created_at", "pk")


def _own_case(visitor: Visitor, typed: str) -> Case | None:
    try:
        return _cases(visitor).filter(pk=uuid.UUID(typed)).first()
    except ValueError:
        return None
