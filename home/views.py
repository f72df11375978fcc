"""Language page, health, sitemap, robots, and the error pages in the reader's language."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils._os import safe_join
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.sitemaps import sitemap_response
from portal.errors import TooMany
from portal.languages import is_known, language
from portal.refusals import refusal_page, speak, tell


@require_safe
def languages(request: HttpRequest) -> HttpResponse:
    """The page that lists all languages by their own names and leads back to the page the reader came from."""
    page = request.GET.get("page", "")
    parts = page.split("/", 2)
    inside = page.startswith("/") and len(parts) == 3 and is_known(parts[1]) and "//" not in page and len(page) < 1500
    here = page if inside else f"/{translation.get_language()}/"
    return render(request, "home/languages.html", {"same_page": here, "noindex": True})


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For balancers: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "role": settings.LOTSE_ROLE})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read."""
    address = request.build_absolute_uri("/sitemap.xml")
    return HttpResponse(
        f"User-agent: *\nDisallow: /admin/\nDisallow: /accounts/\nSitemap: {address}\n", content_type="text/plain"
    )


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public address in every language that has it, with its siblings."""
    return sitemap_response(request)


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Renditions of images. Documents and originals are not served here (Wagtail checks those)."""
    folder, _slash, name = path.partition("/")
    if folder != "images":
        raise Http404
    try:
        # Joined to the folder of renditions, so that `images/../documents/…` leads nowhere.
        response = FileResponse(open(safe_join(settings.MEDIA_ROOT / "images", name), "rb"))  # noqa: SIM115
    except (OSError, ValueError, SuspiciousFileOperation) as problem:
        raise Http404 from problem
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def wagtails_own_login(request: HttpRequest) -> HttpResponse:
    """404: people log in at one place only (portal.account_urls)."""
    raise Http404


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what arrived cannot be understood."""
    speak(request)
    return refusal_page(request, 400, _("That did not work"), _("Your browser sent something we do not understand."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not for this person."""
    speak(request)
    return refusal_page(request, 403, _("No access"), _("You may not open this page."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 after a long pause: the form's safety cookie is gone; nothing that was saved is lost."""
    speak(request)
    sentence = _(
        "Your page was open for too long or cookies are switched off. Go back, reload the page and send again."
    )
    return refusal_page(request, 403, _("Please send again"), sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 in the reader's language."""
    speak(request)
    sentence = _("This page does not exist or was moved. Please search for it.")
    return refusal_page(request, 404, _("Page not found"), sentence)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: a limit was reached, for example by trying passwords."""
    speak(request)
    return tell(request, TooMany(_("There were too many attempts. Please wait an hour and try again.")))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Uses no database."""
    speak(request)
    sentence = _("We made a mistake. Please try again later. In danger call 110 or 112.")
    try:
        return refusal_page(request, 500, _("Something went wrong"), sentence)
    except Exception:  # noqa: BLE001 - the last page a person sees must never fail itself
        here = language(translation.get_language())
        return HttpResponse(
            f'<!doctype html><html lang="{here.code}" dir="{here.direction}"><meta charset="utf-8">'
            f"<title>500</title><p>{sentence}</p></html>",
            status=500,
        )
