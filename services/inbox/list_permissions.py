"""Who may tag, keep filters, export and see statistics. Rights in the CMS answer none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.directory.models import Office
from services.directory.statuses import OfficeKind
from services.inbox.permissions import can_use_inbox, is_member

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case, SavedFilter


def can_tag(user: User | Any, case: Case) -> bool:
    """Put a tag on a case or take it off.

    - Members of its office.
    """
    return is_member(user, case.office_id)


def can_share_filter(user: User | Any, office_id: int) -> bool:
    """Keep a filter for everybody in an office.

    - Members of the office.
    """
    return is_member(user, office_id)


def can_change_filter(user: User | Any, saved: SavedFilter) -> bool:
    """Rename a saved filter, share it, delete it.

    - Who made it, while they work for any office.
    - A shared one: people who lead that office today, too.
    """
    if not can_use_inbox(user):
        return False
    if saved.office_id is None:
        return bool(saved.owner_id == user.pk)
    if not is_member(user, saved.office_id):
        return False
    return bool(saved.owner_id == user.pk) or Office.objects.led_by(user).filter(pk=saved.office_id).exists()


def can_export(user: User | Any, case: Case) -> bool:
    """Take a case out of the inbox in a file.

    - Members of its office; each export is recorded in the case's history, with a reason in a list of its own.
    """
    return is_member(user, case.office_id)


def can_see_exports(user: User | Any) -> bool:
    """See who exported cases, when and why.

    - People who lead an office today, for the offices they lead.
    """
    return _works(user) and Office.objects.led_by(user).exists()


def can_coordinate(user: User | Any) -> bool:
    """See numbers of all offices of a district.

    - People who work today for its coordination office.
    """
    return _works(user) and Office.objects.of_member(user).filter(kind=OfficeKind.COORDINATION).exists()


def can_see_statistics(user: User | Any) -> bool:
    """See numbers about cases.

    - People who lead an office today: the numbers of the offices they lead.
    - People who work today for a coordination office: the numbers of its district, and no case.
    """
    return can_coordinate(user) or can_see_exports(user)


def _works(user: User | Any) -> bool:
    return bool(getattr(user, "is_authenticated", False) and user.is_active)
