"""The product's addresses, and a corner where everything goes wrong on purpose."""

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from portal.errors import DomainError, NotAllowed, TooMany
from portal.urls import handler400, handler403, handler404, handler429, handler500  # noqa: F401 - Django looks here
from portal.urls import urlpatterns as product


class GoneError(DomainError):
    status = 404


ACCIDENTS = {
    "taken": DomainError("Der Platz ist <b>gerade</b> vergeben worden."),
    "not-yours": NotAllowed("Das gehört jemand anderem."),
    "too-many": TooMany("Bitte warten Sie eine Minute.", seconds=60),
    "gone": GoneError("Das gibt es nicht mehr."),
    "denied": PermissionDenied("geheim"),
    "suspicious": SuspiciousOperation("geheim"),
    "broken": RuntimeError("geheim"),
}


def accident(request: HttpRequest, kind: str) -> HttpResponse:
    raise ACCIDENTS[kind]


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("angekommen")


def calendar(request: HttpRequest) -> HttpResponse:
    return HttpResponse("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", content_type="text/calendar; charset=utf-8")


def greeting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>Guten Tag, {request.user.get_username() or 'wer auch immer'}</p>")


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("plain/<slug:kind>/", accident),
    path("calendar.ics", calendar),
    *i18n_patterns(
        path("accident/<slug:kind>/", accident),
        path("only-post/", only_post),
        path("greeting/", greeting),
        path("nothing/", nothing),
    ),
    *product,
]
