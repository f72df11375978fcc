"""Counting without tracking: one more on a day, and nothing about who.

Counting comes after the change it counts is committed and never in its way: it waits for a lock a moment at most, and
where it fails, a number is missing and no answer. A step counts once for each draft, when it is first finished, which
the draft itself tells; so no mark of a person is needed, neither cookie nor address.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from services.intake.answers import AnswerStore
from services.intake.counter_models import Counted, FormCounter
from services.intake.models import FormVersion

logger = logging.getLogger(__name__)

LONGEST_WAIT = 50
"""Milliseconds that a counter may wait for another writer; people wait no longer for being counted."""


def count_start(*, version: FormVersion, language: str) -> None:
    """Somebody began a form."""
    _after_commit(version, Counted.START, "", language)


@contextmanager
def counting_save(*, store: AnswerStore, step: str, answers: Mapping[str, Any], language: str) -> Iterator[None]:
    """Around the keeping of a step: counts it when it was kept and this draft had no answer of it before."""
    is_first = not any(key in store.kept.answers for key in answers)
    yield
    if is_first and not store.is_preview:
        _after_commit(store.draft.version, Counted.SAVE, step, language)


def count_send(*, store: AnswerStore, language: str) -> None:
    """Somebody sent a form."""
    if not store.is_preview:
        _after_commit(store.draft.version, Counted.SEND, "", language)


def _after_commit(version: FormVersion, kind: str, step: str, language: str) -> None:
    row = {
        "district_id": version.district_id,
        "key": version.key,
        "kind": kind,
        "step": step,
        "language": language,
        "day": timezone.localdate(),
    }
    transaction.on_commit(partial(add_one, row), robust=True)


def add_one(row: Mapping[str, Any]) -> bool:
    """Raise one number by one; two at the same time are two. False where the database would not: then it is missing."""
    try:
        with _impatient(), transaction.atomic():
            mine = FormCounter.objects.filter(**row)
            if not mine.update(count=F("count") + 1):
                FormCounter.objects.bulk_create([FormCounter(**row)], ignore_conflicts=True)
                mine.update(count=F("count") + 1)
    except DatabaseError as problem:
        logger.warning("A form counter was not raised: %s", type(problem).__name__)
        return False
    return True


@contextmanager
def _impatient() -> Iterator[None]:
    """Wait for locks a moment only."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            before = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT}")
            try:
                yield
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
    else:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}ms'")
            yield
