"""Verbs of the foundation."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from portal.errors import require
from portal.models import TranslationRecord, User
from portal.permissions import can_check


@transaction.atomic
def check_translation(*, record: TranslationRecord, user: User) -> TranslationRecord:
    """Remember that a person read the translation and found it right; readers no longer see the warning."""
    require(can_check(user, record))
    record.checked_by, record.checked_at = user, timezone.now()
    record.save(update_fields=["checked_by", "checked_at"])
    log(record.page, "portal.translation.checked", user=user)
    return record
