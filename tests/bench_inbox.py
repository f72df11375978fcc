"""Times the inbox with many cases and prints a table: list, filters, counts, a case, statistics; and memory.

`python tests/bench.py --inbox` runs it on SQLite with the demo; `python tests/bench_inbox.py --postgresql` on a
server of its own. The
pages are asked for in this process, so the figures are server time: wall and CPU, median of `ROUNDS`. CPU is what holds
on a shared machine. BENCH_CASES says how many cases (100 000).
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

CASES = int(os.environ.get("BENCH_CASES", "100000"))
ROUNDS = 15
LOGIN = ("case_worker", "lotse-demo")
COORDINATOR = ("coordinator", "lotse-demo")
LIST = {
    "list, open": "",
    "list, closed": "?view=closed",
    "list, closed, page 40": "?view=closed&p=40",
    "sorted by received": "?view=closed&sort=-received",
    "sorted by municipality": "?view=closed&sort=municipality",
    "sorted by assigned": "?view=closed&sort=assigned",
    "filter topic": "?view=closed&topic=housing",
    "filter municipality": "?view=closed&municipality={town}",
    "filter language": "?view=closed&language=ti",
    "filter interpreter": "?view=closed&interpreter=yes",
    "filter urgency": "?view=closed&urgency=danger",
    "filter status": "?status=waiting",
    "filter nobody": "?assigned=nobody",
    "filter mine": "?view=mine",
    "filter age": "?view=closed&age=90",
    "filter form": "?view=closed&form=course",
    "several filters": "?view=closed&age=30&interpreter=yes&urgency=danger&language=ar&topic=health",
    "number": "?q={number}",
    "part of a number": "?q={part}",
}


def main() -> int:
    if "--postgresql" in sys.argv:
        return on_postgresql()
    if "--measure" not in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.demo", "LOTSE_VAR": folder}
            command([sys.executable, "manage.py", "run_demo", "--prepare"], environment)
            return load_and_measure(environment)
    measure()
    return 0


def on_postgresql() -> int:
    """The same on PostgreSQL, with the settings of the tests."""
    from tests.run import postgresql

    with postgresql() as server:
        environment = {**os.environ, **server, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
        return load_and_measure(environment, ["--prepare"])


def load_and_measure(environment: dict[str, str], more: list[str] | None = None) -> int:
    """Both in one process of their own, so that keys of the test settings, which are new in each process, fit."""
    return command([sys.executable, "tests/bench_inbox.py", "--measure", *(more or [])], environment)


def command(words: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(words, cwd=ROOT, env=environment, check=True).returncode


def measure() -> None:
    """Print the table for the database of these settings."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.ALLOWED_HOSTS = ["*"]
    if "--prepare" in sys.argv:
        call_command("migrate", verbosity=0)
        call_command("load_demo", verbosity=0)
    started = time.perf_counter()
    call_command("load_cases", "--count", str(CASES), verbosity=0)
    print(f"\n{connection.vendor}: load_cases --count {CASES} took {time.perf_counter() - started:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{'page':<26}{'wall ms':>9}{'CPU ms':>9}{'SQL ms':>9}{'queries':>9}")
    worker, coordinator = _logged_in(*LOGIN), _logged_in(*COORDINATOR)
    for name, address in _addresses().items():
        print(row(name, coordinator if name.startswith("statistics") else worker, address), flush=True)
    print(_counts())
    print(f"memory of the process at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _addresses() -> dict[str, str]:
    from services.inbox.models import Case

    case = Case.objects.filter(office__code="LRA_IM", status="assigned").select_related("submission").first()
    number = case.submission.number
    values = {"town": case.municipality_id or 1, "number": number, "part": number[4:7]}
    pages = {name: "/admin/inbox/" + query.format(**values) for name, query in LIST.items()}
    pages["case"] = f"/admin/inbox/{case.pk}/"
    pages["statistics"] = "/admin/inbox/statistics/"
    return pages


def _logged_in(name: str, password: str) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def row(name: str, client: Any, address: str) -> str:
    """One line of the table."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    status = client.get(address).status_code
    wall, cpu = [], []
    for _round in range(ROUNDS):
        started, worked = time.perf_counter(), time.process_time()
        client.get(address)
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    sql = sum(float(query["time"]) for query in asked.captured_queries) * 1000
    mark = "" if status == 200 else f"  status {status}"
    figures = f"{statistics.median(wall):>9.1f}{statistics.median(cpu):>9.1f}{sql:>9.1f}{len(asked):>9}"
    return f"{name:<26}{figures}{mark}"


def _counts() -> str:
    from django.utils import timezone

    from portal.models import User
    from services.inbox.models import Case

    user = User.objects.get(username=LOGIN[0])
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        Case.objects.visible_to(user).counts(user, timezone.now())
        times.append((time.perf_counter() - started) * 1000)
    return f"{'seven counts alone':<26}{statistics.median(times):>9.1f}"


if __name__ == "__main__":
    sys.exit(main())
