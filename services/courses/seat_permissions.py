"""Who may know the people of a course."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q

CODENAME = "see_enrolments"


def can_see_people(user: Any, run: Any = None) -> bool:
    """Whether this person may see and change who is in a run.

    - Yes for a logged-in, active person who was given the permission, by a group or personally: course staff.
    - No for an administrator who was not: rights over the system are no rights over people's data.
    - No for editors, and for offices that work with requests.
    """
    if not (user and user.is_authenticated and user.is_active):
        return False
    given = Permission.objects.filter(codename=CODENAME, content_type__app_label="services")
    return bool(given.filter(Q(group__user=user) | Q(user=user)).exists())
