"""Who may propose courses, and who sees a proposal."""

from __future__ import annotations

from typing import Any

from services.courses.permissions import can_manage_courses
from services.courses.proposal_models import CourseProposal, ProviderAccount


def can_propose(user: Any, provider: Any = None) -> bool:
    """Whether this person may propose runs and changes, for this provider or, without one, for any at all.

    - Yes for a logged-in, active person with an account of this provider, while the provider is active.
    - No for everybody else; course staff publish themselves.
    """
    if not (user and user.is_authenticated and user.is_active):
        return False
    accounts = ProviderAccount.objects.filter(user=user, provider__is_active=True)
    return (accounts.filter(provider=provider) if provider is not None else accounts).exists()


def can_see_proposal(user: Any, proposal: CourseProposal) -> bool:
    """Whether this person may read a proposal with the comparison of before and after.

    - Yes for course staff, who decide.
    - Yes for people of the provider that proposed.
    - No for everybody else, other providers included.
    """
    return can_manage_courses(user) or can_propose(user, proposal.provider)
