"""Personal links in mails: signed, good for one person and purpose, ended by what ends invitation or membership.

A mail about minutes cannot repeat the invitation's own link, because only its hash is kept. The signed link carries a
piece of that hash instead: a renewed or withdrawn invitation ends it at once.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from network.meetings.models import Invitation
from network.members.models import Member
from portal.models import District

_PAPERS, _ACTIONS = "network.papers", "network.actions"
STAMP = 16
"""Characters of the hash that a link carries."""
GOOD_FOR = timedelta(days=180)
"""How long a link to somebody's actions works; every reminder brings a new one."""
LONGEST = 200


def papers_token(invitation: Invitation) -> str:
    """The part of an address that shows somebody invited the papers of their meeting."""
    return signing.dumps([invitation.pk, invitation.token_hash[:STAMP]], salt=_PAPERS)


def invitation_with(token: str, district: District) -> Invitation | None:
    """The usable invitation behind the link of an invitation or of a mail about its papers."""
    if len(token) > LONGEST:
        return None
    rows = Invitation.objects.usable().filter(meeting__district=district)
    rows = rows.select_related("meeting__district__site", "meeting__organiser", "member__organisation", "rsvp")
    if ":" not in token:
        return Invitation.objects.with_token(token).filter(meeting__district=district).first()
    try:
        number, stamp = signing.loads(token, salt=_PAPERS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return rows.filter(pk=number, token_hash__startswith=stamp).first() if stamp else None


def actions_token(member: Member) -> str:
    """The part of an address that shows a member their actions without an account."""
    return signing.dumps([member.pk, member.email], salt=_ACTIONS)


def member_with(token: str, district: District) -> Member | None:
    """The member behind such a link: still in the network, and the mail went to the address they still have."""
    if len(token) > LONGEST + 400:
        return None
    try:
        number, email = signing.loads(token, salt=_ACTIONS, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Member.objects.of(district).active(timezone.localdate()).select_related("organisation", "district__site")
    return rows.filter(pk=number, email=email).first()
