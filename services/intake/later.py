"""Pages for whoever goes on later, on another device, or at two at once; and the door that a code opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.errors import DomainError
from portal.languages import SOURCE
from portal.models import District
from portal.rates import HOUR, count_key, source
from services.inbox.forms import NoticeForm
from services.inbox.notices import want_notice
from services.inbox.receipts import in_groups
from services.intake import actions, routing
from services.intake.answers import AnswerStore
from services.intake.devices import CODE_LENGTH, read_code
from services.intake.entries import worded
from services.intake.forms import StepForm, step_form
from services.intake.guard import SeeOther, give_cookie, guarded, kindly, lengthen_cookie
from services.intake.views import page, receipt_context
from services.intake.ways import RECEIPT, SAVE, address, kept_until, open_page
from services.intake.wording import spoken

TRIES_PER_HOUR = 300
"""Tries to open any draft from one network; many people share the address of an accommodation."""


class CodeForm(forms.Form):
    """The code to go on. Any spacing, any digits; the browser is asked to remember nothing."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy("16 digits. You got them when you saved."),
        widget=forms.TextInput(
            {
                "class": "input",
                "dir": "ltr",
                "autocomplete": "off",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )

    def clean_code(self) -> str:
        """The sixteen digits."""
        code = read_code(self.cleaned_data["code"][:80])
        if code is None:
            raise ValidationError(_("The code has {count} digits.").format(count=CODE_LENGTH))
        return code


class HowLongForm(forms.Form):
    """How long the answers are kept for whoever goes on later."""

    long = forms.ChoiceField(
        label=gettext_lazy("How long shall we keep your answers?"),
        choices=[("", gettext_lazy("24 hours")), ("yes", gettext_lazy("7 days"))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def resume(request: HttpRequest) -> HttpResponse:
    """Take the code and let this browser go on where the person was."""
    if request.method != "POST":
        return _door(request, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _door(request, form, 422)
    district, now = District.objects.for_request(request), timezone.now()
    try:
        count_key(f"intake.resume:{source(request)}", TRIES_PER_HOUR, HOUR)
        draft, token = actions.resume(district=district, code=form.cleaned_data["code"], at=now)
    except DomainError as problem:
        form.add_error("code" if problem.status == 422 else None, str(problem))
        return _door(request, form, problem.status)
    store = AnswerStore.open(district=district, key=draft.version.key, draft_id=draft.pk, token=token, at=now)
    response = SeeOther(open_page(store))
    give_cookie(request, response, draft.pk, token)
    lengthen_cookie(request, response, draft, token)
    return response


def _door(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    return render(request, "services/intake/resume.html", {"form": form, "noindex": True}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def save(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Ask how long, then show the code. Reading the page changes nothing."""
    if store.is_sent:
        return redirect(open_page(store))
    if request.method == "POST":
        form = HowLongForm(request.POST)
        long = form.is_valid() and bool(form.cleaned_data["long"])
        actions.save_for_later(store=store, long=long, language=_code(), at=timezone.now())
        return SeeOther(address(store, SAVE))
    context: dict[str, Any] = {**kept_until(store), "form": HowLongForm(), "go_on_url": open_page(store), "code": ""}
    if store.kept.code:
        path = reverse("intake_resume")
        context.update(
            code=in_groups(store.kept.code),
            resume_address=request.build_absolute_uri(path),
            # The fragment is never sent: no server and no log sees the code.
            code_address=request.build_absolute_uri(f"{path}#{store.kept.code}"),
        )
    return page(request, store, "services/intake/save.html", {**context, "sensitive": True})


@require_POST
@guarded
def stay(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Keep the answers longer, from a page that has nothing to type."""
    if not store.is_sent:
        actions.keep_longer(store=store, language=_code(), at=timezone.now())
    return SeeOther(open_page(store))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def both(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """What two browsers typed on one step, side by side; the person decides."""
    step = request.GET.get("step", "")
    typed = store.kept.beside.get(store.browser, {}).get(step)
    if store.is_sent or typed is None:
        return redirect(open_page(store))
    if request.method == "POST":
        actions.decide(store=store, step=step, mine=request.POST.get("keep") == "mine", language=_code())
        can_visit = store.journey.can_visit(step)
        return SeeOther(address(store, step) if can_visit else open_page(store))
    theirs = store.kept.unfinished.get(step)
    here, there = _words(store, step, typed), _words(store, step, theirs)
    questions = next(entry["questions"] for entry in store.document["steps"] if entry["key"] == step)
    rows = [
        {"label": spoken(entry["label"], _code()), "here": here.get(entry["key"]), "there": there.get(entry["key"])}
        for entry in questions
        if here.get(entry["key"]) or there.get(entry["key"])
    ]
    title = spoken(store.journey.steps[step]["title"], _code())
    context = {"rows": rows, "step_title": title, "sensitive": True}
    return page(request, store, "services/intake/both.html", context, status=409)


def _words(store: AnswerStore, step: str, typed: dict[str, list[str]] | None) -> dict[str, list[tuple[str, str]]]:
    """Answers of a step in words by question: checked ones, or what was typed and could not be checked."""
    code, towns = _code(), dict(routing.towns(store.district))
    questions = next(entry["questions"] for entry in store.document["steps"] if entry["key"] == step)
    if typed is None:
        return {entry["key"]: worded(entry, store.kept.answers.get(entry["key"]), code, towns) for entry in questions}
    form = step_form(store.document, step, code, lambda: routing.towns(store.district))(MultiValueDict(typed))
    form.full_clean()
    found = {}
    for entry in questions:
        if entry["type"] != "info":
            checked = form.cleaned_data.get(entry["key"])
            found[entry["key"]] = worded(entry, checked, code, towns) or _as_typed(form, entry["key"])
    return found


def _as_typed(form: StepForm, key: str) -> list[tuple[str, str]]:
    value = form[key].value()
    parts = value if isinstance(value, list | tuple) else [value]
    return [(str(part), "") for part in parts if part not in {None, ""}]


@require_POST
@guarded
def notice(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """On the receipt: give an address to be told by mail, without content, that there is news."""
    if store.receipt is None:
        return redirect(open_page(store))
    form = NoticeForm(request.POST)
    if form.is_valid():
        try:
            want_notice(
                district=store.district,
                number=store.receipt["number"],
                address=form.cleaned_data["email"],
                language=_code(),
                at=timezone.now(),
            )
            return SeeOther(f"{address(store, RECEIPT)}?notice=1")
        except DomainError as problem:
            form.add_error(None, str(problem))
    context = {**receipt_context(request, store), "form": form}
    return page(request, store, "services/intake/receipt.html", context, status=422)


def _code() -> str:
    return get_language() or SOURCE
