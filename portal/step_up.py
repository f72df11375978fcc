"""Prove once more that it is you, before something that cannot be taken back: an export, an erasure.

Where the second factor is required, only a recent second factor counts; where it is off (demo), a recent password.
The login itself does not count: a desk may be left right after it.
"""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from portal.staff import way_to_show_it

RECENT = 600
"""Seconds for which a proof counts."""


def has_just_proved(request: HttpRequest, seconds: int = RECENT) -> bool:
    """Whether the person of this session proved within the last `seconds` that it is them."""
    records = get_authentication_records(request, request.user)
    if settings.LOTSE_SECOND_FACTOR:
        records = [record for record in records if record.get("method") == "mfa"]
    return any(record.get("reauthenticated") and 0 <= time.time() - record.get("at", 0) < seconds for record in records)


def prove_address(request: HttpRequest, back: str = "") -> str:
    """Where the person proves it; from there they come back to this address, or to another one of ours."""
    way = way_to_show_it(request.user) if settings.LOTSE_SECOND_FACTOR else reverse("account_reauthenticate")
    return f"{way}?{urlencode({'next': back or request.get_full_path()})}"


def ask_to_prove(request: HttpRequest) -> HttpResponse:
    """Send the person there. For pages that are only read: what was typed would be lost."""
    return redirect(prove_address(request))
