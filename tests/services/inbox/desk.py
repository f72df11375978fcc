"""A desk full of cases, made quickly, and a door for people who have just proved who they are."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from services.inbox.models import Case, Submission
from tests.services.inbox.factories import case_of, part, send


def many(ready: Any, count: int, office: str = "LRA_IM", **changes: Any) -> list[Case]:
    """Cases without content: enough for lists, counts and statistics."""
    now = timezone.now()
    numbers = [f"SBK-{uuid.uuid4().hex[:4].upper()}-{place:02d}"[:16] for place in range(count)]
    submissions = Submission.objects.bulk_create(
        Submission(
            district=ready.district,
            number=number + uuid.uuid4().hex[:4],
            form_key=changes.get("form_key", "counselling"),
            form_version=uuid.UUID(int=1),
            language="ar",
            idempotency_key=uuid.uuid4().hex,
            created_day=now.date(),
            receipt_salt=b"x",
            applicant_public=b"x",
            applicant_private_ct=b"x",
            assisted=changes.get("assisted", False),
        )
        for number in numbers
    )
    values = {key: value for key, value in changes.items() if key != "assisted"}
    defaults = {"language": "ar", "created_at": now - timedelta(hours=1), "form_key": "counselling"}
    return Case.objects.bulk_create(
        Case(submission=row, district=ready.district, office=ready.offices[office], **{**defaults, **values})
        for row in submissions
    )


def sent(ready: Any, office: str = "LRA_IM", **changes: Any) -> Case:
    """A case with content, as if a person had sent it."""
    return case_of(send(ready, part(ready, office, **changes)), office)


def prove(client: Any, user: Any, method: str = "password", at: float | None = None) -> None:
    """As after the password or the code was typed once more."""
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": at or time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
