"""Files that must go: noted in the transaction that decides it, erased by the worker, tried again until they are gone.

A file may belong to several rows (one sent to two offices): it goes with its last row and never before. The foundation
does not know those tables, so whoever does says which names they still use (`Owned`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from portal import vault
from portal.file_models import FileErasure

RETRY_MINUTES = (1, 5, 15, 60, 240, 1440)
"""Minutes to wait after each failed attempt; after the last, daily and for ever."""

GRACE = timedelta(hours=24)
"""So old must a file be before the sweep takes it for forgotten: its row may not be written yet."""

Owned = Callable[[Sequence[str]], set[str]]
"""Which of some names a row still uses."""

_owners: list[Owned] = []


def register_owner(owned: Owned) -> None:
    """Remember one more subject that keeps files, so that nobody who erases can forget to ask it."""
    if owned not in _owners:
        _owners.append(owned)


def _kept(names: Sequence[str], owned: Owned) -> set[str]:
    return owned(names).union(*(other(names) for other in _owners))


def queue_erasure(names: Iterable[str]) -> None:
    """Note files to erase. Call it in the transaction in which their rows go."""
    now = timezone.now()
    rows = [FileErasure(name=name, not_before=now) for name in names]
    FileErasure.objects.bulk_create(rows, ignore_conflicts=True)


def erase_due_files(owned: Owned, limit: int = 200) -> int:
    """Erase what is due, each in its own transaction; return how many are done. Safe in several workers."""
    due = FileErasure.objects.due(timezone.now()).values_list("pk", flat=True)[:limit]
    return sum(_erase(pk, owned) for pk in list(due))


@transaction.atomic
def _erase(pk: int, owned: Owned) -> int:
    rows = FileErasure.objects.due(timezone.now()).filter(pk=pk)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    row = rows.first()
    if row is None:
        return 0
    if row.name not in _kept([row.name], owned):
        try:
            vault.remove(row.name)
        except OSError:
            row.attempts = min(row.attempts + 1, len(RETRY_MINUTES))
            row.not_before = timezone.now() + timedelta(minutes=RETRY_MINUTES[row.attempts - 1])
            row.save()
            return 0
    row.delete()
    return 1


def sweep(owned: Owned, at: datetime) -> int:
    """Note files for erasure that no row knows: of requests that broke off before their row was written."""
    old = [name for name, written in vault.names() if written < at - GRACE]
    lost: list[str] = []
    for start in range(0, len(old), 500):
        part = old[start : start + 500]
        known = _kept(part, owned)
        lost += [name for name in part if name not in known]
    queue_erasure(lost)
    return len(lost)
