"""The demo's counters: a month of a form that some people leave where they are asked how to reach them. Invented."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from portal.models import District
from services.intake.counter_models import Counted
from services.intake.models import FormCounter

KEY = "counselling"
STAGES = (
    (Counted.START, "", 100),
    (Counted.SAVE, "danger", 93),
    (Counted.SAVE, "who", 90),
    (Counted.SAVE, "where", 84),
    (Counted.SAVE, "topic", 79),
    (Counted.SAVE, "contact", 61),
    (Counted.SEND, "", 57),
)
"""What is counted and how many of a hundred come so far."""
STARTED = {"de": 64, "ar": 41, "uk": 33, "tr": 12, "fa": 9, "fr": 3}
"""Starts in a month by language."""


def load(district: District) -> None:
    """Fill the month before this one, once; what is there stays."""
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    rows = [
        FormCounter(
            district=district,
            key=KEY,
            kind=kind,
            step=step,
            language=language,
            day=date(last.year, last.month, 1 + number % 28),
            count=started * share // 100,
        )
        for number, (language, started) in enumerate(STARTED.items())
        for kind, step, share in STAGES
    ]
    FormCounter.objects.bulk_create(rows, ignore_conflicts=True)
