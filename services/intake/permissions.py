"""Who may see what of a form, apart from the person who fills it in."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies.pages import PagePermissionPolicy

from portal.models import District
from services.directory.models import OfficeMembership


def can_see_form_reports(user: Any, district: District) -> bool:
    """See a district's forms as editors do: versions, differences, all branches, routing, figures.

    - The account is active and may enter the admin.
    - Editors: whoever may change or publish pages of this district.
    - Coordinators: whoever may change responsibilities and works for an office of this district today.
    - Administrators of the installation.
    - Nobody else. Working on cases or on courses opens none of it.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    if not user.has_perm("wagtailadmin.access_admin"):
        return False
    return bool(user.is_superuser) or _edits_pages(user, district) or _coordinates(user, district)


def can_preview_forms(user: Any, district: District) -> bool:
    """Try a form out without sending anything, an unpublished one, too.

    - Whoever may see the reports of the district's forms.
    """
    return can_see_form_reports(user, district)


def _edits_pages(user: Any, district: District) -> bool:
    home = district.site.root_page
    allowed = PagePermissionPolicy().instances_user_has_any_permission_for(user, ["change", "publish"])
    return bool(allowed.filter(path__startswith=home.path).exists())


def _coordinates(user: Any, district: District) -> bool:
    if not user.has_perm("services.change_responsibility"):
        return False
    return OfficeMembership.objects.valid().filter(user=user, office__district=district).exists()
