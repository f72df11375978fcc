"""A calendar that nobody here wrote: Evolution Data Server, without a screen, in a home and a session of its own.

Debian: `evolution-data-server`, `gir1.2-ecal-2.0`, `python3-gi`, `dbus`; `tests/run.py` installs them.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from icalendar import Calendar, Event

DRIVER = Path(__file__).with_name("evolution_driver.py")
_OWN_ZONES = "/freeassociation.sourceforge.net/"
"""What libical writes before the name of a zone."""


class Evolution:
    """One empty calendar. `receive` hands over what came by mail, as the mail program does when one says "accept"."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            ["dbus-run-session", "--", "/usr/bin/python3", str(DRIVER)],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=_surroundings(home),
        )

    def receive(self, text: str) -> list[Event]:
        """Give it one iTIP object; return all events the calendar holds afterwards."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(text) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "Evolution Data Server did not answer"
        frame = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{}END:VCALENDAR\r\n"
        return [
            Calendar.from_ical(frame.format(event.replace(_OWN_ZONES, ""))).events[0] for event in json.loads(answer)
        ]

    def close(self) -> None:
        """End it and everything it started: its session ends with it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=20)
        if self.process.stdout:
            self.process.stdout.close()


def _surroundings(home: Path) -> dict[str, str]:
    folders = {name: home / name for name in ("data", "config", "cache", "runtime")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_DATA_HOME": str(folders["data"]),
        "XDG_CONFIG_HOME": str(folders["config"]),
        "XDG_CACHE_HOME": str(folders["cache"]),
        "XDG_RUNTIME_DIR": str(folders["runtime"]),
        "GSETTINGS_BACKEND": "memory",
        "GIO_USE_VFS": "local",
    }
