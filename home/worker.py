"""What happens in the background: mail leaves, pages appear on their day, forgotten drafts and sessions go.

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

from portal.outbox import deliver_due
from portal.sessions import SessionStore
from services.inbox.notices import queue_notices
from services.intake.actions import erase_expired_drafts
from services.intake.files import erase_due_files, sweep_files

log = logging.getLogger("lotse.worker")


def publish_on_time() -> None:
    """Publish and take down the pages whose editors set a time for it."""
    call_command("publish_scheduled", verbosity=0)


JOBS: tuple[tuple[int, Callable[[], Any]], ...] = (
    (5, queue_notices),
    (5, deliver_due),
    (60, publish_on_time),
    (600, erase_expired_drafts),
    (15, erase_due_files),
    (86_400, sweep_files),
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
