"""A desk: many cases made quickly, a door for people who have just proved who they are, and what can be done there."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from services.directory.models import ContactPoint
from services.inbox import actions
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
    session["account_authentication_methods"] = [{"method": method, "at": at or time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def point(portal) -> ContactPoint:
    """An advice centre of another office in the district."""
    found, _created = ContactPoint.objects.get_or_create(
        code="beratung-vs",
        defaults={
            "office": portal.offices["VS_IM"],
            "name": "Beratungsstelle Wohnen",
            "phone": "+49 30 23125 111",
            "street": "Marktplatz 1",
            "postcode": "78050",
            "town": "Villingen",
        },
    )
    return found


def soon(days: int = 3):
    """A time in a few days."""
    return timezone.now().replace(microsecond=0) + timedelta(days=days)


def forms(portal, case: Case) -> dict[str, dict[str, Any]]:
    """What the page sends for each action that is possible with a new case."""
    day = timezone.localdate() + timedelta(days=3)
    return {
        "take": {},
        "assign": {"to": ""},
        "reply": {"text": "Guten Tag", "language": "de", "after": "waiting"},
        "note": {"text": "Notiz"},
        "status": {"status": "contacted"},
        "ask": {"items": ["phone"]},
        "appoint": {"day": day.isoformat(), "clock": "10:00", "minutes": 30, "mode": "office", "place": "Zimmer 3"},
        "transfer": {"to": portal.offices["STG_IM"].pk, "reason": "responsible"},
        "refer": {"to": point(portal).pk},
        "close": {"reason": "helped"},
        "hold": {"until": day.isoformat(), "reason": "ongoing"},
        "erase_ask": {"reason": "person"},
    }


def verbs(portal, case: Case, person: Any) -> dict[str, Any]:
    """The same actions as verbs, by this person, looking at the case as it is."""
    by = {"case": case, "by": person, "version": case.version}
    author = {"case": case, "author": person, "version": case.version}
    return {
        "read": lambda: actions.open_case(case=case, reader=person),
        "take": lambda: actions.take(case=case, user=person, version=case.version),
        "assign": lambda: actions.assign(**by, to=None),
        "reply": lambda: actions.reply(**author, text="x", language="de", waiting=True),
        "note": lambda: actions.add_note(**author, text="x"),
        "status": lambda: actions.set_status(**by, status="contacted"),
        "ask": lambda: actions.ask_for(**author, items=["phone"]),
        "appoint": lambda: actions.make_appointment(**by, starts_at=soon(), minutes=30, mode="phone", place=""),
        "transfer": lambda: actions.transfer(**by, to=portal.offices["STG_IM"], reason="moved"),
        "refer": lambda: actions.refer(**by, to=point(portal)),
        "close": lambda: actions.close(**by, reason="helped"),
        "hold": lambda: actions.hold_retention(**by, until=timezone.localdate() + timedelta(days=9), reason="ongoing"),
        "erase_ask": lambda: actions.ask_to_erase(**by, reason="person"),
    }


def address(case: Case) -> str:
    """Where the case is for staff."""
    return reverse("case", args=[case.pk])


def post(client, case: Case, action: str, **data: Any):
    """Press a button on the page as it is now."""
    row = Case.objects.filter(pk=case.pk).first()
    return client.post(address(case), {"action": action, "version": row.version if row else 1, **data})
