"""Who may build forms, and who may see what of a form, apart from the person who fills it in."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy

from portal.languages import SOURCE
from portal.models import District
from portal.pages import locale_id_of
from services.directory.models import OfficeMembership


def can_build_forms(user: Any, index: Page) -> bool:
    """May this person make forms below this list, export and import them?

    - yes: editors, which is whoever may add pages there (administrators, too)
    - no: translators, who change pages but add none; case workers; everyone else
    """
    return bool(user.is_active and index.permissions_for_user(user).can_add_subpage())


class FormPagePermissions(PagePermissionTester):
    """What somebody may do with one form page.

    - the German page, where the form is built: whoever may build forms, as far as Wagtail's rights go
    - its translations: as with every page, so that translators may translate and publish
    - nobody gets a right that Wagtail would not give
    """

    def _may_build(self) -> bool:
        if self.page.locale_id != locale_id_of(SOURCE):
            return True
        parent = self.page.get_parent()
        return parent is None or can_build_forms(self.user, parent.specific_deferred)

    def can_edit(self) -> bool:
        return bool(super().can_edit() and self._may_build())

    def can_publish(self) -> bool:
        return bool(super().can_publish() and self._may_build())

    def can_unpublish(self) -> bool:
        return bool(super().can_unpublish() and self._may_build())


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
