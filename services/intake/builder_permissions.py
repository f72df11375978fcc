"""Who may build forms."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester

from portal.languages import SOURCE
from portal.pages import locale_id_of


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
