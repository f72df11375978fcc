"""Addresses of the staff's accounts: those of django-allauth which this product uses, and no other.

The names are allauth's, because its views look each other up by them.
"""

from __future__ import annotations

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView


def signup_closed(request: HttpRequest) -> HttpResponse:
    """403 with a page that says who makes accounts; allauth's own page would answer 200."""
    response = views.signup(request)
    response.status_code = 403
    return response


urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", require_safe(signup_closed), name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    # Administrators keep the mail addresses; allauth looks up this name for `/accounts/`.
    path("email/", RedirectView.as_view(pattern_name="mfa_index"), name="account_email"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include("allauth.mfa.urls")),
]
