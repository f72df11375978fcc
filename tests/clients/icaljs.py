"""ical.js: the engine of Thunderbird and Nextcloud. It trusts the VTIMEZONE of the file and nothing else."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tests.clients.occurrences import Occurrence, occurrence, window

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "var" / "test-clients"
"""Where npm puts it: outside what is under version control."""


def icaljs_occurrences(data: bytes) -> list[Occurrence]:
    """Every date in the file, its times computed with the file's own time zone."""
    install()
    _first, last = window(data)
    until = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp())
    command = ["node", str(HERE / "icaljs.cjs"), str(FOLDER / "node_modules" / "ical.js"), str(until)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ical.js: {done.stderr.decode()}")
    return sorted(
        occurrence(row["uid"], _moment(row["start"]), _moment(row["end"]), row["status"] or "CONFIRMED")
        for row in json.loads(done.stdout)
    )


def install() -> None:
    """Fetch exactly the locked version (`package-lock.json`), once for all processes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = FOLDER / "installed.json"
        wanted = (HERE / "package-lock.json").read_bytes()
        if mark.exists() and mark.read_bytes() == wanted:
            return
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, FOLDER / name)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=FOLDER, check=True)
        mark.write_bytes(wanted)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
