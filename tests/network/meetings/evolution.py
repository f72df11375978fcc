"""A calendar that nobody here wrote: Evolution Data Server, without a screen, in a home and a session of its own.

Debian: `evolution-data-server`, `gir1.2-ecal-2.0`, `python3-gi`, `dbus`. EVOLUTION_ROOT may name a folder where the
packages were unpacked instead of installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from icalendar import Calendar, Event

ROOT = Path(os.environ.get("EVOLUTION_ROOT", "/"))
LIBEXEC = ROOT / "usr/libexec"
LIBRARIES = next(iter(ROOT.glob("usr/lib/*-linux-gnu")), ROOT / "usr/lib")
DRIVER = Path(__file__).with_name("evolution_driver.py")
_OWN_ZONES = "/freeassociation.sourceforge.net/"
"""What libical writes before the name of a zone."""


def is_here() -> bool:
    """Whether the packages are there."""
    programs = all(shutil.which(name) for name in ("dbus-run-session", "/usr/bin/python3"))
    bindings = LIBRARIES / "girepository-1.0/ECal-2.0.typelib"
    return programs and bindings.exists() and (LIBEXEC / "evolution-calendar-factory").exists()


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
    folders = {name: home / name for name in ("data", "config", "cache", "runtime", "schemas")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    for root in (Path("/"), ROOT):
        for schema in root.glob("usr/share/glib-2.0/schemas/*.xml"):
            shutil.copy(schema, folders["schemas"])
    subprocess.run(["glib-compile-schemas", str(folders["schemas"])], check=False, capture_output=True)  # noqa: S603, S607
    backends = LIBRARIES if (LIBRARIES / "evolution-data-server").exists() else ROOT / "usr/lib"
    parts = backends / "evolution-data-server"
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_DATA_HOME": str(folders["data"]),
        "XDG_CONFIG_HOME": str(folders["config"]),
        "XDG_CACHE_HOME": str(folders["cache"]),
        "XDG_RUNTIME_DIR": str(folders["runtime"]),
        "GSETTINGS_SCHEMA_DIR": str(folders["schemas"]),
        "GSETTINGS_BACKEND": "memory",
        "GIO_USE_VFS": "local",
        "LD_LIBRARY_PATH": f"{LIBRARIES}:{parts}",
        "GI_TYPELIB_PATH": str(LIBRARIES / "girepository-1.0"),
        "EDS_CALENDAR_MODULES": str(parts / "calendar-backends"),
        "EDS_REGISTRY_MODULES": str(parts / "registry-modules"),
        "EDS_SUBPROCESS_CAL_PATH": str(LIBEXEC / "evolution-calendar-factory-subprocess"),
        "EVOLUTION_LIBEXEC": str(LIBEXEC),
    }
