"""Why a file is refused: a code, to be said in words by `portal.cleaning`."""

from __future__ import annotations

from typing import TypedDict


class Limits(TypedDict):
    """What a file may cost. Bytes are of the result, `unpacked` bytes of everything compressed inside."""

    bytes: int
    pixels: int
    pages: int
    unpacked: int


class Refused(Exception):
    """This file is not taken. `code` is a key of `portal.cleaning.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
