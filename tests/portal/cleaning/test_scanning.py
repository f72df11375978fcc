"""A scanner that is configured has the last word, and its silence is a no. Asked over a real line."""

from __future__ import annotations

import io
import socket
import struct
import threading

import pytest

from portal.cleaning import FileRefused, clean
from portal.receiving import Received
from tests.portal.cleaning.makers import EICAR, jpeg


class Scanner:
    """A small daemon that speaks INSTREAM (clamd(8)) and knows one thing to refuse: the scanners' test file."""

    def __init__(self, answer: bytes | None = None, cut: bool = False, mute: bool = False) -> None:
        self.fixed, self.cut, self.mute, self.seen = answer, cut, mute, []
        self.line = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.line.getsockname()[1]}"
        self.release = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _address = self.line.accept()
            except OSError:
                return
            with peer:
                self._talk(peer)

    def _talk(self, peer: socket.socket) -> None:
        stream = peer.makefile("rb")
        if self.cut:
            return
        assert stream.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            data += stream.read(length)
        self.seen.append(data)
        if self.mute:
            self.release.wait(10)
            return
        found = b"stream: Eicar-Test-Signature FOUND" if EICAR in data else b"stream: OK"
        peer.sendall((found if self.fixed is None else self.fixed) + b"\0")

    def stop(self) -> None:
        self.release.set()
        self.line.close()


@pytest.fixture
def scanner(settings):
    made = []

    def start(**kwargs):
        made.append(Scanner(**kwargs))
        settings.LOTSE_SCANNER, settings.LOTSE_SCANNER_SECONDS = made[-1].address, 0.5
        return made[-1]

    yield start
    for daemon in made:
        daemon.stop()


def take(data: bytes, name: str):
    return clean(Received(io.BytesIO(data), "file", name, "", len(data), None))


def refused(data: bytes = b"", name: str = "a.jpg") -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        take(data or jpeg(), name)
    return caught.value


def test_a_clean_file_passes_and_the_scanner_saw_all_of_it(scanner):
    daemon, data = scanner(), jpeg(quality=100) + bytes(200_000)
    assert take(data, "a.jpg").name == "a.jpg"
    assert daemon.seen == [data]


def test_the_scanners_test_file_is_refused_kindly(scanner):
    scanner()
    refusal = refused(EICAR, "notiz.txt")
    assert (refusal.code, refusal.status) == ("infected", 422)
    assert "Eicar" not in str(refusal)


def test_it_is_found_behind_a_photo(scanner):
    scanner()
    assert refused(jpeg() + EICAR).code == "infected"


def test_without_a_scanner_the_test_file_is_only_a_text(settings):
    assert settings.LOTSE_SCANNER == ""
    assert take(EICAR, "notiz.txt").name == "notiz.txt"


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: OK maybe", b"OK", b"x" * 9000, b"\xff\xfe"]
)
def test_an_odd_answer_is_a_no(scanner, answer):
    scanner(answer=answer)
    refusal = refused()
    assert (refusal.code, refusal.status) == ("scanner_down", 503)


def test_a_scanner_that_hangs_up_is_a_no(scanner):
    scanner(cut=True)
    assert refused().code == "scanner_down"


def test_a_scanner_that_says_nothing_is_a_no(scanner):
    scanner(mute=True)
    assert refused().code == "scanner_down"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl", "tcp://", "clamd", "http://x:1"])
def test_a_scanner_that_is_not_there_is_a_no(settings, address):
    settings.LOTSE_SCANNER, settings.LOTSE_SCANNER_SECONDS = address, 0.5
    assert refused().code == "scanner_down"


def test_what_is_no_picture_is_refused_before_anybody_is_asked(scanner):
    daemon = scanner()
    assert refused(b"MZ" + bytes(99)).code == "wrong_content"
    assert daemon.seen == []
