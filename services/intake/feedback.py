"""The one form that belongs to the product itself: something on a page is wrong, unclear, missing or a barrier.

It is a form version like all others, made from the catalogues, so its cases are read, answered and erased like all
others. Barrier reports have a duty of their own (BITV 2.0 § 7; handbook: domain §5.4, F8) and are told apart by topic.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.languages import SOURCE, complete_codes, is_known
from portal.models import District
from portal.rates import count_post
from services.intake import actions
from services.intake.answers import TOKEN_BYTES, AnswerStore
from services.intake.compiler import compile_form
from services.intake.forms import SHOWN, HumanForm, StepForm, step_form
from services.intake.guard import SeeOther, give_cookie, guarded, kindly
from services.intake.models import FormVersion
from services.intake.presentation import frame_of
from services.intake.routing import office_of
from services.intake.views import receipt_context
from services.intake.ways import start_page_of
from services.intake.wording import spoken

KEY = "page-feedback"
"""Not `feedback`: that is the longer form an editor may publish for barriers (handbook: domain §5.4, F8)."""

LONG_FORM = "feedback"
"""Key of that form; the page links to it where it exists."""

STEP = "feedback"
TYPES = ("wrong", "unclear", "missing_translation", "barrier", "praise", "other")
SPEAKS_FOR_ITSELF = frozenset({"missing_translation", "praise"})
"""Types that help us without a text, when we know the page."""

LONGEST_PATH = 300
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INVITED = re.compile(r"/invited/[^/]+/")
_TOKEN_SALT = "intake.feedback"  # noqa: S105 - a name, not a secret


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The form as a document, from the catalogues of all complete languages."""
    tables: dict[str, dict[str, str]] = {}
    with translation.override(SOURCE):
        source, german = _source(), _sentences()
    for code in complete_codes():
        if code != SOURCE:
            with translation.override(code):
                tables[code] = dict(zip(german, _sentences(), strict=True))
    return compile_form(source, tables)


def _sentences() -> list[str]:
    """All sentences in the active language, in an order that is the same in every language."""
    return list(_walk(_source()))


