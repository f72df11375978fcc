"""Rendered public pages: answered with a fingerprint, so that an unchanged page costs a phone no bytes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers, set_response_etag

from portal.headers import STAFF_PATHS


class PublicPages:
    """Middleware: an `ETag` on every public page that only reads; 304 when the reader already has it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _only_reads(request, response):
            return response
        set_response_etag(response)
        if not response.has_header("ETag"):  # an empty answer gets none
            return response
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
        patch_vary_headers(response, ["Cookie"])
        return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _only_reads(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not request.path.startswith(STAFF_PATHS)
        and "no-store" not in response.get("Cache-Control", "")
    )
