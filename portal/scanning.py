"""The virus scanner: ClamAV's daemon, asked with INSTREAM (clamd(8)). Configured and silent means: no file gets in.

`LOTSE_SCANNER` is empty (no scanner), `tcp://host:port` or `unix:///path`. Pure but for settings; the file leaves this
process for the scanner alone and touches no disk of ours.
"""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

BLOCK = 1 << 16
LONGEST_ANSWER = 4096


class Infected(Exception):
    """The scanner knows this file. Its name for it is not kept: it would tell what somebody sent."""


class ScannerDown(Exception):
    """The scanner does not answer, not in time, or not in words we know."""


def is_on() -> bool:
    """Whether files are scanned."""
    return bool(settings.LOTSE_SCANNER)


def scan(data: bytes) -> None:
    """Ask the scanner about a file. Raises `Infected`, `ScannerDown`. Does nothing where none is configured."""
    if not is_on():
        return
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), BLOCK):
                block = data[start : start + BLOCK]
                line.sendall(struct.pack("!I", len(block)) + block)
            line.sendall(struct.pack("!I", 0))
            answer = _answer(line)
    except (OSError, ValueError) as problem:
        raise ScannerDown from problem
    if answer == b"stream: OK":
        return
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        raise Infected
    raise ScannerDown


def _connected() -> socket.socket:
    address = urlsplit(settings.LOTSE_SCANNER)
    seconds = settings.LOTSE_SCANNER_SECONDS
    if address.scheme == "tcp" and address.hostname and address.port:
        return socket.create_connection((address.hostname, address.port), timeout=seconds)
    if address.scheme == "unix" and address.path:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    raise ScannerDown


def _answer(line: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        more = line.recv(1024)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n ")
