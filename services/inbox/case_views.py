"""One case in the admin: everything in it, and everything that can be done to it.

A case of another office and a case that does not exist are refused in the same words. What a colleague typed comes
back whatever happened meanwhile: changed by somebody else, closed, given to another office, erased.
"""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from portal.errors import DomainError, NotAllowed
from portal.languages import language
from portal.models import User
from portal.step_up import has_just_proved, prove_address
from services.inbox import actions, presence
from services.inbox.case_forms import CaseForm, ReplyForm
from services.inbox.case_page import case_context, changes_since, links_elsewhere, make_form
from services.inbox.case_work import AWAY, BUTTONS, DONE_WORDS, FORMS, TYPED, Order, work
from services.inbox.models import Case, Message, ReplyTemplate
from services.inbox.receipts import in_groups
from services.inbox.reply_templates import fill

RELATED = ("submission", "office", "municipality", "assigned_to", "district")


@require_http_methods(["GET", "HEAD", "POST"])
def case_page(request: HttpRequest, pk: Any) -> HttpResponse:
    """One case. Every showing of its content is an event in its history."""
    case = _case(request, pk)
    if case is None:
        return _gone(request)
    if request.method != "POST":
        presence.look_at(case, _user(request))
        return _show(request, case)
    name = request.POST.get("action", "")
    if name == ReplyForm.name and request.POST.get("do") in {"template", "preview"}:
        return _compose(request, case)
    if name == "translate" and request.POST.get("do") == "machine":
        return _translate_by_machine(request, case)
    if name == "renew":
        return _renew(request, case)
    if name not in FORMS and name not in BUTTONS:
        return _show(request, case, problem=_("Your browser sent something we do not understand."), status=400)
    if name == "erase_yes" and not has_just_proved(request):
        return redirect(prove_address(request, reverse("case", args=[case.pk]) + "?open=erase#erase"))
    form = make_form(name, case, _user(request), request.POST) if name in FORMS else None
    if form is not None and not form.is_valid():
        return _show(request, case, failed=form, problem=_("Please check what you entered."), status=422)
    return _do(request, case, name, form)


def _do(request: HttpRequest, case: Case, name: str, form: CaseForm | None) -> HttpResponse:
    user = _user(request)
    try:
        uploads = request.FILES.getlist("files")
        work(name, Order(case, user, form, _number(request, "version"), has_just_proved(request), uploads))
    except DomainError as problem:
        return _refused(request, case, form, problem)
    messages.success(request, DONE_WORDS[name])
    if name in AWAY:
        return redirect("inbox")
    return redirect("case", pk=case.pk)


def _refused(request: HttpRequest, case: Case, form: CaseForm | None, problem: DomainError) -> HttpResponse:
    """Say why it was not possible, on the page as it is now; or without it, where the case went away meanwhile."""
    now = _case(request, case.pk)
    if now is None or isinstance(problem, actions.Gone):
        return _gone(request)
    changes = changes_since(now, _number(request, "seen")) if isinstance(problem, actions.Changed) else []
    return _show(request, now, failed=form, problem=str(problem), changes=changes, status=problem.status)


@require_safe
def case_presence(request: HttpRequest, pk: Any) -> HttpResponse:
    """For the open page, every half minute: who else looks at the case, its version, a fresh token for the forms.

    Not a reading: nothing of the case is in here. It does not keep a session alive (portal.staff).
    """
    case = _case(request, pk)
    if case is None:
        return JsonResponse({"gone": True}, status=403)
    presence.look_at(case, _user(request))
    names = presence.others(case, _user(request))
    return JsonResponse({"words": looking(names), "version": case.version, "token": get_token(request)})


def looking(names: list[str]) -> str:
    """Who else has the case open, as a sentence; nothing where nobody has."""
    return _("Also looking at this case: {names}").format(names=", ".join(names)) if names else ""


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # Wagtail has asked everybody to log in


