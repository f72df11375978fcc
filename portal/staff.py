"""The doors for people with an account: nobody signs up alone, and staff show a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

LONGEST_SESSION = 10 * 3600
"""Seconds after which a staff session ends whatever happens (handbook: intake §4 D4)."""


class ClosedDoors(DefaultAccountAdapter):
    """Accounts are made by administrators; there is no sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        request.session["began"] = timezone.now().timestamp()
        return response


class SecondFactorForStaff:
    """Middleware: no admin page without a second factor where it is required, and no session beyond ten hours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Only the admin asks who is there: a public page must not touch the session.
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            began = request.session.get("began")
            if began and timezone.now().timestamp() - began > LONGEST_SESSION:
                logout(request)
                return redirect(f"{settings.LOGIN_URL}")
            request.session.modified = True  # slides the half hour without a click
            if settings.LOTSE_SECOND_FACTOR and not is_mfa_enabled(request.user):
                return redirect("mfa_activate_totp")
        return self.get_response(request)
