"""One file: read from standard input, rebuilt, written to standard output. See `portal.cleaning.in_cleanroom`.

Both directions: four bytes with the length of a JSON text, that text, then the bytes of the file.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from portal.cleanroom import walls

TOOLS = {"image": "images", "pdf": "pdfs", "office": "offices", "text": "texts"}
"""The module that rebuilds a kind of file (`portal.cleaning.GROUPS`)."""


def main() -> None:
    """Put up the walls, then touch the file. Anything unforeseen ends the process, and the file is refused."""
    header, data = _read()
    walls.limit(seconds=header["seconds"], memory=header["memory"])
    from portal.cleanroom.refusal import Refused

    rebuild = _tool(header["kind"])
    walls.close()
    try:
        clean, ending = rebuild(data, header["limits"])
    except Refused as refusal:
        _write({"refused": refusal.code}, b"")
    except MemoryError:
        _write({"refused": "too_complex"}, b"")
    else:
        _write({"ending": ending}, clean)


def _tool(kind: str) -> Callable[..., Any]:
    """What rebuilds this kind of file; the others, with all that they bring along, are never loaded."""
    rebuild: Callable[..., Any] = import_module(f"portal.cleanroom.{TOOLS[kind]}").rebuild
    return rebuild


def _read() -> tuple[dict, bytes]:
    (length,) = struct.unpack(">I", sys.stdin.buffer.read(4))
    header = json.loads(sys.stdin.buffer.read(length))
    return header, sys.stdin.buffer.read()


def _write(header: dict[str, str], data: bytes) -> None:
    text = json.dumps(header).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(text)) + text)
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
