"""Refusals with a name, and what an error report may contain: nothing that a person typed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.views.debug import SafeExceptionReporterFilter


class DomainError(Exception):
    """An expected mishap. Its text is a sentence for the person who caused it, already in their language."""

    status = 409
    """HTTP status of the page that tells them."""


class NotAllowed(DomainError):
    """The person may not do this."""

    status = 403


class TooMany(DomainError):
    """A limit was reached; trying later helps."""

    status = 429

    def __init__(self, sentence: str, seconds: int = 3600) -> None:
        """`seconds`: how long to wait, told to machines as `Retry-After`."""
        super().__init__(sentence)
        self.seconds = seconds


def require(allowed: bool, reason: str | None = None) -> None:
    """First beat of every action: raise `NotAllowed` unless the `can_…` question was answered with yes."""
    if not allowed:
        raise NotAllowed(reason or _("You may not do this."))


class NothingTyped(SafeExceptionReporterFilter):
    """Error reports without form fields and without local variables (handbook: intake §3.2, T14)."""

    def get_post_parameters(self, request: Any) -> dict[str, str]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request is not None else {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        return []
