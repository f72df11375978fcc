"""Questions of permission that belong to no room."""

from __future__ import annotations

from typing import Any

from portal.models import TranslationRecord


def can_enter_admin(user: Any) -> bool:
    """May this person open the admin at all?

    - yes: active people with the right to access it, by a role or of their own
    - no: everyone else, for example members of the network without a desk
    """
    return bool(user.is_active and user.has_perm("wagtailadmin.access_admin"))


def can_check_translations(user: Any) -> bool:
    """May this person see the states of translations?

    - yes: active people with the right to submit translations (translators, editors, administrators)
    - no: everyone else
    """
    return bool(user.is_active and user.has_perm("wagtail_localize.submit_translation"))


def can_check(user: Any, record: TranslationRecord) -> bool:
    """May this person say that a translation is right?

    - yes: whoever sees the states and may edit this very page
    - no: everyone else
    """
    return can_check_translations(user) and record.page.permissions_for_user(user).can_edit()


def can_see_mail(user: Any) -> bool:
    """May this person see which mails have not left, and let the worker try again?

    - yes: active administrators, and people with the right to change outgoing mails
    - no: everyone else; nobody sees the text of a mail here
    """
    return bool(user.is_active and user.has_perm("portal.change_outboxmessage"))
