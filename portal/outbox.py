"""Mail that must leave: written to the database with the change that causes it, sent by the worker, never twice.

A worker that dies leaves one of three states behind, each decided by what was committed before:

- claimed, not handed over: nothing left the house; after `CLAIM` the next worker sends it;
- handed over, no answer heard: nobody can know; it is never sent again by itself and stands on the page "Mail";
- sent: done.

A mail server that does not answer is not the mail's fault: nothing is counted against the mail, however long it takes.
"""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.errors import DomainError
from portal.models import MailTrouble, OutboxMessage
from portal.sealing import Unreadable, lock_away, take_out

RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440, 1440, 1440)
"""Minutes to wait after each refusal of one mail; after the last it is given up and stays visible."""

SERVER_MINUTES = (1, 2, 5, 10, 15)
"""Minutes until the next try after the server did not answer at all; the last one repeats for ever."""

CLAIM = timedelta(minutes=10)
"""How long a worker may hold a mail before another one may take it; longer than any mail server is waited for."""


_END = "END:VCALENDAR\r\n"


class ServerSilent(Exception):  # noqa: N818 - named after what happened
    """The mail server cannot be reached or does not let us in."""


def queue_mail(
    *,
    key: str,
    recipient: str,
    language: str,
    subject: str,
    body: str,
    calendar: str = "",
    method: str = "",
    hidden: bool = False,
    unsubscribe: str = "",
) -> OutboxMessage:
    """Remember a mail to send. The same `key` is queued once, however often this is called.

    `calendar` is an RFC 5545 text and `method` its iTIP method (RFC 5546). Never put the content of a case in here.
    `hidden`: the address is locked away under the master key until the mail leaves, then erased. Raises `KeyMissing`.
    `unsubscribe`: absolute address that ends such mails by one POST without any question (RFC 8058).
    """
    message, _created = OutboxMessage.objects.get_or_create(
        dedupe_key=key,
        defaults={
            "recipient": "" if hidden else recipient,
            "recipient_ct": lock_away(recipient.encode(), recipient_place(key)) if hidden else None,
            "language": language,
            "subject": subject,
            "body": body,
            "calendar": calendar,
            "calendar_method": method,
            "unsubscribe": unsubscribe,
            "not_before": timezone.now(),
        },
    )
    return message


@dataclass(frozen=True)
class HiddenMail:
    """One of many mails to people whose addresses nobody may read here; the fields are those of `queue_mail`."""

    key: str
    recipient: str
    language: str
    subject: str
    body: str
    unsubscribe: str = ""


def queue_many(mails: Iterable[HiddenMail], *, not_before: datetime) -> None:
    """Remember many mails at once, each key once for ever, none sent before a moment. Raises `KeyMissing`."""
    rows = (
        OutboxMessage(
            dedupe_key=mail.key,
            recipient_ct=lock_away(mail.recipient.encode(), recipient_place(mail.key)),
            language=mail.language,
            subject=mail.subject,
            body=mail.body,
            unsubscribe=mail.unsubscribe,
            not_before=not_before,
        )
        for mail in mails
    )
    OutboxMessage.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)


def recipient_place(key: str) -> str:
    """Where the hidden address of a mail belongs."""
    return f"portal|outbox|recipient|{key}"


def deliver_due(limit: int = 50) -> int:
    """Send what is due; return how many mails left. Safe to run in several workers and to kill."""
    now = timezone.now()
    if MailTrouble.objects.filter(next_try_at__gt=now).exists():
        return 0
    due = list(OutboxMessage.objects.due(now).values_list("pk", flat=True)[:limit])
    if not due:
        return 0
    mailer = get_connection()
    sent = 0
    try:
        for pk in due:
            sent += _deliver(pk, mailer)
    except ServerSilent as problem:
        _remember_trouble(str(problem))
    finally:
        _close(mailer)
    return sent


def send_again(*, message: OutboxMessage) -> None:
    """Let the worker try once more what was given up, or what perhaps never arrived. A person decided that."""
    OutboxMessage.objects.filter(pk=message.pk, sent_at=None).update(
        given_up_at=None, handed_over_at=None, attempts=0, not_before=timezone.now()
    )


def _deliver(pk: int, mailer: Any) -> int:
    message = _claim(pk)
    if message is None:
        return 0
    try:
        _knock(mailer)
    except ServerSilent:
        OutboxMessage.objects.filter(pk=pk).update(not_before=timezone.now(), attempts=F("attempts") - 1)
        raise
    try:
        mail = _as_mail(message, mailer)
        _before_data(mailer, lambda: _hand_over(pk))
        mail.send()
    except (
        OSError,
        ValueError,
        DomainError,
        Unreadable,
    ) as problem:  # smtplib's are OSErrors; ValueError: not even a mail
        if isinstance(problem, smtplib.SMTPServerDisconnected):
            _close(mailer)
        _refused(message, problem)
        return 0
    # A mail may hold a personal link, of which everything else keeps only the hash.
    OutboxMessage.objects.filter(pk=pk).update(
        sent_at=timezone.now(), last_error="", body="", calendar="", unsubscribe="", recipient_ct=None
    )
    return 1


