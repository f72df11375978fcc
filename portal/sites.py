"""Which site a request reached, by Wagtail's rules, chosen here: sorting three rows in SQL costs more than the rest.

Asked once for every page anybody opens. `tests/portal/test_sites.py` compares it with Wagtail's own answer.
"""

from __future__ import annotations

from typing import Any

from django.http.request import split_domain_port
from wagtail.models import Site


def site_of(request: Any) -> Site | None:
    """The site of a request with its root page; remembered where Wagtail looks for it. One query."""
    if not hasattr(request, "_wagtail_site"):
        hostname = split_domain_port(request._get_raw_host())[0]  # without the check of ALLOWED_HOSTS, like Wagtail
        request._wagtail_site = _chosen(hostname, int(request.get_port()))
    found: Site | None = request._wagtail_site
    return found


def _chosen(hostname: str, port: int) -> Site | None:
    sites = list(Site._base_manager.select_related("root_page").order_by("pk"))
    named = [site for site in sites if site.hostname == hostname]
    default = next((site for site in sites if site.is_default_site), None)
    exact = next((site for site in named if site.port == port), None)
    if exact:
        return exact
    return named[0] if len(named) == 1 else default  # the default is the right one of several with this name, too
