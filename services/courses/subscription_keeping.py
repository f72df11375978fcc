"""How long addresses for mail about courses are kept; `home.worker` runs it."""

from __future__ import annotations

from datetime import datetime

from services.courses.subscription_actions import stop
from services.courses.subscription_models import Subscription


def erase_due_subscriptions(*, at: datetime) -> int:
    """Erase what was never confirmed, not renewed, or is about a run that is over; return how many."""
    rows = list(Subscription.objects.due_for_erasure(at))
    for row in rows:
        stop(subscription=row)
    return len(rows)


def count_due_subscriptions(*, at: datetime) -> int:
    """How many would go."""
    return Subscription.objects.due_for_erasure(at).count()
