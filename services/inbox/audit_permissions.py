"""Who may see the record, what will be erased, and have it erased or handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission
from django.db.models import Q

from services.directory.models import Office
from services.directory.statuses import OfficeKind
from services.inbox.permissions import can_use_inbox, is_member

if TYPE_CHECKING:
    from portal.models import District, User
    from services.inbox.models import Case


def can_erase(user: User | Any, case: Case) -> bool:
    """Have a case erased before its time; that two people want it is asked where the erasure is begun.

    - Members of its office.
    """
    return is_member(user, case.office_id)


def can_make_report(user: User | Any, case: Case) -> bool:
    """Make the report that the person may ask for (Art. 15 GDPR); it holds everything in the case.

    - Members of its office; each report is recorded. Nobody else: not the data-protection officer either.
    """
    return is_member(user, case.office_id)


def can_see_audit(user: User | Any) -> bool:
    """See who did what with which request. No content is in there.

    - The account is active.
    - It has the right `see_audit` itself or by a group, as the role "Datenschutz" gives.
    - Being a superuser is not enough: who runs the system is whom the record watches.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    if user.pk is None:
        return False
    if not user.is_superuser:
        return bool(user.has_perm("services.see_audit"))
    right = Permission.objects.filter(codename="see_audit", content_type__app_label="services")
    return right.filter(Q(user=user.pk) | Q(group__user=user.pk)).exists()


def officers() -> list[User]:
    """The people who may see the audit and can be reached by mail."""
    from portal.models import User

    right = Permission.objects.filter(codename="see_audit", content_type__app_label="services")
    found = User.objects.filter(Q(user_permissions__in=right) | Q(groups__permissions__in=right), is_active=True)
    return list(found.exclude(email="").distinct().order_by("pk"))


def can_see_retention(user: User | Any) -> bool:
    """See what will be erased soon: numbers of the own office's cases, and how many go in each office.

    - Members of an office, for their offices.
    - Who may see the audit, as counts alone.
    """
    return can_use_inbox(user) or can_see_audit(user)


def can_change_retention(user: User | Any) -> bool:
    """Set for how long a district keeps what.

    - Active people with the right to change retention rules: administrators, and the role "Datenschutz".
    """
    return bool(
        getattr(user, "is_authenticated", False) and user.is_active and user.has_perm("services.change_retentionrule")
    )


def coordinates(user: User | Any, district: District) -> bool:
    """Hear of requests that nobody took, as numbers.

    - Members of a coordination office of the district, today.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return Office.objects.of(district).of_member(user).filter(kind=OfficeKind.COORDINATION).exists()
