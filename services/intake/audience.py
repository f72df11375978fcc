"""Who may open a form: everybody, people with an invitation, people with an account, people who work for an office.

An invitation is a signed address for one form of one district until a day. It names nobody and is stored nowhere:
whoever has it may pass it on, as they may pass on a paper with a telephone number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from portal.models import District
from services.directory.models import Office
from services.intake.compiler import AUDIENCES

PUBLIC, INVITED, LOGIN, STAFF = "public", "invited", "login", "staff"
assert frozenset({PUBLIC, INVITED, LOGIN, STAFF}) == AUDIENCES  # noqa: S101 - two lists that must not drift apart

INVITATION_DAYS = 90
"""How long the invitation is good that the start page offers to staff."""

_SALT = "intake.invitation"


def audience_of(document: Mapping[str, Any]) -> str:
    """For whom a form is; those from before there were audiences are for everybody."""
    return str(document.get("audience", PUBLIC))


def can_open_form(user: Any, document: Mapping[str, Any], invited: bool = False) -> bool:
    """May this person begin this form?

    - yes: everybody, if the form is public
    - yes: whoever holds a valid invitation to it, or has an account, if the form is for invited people
    - yes: whoever has an account, if the form asks for a login
    - yes: whoever works for an office today, if the form is for staff
    - no: everyone else, an administrator without an office included
    """
    audience = audience_of(document)
    if audience == PUBLIC or (audience == INVITED and invited):
        return True
    if not (user.is_authenticated and user.is_active):
        return False
    return audience in {INVITED, LOGIN} or Office.objects.of_member(user).exists()


def can_invite(user: Any, document: Mapping[str, Any]) -> bool:
    """May this person pass on an invitation to this form?

    - yes: whoever works for an office today, if the form is for invited people
    - no: everyone else; other forms have no invitations
    """
    if audience_of(document) != INVITED or not (user.is_authenticated and user.is_active):
        return False
    return bool(Office.objects.of_member(user).exists())


def invitation(district: District, key: str, until: date | None = None) -> str:
    """The part of an address that opens a form of a district up to and including a day."""
    until = until or timezone.localdate() + timedelta(days=INVITATION_DAYS)
    return signing.dumps([district.key, key, until.isoformat()], salt=_SALT)


def is_invitation(token: str, district: District, key: str, on: date) -> bool:
    """Whether this token opens this form of this district on a day. False for anything that is not from us."""
    try:
        for_district, for_form, until = signing.loads(token, salt=_SALT)
        return (for_district, for_form) == (district.key, key) and on <= date.fromisoformat(until)
    except (signing.BadSignature, ValueError, TypeError):
        return False