def _walk(part: Any, name: str = "") -> Any:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _walk(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from _walk(value, name)
    elif isinstance(part, str) and name in {"title", "teaser", "label", "help", "intro", "notice", "after"}:
        yield part


def _source() -> dict[str, Any]:
    types = dict(
        zip(
            TYPES,
            (
                _("Something is wrong"),
                _("Something is hard to understand"),
                _("The page is not in my language"),
                _("I cannot use something: a barrier"),
                _("Something is good"),
                _("Something else"),
            ),
            strict=True,
        )
    )
    return {
        "key": KEY,
        "recipient": "KOORD",
        "title": _("Your opinion about this website"),
        "teaser": _("Is something wrong, missing or hard to understand? Tell us."),
        "intro": [_("This is no place for personal questions. For advice please use the form of the counselling.")],
        "notice": [
            _("Your message goes to: **{office}**. We use it to make this website better."),
            _("You do not have to say who you are. We delete your message 3 months after we have dealt with it."),
        ],
        "after": [
            _("A person reads your message on a working day."),
            _("With the number and the secret you can read our answer here."),
        ],
        "steps": [{"key": STEP, "title": _("Your opinion about this website"), "questions": _questions(types)}],
    }


def _questions(types: dict[str, str]) -> list[dict[str, Any]]:
    options = [{"key": key, "label": label} for key, label in types.items()]
    return [
        {"key": "page", "type": "text", "label": _("Page"), "max": LONGEST_PATH},
        {"key": "topics", "type": "radio", "label": _("What is it about?"), "required": True, "options": options},
        {
            "key": "text",
            "type": "textarea",
            "label": _("What should we know?"),
            "help": _("At most 1000 characters, in your language. Please write nothing personal."),
            "max": 1000,
        },
        {
            "key": "email",
            "type": "email",
            "label": _("Your e-mail address"),
            "help": _("Only if you want an answer by e-mail."),
            "sensitivity": "personal",
        },
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def feedback(request: HttpRequest) -> HttpResponse:
    """Show the form; send it as a case to the coordination office."""
    code, now = get_language() or SOURCE, timezone.now()
    form_class = step_form(document(), STEP, code, list)
    if request.method != "POST":
        kind, path = request.GET.get("type", ""), inner_path(request.GET.get("page", ""))
        form = form_class(initial={"page": path, "topics": kind if kind in TYPES else None})
        return _page(request, form, HumanForm(now=now.timestamp()), _new_token())
    data = request.POST.copy()
    data["q-page"] = inner_path(data.get("q-page", ""))
    data.setlist(SHOWN, list(form_class.base_fields))  # one page, nothing depends on anything
    form, human, token = form_class(data), HumanForm(data, now=now.timestamp()), data.get("token", "")
    secret = _read_token(token)
    valid = all([_is_enough(form), human.is_valid()])
    if not valid or secret is None:
        token = token if secret else _new_token()
        return _page(request, form, human.again() if human.errors else human, token, status=422)
    count_post(request, "intake.feedback")
    district = District.objects.for_request(request)
    store = actions.send_at_once(
        district=district,
        document=document(),
        step=STEP,
        answers=form.cleaned_data,
        language=code,
        token=secret,
        at=now,
    )
    response = SeeOther(reverse("feedback_thanks", kwargs={"draft": store.draft.pk}))
    give_cookie(request, response, store.draft.pk, secret)
    return response


@require_safe
def thanks(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Number and secret of the feedback, readable again for an hour in this browser."""
    return _thanks(request, key=KEY, draft=draft)


@guarded
def _thanks(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    code = get_language() or SOURCE
    context = {**frame_of(store.document, code), "translations": [], "noindex": True, "form_key": KEY}
    context.update(receipt_context(request, store), sensitive=False)
    return render(request, "services/intake/receipt.html", context)


def inner_path(text: str) -> str:
    """The path of one of our pages without its query; empty for anything else.

    Neither a draft's id nor an invitation is kept.
    """
    path = text.split("?")[0].split("#")[0]
    parts = path.split("/")
    if not path.startswith("/") or len(parts) < 3 or not is_known(parts[1]) or "//" in path or "\\" in path:
        return ""
    if len(path) > LONGEST_PATH or any(not char.isprintable() or char.isspace() for char in path):
        return ""
    return _INVITED.sub("/invited/…/", _UUID.sub("…", path))


def _is_enough(form: StepForm) -> bool:
    if form.is_valid() and not form.cleaned_data.get("text") and form.cleaned_data["topics"] not in SPEAKS_FOR_ITSELF:
        form.add_error("text", _("Please write a few words, so that we understand what you mean."))
    return form.is_valid()


def _long_form(request: HttpRequest) -> str:
    """Where a barrier can be described at length; empty where no editor has published such a form."""
    versions = FormVersion.objects.of(District.objects.for_request(request))
    return f"{start_page_of(LONG_FORM)}?type=barrier" if versions.current(LONG_FORM) else ""


def _new_token() -> str:
    """The token of the draft to come stands in the page, so that pressing twice sends once and shows one receipt."""
    return signing.Signer(salt=_TOKEN_SALT).sign(secrets.token_hex(TOKEN_BYTES))


def _read_token(text: str) -> bytes | None:
    try:
        return bytes.fromhex(signing.Signer(salt=_TOKEN_SALT).unsign(text))
    except (signing.BadSignature, ValueError):
        return None


def _page(request: HttpRequest, form: StepForm, human: HumanForm, token: str, status: int = 200) -> HttpResponse:
    code = get_language() or SOURCE
    office = office_of(District.objects.for_request(request), document()["recipient"])
    name = office.name if office else _("the coordination office")
    context = {
        **frame_of(document(), code),
        "form": form,
        "human": human,
        "items": [item for item in form.items() if item.key != "page"],
        "token": token,
        "path": form["page"].value() or "",
        "long_form": _long_form(request),
        "form_title": spoken(document()["title"], code),
        "form_intro": [spoken(words, code) for words in document()["intro"]],
        "notice": [spoken(words, code, office=name) for words in document()["notice"]],
    }
    return render(request, "services/intake/feedback.html", context, status=status)
