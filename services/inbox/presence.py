"""Who else is looking at a case just now. Kept in the shared cache for a minute, never in the database.

Only people who work for the case's office today are ever asked about, so whoever leaves the office is gone at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache

from services.directory.models import OfficeMembership
from services.inbox.presentation import name_of

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case

SECONDS = 75
"""How long a sign of life counts; an open page renews it every 30 seconds (services/static/services/case.js)."""


def look_at(case: Case, user: User) -> None:
    """This colleague has the case open."""
    cache.set(_key(case, user.pk), True, SECONDS)


def leave(case: Case, user: User) -> None:
    """This colleague has closed it."""
    cache.delete(_key(case, user.pk))


def others(case: Case, user: User) -> list[str]:
    """The names of colleagues who have the case open, without this one, sorted."""
    rows = OfficeMembership.objects.valid().filter(office_id=case.office_id, user__is_active=True)
    members = {row.user_id: row.user for row in rows.exclude(user=user.pk).select_related("user")}
    seen = cache.get_many([_key(case, pk) for pk in members])
    return sorted(name_of(member) for pk, member in members.items() if _key(case, pk) in seen)


def _key(case: Case, user_pk: int) -> str:
    return f"case-presence:{case.pk}:{user_pk}"
