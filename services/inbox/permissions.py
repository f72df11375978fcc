"""Who may do what with a case. Membership of the office answers all of it; rights in the CMS answer none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.directory.models import Office, OfficeMembership

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case


def is_member(user: User | Any, office_id: int) -> bool:
    """Works for the office today.

    - The account is active.
    - The membership has begun and has not ended.
    - Being a superuser or an editor changes nothing.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return OfficeMembership.objects.valid().filter(user=user, office_id=office_id).exists()


def can_use_inbox(user: User | Any) -> bool:
    """See the inbox in the menu.

    - The account is active.
    - The person works today for at least one office.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return Office.objects.of_member(user).exists()


def can_read(user: User | Any, case: Case) -> bool:
    """Open a case and read everything in it.

    - Members of its office; each reading is recorded.
    """
    return is_member(user, case.office_id)


def can_assign(user: User | Any, case: Case) -> bool:
    """Take a case, give it to a colleague or give it back.

    - Members of its office; whom it is given to must be one too (checked in the action).
    """
    return is_member(user, case.office_id)


def can_reply(user: User | Any, case: Case) -> bool:
    """Write to the person.

    - Members of its office, whether or not the case is assigned to them: a colleague may be ill.
    """
    return is_member(user, case.office_id)


def can_add_note(user: User | Any, case: Case) -> bool:
    """Write an internal note.

    - Members of its office.
    """
    return is_member(user, case.office_id)


def can_renew_receipt(user: User | Any, case: Case) -> bool:
    """Give the person a new secret after checking in person who they are.

    - Members of its office, who could read the case anyway; the person's other cases are sealed anew unread.
    """
    return is_member(user, case.office_id)


def can_change_status(user: User | Any, case: Case) -> bool:
    """Say where a case stands, close it, open it again.

    - Members of its office.
    """
    return is_member(user, case.office_id)
