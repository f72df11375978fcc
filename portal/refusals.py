"""Refusals become pages: what a view raises by name is told to the person in their language, with the right status."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from portal.errors import DomainError, TooMany
from portal.languages import is_known, language


def refusal_page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """The page of an error: its status, a short title and one sentence that says what to do next. No database."""
    context = {"title": title, "sentence": sentence, "noindex": True}
    response = render(request, "error.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def speak(request: HttpRequest) -> None:
    """Choose the language of an error page that is made before, or without, the language middleware.

    The language of the address wins; without one, what the browser asks for. Never the one of an earlier request.
    """
    parts = request.path.split("/", 2)
    first = parts[1] if len(parts) > 2 else ""
    if is_known(first):
        code = language(first).code
    elif hasattr(request, "LANGUAGE_CODE"):
        return
    else:
        code = get_language_from_request(request)
    translation.activate(code)
    request.LANGUAGE_CODE = code


def title_for(status: int) -> str:
    """What an error page is called."""
    if status == HTTPStatus.FORBIDDEN:
        return _("No access")
    if status == HTTPStatus.NOT_FOUND:
        return _("Page not found")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _("Please try again later")
    return _("That did not work")


def tell(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """The page of one refusal. A limit also says, for machines, after how many seconds trying again makes sense."""
    response = refusal_page(request, refusal.status, title_for(refusal.status), str(refusal))
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.seconds)
    return response


class Refusals:
    """Middleware: views need not catch a `DomainError`; and a wrong method (405) gets a page instead of nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            sentence = _("This address cannot be used that way. Please go to the start page and try from there.")
            page = refusal_page(request, response.status_code, title_for(response.status_code), sentence)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return tell(request, exception) if isinstance(exception, DomainError) else None
