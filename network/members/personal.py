"""The personal link to a member's own entry: signed, for one person, ended by leaving or by asking for it.

Nothing of it is kept. It carries a stamp of the address it was sent to and the version of the person's links, so that
a new address, leaving the network or "end all my links" ends those that are out at once.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core import signing
from django.utils import timezone

from network.members.models import Member
from portal.models import District

_ENTRY = "network.entry"
GOOD_FOR = timedelta(days=60)
"""How long a link to one's own entry works; every mail brings a new one."""
LONGEST = 200


def entry_token(member: Member) -> str:
    """The part of an address that shows a member their own entry without an account."""
    return signing.dumps([member.pk, member.link_version, _stamp(member)], salt=_ENTRY)


def member_of_entry(token: str, district: District) -> Member | None:
    """Whose entry a link shows: still in the network, with the address it went to, and not ended."""
    if len(token) > LONGEST:
        return None
    try:
        number, version, stamp = signing.loads(token, salt=_ENTRY, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Member.objects.of(district).active(timezone.localdate()).select_related("organisation", "district__site")
    member: Member | None = rows.filter(pk=number, link_version=version).first()
    return member if member is not None and _stamp(member) == stamp else None


def _stamp(member: Member) -> str:
    return hashlib.sha256(member.email.lower().encode()).hexdigest()[:16]
