"""What stands before every page after the start: the cookie, the draft behind it, the headers, the refusals."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from portal.errors import DomainError
from portal.headers import public_policy
from portal.models import District
from portal.rates import count_key
from portal.refusals import tell
from services.intake.answers import LIFETIME, TOKEN_BYTES, AnswerStore, DraftLost
from services.intake.models import Draft
from services.intake.ways import start_page_of

EXIT_URL = "https://www.tagesschau.de/"
"""Where a person lands who must not be seen here: a page nobody wonders about."""

COOKIE = "lotse_draft_"
MOST_DRAFTS = 6
"""Drafts one browser may hold at a time; a new one lets go of the oldest, or its cookies would outgrow the header."""

POSTS_PER_DRAFT = 400
"""Posts to one draft in an hour. Counted by draft and not by address: a whole accommodation may share one address."""


class SeeOther(HttpResponseRedirect):
    """After a post: fetch another page with GET, in every browser."""

    status_code = 303


def cookie_name(draft: UUID) -> str:
    """One cookie for each draft, so that two tabs never disturb each other."""
    return f"{COOKIE}{draft.hex}"


def token_of(request: HttpRequest, draft: UUID) -> bytes | None:
    """The token of a draft from its cookie; None if the cookie is missing or malformed."""
    text = request.COOKIES.get(cookie_name(draft), "")
    try:
        token = base64.urlsafe_b64decode(text.encode("ascii", "replace") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES else None


def give_cookie(request: HttpRequest, response: HttpResponse, draft: UUID, token: bytes) -> None:
    """Hand the token to this browser, and take back those of drafts that are gone or too many."""
    _set_cookie(request, response, draft, token, LIFETIME)
    held = [name for name in request.COOKIES if name.startswith(COOKIE)]
    ids = {name: _uuid(name.removeprefix(COOKIE)) for name in held}
    alive = Draft.objects.open(timezone.now()).filter(pk__in=[pk for pk in ids.values() if pk]).order_by("-expires_at")
    keep = set(alive.values_list("pk", flat=True)[: MOST_DRAFTS - 1])
    for name, pk in ids.items():
        if pk not in keep:
            take_cookie(response, name)


def lengthen_cookie(request: HttpRequest, response: HttpResponse, draft: Draft, token: bytes | None = None) -> None:
    """Let the cookie of this browser last as long as its draft, which may have got more time, perhaps elsewhere."""
    token = token or token_of(request, draft.pk)
    left = draft.expires_at - timezone.now()
    if token and left > timedelta() and draft.expires_at > draft.started_at + LIFETIME:
        _set_cookie(request, response, draft.pk, token, left)


def _set_cookie(request: HttpRequest, response: HttpResponse, draft: UUID, token: bytes, age: timedelta) -> None:
    # The path is `/`: the language stands first in every address, and a change of language must not lose the draft.
    response.set_cookie(
        cookie_name(draft),
        base64.urlsafe_b64encode(token).decode().rstrip("="),
        max_age=int(age.total_seconds()),
        path="/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def take_cookie(response: HttpResponse, name: str) -> None:
    """Remove a draft's cookie."""
    response.delete_cookie(name, path="/", samesite="Lax")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, found by no search engine; its forms may lead to the quick exit's page and nowhere else."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    policy = public_policy().replace("form-action 'self'", f"form-action 'self' {EXIT_URL.rstrip('/')}")
    response["Content-Security-Policy"] = policy
    return response


def kindly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refusal becomes a page in the reader's language with the right status."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return private(view(request, *args, **kwargs))
        except DomainError as refusal:
            return private(tell(request, refusal))

    return wrapper


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the opened draft as `store` in place of `key` and `draft`; tell who has none what to do."""

    @kindly
    @wraps(view)
    def wrapper(request: HttpRequest, key: str, draft: UUID, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            count_key(f"intake.draft:{draft}", POSTS_PER_DRAFT)
        district, now = District.objects.for_request(request), timezone.now()
        try:
            # Only the staff's preview sets this attribute, after it asked who is there; no request can bring it along.
            preview = getattr(request, "form_preview", None)
            store = preview or AnswerStore.open(
                district=district, key=key, draft_id=draft, token=token_of(request, draft), at=now
            )
            response = view(request, store=store, **kwargs)
            if request.method == "POST" and not response.cookies and not preview:
                lengthen_cookie(request, response, store.draft)
            return response
        except DraftLost as lost:
            return _lost(request, key, lost)

    return wrapper


def _lost(request: HttpRequest, key: str, lost: DraftLost) -> HttpResponse:
    start = reverse("feedback") if key == "page-feedback" else start_page_of(key)
    context = {"sentence": str(lost), "start_path": start, "noindex": True}
    return render(request, "services/intake/lost.html", context, status=lost.status)
