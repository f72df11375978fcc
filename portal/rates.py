"""Limits on public posts that do not punish a shared accommodation, where a hundred people share one address.

Nothing that identifies a person is kept: the address is mixed with a salt of the day, and the counters live at most
an hour in the cache (handbook: intake §4 C5, §5.8).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import TooMany

HOUR = 3600


def count_post(request: HttpRequest, kind: str, limit: int | None = None) -> None:
    """Count one public post of this kind. Raises `TooMany` when the address made more than `limit` in an hour."""
    allowed = settings.LOTSE_PUBLIC_POSTS_PER_HOUR if limit is None else limit
    count_key(f"{kind}:{source(request)}", allowed)


def count_key(name: str, limit: int, seconds: int = HOUR) -> None:
    """Count one use of anything that has a name, for example tries on one case. Raises `TooMany` above `limit`.

    The window starts with the first use and is not prolonged by further tries: who waits `seconds` may go on.
    """
    key = _key(name)
    cache.add(key, 0, seconds)
    try:
        used = cache.incr(key)
    except ValueError:  # expired between the two calls
        cache.set(key, 1, seconds)
        used = 1
    if used > limit:
        raise TooMany(_("There were too many attempts. Please wait an hour and try again."), seconds)


def source(request: HttpRequest) -> str:
    """A name for the network that asks, good for one day. The address cannot be read back from it."""
    day = timezone.localdate().isoformat()
    message = f"{day}|{_network(_address(request))}"
    return hmac.new(settings.SECRET_KEY.encode(), message.encode(), hashlib.sha256).hexdigest()


def forgive_key(name: str) -> None:
    """Take one counted use back, for example a try that turned out to be right."""
    try:
        cache.decr(_key(name))
    except ValueError:  # expired meanwhile: nothing to take back
        return


def _key(name: str) -> str:
    return f"rate:{hashlib.sha256(name.encode()).hexdigest()}"


def _address(request: HttpRequest) -> str:
    """The asking address. Behind balancers it is the entry which the outermost one of ours wrote; the rest of the
    header came from outside and may be invented.
    """
    passed = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    ours = settings.LOTSE_PROXIES
    if ours and len(passed) >= ours:
        return passed[-ours]
    return request.META.get("REMOTE_ADDR", "")


def _network(address: str) -> str:
    """One customer of a provider: an IPv4 address, or the /64 in which an IPv6 host picks addresses at will."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(known)
