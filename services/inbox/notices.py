"""Mail without content: "There is news". Asked for by the person, confirmed with six digits, switched off any time.

The person gives an address apart from the answers; it is sealed at once, and only the worker (staff role) opens it. The
first mail holds six digits, to be entered on the status page: so nobody gets mail who did not ask for it. After that
one mail leaves when there is news, and no other until the person has looked. No mail holds a topic, a name, a number or
a link (handbook: intake §5.5).
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal import sealing
from portal.errors import DomainError
from portal.models import District
from portal.outbox import queue_mail
from portal.rates import count_key, forgive_key
from portal.sealing import KeyMissing
from services.inbox import envelopes
from services.inbox.beats import NotPossible
from services.inbox.models import EscrowKey, Notice, Submission

DIGITS = 6
WISHES_PER_DAY = 3
"""Addresses one request may name in a day: enough for a mistake, too few to bother strangers."""
TRIES_PER_DAY = 10
DAY = 86_400


class WrongDigits(DomainError):
    """These are not the digits of the last mail."""

    status = 422


@transaction.atomic
def want_notice(*, district: District, number: str, address: str, language: str, at: datetime) -> None:
    """Remember an address and send it six digits. Whoever calls has shown the receipt. Replaces an earlier address.

    Raises `NotPossible` where everything is withdrawn, `TooMany`, `KeyMissing`.
    """
    submission = Submission.objects.of(district).select_for_update().get(number=number)
    if not can_be_told(submission):
        raise NotPossible(_("This request is already closed."))
    count_key(f"notice:{submission.pk}", WISHES_PER_DAY, DAY)
    escrow = EscrowKey.objects.active().filter(district=district).first()
    if escrow is None:
        raise KeyMissing(_("The key for safe messages is missing. Please tell us by telephone."))
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    content = json.dumps({"to": address, "digits": digits}).encode()
    Notice.objects.filter(submission=submission).delete()
    Notice.objects.create(
        submission=submission,
        sealed=sealing.seal(content.ljust(sealing.BLOCK), escrow.public),
        key_version=escrow.version,
        language=language,
        digits_stamp=_stamp(submission, digits),
        wanted_at=at,
    )


@transaction.atomic
def confirm_notice(*, submission: Submission, digits: str, at: datetime) -> None:
    """The person has read the digits in the mail. Raises `WrongDigits`, and `TooMany` after ten wrong tries."""
    notice = Notice.objects.select_for_update().filter(submission=submission).first()
    if notice is None or notice.confirmed_at is not None:
        return
    tries = f"notice-digits:{submission.pk}"
    count_key(tries, TRIES_PER_DAY, DAY)
    version = notice.digits_stamp.partition(":")[0]
    if not secrets.compare_digest(_stamp(submission, digits, int(version)), notice.digits_stamp):
        raise WrongDigits(_("These are not the digits of our last mail."))
    forgive_key(tries)
    notice.confirmed_at = at
    notice.save(update_fields=["confirmed_at"])


def answer(submission: Submission, given: Mapping[str, str], *, language: str, at: datetime) -> None:
    """Do what the form on the status page says: confirm with `digits`, or want notices at `email`."""
    if "digits" in given:
        return confirm_notice(submission=submission, digits=given["digits"], at=at)
    district, number = submission.district, submission.number
    return want_notice(district=district, number=number, address=given["email"], language=language, at=at)


def stop_notice(*, submission: Submission) -> None:
    """No more mail; the address is erased."""
    Notice.objects.filter(submission=submission).delete()


def has_looked(submission: Submission) -> None:
    """The person has opened the request: what was news is none any more."""
    Notice.objects.filter(submission=submission).exclude(told_at=None, news_at=None).update(told_at=None, news_at=None)


def can_be_told(submission: Submission) -> bool:
    """Whether there may still be news: something of the request is neither withdrawn nor erased."""
    return submission.cases.exclude(answers_ct=b"").exists()


def queue_notices(limit: int = 50) -> int:
    """Put the mails that are due into the outbox; return how many. A job of the worker, safe to repeat and kill."""
    due = Notice.objects.due().order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(_queue(pk) for pk in due)


@transaction.atomic
def _queue(pk: int) -> int:
    notice = Notice.objects.due().select_for_update(of=("self",)).select_related("submission__district").filter(pk=pk)
    row = notice.first()
    if row is None:
        return 0
    content = json.loads(envelopes.open_for_district(row.submission.district, row.key_version, row.sealed))
    first = row.asked_at is None
    with translation.override(row.language):
        subject, body = _first_mail(content["digits"]) if first else _news_mail()
    moment = row.wanted_at if first else row.news_at
    queue_mail(
        key=f"notice:{row.pk}:{'digits' if first else 'news'}:{moment.isoformat()}",
        recipient=content["to"],
        language=row.language,
        subject=subject,
        body=body,
        hidden=True,
    )
    if first:
        row.asked_at = row.wanted_at
    else:
        row.told_at = row.news_at
    row.save(update_fields=["asked_at", "told_at"])
    return 1


def _first_mail(digits: str) -> tuple[str, str]:
    sentences = [
        _("Somebody wants to get notices at this address. Was it you? Then enter these digits on our website:"),
        " ".join((digits[:3], digits[3:])),
        _("Was it not you? Then do nothing. You get no further mail."),
    ]
    return _("Your six digits"), "\n\n".join(sentences) + "\n"


def _news_mail() -> tuple[str, str]:
    sentences = [
        _("There is news about your request."),
        _("Open our website as you did before and enter your number and your secret."),
        _("There you can also switch off these mails. Please do not answer this mail; nobody reads the answer."),
    ]
    return _("There is news about your request"), "\n\n".join(sentences) + "\n"


def read_digits(typed: str) -> str | None:
    """The six digits a person meant, in any script and with any spacing."""
    text = unicodedata.normalize("NFKC", typed)
    digits = "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())
    return digits if len(digits) == DIGITS else None


def _stamp(submission: Submission, digits: str, version: int | None = None) -> str:
    return sealing.stamp("notice", f"{submission.pk}|{digits}".encode(), version)
