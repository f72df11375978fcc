"""One case in the admin: everything in it, and everything that can be done to it.

A case of another office and a case that does not exist are refused in the same words.
"""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from portal.errors import DomainError
from portal.languages import language
from portal.models import User
from services.directory.models import OfficeMembership
from services.inbox import actions, presentation
from services.inbox.forms import AssignForm, CaseForm, CloseForm, NoteForm, ReplyForm, StatusForm
from services.inbox.list_views import row_of
from services.inbox.models import Case
from services.inbox.statuses import CaseStatus

RELATED = ("submission", "office", "municipality", "assigned_to")
FORMS: dict[str, type[CaseForm]] = {
    form.name: form for form in (ReplyForm, NoteForm, AssignForm, StatusForm, CloseForm)
}
BUTTONS = ("take", "reopen")
DONE_WORDS = {
    "reply": gettext_lazy("Your answer can be read on the status page."),
    "note": gettext_lazy("The note was added."),
    "assign": gettext_lazy("The assignment was changed."),
    "status": gettext_lazy("The status was changed."),
    "close": gettext_lazy("The case was closed."),
    "take": gettext_lazy("The case is yours now."),
    "reopen": gettext_lazy("The case is open again."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def case_page(request: HttpRequest, pk: Any) -> HttpResponse:
    """One case. Every showing of its content is an event in its history."""
    case = _case(request, pk)
    if request.method != "POST":
        return _show(request, case)
    name = request.POST.get("action", "")
    if name not in FORMS and name not in BUTTONS:
        return _show(request, case, problem=_("Your browser sent something we do not understand."), status=400)
    form = _form(name, case, request.POST) if name in FORMS else None
    if form is not None and not form.is_valid():
        return _show(request, case, failed=form, status=422)
    try:
        _do(name, case, _user(request), form, _version(request))
    except DomainError as problem:
        return _show(request, _case(request, pk), failed=form, problem=str(problem), status=problem.status)
    messages.success(request, DONE_WORDS[name])
    return redirect("case", pk=case.pk)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # Wagtail has asked everybody to log in


def _case(request: HttpRequest, pk: Any) -> Case:
    case = Case.objects.visible_to(request.user).select_related(*RELATED).filter(pk=pk).first()
    if case is None:
        raise PermissionDenied  # not 404, which the language middleware would send on to the public pages
    return case


def _do(name: str, case: Case, user: User, form: Any, version: int) -> None:
    match name:
        case "take":
            actions.take(case=case, user=user, version=version)
        case "assign":
            actions.assign(case=case, by=user, to=form.chosen, version=version)
        case "reply":
            data = form.cleaned_data
            waiting = data["after"] == "waiting"
            actions.reply(
                case=case, author=user, text=data["text"], language=data["language"], waiting=waiting, version=version
            )
        case "note":
            actions.add_note(case=case, author=user, text=form.cleaned_data["text"], version=version)
        case "status":
            actions.set_status(case=case, by=user, status=form.cleaned_data["status"], version=version)
        case "close":
            actions.close(case=case, by=user, reason=form.cleaned_data["reason"], version=version)
        case "reopen":
            actions.reopen(case=case, by=user, version=version)


def _show(
    request: HttpRequest,
    case: Case,
    *,
    failed: CaseForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        content = actions.open_case(case=case, reader=_user(request))
    except DomainError as missing:  # without its key the page still says how the case stands
        content, problem, status = None, str(missing), missing.status
    now = timezone.now()
    document = content.document if content else None
    shown = {name: _form(name, case) for name in FORMS}
    if failed is not None:
        shown[failed.name] = failed
    context = {
        "header_title": case.submission.number,
        "header_icon": "mail",
        "breadcrumbs_items": [
            _home(),
            {"url": reverse("inbox"), "label": _("Inbox")},
            {"url": "", "label": case.submission.number},
        ],
        **row_of(case, now),
        "person_language": language(case.language),
        "answers": presentation.answers_for_staff(document, case.language),
        "has_answers": document is not None,
        "is_withdrawn": case.status == CaseStatus.WITHDRAWN,
        "is_closed": case.status == CaseStatus.CLOSED,
        "messages_both_ways": _texts(content.messages) if content else [],
        "notes": _texts(content.notes) if content else [],
        "history": presentation.history_lines(case),
        "forms": shown,
        "problem": problem,
    }
    return render(request, "services/inbox/staff_case.html", context, status=status)


def _texts(opened: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "row": item.row,
            "text": item.text,
            "author": presentation.name_of(item.row.author),
            "language": language(getattr(item.row, "language", None)),
            "language_name": presentation.language_name(getattr(item.row, "language", "de")),
        }
        for item in opened
    ]


def _form(name: str, case: Case, data: Any = None) -> CaseForm:
    if name == AssignForm.name:
        return AssignForm(data, case=case, members=_members(case))
    return FORMS[name](data, case=case)


def _members(case: Case) -> list[User]:
    rows = OfficeMembership.objects.valid().filter(office_id=case.office_id, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("user__last_name", "user__first_name", "pk")]


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _home() -> dict[str, str]:
    return {"url": reverse("wagtailadmin_home"), "label": _("Home")}
