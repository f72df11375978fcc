"""Dana, the data-protection officer."""

from __future__ import annotations

from home.roles import ensure_roles
from portal.models import User


def dana() -> User:
    """With the role that the product gives her and no office."""
    user = User.objects.create_user("dana", "dana@example.org", "dana-passwort-123", first_name="Dana")
    user.groups.add(ensure_roles()["Datenschutz"])
    return user
