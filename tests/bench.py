"""Times the running product on this machine and prints a table: pages, list, finder, feed, step posts.

    python tests/bench.py                two or three minutes, with the start of the demo
    python tests/bench.py --inbox        then the inbox with many cases (`bench_inbox`), which takes many minutes
    python tests/bench.py --courses      then the course finder with 2 000 runs (`bench_courses`), two minutes

Starts the demo on a free port with a copy of its data. Loopback only, bounded in count. Quote medians; the machine may
be shared. For figures against other servers see docs/operators.md.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.bench_steps import line as steps  # noqa: E402
from tests.run import free_port  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
PATHS = [
    "/de/",
    "/ar/",
    "/de/housing/",
    "/de/arrival/registration/",
    "/ar/arrival/registration/",
    "/ti/arrival/registration/",
    "/de/courses/",
    "/de/courses/calendar.ics",
    "/de/who-helps/",
    "/de/search/?q=Wohnung",
    "/de/forms/counselling/",
    "/de/meetings/",
]
ROUNDS = 40


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        var, port = Path(folder) / "var", free_port()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
            "LOTSE_VAR": str(var),
            "PORT": str(port),
        }
        prepared = ROOT / "var" / "test-demo"
        if prepared.exists():
            shutil.copytree(prepared, var)
        command = [sys.executable, "manage.py", "run_demo"]
        print(f"load of the machine before: {load()}")
        started = time.perf_counter()
        subprocess.run([*command, "--prepare"], cwd=ROOT, env=environment, check=True)
        print(f"prepared in {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            wait(port)
            print(f"first page {time.perf_counter() - started:.1f} s after the start\n")
            print(f"{'address':<34}{'bytes gz':>9}{'p50 ms':>9}{'p95 ms':>9}")
            for path in PATHS:
                print(row(port, path), flush=True)
            print(f"\n{steps(port)}\nload of the machine after: {load()}", flush=True)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()
    subprocess.run([sys.executable, "tests/bench_feeds.py"], cwd=ROOT, check=True)
    if "--courses" in sys.argv:
        subprocess.run([sys.executable, "tests/bench_courses.py"], cwd=ROOT, check=True)
    if "--inbox" in sys.argv:
        return subprocess.run([sys.executable, "tests/bench_inbox.py"], cwd=ROOT).returncode
    return 0


def load() -> str:
    """Processes that wanted a core in the last minute, and how many cores there are: figures mean little without."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def wait(port: int) -> None:
    """Until the start page answers."""
    for _attempt in range(600):
        try:
            if fetch(port, "/de/")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The demo did not start.")


def fetch(port: int, path: str) -> tuple[int, int]:
    """Status and bytes of one answer, compressed."""
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    size = len(answer.read())
    connection.close()
    return answer.status, size


def row(port: int, path: str) -> str:
    """One line of the table."""
    status, size = fetch(port, path)
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        fetch(port, path)
        times.append((time.perf_counter() - started) * 1000)
    mark = "" if status == 200 else f"  status {status}"
    return f"{path:<34}{size:>9}{statistics.median(times):>9.1f}{statistics.quantiles(times, n=20)[18]:>9.1f}{mark}"


if __name__ == "__main__":
    sys.exit(main())