def _case(request: HttpRequest, pk: Any) -> Case | None:
    return Case.objects.visible_to(request.user).select_related(*RELATED).filter(pk=pk).first()


def _gone(request: HttpRequest) -> HttpResponse:
    """No such case for this person. Sentences they typed are shown once more, to be copied; nothing else is said."""
    typed = [text for name in TYPED for text in request.POST.getlist(name) if text.strip()]
    if request.method != "POST" or not typed:
        raise PermissionDenied  # not 404, which the language middleware would send on to the public pages
    context = {"header_title": _("Not in your inbox"), "header_icon": "mail", "typed": typed}
    return render(request, "services/inbox/staff_gone.html", context, status=403)


def _compose(request: HttpRequest, case: Case) -> HttpResponse:
    """The page again with a template put into the answer, or with the answer as the person will see it."""
    names = ("text", "language", "german", "after", "reason", "template")
    given = {name: request.POST[name] for name in names if request.POST.get(name)}
    text, german = given.get("text", ""), given.get("german", "")
    preview = None
    if request.POST["do"] == "template":
        templates = ReplyTemplate.objects.for_office(case.office).filter(pk=_number(request, "template"))
        if (found := templates.prefetch_related("texts").first()) is not None:
            draft = fill(found, case, _user(request))
            given |= {"text": _below(text, draft.text), "language": draft.language}
            given["german"] = _below(german, draft.german) if draft.german else german
    else:
        preview = {"text": text, "german": german, "language": language(given.get("language"))}
    form = make_form(ReplyForm.name, case, _user(request), initial=given)
    return _show(request, case, failed=form, preview=preview)


def _below(before: str, text: str) -> str:
    return f"{before.rstrip()}\n\n{text}" if before.strip() else text


def _translate_by_machine(request: HttpRequest, case: Case) -> HttpResponse:
    form = make_form("translate", case, _user(request), request.POST)
    form.full_clean()
    wanted = form.cleaned_data.get("message")
    message = Message.objects.filter(case=case, pk=wanted).first() if wanted else None
    try:
        if message is None:
            raise NotAllowed(_("Your browser sent something we do not understand."))
        actions.translate_by_machine(case=case, message=message, by=_user(request), version=_number(request, "version"))
    except DomainError as problem:
        return _refused(request, case, None, problem)
    messages.success(request, DONE_WORDS["translate"])
    return redirect("case", pk=case.pk)


def _renew(request: HttpRequest, case: Case) -> HttpResponse:
    """A new number and secret for a person who lost them and showed who they are. Shown once, to be handed over."""
    if not request.POST.get("checked"):
        sentence = _("Please check first who the person is.")
        return _show(request, case, problem=sentence, open_form="renew", status=422)
    try:
        receipt = actions.renew_receipt(case=case, by=_user(request), identity_checked=True)
    except DomainError as problem:
        return _refused(request, case, None, problem)
    context = {
        "header_title": receipt.number,
        "header_icon": "key",
        "case": case,
        "number": receipt.number,
        "secret": in_groups(receipt.secret),
    }
    return render(request, "services/inbox/staff_receipt.html", context)


def _show(
    request: HttpRequest,
    case: Case,
    *,
    failed: CaseForm | None = None,
    problem: str = "",
    changes: Any = (),
    preview: dict[str, Any] | None = None,
    open_form: str = "",
    status: int = 200,
) -> HttpResponse:
    content = None
    try:
        content = actions.open_case(case=case, reader=_user(request))
    except (actions.Gone, NotAllowed):
        return _gone(request)
    except DomainError as missing:  # without its key the page still says how the case stands
        problem, status = str(missing), missing.status
    context = case_context(case, _user(request), content, failed, request)
    context |= {
        "problem": problem,
        "changes": changes,
        "preview": preview,
        "looking": looking(context["others"]),
        "links_elsewhere": links_elsewhere(case, _user(request)),
        "open_form": open_form or context["open_form"],
    }
    return render(request, "services/inbox/staff_case.html", context, status=status)


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
