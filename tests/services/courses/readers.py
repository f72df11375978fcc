"""People who get mail about courses: what Amira does on the pages, and what arrives."""

from __future__ import annotations

import re
from typing import Any

from django.core import mail

from portal.models import OutboxMessage
from portal.outbox import deliver_due
from services.courses import subscription_mails
from services.courses.models import Subscription
from services.inbox import actions as inbox

AMIRA = "amira-kanarienvogel@example.org"


def ask(client: Any, query: str = "", language: str = "de", address: str = AMIRA, **more: Any) -> Any:
    """Send the form."""
    data = {"email": address, "language": language, "sure": "on", "changes": "on", **more}
    return client.post(f"/{language}/course-mails/{'?' + query if query else ''}", data)


def post() -> list[Any]:
    """The worker's round; what leaves the house in it."""
    before = len(mail.outbox)
    OutboxMessage.objects.update(not_before="2000-01-01T00:00Z")
    subscription_mails.queue_confirmations()
    deliver_due()
    return mail.outbox[before:]


def links(body: str) -> tuple[str, str]:
    """The paths of the page and of the way out."""
    found = re.findall(r"https?://[^/\s]+(/\S+/course-mails/\S+)", body)
    page, stop = (next(x for x in found if x.endswith("/stop/") is end) for end in (False, True))
    return page, stop


def subscribed(client: Any, portal: Any, query: str = "", **more: Any) -> tuple[Subscription, str, str]:
    """Amira has asked and confirmed; the row and her two links."""
    inbox.ensure_keys(portal.district)
    before = set(Subscription.objects.values_list("pk", flat=True))
    ask(client, query, **more)
    page, stop = links(post()[-1].body)
    client.post(page, {"do": "confirm"})
    return Subscription.objects.exclude(pk__in=before).get(), page, stop
