"""The pages around the steps: start, other doors, stop, check and send, receipt, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import require
from portal.languages import SOURCE
from portal.models import District
from portal.rates import count_post
from services.directory.statuses import Mode
from services.inbox.actions import AlreadySent
from services.inbox.forms import NoticeForm
from services.inbox.receipts import in_groups
from services.intake import actions, routing
from services.intake.answers import AnswerStore
from services.intake.beside import ChangedElsewhere, seen_all
from services.intake.entries import worded
from services.intake.files import kept_files
from services.intake.forms import HumanForm
from services.intake.guard import EXIT_URL, SeeOther, cookie_name, give_cookie, guarded, kindly, take_cookie
from services.intake.journey import ReviewRow
from services.intake.models import FormVersion, document_of
from services.intake.opening import admit
from services.intake.presentation import as_typed, frame_of, told
from services.intake.reach import ELSEWHERE, UNKNOWN
from services.intake.routing import Recipient
from services.intake.ways import (
    CHANGE,
    CHECK,
    DOORS,
    LEAVE,
    NOTICE,
    RECEIPT,
    address,
    kept_until,
    open_page,
    start_page_of,
)
from services.intake.wording import plain, spoken


@csrf_exempt  # the page before sets no cookie; an empty draft is nothing another site could gain from
@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Make a draft and give its cookie to this browser."""
    if request.method != "POST":
        return redirect(start_page_of(key))
    require(_came_from_here(request))
    count_post(request, "intake.start")
    district = District.objects.for_request(request)
    version = FormVersion.objects.of(district).current(key)
    if version is None:
        raise Http404
    document = document_of(version.pk)
    admit(request, district, document)
    draft, token = actions.start_draft(
        version=version,
        language=_code(),
        at=timezone.now(),
        unfinished=as_typed(document, told(document, request.POST)),
        assisted=bool(document.get("assisted")) and "assisted" in request.POST,
    )
    first = reverse("intake_step", kwargs={"key": key, "draft": draft.pk, "step": document["steps"][0]["key"]})
    response = SeeOther(first)
    give_cookie(request, response, draft.pk, token)
    get_token(request)  # sets the cookie for the forms to come, so that no later GET has to
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def doors(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Other bodies that help better here; whoever still wants contact goes on, to the coordination office."""
    journey = store.journey
    if store.is_sent or not routing.is_decided(journey):
        return redirect(open_page(store))
    to = routing.recipient(store.district, journey, timezone.localdate())
    if not to.show_doors:
        return redirect(open_page(store))
    if request.method == "POST":
        actions.want_contact(store=store, rule=to.rule, language=_code())
        return SeeOther(open_page(store))
    deciding = [step for step in journey.visible_steps if routing.decides(journey.steps[step])]
    context = {**_why(to, store), "change_url": address(store, deciding[-1])}
    return page(request, store, "services/intake/doors.html", context)


@require_safe
@guarded
def stop(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """The form ends here with advice; the answer that led here can be changed."""
    step = store.journey.stopped_at()
    if store.is_sent or step is None:
        return redirect(open_page(store))
    text = [spoken(words, _code()) for words in store.journey.steps[step]["stop_text"]]
    return page(
        request,
        store,
        "services/intake/stop.html",
        {"text": text, "change_url": address(store, step), "sensitive": True},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def check(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """All answers, who gets them and why; sends them by POST only."""
    if (here := open_page(store)) != address(store, CHECK):
        return SeeOther(here)
    to = routing.recipient(store.district, store.journey, timezone.localdate(), store.kept.door)
    now = timezone.now()
    if request.method != "POST":
        return _check_page(request, store, to, HumanForm(now=now.timestamp(), began=store.began.timestamp()))
    form = HumanForm(request.POST, now=now.timestamp())
    if not form.is_valid():
        return _check_page(request, store, to, form.again(), status=422)
    count_post(request, "intake.send")
    try:
        return _send(request, store)
    except ChangedElsewhere as changed:
        if (here := open_page(store)) != address(store, CHECK):
            return SeeOther(here)
        form.add_error(None, str(changed))
        to = routing.recipient(store.district, store.journey, timezone.localdate(), store.kept.door)
        return _check_page(request, store, to, form, status=409)


def _send(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    try:
        actions.submit_draft(store=store, language=_code(), at=timezone.now(), seen=request.POST.get("seen"))
    except actions.NotFinished as problem:
        return SeeOther(address(store, problem.step or DOORS))
    except AlreadySent as sent:
        return page(request, store, "services/intake/already_sent.html", {"case_number": sent.number}, status=409)
    return SeeOther(address(store, RECEIPT))


def _check_page(
    request: HttpRequest, store: AnswerStore, to: Recipient, form: HumanForm, status: int = 200
) -> HttpResponse:
    code, journey = _code(), store.journey
    office = to.office.name if to.office else ""
    towns = dict(routing.towns(store.district))
    groups: list[dict[str, Any]] = []
    for row in journey.review():
        if not groups or groups[-1]["step"] != row.step:
            groups.append({"step": row.step, "title": spoken(journey.steps[row.step]["title"], code), "rows": []})
        groups[-1]["rows"].append(
            {
                "label": spoken(row.question["label"], code),
                "name": plain(row.question["label"], code),
                "texts": _texts(store, row, code, towns),
                "ltr": row.question["type"] in {"tel", "email", "number"},
                "stored": row.question["store"],
                "change_url": f"{address(store, row.step)}{CHANGE}#id_q-{row.question['key']}",
            }
        )
    context = {
        "form": form,
        "groups": groups,
        **_why(to, store),
        "notice": [spoken(words, code, office=office) for words in store.document["notice"]],
        "accepted_door": to.rule == store.kept.door and bool(to.rule),
        "back_url": address(store, journey.visible_steps[-1]),
        "seen": seen_all(store),
        **kept_until(store),
        "sensitive": True,
    }
    return page(request, store, "services/intake/check.html", context, status)


def _texts(store: AnswerStore, row: ReviewRow, code: str, towns: Mapping[str, str]) -> list[tuple[str, str]]:
    """An answer as pairs of text and language; files by their names."""
    if row.question["type"] == "file":
        return [(file.name, "") for file in kept_files(store, row.question["key"])]
    return worded(row.question, row.answer, code, towns)


@require_safe
@guarded
def receipt(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Number and secret after sending, readable again for an hour in this browser."""
    if store.receipt is None:
        return redirect(open_page(store))
    context = {**receipt_context(request, store), "form": NoticeForm(), "told": request.GET.get("notice", "")}
    return page(request, store, "services/intake/receipt.html", context)


def receipt_context(request: HttpRequest, store: AnswerStore) -> dict[str, Any]:
    """What a receipt shows. In the address behind the QR code the secret is in the fragment, which is never sent."""
    kept, status = store.receipt or {}, f"/{_code()}/status/"
    return {
        "case_number": kept["number"],
        "secret": in_groups(kept["secret"]),
        "office_name": kept["office"],
        "after": [spoken(words, _code()) for words in store.document["after"]],
        "status_path": status,
        "status_code_address": request.build_absolute_uri(f"{status}#{kept['number']}/{kept['secret']}"),
        "due_at": datetime.fromisoformat(kept["due"]) if kept.get("due") else None,
        "readable_until": store.draft.expires_at,
        "assisted": bool(kept.get("assisted")),
        "notice_url": address(store, NOTICE),
        "sensitive": True,
    }


@require_POST
@guarded
def leave(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Delete the draft. `exit=quick` goes straight to another website and empties what this browser remembers."""
    was_sent = store.is_sent
    actions.discard(store=store)
    if request.POST.get("exit") == "quick":
        response: HttpResponse = SeeOther(EXIT_URL)
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    elif was_sent:
        response = SeeOther(f"/{_code()}/")
    else:
        response = SeeOther(reverse("intake_deleted", kwargs={"key": store.draft.version.key}))
    take_cookie(response, cookie_name(store.draft.pk))
    return response


@require_safe
@kindly
def deleted(request: HttpRequest, key: str) -> HttpResponse:
    """Says that nothing is left."""
    return render(request, "services/intake/deleted.html", {"start_path": start_page_of(key), "noindex": True})


def page(
    request: HttpRequest, store: AnswerStore, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of a draft in the frame of its form."""
    frame = {
        **frame_of(store.document, _code()),
        "translations": [],
        "noindex": True,
        "form_key": store.draft.version.key,
        "form_title": spoken(store.document["title"], _code()),
        "leave_url": address(store, LEAVE),
    }
    return render(request, name, {**frame, **context}, status=status)


def _why(to: Recipient, store: AnswerStore) -> dict[str, Any]:
    """Template variables that explain where the answers go and who else helps."""
    ags = store.journey.counted.get("ags")
    return {
        "office": to.office,
        "reason": to.reason,
        "confidence": to.confidence,
        "go_there_first": to.answer is not None and to.answer.mode == Mode.URGENT,
        "doors": to.doors(ags if ags not in {ELSEWHERE, UNKNOWN} else None),
    }


def _came_from_here(request: HttpRequest) -> bool:
    """Whether a post comes from our own page, as far as the browser says it."""
    origin = request.headers.get("Origin")
    return not origin or urlsplit(origin).netloc == request.get_host()


def _code() -> str:
    return get_language() or SOURCE
