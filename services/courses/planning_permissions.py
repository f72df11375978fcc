"""Who may plan courses."""

from __future__ import annotations

from typing import Any


def can_plan(user: Any) -> bool:
    """Whether this person may see how many people wait for which course, and offer them a run by mail.

    - Yes for a logged-in, active person with the permission to plan courses: coordinators and course staff.
    - Yes for administrators: they see numbers, no people.
    - No for everybody else, members of other offices and editors included. Nobody sees a name here.
    """
    return bool(user and user.is_authenticated and user.has_perm("services.plan_courses"))
