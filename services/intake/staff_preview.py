"""The pages of a preview: the public's own pages, for staff alone, each with its mark."""

from __future__ import annotations

from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from portal.errors import require
from portal.languages import LANGUAGES, SOURCE, is_known, language
from portal.models import District, User
from services.inbox.deadlines import due
from services.inbox.statuses import Urgency
from services.intake import file_step, routing, views
from services.intake.guard import SeeOther, guarded, kindly
from services.intake.permissions import can_preview_forms
from services.intake.presentation import frame_of, start_page
from services.intake.previewing import PreviewStore, address_of, find_preview, forget, store_of
from services.intake.ways import CHECK, DOORS, LEAVE, RECEIPT, STOP, open_page
from services.intake.wording import spoken

_step = guarded(file_step.step)
_PAGES: dict[str, Any] = {CHECK: views.check, DOORS: views.doors, STOP: views.stop}


def _opened(view: Any) -> Any:
    """Give a view the opened preview, in the language of the address; whoever may not preview is refused."""

    @kindly
    @wraps(view)
    def wrapper(request: HttpRequest, number: UUID, code: str, **kwargs: Any) -> HttpResponse:
        district, user = District.objects.for_request(request), cast(User, request.user)
        require(can_preview_forms(user, district))
        preview = find_preview(number, user, district)
        admin = language(get_language()).code
        with translation.override(code if is_known(code) else SOURCE):
            store = store_of(preview, district)
            store.bar = _bar(store, kwargs.get("where", ""), admin)
            request.form_preview = store  # type: ignore[attr-defined]
            response: HttpResponse = view(request, store, **kwargs)
            return response

    return wrapper


@require_http_methods(["GET", "HEAD", "POST"])
@_opened
def begin(request: HttpRequest, store: PreviewStore) -> HttpResponse:
    """Where the form begins, as the public sees it; pressing "Start" forgets what was typed before."""
    if request.method == "POST":
        forget(store.preview)
        return SeeOther(store.address(store.document["steps"][0]["key"]))
    context = {**start_page(store.document, _code(), {}), "translations": [], "noindex": True}
    return render(request, "services/intake/staff_preview_start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_opened
def page(request: HttpRequest, store: PreviewStore, where: str) -> HttpResponse:
    """A step or another page of the form. Only sending and leaving differ: nothing is sent, nobody is led away."""
    names = {"key": store.preview.key, "draft": store.preview.id}
    if where == LEAVE:
        forget(store.preview)
        return SeeOther(store.address(""))
    if where == RECEIPT or (where == CHECK and request.method == "POST"):
        here = open_page(store)
        return _end(request, store) if here == store.address(CHECK) else SeeOther(here)
    if where in _PAGES:
        return cast(HttpResponse, _PAGES[where](request, **names))
    response = _step(request, **names, step=where)
    if request.POST.get("action") == "language" and response.status_code == SeeOther.status_code:
        return SeeOther(f"{store.address(where)}#preview")  # the languages are in the bar
    return response


def _end(request: HttpRequest, store: PreviewStore) -> HttpResponse:
    """What would have happened."""
    context = {
        **frame_of(store.document, _code()),
        "translations": [],
        "noindex": True,
        "form_title": spoken(store.document["title"], _code()),
        "after": [spoken(words, _code()) for words in store.document.get("after", [])],
        "start_url": store.address(""),
    }
    return render(request, "services/intake/staff_preview_end.html", context)


def _bar(store: PreviewStore, where: str, admin: str) -> SafeString:
    """The mark of every page, in the language of the admin; on the check page with what sending would do."""
    number, code = store.preview.id, _code()
    complete = store.document.get("languages", [])
    context = {
        "admin_language": language(admin),
        "languages": [
            (entry, address_of(number, "" if where == LEAVE else where, entry.code), entry.code == code)
            for entry in LANGUAGES
            if entry.code in complete or entry.code == code
        ],
        "start_url": address_of(number, "", code),
        "back_url": store.preview.back or reverse("forms"),
        "goal": _goal(store, admin) if where in {CHECK, RECEIPT} else None,
    }
    with translation.override(admin):
        return mark_safe(render_to_string("services/intake/staff_preview_bar.html", context))  # noqa: S308 - a template


def _goal(store: PreviewStore, admin: str) -> dict[str, Any]:
    """Who would get the answers, why and until when."""
    now = timezone.now()
    today = timezone.localdate(now)
    to = routing.recipient(store.district, store.journey, today, store.kept.door, _code())
    urgency = str(to.urgency)
    with translation.override(admin):
        return {
            "office": to.office.name if to.office else "",
            "rule": to.rule,
            "reason": str(to.reason),
            "urgency": str(Urgency(urgency).label) if urgency in Urgency.values else urgency,
            "due_at": due(now, urgency, to.due_days) if urgency in Urgency.values else None,
        }


def _code() -> str:
    return get_language() or SOURCE
