"""Times the meetings with five years of data: 2 000 meetings and 40 000 answers, uncached, asked in this process.

`python tests/bench_network.py --meetings` (or `--desk`: the coordinators' desk and the directory) makes a database of
its own from an empty demo folder and prints a table. The figures are server time: wall and CPU, median of `ROUNDS`.
CPU is what holds on a shared machine.
"""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

MEETINGS = int(os.environ.get("BENCH_MEETINGS", "2000"))
ANSWERS_EACH = 20
ROUNDS = 15
PASSWORD = "lotse-demo"


def main() -> int:
    """Measure in a process of its own, on a folder that is thrown away."""
    if "--measure" in sys.argv:
        measure_meetings()
        return 0
    part = "--desk" if "--desk" in sys.argv else "--meetings"
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.demo", "LOTSE_VAR": folder}
        for words in (["manage.py", "run_demo", "--prepare"], ["tests/bench_network.py", part, "--measure"]):
            subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, check=True)
    return 0


def measure_meetings() -> None:
    """Print the table for the database of these settings."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from home.tour import tour

    settings.ALLOWED_HOSTS = ["*"]
    biggest = load_meetings()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = {row["name"]: row["url"].partition("//")[2].partition("/")[2] for row in tour()}
    print(f"\n{connection.vendor}: {MEETINGS} meetings, {MEETINGS * ANSWERS_EACH} answers")
    print(f"{'page':<30}{'wall ms':>9}{'CPU ms':>9}{'queries':>9}")
    visitor, member, coordinator = Client(), _logged_in("network_member"), _logged_in("coordinator")
    desk = (
        ("desk", coordinator, "/admin/desk/"),
        ("desk, meetings", coordinator, "/admin/desk/meetings/"),
        ("desk, minutes", coordinator, "/admin/desk/minutes/"),
        ("desk, next meeting", coordinator, "/admin/desk/next-meeting/"),
        ("directory", member, "/de/members/"),
        ("directory, a town", member, "/de/members/?town=08326060"),
        ("directory, all towns", member, "/de/members/towns/"),
    )
    pages = (
        ("list, anonymous", visitor, "/de/meetings/"),
        ("list, member", member, "/de/meetings/"),
        ("list, member, past, page 40", member, "/de/meetings/?when=past&page=40"),
        ("public feed", visitor, "/de/meetings/calendar.ics"),
        ("personal feed", visitor, "/" + rows["personal_feed"]),
        ("personal page", visitor, "/" + rows["rsvp_link"]),
        ("admin, list", coordinator, "/admin/network_meetings/"),
        ("admin, list, filtered", coordinator, "/admin/network_meetings/?level=OPERATIVE&status=held"),
        ("admin, one with answers", coordinator, f"/admin/network_meetings/inspect/{biggest}/"),
        ("admin, door", coordinator, f"/admin/network_meetings/{biggest}/door/"),
    )
    for name, client, address in desk if "--desk" in sys.argv else pages:
        print(_row(name, client, address), flush=True)


def load_meetings() -> int:
    """Five years of meetings in bulk; return the key of one with 300 answers."""
    from django.utils import timezone

    from network.meetings.models import Invitation, Meeting, Rsvp, instant
    from network.meetings.statuses import Answer, Audience, MeetingStatus
    from network.members.querysets import token_hash
    from network.members.statuses import Level

    first = Meeting.objects.select_related("district").order_by("pk")[0]
    today, levels, audiences = timezone.localdate(), list(Level.values), list(Audience.values)
    made = []
    for number in range(MEETINGS):
        day = today + timedelta(days=int((number / MEETINGS - 0.9) * 365 * 5))
        meeting = Meeting(
            district=first.district,
            slug=f"bench-{number}",
            title=f"Treffen {number}",
            level=levels[number % len(levels)],
            audience=audiences[number % len(audiences)],
            day=day,
            starts=first.starts,
            ends=first.ends,
            place="Saal",
            mailbox="k@example.org",
            status=MeetingStatus.HELD if day < today else MeetingStatus.INVITED,
            published_at=timezone.now(),
        )
        meeting.starts_at, meeting.ends_at = instant(day, first.starts), instant(day, first.ends)
        made.append(meeting)
    Meeting.objects.bulk_create(made, batch_size=500)
    keys = [row.pk for row in made for _n in range(ANSWERS_EACH)] + [made[-1].pk] * 300
    rows = Invitation.objects.bulk_create(
        (
            Invitation(
                meeting_id=key,
                guest_name=f"Gast {n}",
                guest_email=f"g{n}@example.org",
                token_hash=token_hash(secrets.token_urlsafe(8)),
            )
            for n, key in enumerate(keys)
        ),
        batch_size=2000,
    )
    said = [Answer.YES, Answer.NO, Answer.MAYBE, Answer.PENDING]
    Rsvp.objects.bulk_create((Rsvp(invitation=row, answer=said[n % 4]) for n, row in enumerate(rows)), batch_size=2000)
    return int(made[-1].pk)


def _logged_in(name: str) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def _row(name: str, client: Any, address: str) -> str:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    status = client.get(address).status_code
    wall, cpu = [], []
    for _round in range(ROUNDS):
        cache.clear()
        started, worked = time.perf_counter(), time.process_time()
        client.get(address)
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    flag = "" if status == 200 else f"  status {status}"
    return f"{name:<30}{statistics.median(wall):>9.0f}{statistics.median(cpu):>9.0f}{len(asked):>9}{flag}"


if __name__ == "__main__":
    sys.exit(main())
