"""What happens in the background: mail leaves, pages appear on their day, what is no longer needed goes.

Every job may be killed and run again.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from home.desk_digest import send_desk_digests
from network.meetings.attending import count_needs, forget_needs
from network.meetings.reminding import remind
from network.meetings.retention import count_guests, forget_guests
from network.members.entry_actions import ask_to_confirm, let_go
from network.members.retention import count_members, forget_members
from network.minutes.actions import approve_unopposed, carry_over_due, remind_owners
from network.needs.retention import count_addresses, erase_addresses
from portal.outbox import deliver_due
from portal.retention import Keeping
from portal.sessions import SessionStore
from services.courses import interest_actions, planning_mails, seat_retention, subscription_mails
from services.courses.announcements import ask_translators
from services.courses.seat_actions import expire_offers
from services.courses.seat_mails import write_course_mails
from services.courses.subscription_keeping import count_due_subscriptions, erase_due_subscriptions
from services.inbox import audit, retention
from services.inbox.escalation import escalate, send_digests
from services.inbox.file_keeping import count_files_of_closed, erase_files_of_closed
from services.inbox.notices import queue_notices
from services.intake.actions import count_expired_drafts, erase_expired_drafts
from services.intake.files import erase_due_files, sweep_files

log = logging.getLogger("lotse.worker")


def publish_on_time() -> None:
    """Publish and take down the pages whose editors set a time for it."""
    call_command("publish_scheduled", verbosity=0)


KEEPINGS: tuple[Keeping, ...] = (
    Keeping("drafts", "24 hours", "intake §3", erase_expired_drafts, count_expired_drafts),
    Keeping("cases", "by class, see the page of rules", "domain §5.7", retention.erase_due, retention.count_due),
    Keeping(
        "case files", "30 days after closing, or by rule", "domain §5.7", erase_files_of_closed, count_files_of_closed
    ),
    Keeping(
        "course mails",
        "48 hours unconfirmed; a year and 30 days",
        "calendars §5b",
        erase_due_subscriptions,
        count_due_subscriptions,
    ),
    Keeping("doors", "365 days after the case", "design §5", retention.close_doors, retention.count_doors),
    Keeping(
        "course interest",
        "182 days, renewable by link",
        "domain §5.7",
        interest_actions.erase_expired_interests,
        interest_actions.count_expired_interests,
    ),
    Keeping(
        "course places",
        "30 days after leaving, 182 days after the run",
        "domain §5.7",
        seat_retention.forget_people,
        seat_retention.count_people,
    ),
    Keeping("access needs", "1 day after the meeting", "domain §4.3", forget_needs, count_needs),
    Keeping("meeting guests", "92 days after the meeting", "domain §5.7", forget_guests, count_guests),
    Keeping("former members", "365 days after leaving", "house §7", forget_members, count_members),
    Keeping("need addresses", "180 days after the answer", "domain §4.4", erase_addresses, count_addresses),
    Keeping("audit", "365 days", "domain §5.7", audit.erase_old_events, audit.count_old_events),
)
"""What goes by itself, of all subjects; a new kind of data gets a line here."""


def erase_what_is_due() -> int:
    """Erase everything whose time is over. A kind that fails does not stop the others."""
    now, gone = timezone.now(), 0
    for kept in KEEPINGS:
        try:
            gone += kept.run(now)
        except Exception:  # noqa: BLE001 - what can be erased must go; the log names the rest, without data
            log.error("erasing %s failed", kept.code, exc_info=True)
    return gone


def check_audit_daily() -> None:
    """Once a day: verify every chain and tell the data-protection officers if one is broken."""
    audit.check_all()


JOBS: tuple[tuple[int, Callable[[], Any]], ...] = (
    (5, queue_notices),
    (5, subscription_mails.queue_confirmations),
    (30, planning_mails.queue_offers),
    (600, subscription_mails.queue_digests),
    (3600, subscription_mails.queue_renewals),
    (3600, subscription_mails.stop_unreachable),
    (5, write_course_mails),
    (30, expire_offers),
    (3600, interest_actions.remind_interests),
    (5, deliver_due),
    (60, publish_on_time),
    (60, ask_translators),
    (600, erase_expired_drafts),
    (15, erase_due_files),
    (86_400, sweep_files),
    (60, audit.anchor_events),
    (600, erase_what_is_due),
    (600, escalate),
    (600, send_digests),
    (600, remind),
    (86_400, check_audit_daily),
    (600, carry_over_due),
    (3600, approve_unopposed),
    (3600, remind_owners),
    (3600, ask_to_confirm),
    (600, let_go),
    (600, send_desk_digests),
    (3600, SessionStore.clear_expired),
)
"""Seconds between two runs, and the job."""


def work(once: bool = False) -> None:
    """Run the jobs when they are due until told to stop; with `once`, each a single time."""
    stop: list[int] = []
    if not once:
        signal.signal(signal.SIGTERM, lambda number, frame: stop.append(number))
        signal.signal(signal.SIGINT, lambda number, frame: stop.append(number))
    due = dict.fromkeys(range(len(JOBS)), 0.0)
    while not stop:
        for number, (seconds, job) in enumerate(JOBS):
            if time.monotonic() >= due[number]:
                due[number] = time.monotonic() + seconds
                _run(job)
        if once:
            return
        time.sleep(1)


def _run(job: Callable[[], Any]) -> None:
    close_old_connections()
    try:
        job()
    except Exception:  # noqa: BLE001 - one broken job must not stop the others; the log names it, without data
        log.error("job %s failed", job.__name__, exc_info=True)
    finally:
        close_old_connections()
