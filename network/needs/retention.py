"""What of the register goes by itself: addresses of people outside the network, once nothing will be written to them.

Needs and reports without an address stay: they name nobody (handbook: domain §4.4, form F6: ten years and longer).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from network.needs.models import NeedReport
from network.needs.querysets import NeedReportQuerySet
from network.needs.statuses import ENDED

KEPT_AFTER_ANSWER = timedelta(days=180)
"""How long an address stays after the answer: a need may be reopened, and its reporters should hear of it."""


def erase_addresses(*, at: datetime) -> int:
    """Forget the addresses whose time is over; return how many. The report itself stays."""
    return int(_due(at).update(email=""))


def count_addresses(*, at: datetime) -> int:
    """How many addresses' time is over."""
    return int(_due(at).count())


def _due(at: datetime) -> NeedReportQuerySet:
    until = at - KEPT_AFTER_ANSWER
    answered = Q(need__status__in=ENDED, need__closed_at__lt=until)
    lives_on = Q(need__merged_into__status__in=ENDED, need__merged_into__closed_at__lt=until)
    rows: NeedReportQuerySet = NeedReport.objects.exclude(email="").filter(answered | lives_on)
    return rows
