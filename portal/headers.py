"""Safety headers on every answer: strict for everything, wider only for the editors' admin, closed for files.

Header set: handbook intake §3.3. The admin of Wagtail 8 needs inline script and style, the other pages neither:
their one style block is allowed by its hash, so a cached page needs no nonce.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.styles import style_hash

STAFF_PATHS = ("/admin/", "/accounts/")
"""Pages for people with an account: never stored, never indexed."""

ADMIN_PATHS = ("/admin/",)
"""Where Wagtail's own pages are."""

FILE_PATHS = ("/documents/", "/media/")
"""Where files are that editors uploaded."""

LOGOUT_PATHS = ("/accounts/logout/", "/admin/logout/")

ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'"
)
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""An uploaded file may do nothing, even where a browser decides to show it."""

ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), payment=(), "
        "browsing-topics=(), publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


def public_policy() -> str:
    """The policy of all pages but the admin's: own files, the one known style block, nothing else."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' '{style_hash()}'; img-src 'self' data:; "
        "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'; object-src 'none'; manifest-src 'self'"
    )


class SafetyHeaders:
    """Middleware that sets the headers which a view has not set itself. Outermost, so that no answer escapes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        _set_policy(request, response)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith(STAFF_PATHS):
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex")
        if request.method == "POST" and request.path in LOGOUT_PATHS and response.status_code == 302:
            # The next person at this desk must not find pages of a case in the browser.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _set_policy(request: HttpRequest, response: HttpResponse) -> None:
    is_page = response.get("Content-Type", "").startswith("text/html") and not response.has_header(
        "Content-Disposition"
    )
    if request.path.startswith(FILE_PATHS) and not is_page:
        response.headers["Content-Security-Policy"] = FILE_POLICY
    elif request.path.startswith(ADMIN_PATHS):
        response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY)
    else:
        response.headers.setdefault("Content-Security-Policy", public_policy())
