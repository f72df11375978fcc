"""Where staff sessions live: in the database, and never longer than the working day that began with the login."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

LONGEST_SESSION = 10 * 3600
"""Seconds after which a staff session ends whatever happens (handbook: intake §4 D4)."""

BEGAN = "began"
"""Key under which a session remembers when its person logged in (seconds since 1970)."""


class SessionStore(DatabaseStore):
    """A session that ends after half an hour without a click (`SESSION_COOKIE_AGE`) or ten hours after the login.

    The end stands in the row itself, so no page and no middleware has to remember to ask.
    """

    def get_session_cookie_age(self) -> int:
        idle = super().get_session_cookie_age()
        began = self.get(BEGAN)
        if began is None:
            return idle
        left = int(began + LONGEST_SESSION - timezone.now().timestamp())
        return max(0, min(idle, left))
