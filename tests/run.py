"""Runs every test, on SQLite, on PostgreSQL and in a real browser, all at once.

Fetches what the tests need from outside Python as system packages where it may, and otherwise says in one line what
to install. Fails when a test was skipped: a skipped test hides a fault.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.clients.icaljs import install as install_icaljs  # noqa: E402

PACKAGES = {
    "chromium": "chromium-headless-shell",
    "postgres": "postgresql",
    "xgettext": "gettext",
    "fonts": "fonts-noto-core",
    "java": "default-jre-headless",
    "pango": "libpango-1.0-0",
    "pangoft2": "libpangoft2-1.0-0",
    "evolution": "evolution-data-server gir1.2-ecal-2.0 python3-gi dbus",
    "node": "nodejs",
    "npm": "npm",
    "libical": "libical3",
}


SQLITE_ALONE = (
    "tests/clients",
    "tests/doors/test_error_pages.py",
    "tests/doors/test_headers.py",
    "tests/doors/test_production.py",
    "tests/doors/test_second_factor.py",
    "tests/doors/test_session.py",
    "tests/doors/test_uploads.py",
    "tests/home/test_courses_demo.py",
    "tests/home/test_demo_network.py",
    "tests/home/test_forms_demo.py",
    "tests/home/test_prepared.py",
    "tests/home/test_replies_demo.py",
    "tests/house",
    "tests/network/meetings/test_admin.py",
    "tests/network/meetings/test_audience.py",
    "tests/network/meetings/test_leaks.py",
    "tests/network/meetings/test_pages.py",
    "tests/network/meetings/test_series_in_programs.py",
    "tests/network/minutes/test_audience.py",
    "tests/network/minutes/test_guard.py",
    "tests/network/needs/test_audience.py",
    "tests/portal/cleaning",
    "tests/portal/printing",
    "tests/portal/sealing",
    "tests/portal/test_languages.py",
    "tests/portal/test_search_terms.py",
    "tests/portal/test_tables.py",
    "tests/services/courses/test_course_page.py",
    "tests/services/courses/test_feeds.py",
    "tests/services/courses/test_feeds_in_programs.py",
    "tests/services/courses/test_import_files.py",
    "tests/services/courses/test_import_page.py",
    "tests/services/courses/test_month.py",
    "tests/services/courses/test_news.py",
    "tests/services/courses/test_poster.py",
    "tests/services/courses/test_questionnaire.py",
    "tests/services/directory/test_finder.py",
    "tests/services/directory/test_responsibility.py",
    "tests/services/inbox/test_access_everywhere.py",
    "tests/services/inbox/test_access_table.py",
    "tests/services/inbox/test_case_page.py",
    "tests/services/inbox/test_list_leaks.py",
    "tests/services/inbox/test_permissions.py",
    "tests/services/inbox/test_staff_pages.py",
    "tests/services/inbox/test_statuses.py",
    "tests/services/intake/test_answer.py",
    "tests/services/intake/test_bots.py",
    "tests/services/intake/test_builder_admin.py",
    "tests/services/intake/test_builder_publish.py",
    "tests/services/intake/test_builder_round_trip.py",
    "tests/services/intake/test_compile_form.py",
    "tests/services/intake/test_conditions.py",
    "tests/services/intake/test_crash.py",
    "tests/services/intake/test_differences.py",
    "tests/services/intake/test_doors.py",
    "tests/services/intake/test_exchange.py",
    "tests/services/intake/test_feedback.py",
    "tests/services/intake/test_file_step.py",
    "tests/services/intake/test_formtools_faults.py",
    "tests/services/intake/test_journey.py",
    "tests/services/intake/test_leave.py",
    "tests/services/intake/test_preview.py",
    "tests/services/intake/test_privacy.py",
    "tests/services/intake/test_reports.py",
    "tests/services/intake/test_routing.py",
    "tests/services/intake/test_step.py",
    "tests/services/intake/test_ten_forms.py",
    "tests/services/intake/test_truth_table.py",
    "tests/services/intake/test_types.py",
    "tests/services/intake/test_weight.py",
    "tests/services/pages",
)
"""What depends on no database: pages, feeds, files and rules. It runs on SQLite, which needs no server."""

ON_BOTH = (
    "tests/home/test_search.py",
    "tests/network/meetings/test_answer.py",
    "tests/network/members/test_directory.py",
    "tests/network/needs/test_vote.py",
    "tests/portal/test_rates.py",
    "tests/portal/test_seats.py",
    "tests/portal/test_translations.py",
    "tests/services/courses/test_enrol.py",
    "tests/services/courses/test_run_changes.py",
    "tests/services/inbox/test_escalation.py",
    "tests/services/inbox/test_retention.py",
    "tests/services/inbox/test_submit.py",
    "tests/services/intake/test_counters.py",
)
"""What the two databases do in ways of their own: locks, constraints, order, search, dates, counts, what is erased.

