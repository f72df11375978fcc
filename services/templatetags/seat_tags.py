"""What the page of a course offers under each run: enrol, wait, or be told of a place."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from services.courses.seat_presentation import SeatLinks, seat_links

register = template.Library()


@register.filter
def seats(run: Any) -> SeatLinks:
    """The links of a run, as they are possible now."""
    return seat_links(run, timezone.now())
