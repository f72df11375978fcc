"""Wall times and moments. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.calendars import ZONE


def instant(day: date, clock: time, zone: str = ZONE) -> datetime:
    """The moment of a wall time. Raises `ValidationError` for an hour that the clocks skip in spring.

    The hour that exists twice in autumn means its first half, summer time.
    """
    local = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(_("This time does not exist, because the clocks change."), code="gap")
    return moment
