"""How the status page remembers what is open: in one encrypted cookie for half an hour, on this path only.

Never in an address, never in a session. It holds the key behind the receipt, not the secret.
"""

from __future__ import annotations

import base64
import json
import time
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language

from portal import sealing
from portal.languages import SOURCE
from portal.models import District
from portal.sealing import KeyMissing, Unreadable
from services.inbox.receipts import Visitor, reopen

MINUTES_OPEN = 30
COOKIE = "lotse_case"
PLACE = "cookie|case_status"


def remember(response: HttpResponse, request: HttpRequest, visitor: Visitor, told: str = "") -> HttpResponse:
    """Keep the request open for another half hour; `told` is what the next page says."""
    key = base64.b64encode(visitor.pair.private).decode()
    payload = {"id": str(visitor.submission.pk), "key": key, "at": int(time.time()), "told": told}
    sealed = sealing.encrypt(json.dumps(payload).encode(), _cookie_key(), PLACE)
    code = get_language() or SOURCE
    response.set_cookie(
        cookie_name(code),
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=MINUTES_OPEN * 60,
        path=cookie_path(code),
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response


def remembered(request: HttpRequest) -> tuple[Visitor | None, str]:
    """The visitor of this cookie and what the last step wants to tell them; (None, "") for anything that is not one."""
    value = request.COOKIES.get(cookie_name(get_language() or SOURCE), "")
    if not value:
        return None, ""
    try:
        sealed = base64.urlsafe_b64decode(value)
        payload = json.loads(sealing.decrypt(sealed, _cookie_key(), PLACE))
        key = base64.b64decode(payload["key"])
    except (ValueError, KeyError, Unreadable, KeyMissing):
        return None, ""
    if time.time() - payload["at"] > MINUTES_OPEN * 60:
        return None, ""
    district = District.objects.for_request(request)
    visitor = reopen(district=district, submission_id=uuid.UUID(payload["id"]), private=key)
    return visitor, payload["told"] if visitor else ""


def _cookie_key() -> bytes:
    return sealing.key_from_token(b"status page cookie", "cookie")


def cookie_path(code: str) -> str:
    """Where the cookie of a language is sent: the status page and what lies below it."""
    return f"/{code}/" + reverse("case_status").split("/", 2)[2]


def cookie_name(code: str) -> str:
    """The cookie of a language."""
    return f"{COOKIE}_{code}"


def to_status() -> HttpResponse:
    """On to the status page."""
    return private(HttpResponseRedirect(reverse("case_status"), status=303))


def private(response: HttpResponse) -> HttpResponse:
    """A page that nobody stores and no search engine lists."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
