"""The mails of subscriptions, written by the worker: it alone can open the addresses. Every mail ends with its way out.

Each job may be killed at any moment, repeated, and run by two workers at once.
"""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.models import District, OutboxMessage
from portal.outbox import queue_mail
from portal.sealing import Unreadable
from services.courses.cards import cards_of
from services.courses.concerned import Concerned
from services.courses.models import CourseRun
from services.courses.subscription_actions import key_of, stop
from services.courses.subscription_models import Subscription, SubscriptionMail
from services.courses.subscription_targets import joinable_runs, page_of, target_of, words_of
from services.inbox import envelopes

log = logging.getLogger("lotse.subscriptions")

DIGEST_HOURS = 20
"""Hours between two mails with new courses: at most one a day, even where the first came late in the evening."""
LOOK_AGAIN_MINUTES = 60
AWAKE = range(7, 21)
"""Local hours in which mails with new courses leave: a telephone must not ring at night."""
MOST_IN_MAIL = 10
"""Runs named in one mail; the others are behind its link."""
FAILURES = 3
"""Mails given up in a row (each tried for days) after which an address counts as gone."""


@dataclass(frozen=True)
class _Reader:
    """An opened row: whom to write to, and the paths of their page and of the way out, in their language."""

    row: Subscription
    to: str
    token: str
    base: str

    def path(self, name: str) -> str:
        with translation.override(self.row.language):
            return reverse(name, args=[self.token])


def queue_confirmations(limit: int = 50) -> int:
    """Write the mails people caused on a page; return how many. A job of the worker."""
    due = list(Subscription.objects.owed().values_list("pk", flat=True)[:limit])
    return sum(_queue_owed(pk) for pk in due)


def queue_digests(at: datetime | None = None, limit: int = 500) -> int:
    """Tell of new runs that fit, each subscriber at most once a day; return how many mails. A job of the worker."""
    now = at or timezone.now()
    if timezone.localtime(now).hour not in AWAKE:
        return 0
    fitting: dict[tuple[int, str], list[int]] = {}
    due = Subscription.objects.to_look_through(now).values_list("pk", flat=True)[:limit]
    return sum(_queue_digest(pk, now, fitting) for pk in list(due))


def queue_renewals(at: datetime | None = None, limit: int = 200) -> int:
    """Ask those who subscribed a year ago whether to go on; return how many. A job of the worker."""
    now = at or timezone.now()
    due = list(Subscription.objects.to_renew(now).values_list("pk", flat=True)[:limit])
    return sum(_queue_renewal(pk, now) for pk in due)


def stop_unreachable() -> int:
    """End the subscriptions whose last mails were all given up; return how many. A job of the worker."""
    ended = 0
    given_up = OutboxMessage.objects.given_up().filter(dedupe_key__startswith="subscription:")
    for pk in {key.split(":")[1] for key in given_up.values_list("dedupe_key", flat=True)}:
        row = Subscription.objects.filter(pk=pk).first()
        if row is not None and _is_gone(row):
            stop(subscription=row)
            ended += 1
    return ended


def subscribers_of(run: CourseRun) -> Iterator[Concerned]:
    """Everybody who follows this run, each address once. Needs the staff's keys. Raises `KeyMissing`."""
    seen = set()
    for row in Subscription.objects.following(run).select_related("district__site"):
        if row.address_stamp in seen:
            continue
        seen.add(row.address_stamp)
        reader = _opened(row)
        if reader is not None:
            stop_path = reader.path("course_mails_stop")
            yield Concerned(address=reader.to, language=row.language, because="subscription", stop=stop_path)


@transaction.atomic
def _queue_owed(pk: Any) -> int:
    row = _claimed(Subscription.objects.owed(), pk)
    reader = _opened(row) if row else None
    if row is None or reader is None:
        return 0
    kind = SubscriptionMail(row.mail_due)
    with translation.override(row.language):
        sentences = _first_words() if kind == SubscriptionMail.CONFIRM else _already_words()
        subject = _("Please confirm: mails about German courses")
        if kind == SubscriptionMail.ALREADY:
            subject = _("You get mails about German courses already")
        _send(reader, f"{kind}:{row.wanted_at.isoformat()}", subject, sentences)
    row.mail_due = ""
    row.save(update_fields=["mail_due"])
    return 1


