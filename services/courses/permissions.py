"""Who may do what with courses."""

from __future__ import annotations

from typing import Any


def can_manage_courses(user: Any) -> bool:
    """Whether this person may change courses, runs, lessons and places.

    - Yes for a logged-in, active person with the permission to change course runs: course staff.
    - Yes for administrators.
    - No for everybody else. Editors of pages write the words; the facts are not theirs by that right alone.
    """
    return bool(user and user.is_authenticated and user.has_perm("services.change_courserun"))
