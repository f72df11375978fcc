"""Mail that must leave: written to the database with the change that causes it, sent by the worker, never twice."""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from portal.models import OutboxMessage
from portal.sealing import KeyMissing, Unreadable, lock_away, take_out

RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440, 1440, 1440)
"""Minutes to wait after each failed attempt; after the last the message is given up and stays visible."""


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
) -> OutboxMessage:
    """Remember a mail to send. The same `key` is queued once, however often this is called.

    `calendar` is an RFC 5545 text and `method` its iTIP method (RFC 5546). Never put the content of a case in here.
    `hidden`: the address is locked away under the master key until the mail leaves, then erased. Raises `KeyMissing`.
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
            "not_before": timezone.now(),
        },
    )
    return message


def recipient_place(key: str) -> str:
    """Where the hidden address of a mail belongs."""
    return f"portal|outbox|recipient|{key}"


def deliver_due(limit: int = 50) -> int:
    """Send what is due, each in its own transaction; return how many left. Safe to run in several workers."""
    sent = 0
    for pk in OutboxMessage.objects.due(timezone.now()).values_list("pk", flat=True)[:limit]:
        sent += _deliver(pk)
    return sent


@transaction.atomic
def _deliver(pk: int) -> int:
    rows = OutboxMessage.objects.due(timezone.now()).filter(pk=pk)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    message = rows.first()
    if message is None:
        return 0
    message.attempts += 1
    try:
        _as_mail(message).send()
    except (OSError, KeyMissing, Unreadable) as problem:  # smtplib's are OSErrors; a broken server must lose no mail
        message.last_error = type(problem).__name__
        if message.attempts > len(RETRY_MINUTES):
            message.given_up_at = timezone.now()
        else:
            message.not_before = timezone.now() + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
    else:
        message.sent_at, message.last_error = timezone.now(), ""
        # A mail may hold a personal link, of which everything else keeps only the hash.
        message.body = message.calendar = ""
        message.recipient_ct = None
    message.save()
    return int(message.sent_at is not None)


def _as_mail(message: OutboxMessage) -> EmailMultiAlternatives:
    to = message.recipient
    if message.recipient_ct:
        to = take_out(message.recipient_ct, recipient_place(message.dedupe_key)).decode()
    mail = EmailMultiAlternatives(message.subject, message.body, to=[to])
    if message.calendar:
        # As an alternative for programs that show an invitation, as a file for those that do not (RFC 6047 §2.4).
        mail.attach_alternative(message.calendar, f"text/calendar; method={message.calendar_method}")
        mail.attach("invite.ics", message.calendar.encode("utf-8"), "application/ics")
    return mail