@transaction.atomic
def _claim(pk: int) -> OutboxMessage | None:
    now = timezone.now()
    rows = OutboxMessage.objects.due(now).filter(pk=pk)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    message = rows.first()
    if message is not None:
        message.attempts += 1
        message.not_before = now + CLAIM
        message.save(update_fields=["attempts", "not_before"])
    return message


def _knock(mailer: Any) -> None:
    """Open the connection, if it is not open; what takes seconds happens here, before anything is handed over."""
    try:
        mailer.open()
    except (OSError, ValueError) as problem:
        raise ServerSilent(type(problem).__name__) from problem
    if MailTrouble.objects.exists():
        MailTrouble.objects.all().delete()


def _hand_over(pk: int) -> None:
    OutboxMessage.objects.filter(pk=pk).update(handed_over_at=timezone.now())


def _before_data(mailer: Any, mark: Callable[[], None]) -> None:
    """Call `mark` at the last moment before a mail can be out of our hands: before SMTP's DATA, else now."""
    server = getattr(mailer, "connection", None)
    if not isinstance(server, smtplib.SMTP):
        mark()
        return
    send = type(server).data

    def data(text: Any) -> Any:
        mark()
        return send(server, text)

    vars(server)["data"] = data  # of this connection only, where smtplib looks first


def _refused(message: OutboxMessage, problem: Exception) -> None:
    """One mail was refused: try later, and give up after the last time or if it can never be a mail."""
    now = timezone.now()
    changes: dict[str, Any] = {"last_error": type(problem).__name__, "handed_over_at": None}
    hopeless = isinstance(problem, ValueError) and not isinstance(problem, OSError)
    if hopeless or message.attempts > len(RETRY_MINUTES):
        changes["given_up_at"] = now
    else:
        changes["not_before"] = now + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
    OutboxMessage.objects.filter(pk=message.pk).update(**changes)


@transaction.atomic
def _remember_trouble(error: str) -> None:
    now = timezone.now()
    trouble = MailTrouble.objects.select_for_update().first()
    tries = trouble.tries + 1 if trouble else 1
    MailTrouble.objects.update_or_create(
        pk=1,
        defaults={
            "since": trouble.since if trouble else now,
            "tries": tries,
            "next_try_at": now + timedelta(minutes=SERVER_MINUTES[min(tries, len(SERVER_MINUTES)) - 1]),
            "last_error": error,
        },
    )


def _close(mailer: Any) -> None:
    try:
        mailer.close()
    except OSError:
        mailer.connection = None  # it was gone already


def _as_mail(message: OutboxMessage, mailer: Any) -> EmailMultiAlternatives:
    # The same mail has the same id whenever it is sent, so that mail programs show it once.
    mail_id = hashlib.sha256(f"{settings.SECRET_KEY}|{message.dedupe_key}".encode()).hexdigest()[:32]
    to = message.recipient
    if message.recipient_ct:
        to = take_out(message.recipient_ct, recipient_place(message.dedupe_key)).decode()
    headers = {"Message-ID": f"<{mail_id}@lotse>", "Auto-Submitted": "auto-generated"}
    if message.unsubscribe:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(message.subject, message.body, to=[to], connection=mailer, headers=headers)
    dates = message.calendar.count("BEGIN:VCALENDAR")
    if dates > 1:
        # Several dates are several objects of iTIP, because one may speak of one identity only (RFC 5546 §3.2.2).
        for number, text in enumerate(message.calendar.split(_END)[:-1], start=1):
            kind = f"text/calendar; method={message.calendar_method}; charset=utf-8"
            mail.attach(f"invite-{number}.ics", (text + _END).lstrip().encode(), kind)
    elif message.calendar:
        # As an alternative for programs that show an invitation, as a file for those that do not (RFC 6047 §2.4).
        mail.attach_alternative(message.calendar, f"text/calendar; method={message.calendar_method}")
        mail.attach("invite.ics", message.calendar.encode("utf-8"), "application/ics")
    return mail


def trouble_since(at: datetime) -> datetime | None:
    """Since when mail does not leave: the server is silent, or the oldest due mail has waited for a quarter of an hour.

    The second shows a worker that does not run at all.
    """
    trouble = MailTrouble.objects.first()
    if trouble is not None:
        return trouble.since
    late = OutboxMessage.objects.waiting().filter(created_at__lt=at - timedelta(minutes=15), attempts=0)
    oldest: datetime | None = late.order_by("created_at").values_list("created_at", flat=True).first()
    return oldest
