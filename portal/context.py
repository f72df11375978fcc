"""What the frame of every page needs: language, direction, style, and whether this is the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.languages import language
from portal.styles import style_sheet


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template context of the frame; costs no query and touches no session."""
    current = language(get_language())
    return {
        "frame_language": current,
        "style_sheet": style_sheet(),
        "site_base": _site_base(request),
        "is_demo": settings.LOTSE_DEMO,
        "content_attrs": "",
        "falls_back": False,
    }


def _site_base(request: HttpRequest) -> str:
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:  # the page that says so must not fail on it again
        return ""
