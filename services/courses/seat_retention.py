"""When people of courses are forgotten. Two steps, so that a run's figures outlive its people for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from services.courses.models import CourseMail, Enrolment
from services.courses.seat_people import forget
from services.courses.seat_statuses import ACTIVE

LEFT_DAYS = 30
"""Days after which somebody is forgotten who left, was not accepted or whose course was cancelled."""
OVER_DAYS = 182
"""Days after the last day of a run for which its people are kept, so that a lost certificate can be printed again."""
OPEN_END_DAYS = 730
"""Days after the last change for runs that nobody gave a last day."""
BATCH = 200


def forgotten(at: datetime) -> Any:
    """The rows whose person goes now."""
    today = timezone.localdate(at)
    left = ~Q(state__in=ACTIVE) & Q(state_at__lte=at - timedelta(days=LEFT_DAYS))
    over = Q(run__ends_on__lt=today - timedelta(days=OVER_DAYS))
    nobody_knows = Q(run__ends_on=None, run__updated_at__lt=at - timedelta(days=OPEN_END_DAYS))
    return Enrolment.objects.exclude(sealed=b"").filter(left | over | nobody_knows)


def forget_people(at: datetime) -> int:
    """Empty the envelopes that are due, with stamps, links and remarks; return how many."""
    gone = 0
    while pks := list(forgotten(at).order_by().values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            for row in Enrolment.objects.select_for_update(of=("self",)).filter(pk__in=pks):
                forget(row)
                row.person_stamp = ""
                row.children, row.state_before = 0, ""
                row.save()
                gone += 1
            CourseMail.objects.filter(enrolment__in=pks).delete()
    return gone


def count_people(at: datetime) -> int:
    """How many people would be forgotten."""
    return int(forgotten(at).count())
