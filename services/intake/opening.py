"""The first page of a form that is not for everybody: for whom it is, the form itself, and the invitation to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.errors import NotAllowed
from portal.languages import SOURCE
from portal.models import District
from services.intake.audience import (
    INVITATION_DAYS,
    INVITED,
    STAFF,
    audience_of,
    can_invite,
    can_open_form,
    invitation,
    is_invitation,
)
from services.intake.guard import kindly, private
from services.intake.models import FormVersion, document_of
from services.intake.presentation import start_page
from services.intake.wording import plain, spoken


def answer(request: HttpRequest, key: str, serve: Callable[[], HttpResponse]) -> HttpResponse:
    """The start page as `serve` makes it, or the page that says for whom this form is (403).

    A public form touches no session; pages of the others are kept by no cache and found by no search engine.
    """
    document = _current(request, key)
    if document is None or audience_of(document) == "public":
        return serve()
    if not can_open_form(request.user, document):
        return private(closed(request, document))
    response: Any = serve()
    context = {"noindex": True, "translations": [], **_guest_link(request, document)}
    response.context_data = {**(response.context_data or {}), **context}
    return private(response)


@require_safe
@kindly
def invited(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The start page for whoever holds an invitation. The token is in the path, so that every language keeps it."""
    document = _current(request, key)
    if document is None:
        raise Http404
    district = District.objects.for_request(request)
    is_invited = is_invitation(token, district, key, timezone.localdate())
    if not can_open_form(request.user, document, is_invited):
        return closed(request, document, expired=True)
    context = {**start_page(document, get_language() or SOURCE, request.GET), "translations": [], "noindex": True}
    return render(request, "services/intake/intake_form_page.html", {**context, "invitation": token})


def admit(request: HttpRequest, district: District, document: dict[str, Any]) -> None:
    """Refuse to begin a form for somebody it is not for. Raises `NotAllowed`."""
    token = request.POST.get("invitation", "")
    is_invited = bool(token) and is_invitation(token, district, document["key"], timezone.localdate())
    if audience_of(document) == "public" or can_open_form(request.user, document, is_invited):
        return
    raise NotAllowed(_("This form is not for everybody. Please open its start page again."))


def closed(request: HttpRequest, document: dict[str, Any], expired: bool = False) -> HttpResponse:
    """For whom the form is, how to get in, and where else to go."""
    code = get_language() or SOURCE
    context = {
        "form_name": plain(document["title"], code),
        "form_title": spoken(document["title"], code),
        "for_whom": spoken(document["for_whom"], code) if document["for_whom"] else "",
        "expired": expired,
        "by_invitation": audience_of(document) == INVITED,
        "for_staff": audience_of(document) == STAFF,
        "is_known": request.user.is_authenticated,
        "noindex": True,
    }
    return render(request, "services/intake/closed.html", context, status=403)


def _current(request: HttpRequest, key: str) -> dict[str, Any] | None:
    version = FormVersion.objects.of(District.objects.for_request(request)).current(key)
    return document_of(version.pk) if version else None


def _guest_link(request: HttpRequest, document: dict[str, Any]) -> dict[str, Any]:
    if not can_invite(request.user, document):
        return {}
    until = timezone.localdate() + timedelta(days=INVITATION_DAYS)
    token = invitation(District.objects.for_request(request), document["key"], until)
    path = reverse("intake_invited", kwargs={"key": document["key"], "token": token})
    return {"guest_link": request.build_absolute_uri(path), "guest_until": until}
