"""khal: a calendar for the terminal, driven as a person drives it: import the file, then list the days."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from tests.clients.occurrences import Occurrence, occurrence, window

SETTINGS = """\
[calendars]
[[courses]]
path = {folder}/calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%S%z
longdatetimeformat = %Y-%m-%dT%H:%M:%S%z
"""
ROW = "{uid}\t{start-long-full}\t{end-long-full}\t{status}"


def khal_occurrences(data: bytes) -> list[Occurrence]:
    """Every date in the file as khal lists it."""
    first, last = window(data)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "calendar").mkdir()
        (folder / "settings").write_text(SETTINGS.format(folder=folder), encoding="utf-8")
        (folder / "feed.ics").write_bytes(data)
        _khal(folder, "import", "--batch", str(folder / "feed.ics"))
        days = f"{(last - first).days + 1}d"
        listed = _khal(folder, "list", "--day-format", "", "--format", ROW, first.isoformat(), days)
    # What lasts past midnight is listed on both days.
    return sorted({_row(line) for line in listed.splitlines() if "\t" in line})


def _khal(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "khal", "--no-color", "--config", str(folder / "settings"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode:
        raise RuntimeError(f"khal: {done.stderr}")
    return done.stdout


def _row(line: str) -> Occurrence:
    uid, start, end, status = line.split("\t")
    moments = [datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z") for text in (start, end)]
    return occurrence(uid, *moments, status.strip() or "CONFIRMED")
