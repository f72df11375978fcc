"""The doors for people with an account: nobody signs up alone, and staff show a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.errors import NotAllowed, TooMany
from portal.languages import language
from portal.outbox import queue_mail
from portal.permissions import can_enter_admin
from portal.rates import source
from portal.refusals import tell
from portal.sessions import BEGAN

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""What counts as a second factor. Recovery codes alone do not: they are the way back, not a lock."""

SLIDE_EVERY = 60
"""Seconds between two writes of "still here" to a session; the half hour is right to within this."""

NOT_A_CLICK = ("/admin/editing-sessions/",)
"""Addresses which an open page asks by itself. They must not keep an abandoned desk logged in."""


class ClosedDoors(DefaultAccountAdapter):
    """How django-allauth behaves here: no sign-up, mails through the outbox, no addresses kept, limits that say so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """The working day of this session begins now."""
        response = super().post_login(request, user, **kwargs)
        request.session[BEGAN] = timezone.now().timestamp()
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a person goes after login when no other page waits: the admin, or the network's meetings."""
        return place_of(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_client_ip(self, request: HttpRequest) -> str:
        """A name for the network instead of its address, which is neither counted nor stored nor mailed."""
        return source(request)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """A form's error; a reached limit becomes a page of its own with status 429."""
        if code in {"too_many_login_attempts", "rate_limited"}:
            raise TooMany(_("There were too many attempts. Please wait an hour and try again."))
        return super().validation_error(code, *args)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, in the language of the person and not in that of the browser that asked."""
        spoken = language(getattr(context.get("user"), "language", None) or translation.get_language()).code
        with translation.override(spoken):
            subject = render_to_string(f"{template_prefix}_subject.txt", context)
            body = render_to_string(f"{template_prefix}_message.txt", context)
        queue_mail(
            key=f"account:{uuid4()}",
            recipient=email,
            language=spoken,
            subject=" ".join(subject.split()),
            body=body.strip() + "\n",
        )


def place_of(user: Any) -> str:
    """The address where a person with an account works: the admin where they may enter it, else the meetings."""
    if can_enter_admin(user):
        return reverse("wagtailadmin_home")
    with translation.override(language(user.language).code):
        try:
            return reverse("meetings")
        except NoReverseMatch:  # an installation without the network
            return f"/{translation.get_language()}/"


class StaffSession:
    """Middleware: each click of a logged-in person prolongs their half hour, and what they see is not stored.

    Asks nothing of a session which the page itself did not touch, so public pages stay without cookie.
    Invalid forms on the account pages answer with 422.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if not session.accessed or "_auth_user_id" not in session:
            return response
        response.headers.setdefault("Cache-Control", "private, no-store")
        if not request.path.startswith(NOT_A_CLICK):
            now = timezone.now().timestamp()
            session.setdefault(BEGAN, now)
            if now - session.get("seen", 0) >= SLIDE_EVERY:
                session["seen"] = now
        return response

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and request.path.startswith("/accounts/") and getattr(form, "errors", None):
            response.status_code = 422
        return response


class SecondFactorForStaff:
    """Middleware: no admin page for people without a desk there, nor without a second factor where it is required."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Only the admin asks who is there: a public page must not touch the session.
        if request.path.startswith("/admin/") and settings.LOTSE_ROLE != "public" and request.user.is_authenticated:
            return self._gate(request) or self.get_response(request)
        return self.get_response(request)

    def _gate(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        if request.path == "/admin/logout/":
            return None
        if not can_enter_admin(user):
            # Wagtail would send them to the login, which would send them back, for ever.
            if request.path == "/admin/":
                return redirect(place_of(user))
            return tell(request, NotAllowed(_("This part is for staff. Your account does not open it.")))
        if not settings.LOTSE_SECOND_FACTOR:
            return None
        if not is_mfa_enabled(user, SECOND_FACTORS):
            return redirect("mfa_activate_totp")
        if not has_shown_second_factor(request):
            # However this session came to be, for example by a login view that another package brings along.
            back = urlencode({"next": request.get_full_path()})
            return redirect(f"{_way_to_show_it(user)}?{back}")
        return None


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether the person of this session proved more than a password in it."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


PROOF_SECONDS = 300
"""How long a proof counts for what cannot be undone."""


def has_just_proved(request: HttpRequest) -> bool:
    """Whether the person has shown in the last minutes, and not just at login, that it is them.

    With the second factor where they have one, else with the password.
    """
    method = "mfa" if is_mfa_enabled(request.user, SECOND_FACTORS) else "password"
    since = timezone.now().timestamp() - PROOF_SECONDS
    return any(
        record.get("method") == method and record.get("reauthenticated") and record.get("at", 0) >= since
        for record in get_authentication_records(request, request.user)
    )


def way_to_prove(request: HttpRequest, back: str) -> str:
    """Where the person proves it; afterwards they come back to an address of ours."""
    way = _way_to_show_it(request.user) if is_mfa_enabled(request.user, SECOND_FACTORS) else None
    return f"{way or reverse('account_reauthenticate')}?{urlencode({'next': back})}"


def _way_to_show_it(user: Any) -> str:
    if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return reverse("mfa_reauthenticate")
    return reverse("mfa_reauthenticate_webauthn")