Everything else that a database takes part in runs on PostgreSQL alone, which a district will use; the journeys in the
browser walk through the demo on SQLite. A plain `pytest` runs all of it on SQLite.
"""


def main() -> int:
    fetch_system_packages()
    install_icaljs()
    with postgresql() as database:
        sqlite = ["-m", "not browser and not postgresql", *SQLITE_ALONE, *ON_BOTH]
        other = ["-m", "not browser and not sqlite", *(f"--ignore={path}" for path in SQLITE_ALONE)]
        browser = ["-m", "browser", "tests/journeys"]
        results = together([("Browser", browser, {}), ("PostgreSQL", other, database), ("SQLite", sqlite, {})])
    passed, failed, skipped = (sum(column) for column in zip(*results, strict=True))
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or skipped or not passed else 0


def together(runs: list[tuple[str, list[str], dict[str, str]]]) -> list[tuple[int, int, int]]:
    """Several runs of pytest at once. The first goes before the others: it waits most, and they fill its gaps."""
    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(lambda place: run(5 * min(place, 1), *runs[place]), range(len(runs))))


def run(nice: int, name: str, chosen: list[str], extra: dict[str, str]) -> tuple[int, int, int]:
    """One run of pytest; its output is shown with its name, and its closing line read."""
    command = ["nice", "-n", str(nice), sys.executable, "-m", "pytest", *sys.argv[1:], *chosen]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **extra}, stdout=subprocess.PIPE, text=True)
    closing = ""
    assert process.stdout is not None  # noqa: S101 - PIPE was asked for
    for line in process.stdout:
        print(f"{name}: {line}", end="", flush=True)
        closing = line if re.search(r"\d+ (passed|failed|error|skipped)", line) else closing
    code = process.wait()
    counts = {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped|xfailed)", closing)
    }
    failed = counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0)
    return counts.get("passed", 0), max(failed, int(code != 0 and not failed)), counts.get("skipped", 0)


def missing() -> list[str]:
    """System packages that are not here."""
    here = {
        "chromium": shutil.which("chromium-headless-shell"),
        "postgres": next(iter(Path("/usr/lib/postgresql").glob("*/bin/initdb")), None) or shutil.which("initdb"),
        "xgettext": shutil.which("xgettext"),
        "java": shutil.which("java"),
        "fonts": next(iter(Path("/usr/share/fonts").rglob("NotoSansArabic*")), None),
        "pango": find_library("pango-1.0"),
        "pangoft2": find_library("pangoft2-1.0"),
        "evolution": _evolution(),
        "node": shutil.which("node"),
        "npm": shutil.which("npm"),
        "libical": find_library("ical"),
    }
    return [package for name, found in here.items() if not found for package in PACKAGES[name].split()]


def _evolution() -> bool:
    """A calendar that nobody here wrote, with its bindings; invitations are tried with it."""
    bindings = next(iter(Path("/usr/lib").glob("*/girepository-1.0/ECal-2.0.typelib")), None)
    factory = Path("/usr/libexec/evolution-calendar-factory")
    return bool(
        bindings and factory.exists() and shutil.which("dbus-run-session") and Path("/usr/bin/python3").exists()
    )


def fetch_system_packages() -> None:
    """Install what is missing where that is allowed; otherwise say what to install and stop."""
    wanted = missing()
    if not wanted:
        return
    may = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    prefix = [] if may else ["sudo", "-n"]
    if may or (shutil.which("sudo") and shutil.which("apt-get")):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*prefix, "apt-get", "-qq", "update"], env=quiet, stdout=subprocess.DEVNULL)
        subprocess.run(
            [*prefix, "apt-get", "-qq", "install", "-y", "--no-install-recommends", *wanted],
            env=quiet,
            stdout=subprocess.DEVNULL,
        )
    if missing():
        sys.exit(f"Please install: {' '.join(missing())}")


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """A PostgreSQL server of our own on a free port of this machine, gone afterwards."""
    found = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    tools = str(found) if found else os.path.dirname(shutil.which("initdb") or "")
    # Not in the project's folder: the server's own account must be able to enter it.
    folder = Path(tempfile.mkdtemp(prefix="lotse-postgresql-"))
    port = free_port()
    as_server: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_server = ["runuser", "-u", "postgres", "--"]
    data = str(folder / "data")
    # Nothing here has to survive, and no query of a test lives long enough to be compiled.
    careless = (
        "-F -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off -c shared_buffers=256MB"
    )
    options = f"-p {port} -h 127.0.0.1 -k {folder} {careless}"
    try:
        subprocess.run(
            [*as_server, f"{tools}/initdb", "-D", data, "-U", "lotse", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        subprocess.run(
            [*as_server, f"{tools}/pg_ctl", "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        subprocess.run(
            [*as_server, f"{tools}/createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "lotse", "lotse"],
            check=True,
            cwd=folder,
        )
        yield {"LOTSE_TEST_DATABASE": "postgresql", "LOTSE_TEST_PG_PORT": str(port)}
    finally:
        subprocess.run(
            [*as_server, f"{tools}/pg_ctl", "-D", data, "-m", "immediate", "stop"],
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
