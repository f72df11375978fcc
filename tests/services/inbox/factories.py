"""Small stories to start from: Amira sends a request; an office gets it."""

from __future__ import annotations

import uuid
from typing import Any

from services.inbox import actions
from services.inbox.models import Case, Submission
from services.inbox.receipts import Visitor, open_receipt

SECRET_TEXT = "KANARIENVOGEL-Vermieter-droht"


def document(text: str = SECRET_TEXT, language: str = "ar") -> dict[str, Any]:
    """Answers to two questions, asked in Arabic: a choice and a free text."""
    return {
        "entries": [
            {
                "key": "topics",
                "label": {"de": "Worum geht es?", "ar": "ما هو الموضوع؟"},
                "value": ["housing"],
                "text": {"de": "Wohnen", "ar": "السكن"},
            },
            {
                "key": "text",
                "label": {"de": "Ihre Nachricht", "ar": "رسالتك"},
                "value": text,
                "text": {language: text},
            },
        ],
        "form": {"key": "counselling"},
    }


def part(portal, office: str = "LRA_IM", **changes: Any) -> actions.CasePart:
    """What one office gets."""
    values: dict[str, Any] = {
        "office": portal.offices[office],
        "document": document(),
        "municipality": portal.towns["08326017"],
        "phase": "AU",
        "topics": ["housing"],
        "rule": "R6",
    }
    return actions.CasePart(**{**values, **changes})


def send(portal, *parts: actions.CasePart, **changes: Any) -> actions.Receipt:
    """Amira sends the counselling form in Arabic."""
    values: dict[str, Any] = {
        "district": portal.district,
        "form_key": "counselling",
        "form_version": uuid.uuid4(),
        "language": "ar",
        "idempotency_key": uuid.uuid4().hex,
        "assisted": False,
        "parts": list(parts) or [part(portal)],
    }
    return actions.submit(**{**values, **changes})


def case_of(receipt: actions.Receipt, office: str = "LRA_IM") -> Case:
    """The case of an office."""
    return Case.objects.select_related("submission", "office").get(
        submission__number=receipt.number, office__code=office
    )


def visitor_of(portal, receipt: actions.Receipt) -> Visitor:
    """Amira with her receipt."""
    return open_receipt(district=portal.district, number=receipt.number, secret=receipt.secret)


def submission_of(receipt: actions.Receipt) -> Submission:
    """What was sent."""
    return Submission.objects.get(number=receipt.number)


def write(portal, receipt: actions.Receipt, text: str = "Es ist dringend", office: str = "LRA_IM"):
    """Amira writes back."""
    return actions.write_as_visitor(
        visitor=visitor_of(portal, receipt),
        case=case_of(receipt, office),
        text=text,
        language="ar",
        message_id=uuid.uuid4(),
    )


def answer(portal, receipt: actions.Receipt, text: str = "Bitte kommen Sie am Montag", waiting: bool = True):
    """Lena answers."""
    case = case_of(receipt)
    return actions.reply(case=case, author=portal.lena, text=text, language="de", waiting=waiting, version=case.version)
