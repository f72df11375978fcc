"""Safety headers on every answer, with a strict policy for the public and a wider one for the editors' admin.

Header set: handbook intake §3.3. The admin of Wagtail 8 needs inline script and style, the public pages neither:
their one style block is allowed by its hash, so a cached page needs no nonce.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.styles import style_hash

STAFF_PATHS = ("/admin/", "/accounts/")

ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'"
)
ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), payment=(), "
        "publickey-credentials-get=(self), interest-cohort=()"
    ),
}


def public_policy() -> str:
    """The policy of pages for the public: own files, the one known style block, nothing else."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' '{style_hash()}'; img-src 'self' data:; "
        "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'; object-src 'none'; manifest-src 'self'"
    )


class SafetyHeaders:
    """Middleware that sets the headers which a view has not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        staff = request.path.startswith(STAFF_PATHS)
        response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY if staff else public_policy())
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if staff:
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response
