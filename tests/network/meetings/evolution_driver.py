"""Run by the system's Python (PyGObject) inside a D-Bus session: hands iTIP objects to Evolution Data Server.

Reads one JSON string (an iCalendar object) on each line and answers with the events the calendar holds then. Not part
of the portal: it imports nothing of it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import gi  # type: ignore[import-not-found, unused-ignore]  # Debian: python3-gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
gi.require_version("ICalGLib", "3.0")

from gi.repository import ECal, EDataServer, GLib, ICalGLib  # type: ignore[import-not-found, unused-ignore]  # noqa: E402

AT_ONCE = 2**32 - 1
"""Do not wait for a backend to be "connected": a local one never says so."""


def main() -> None:
    """Take one object after the other. The bus starts the services; started by hand, too, two of a kind would race."""
    client = _patiently(_calendar)
    for line in sys.stdin:
        client.receive_objects_sync(ICalGLib.Component.new_from_string(json.loads(line)), 0, None)
        _done, events = client.get_object_list_sync("#t", None)
        print(json.dumps([event.as_ical_string() for event in events]), flush=True)


def _calendar() -> ECal.Client | None:
    registry = EDataServer.SourceRegistry.new_sync(None)
    if registry.ref_source("system-calendar") is None:
        return None
    source = registry.ref_builtin_calendar()
    return ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, AT_ONCE, None)


def _patiently(work: Callable[[], ECal.Client | None]) -> ECal.Client:
    """Ask until the services, which start by themselves, have come up."""
    for _try in range(100):
        try:
            if (made := work()) is not None:
                return made
        except GLib.Error:  # not on the bus yet
            pass
        time.sleep(0.1)
    sys.exit("Evolution Data Server did not start")


if __name__ == "__main__":
    main()
