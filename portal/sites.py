"""Which site a request reached: asked of the database once in a generation (portal.rendered), not in every request.

Wagtail's question sorts all sites by how well they fit; putting it together costs more than two milliseconds, a fifth
of a small page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from wagtail.models import Site

from portal.rendered import generation

HOSTS = 100
"""How many addresses of sites one process remembers; whoever makes up host names does not fill the memory."""

Address = tuple[str, str]


class KnownSites:
    """Middleware: gives a request the site that an earlier one with the same host and port has found.

    Rows of a running transaction may be undone, so inside one nothing is remembered and nothing remembered is used.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known: dict[Address, tuple[str, Site]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if connection.in_atomic_block:
            return self.get_response(request)
        address, now = _address(request), generation()
        before, site = self.known.get(address, ("", None))
        if site is not None and before == now:
            request._wagtail_site = _anew(site)  # type: ignore[attr-defined]  # where Wagtail itself remembers it
            return self.get_response(request)
        response = self.get_response(request)
        site = getattr(request, "_wagtail_site", None)
        if site is not None and site.pk:
            self._remember(address, now, site.pk)
        return response

    def _remember(self, address: Address, now: str, pk: int) -> None:
        """Read the row again: the request may have changed its own objects."""
        site = Site.objects.select_related("root_page").filter(pk=pk).first()
        if site is None or connection.in_atomic_block:
            return
        if len(self.known) >= HOSTS:
            self.known.clear()
        self.known[address] = (now, site)


def _address(request: Any) -> Address:
    """What Wagtail looks at: the host as it was sent, for a wrong one is refused later and kindly."""
    return request._get_raw_host(), request.get_port()


def _anew(site: Site) -> Site:
    """The same rows in objects of their own: one request must not see what another has put aside in them."""
    copy: Site = _row_anew(site)
    copy.root_page = _row_anew(site.root_page)
    return copy


def _row_anew(row: Any) -> Any:
    names = [field.attname for field in row._meta.concrete_fields]
    return type(row).from_db(row._state.db, names, [getattr(row, name) for name in names])
