"""What cameras and programs write into pictures that are part of another file: cut out without decoding the picture."""

from __future__ import annotations

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"bKGD", b"sBIT"}
"""Parts of a PNG that people see; texts, times and EXIF are the others."""

SCAN, END = 0xDA, 0xD9
ADOBE = 0xEE
"""Tells how colours are stored; without it some pictures turn negative."""


def without_traces(data: bytes) -> bytes:
    """A JPEG or PNG without notes; anything else as it is."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(PNG_HEAD):
        return _png(data)
    return data


def _jpeg(data: bytes) -> bytes:
    kept, place = [data[:2]], 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        mark = data[place + 1]
        if mark == 0xFF:  # filling
            place += 1
            continue
        if mark == SCAN:
            break
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        note = 0xE1 <= mark <= 0xEF and mark != ADOBE or mark == 0xFE
        if not note:
            kept.append(data[place:end])
        place = end
    rest = data[place:]
    tail = rest.rfind(bytes([0xFF, END]))
    return b"".join(kept) + (rest[: tail + 2] if tail >= 0 else rest)


def _png(data: bytes) -> bytes:
    kept, place = [PNG_HEAD], len(PNG_HEAD)
    while place + 12 <= len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        name = data[place + 4 : place + 8]
        if name in PNG_KEPT:
            kept.append(data[place:end])
        if name == b"IEND":
            break
        place = end
    return b"".join(kept)
