"""Workers that really die: processes of their own on a database that survives them."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections


@contextmanager
def database_in_a_file(folder: Path) -> Iterator[None]:
    """SQLite: go on with a copy of the tests' database in a file, which other processes can open too.

    On PostgreSQL nothing has to be done. Needs `transactional_db`, or the others see nothing.
    """
    wrapper: Any = connections["default"]
    if wrapper.vendor != "sqlite":
        yield
        return
    wrapper.ensure_connection()
    path = folder / "shared.sqlite3"
    with sqlite3.connect(path) as target:
        wrapper.connection.backup(target)
    memory, name = wrapper.connection, wrapper.settings_dict["NAME"]
    wrapper.connection, wrapper.settings_dict["NAME"] = None, str(path)
    try:
        yield
    finally:
        wrapper.close()
        wrapper.connection, wrapper.settings_dict["NAME"] = memory, name


def start(work: Callable[[], Any]) -> int:
    """Run something in a process of its own; returns its number."""
    connections.close_all()
    number = os.fork()
    if number == 0:
        try:
            work()
        finally:
            os._exit(0)
    return number


def kill(number: int, after: float = 0.0) -> None:
    """End a process as a power cut would, some seconds later."""
    time.sleep(after)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


def wait(number: int) -> None:
    """Until a process has ended by itself or by somebody else's hand."""
    os.waitpid(number, 0)