@transaction.atomic
def _queue_digest(pk: Any, now: datetime, fitting: dict[tuple[int, str], list[int]]) -> int:
    row = _claimed(Subscription.objects.to_look_through(now), pk)
    if row is None:
        return 0
    target = target_of(row)
    cached = (row.district_id, row.target_key)
    if cached not in fitting:
        fitting[cached] = list(joinable_runs(target, row.district, now).values_list("pk", flat=True))
    fits = set(fitting[cached])
    known = set(row.known.values_list("pk", flat=True))
    # What fits no more may be news again, for example when places are free again.
    row.known.remove(*(known - fits))
    fresh = fits - known
    reader = _opened(row) if fresh else None
    wait = timedelta(hours=DIGEST_HOURS) if reader else timedelta(minutes=LOOK_AGAIN_MINUTES)
    row.check_at = now + wait
    row.save(update_fields=["check_at"])
    if reader is None:
        return 0
    row.known.add(*fresh)
    runs = CourseRun.objects.filter(pk__in=fresh).with_facts().in_reading_order(now)
    with translation.override(row.language):
        number = len(fresh)
        subject = ngettext("{number} new German course", "{number} new German courses", number).format(number=number)
        text = _run_list(runs[:MOST_IN_MAIL], number, reader, now)
        _send(reader, f"new:{now.isoformat()}", subject, [text])
    return 1


@transaction.atomic
def _queue_renewal(pk: Any, now: datetime) -> int:
    row = _claimed(Subscription.objects.to_renew(now), pk)
    reader = _opened(row) if row else None
    if row is None or reader is None:
        return 0
    with translation.override(row.language):
        sentences = [
            _("A year ago you asked us to send you mails about German courses. Do you still want them?"),
            _("Then open the link below and press “Go on”. If you do nothing, the mails end in 30 days."),
        ]
        _send(reader, f"renew:{now.isoformat()}", _("Do you still want mails about German courses?"), sentences)
    row.renew_asked_at = now
    row.save(update_fields=["renew_asked_at"])
    return 1


def _first_words() -> list[str]:
    return [
        _("Somebody wants to get mails about German courses at this address. Was it you?"),
        _("Then open the link below and press “Yes, send me mails”. Only then do we send mails."),
        _("Was it not you? Then do nothing. We erase this address after 48 hours."),
    ]


def _already_words() -> list[str]:
    return [
        _("Somebody asked again for mails that you get already. Nothing was changed."),
        _("Open the link below to change or stop them."),
    ]


def _send(reader: _Reader, kind: str, subject: str, sentences: Iterable[str]) -> None:
    """Queue a mail with its link and its way out. Called in the reader's language."""
    row = reader.row
    target = target_of(row)
    context: dict[str, Any] = {
        "sentences": list(sentences),
        "about": words_of(target, row.district, timezone.now()),
        "link": f"{reader.base}{reader.path('course_mails_page')}",
        "stop": f"{reader.base}{reader.path('course_mails_stop')}",
    }
    queue_mail(
        key=key_of(row, kind),
        recipient=reader.to,
        language=row.language,
        subject=subject,
        body=render_to_string("services/courses/subscription_mail.txt", context),
        hidden=True,
        unsubscribe=context["stop"],
    )


def _run_list(runs: Any, number: int, reader: _Reader, now: datetime) -> str:
    entries = [run_entry(card, reader.base) for card in cards_of(runs, now)]
    if number > MOST_IN_MAIL:
        entries.append(_("There are more: {link}").format(link=f"{reader.base}{page_of(target_of(reader.row))}"))
    return "\n\n".join(entries)


def run_entry(card: Any, base: str) -> str:
    """A run in a mail of plain text, in the language that is active. `base` is scheme and host."""
    venue = card.run.venue
    lines = [
        card.title,
        *([venue.town] if venue else []),
        card.dates,
        *card.weekly,
        *([card.childcare] if card.childcare else []),
        card.places.label,
        f"{base}{card.url}#{card.run.code}",
    ]
    return "\n".join(_plain(line) for line in lines)


def _plain(text: Any) -> str:
    return html.unescape(strip_tags(str(text)))


def _claimed(rows: Any, pk: Any) -> Subscription | None:
    rows = rows.filter(pk=pk).order_by()
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    found: Subscription | None = rows.select_related("district__site", "course", "run__course").first()
    return found


def _opened(row: Subscription) -> _Reader | None:
    """The address and link inside; None where they cannot be opened, which the log names without them."""
    try:
        content = json.loads(envelopes.open_for_district(row.district, row.key_version, row.sealed))
    except Unreadable:
        log.error("subscription %s does not open", row.pk)
        return None
    return _Reader(row, content["to"], content["token"], _base(row.district))


def _base(district: District) -> str:
    return str(district.site.root_url)


def _is_gone(row: Subscription) -> bool:
    done = OutboxMessage.objects.filter(dedupe_key__startswith=key_of(row, ""))
    last = done.filter(~Q(given_up_at=None) | ~Q(sent_at=None)).order_by("-created_at", "-pk")[:FAILURES]
    return len(last) == FAILURES and all(message.given_up_at for message in last)
