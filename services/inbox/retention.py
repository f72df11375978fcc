"""What is erased, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from services.inbox.beats import hold, save
from services.inbox.envelopes import shred
from services.inbox.models import Case
from services.inbox.statuses import CaseStatus

if TYPE_CHECKING:
    from portal.models import User


@transaction.atomic
def erase_case(*, case: Case, by: User | None) -> None:
    """Erase everything that anybody wrote in a case; that there was one stays."""
    row = hold(case)
    shred(row)
    row.status, row.closed_at, row.assigned_to = CaseStatus.CLOSED, row.closed_at or timezone.now(), None
    row.first_unanswered_at = row.due_at = None
    save(row)
