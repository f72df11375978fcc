"""A real server to kill: forked from this process in milliseconds, on a database file of its own.

The parent keeps what the children were sent and what they acknowledged; a child is killed with SIGKILL at a random
moment, as a machine would do it, and the next one is forked at once.
"""

from __future__ import annotations

import gc
import http.client
import os
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler

from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver

from portal.styles import style_sheet
from tests.migrated import unpacked

HOST = "127.0.0.1"
Answer = tuple[int, str]
"""Status, and where it leads with its query."""

SPLIT = "----lotse-crash-7a1f"
"""Between the parts of an upload."""


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *args: Any) -> None:
        """Nothing."""


class Server(ThreadedWSGIServer):
    """A thread for each connection, as in the demo."""

    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """A client that hangs up is none."""


class House:
    """A portal in a database file, and children that work on it."""

    def __init__(self, folder: Path, blocker: Any) -> None:
        self.blocker = blocker
        self.file = folder / "crash.sqlite3"
        shutil.copy(unpacked(), self.file)
        with sqlite3.connect(self.file) as database:
            database.execute("PRAGMA journal_mode=WAL")
        self.application = warm()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((HOST, 0))
        self.socket.listen(128)  # held by the parent: while a child is dead, browsers wait instead of failing
        self.port = self.socket.getsockname()[1]

    def warm_up(self, visit: Callable[[], Any]) -> None:
        """Let this process, the parent, serve real requests on the file once: every child inherits what that loads.

        Afterwards the parent has no connection to the file, and the tests' database is back.
        """
        before, settings_before = connections["default"], connections.databases["default"]
        self.here()
        try:
            visit()
        finally:
            connections["default"].close()
            self.blocker.restore()
            connections.databases["default"] = settings_before
            connections["default"] = before
            gc.collect()
            gc.freeze()

    def close(self) -> None:
        """The end of the house."""
        self.socket.close()

    def here(self) -> None:
        """From now on this (child) process works on the file."""
        self.blocker.unblock()
        del connections["default"]
        connections.databases["default"] = {
            **connections.databases["default"],
            "NAME": str(self.file),
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
            },
        }

    def fork(self, work: Callable[[], Any]) -> int:
        """A child that does some work on the file; its process id."""
        sys.stdout.flush()
        child = os.fork()
        if child:
            return child
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.here()
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - a child tells why and ends, whatever it was
            traceback.print_exc()
        finally:
            os._exit(code)

    def run(self, work: Callable[[], Any]) -> None:
        """Do some work in a child and wait for it."""
        _pid, status = os.waitpid(self.fork(work), 0)
        assert status == 0

    def serve(self) -> int:
        """A web server as a child; its process id."""
        return self.fork(self._serve)

    def _serve(self) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        server = Server((HOST, self.port), Quiet, bind_and_activate=False)
        server.socket.close()
        server.socket = self.socket
        server.server_name, server.server_port = HOST, self.port
        server.setup_environ()
        server.set_app(self.application)
        server.serve_forever()

    def look(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the database file."""
        with sqlite3.connect(self.file, timeout=30) as database:
            return database.execute(sql).fetchall()


def warm() -> Any:
    """Load in the parent what a first request would load, so that a fresh child answers at once."""
    for name in ("step", "check", "receipt", "lost"):
        get_template(f"services/intake/{name}.html")
    get_resolver().reverse("intake_check", key="small", draft=UUID(int=0))
    style_sheet()
    gc.collect()
    gc.freeze()
    return get_wsgi_application()


def kill(child: int) -> None:
    """End a process as a power cut would."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@contextmanager
def serving(house: House) -> Iterator[None]:
    """A server while the block runs."""
    child = house.serve()
    try:
        yield
    finally:
        kill(child)


class Browser:
    """Cookies, forms and no script: `post` gives status and where it leads, or None if nobody answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.body = ""

    def get(self, path: str) -> Answer | None:
        """Read a page."""
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, Any]) -> Answer | None:
        """Send a form."""
        body = urlencode({**data, "csrfmiddlewaretoken": self.cookies.get("lotse_csrf", "")}, doseq=True)
        return self._ask("POST", path, body.encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, data: dict[str, str], file: tuple[str, bytes] | None) -> Answer | None:
        """Send a form that takes files, with the name and bytes of one or without."""
        fields = {**data, "csrfmiddlewaretoken": self.cookies.get("lotse_csrf", "")}
        heads = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
        name, content = file or ("", b"")
        heads.append((f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', content))
        opening = f"--{SPLIT}\r\nContent-Disposition: form-data; "
        parts = [f"{opening}{head}\r\n\r\n".encode() + value for head, value in heads]
        body = b"\r\n".join([*parts, f"--{SPLIT}--\r\n".encode()])
        return self._ask("POST", path, body, f"multipart/form-data; boundary={SPLIT}")

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer | None:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            self.body = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status == 200 and not self.body.rstrip().endswith("</html>"):
            return None  # cut off in the middle of the page: no answer
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        parts = urlsplit(answer.headers.get("Location") or "")
        return answer.status, f"{parts.path}?{parts.query}" if parts.query else parts.path


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Do the same in many threads that start together."""
    found: list[Any] = [None] * number
    gate = threading.Barrier(number)

    def one(place: int) -> None:
        with suppress(threading.BrokenBarrierError):
            gate.wait(30)
        found[place] = work(place)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
