"""A mail server of a few lines that can be down, slow, or rude."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class _Handler(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            word = line.strip().upper().split(b" ")[0].decode()
            self.server.owner.on_word(word)
            if word == "DATA":
                self._take()
            elif word == "RCPT" and self.server.owner.refuses(line.decode()):
                self._say("550 no such person")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.owner.got.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.server.owner.on_word("TAKEN")
        self._say("250 taken")

    def _say(self, text: str) -> None:
        try:
            self.wfile.write(f"{text}\r\n".encode())
        except OSError:
            return  # the worker is dead


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    owner: Any


class MailServer:
    """`got` holds the mails it took; `on_word` is called with each command, and with TAKEN before the answer."""

    def __init__(self) -> None:
        self.port = free_port()
        self.got: list[EmailMessage] = []
        self.on_word: Callable[[str], Any] = lambda word: None
        self.refuses: Callable[[str], bool] = lambda line: False
        self._server: _Server | None = None

    def up(self) -> None:
        """Begin to answer."""
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.owner = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def down(self) -> None:
        """Stop answering; the port is closed."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def subjects(self) -> list[str]:
        """What arrived, in order."""
        return [str(mail["Subject"]) for mail in self.got]
