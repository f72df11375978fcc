"""Who may take in courses from files."""

from __future__ import annotations

from typing import Any

from services.courses.permissions import can_manage_courses


def can_import_courses(user: Any) -> bool:
    """Whether this person may take in runs and lessons from a file.

    - Yes for course staff who may also add runs, because a file makes new ones.
    - Yes for administrators.
    - No for everybody else; a provider's own account proposes changes and does not import.
    """
    return can_manage_courses(user) and user.has_perm("services.add_courserun")
