"""What is erased, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from services.inbox.beats import hold
from services.inbox.models import Case

if TYPE_CHECKING:
    from portal.models import User


@transaction.atomic
def erase_case(*, case: Case, by: User | None = None, why: str) -> None:
    """Erase a case with everything in it."""
    hold(case).delete()
