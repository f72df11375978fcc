"""One file: read from standard input, rebuilt, written to standard output. See `portal.cleaning.in_cleanroom`.

Both directions: four bytes with the length of a JSON text, that text, then the bytes of the file.
"""

from __future__ import annotations

import json
import struct
import sys

from portal.cleanroom import walls


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


def _tool(kind: str):  # type: ignore[no-untyped-def]  # a different module for each kind, loaded only when needed
    if kind == "image":
        from portal.cleanroom import images as tool
    elif kind == "pdf":
        from portal.cleanroom import pdfs as tool  # type: ignore[no-redef]
    elif kind == "office":
        from portal.cleanroom import offices as tool  # type: ignore[no-redef]
    else:
        from portal.cleanroom import texts as tool  # type: ignore[no-redef]
    return tool.rebuild


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
