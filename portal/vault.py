"""Where files of people lie: encrypted, in pieces, under random names, in a storage that no address leads to.

Each file has a key of its own. Whoever owns the row (a draft, a case) keeps that key, encrypted with theirs; so a file
goes from a draft to a case without being moved, and with the last row its content is noise. A piece says which of
which file it is and whether it is the last, so pieces cannot be exchanged, left out or cut off.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext as _

from portal import sealing
from portal.sealing import Unreadable

PIECE = (1 << 20) - 1
"""Bytes of a piece in plain; with its filling it is one MiB."""

OVERHEAD = 40
SEALED_PIECE = (1 << 20) + OVERHEAD
"""Bytes of a whole piece as it is stored: filled up, with nonce and mark of authenticity."""

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


class PrivateStorage(FileSystemStorage):
    """A folder outside everything a web server gives out. What it says it has written is on the disk."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("file_permissions_mode", 0o600)
        options.setdefault("directory_permissions_mode", 0o700)
        super().__init__(base_url=None, **options)

    def url(self, name: str | None) -> str:
        """There is none."""
        raise ValueError("Files of people have no address.")

    def _save(self, name: str, content: Any) -> str:
        saved = super()._save(name, content)  # type: ignore[misc]
        handle = os.open(self.path(saved), os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        return str(saved)


def storage() -> Storage:
    """The private storage (`STORAGES["private"]`)."""
    return storages["private"]


def put(data: bytes) -> tuple[str, bytes]:
    """Store a file; return its name in the storage and its key, which is stored nowhere."""
    body, key = secrets.token_hex(32), sealing.new_key()
    name = f"{body[:2]}/{body[2:]}"
    return storage().save(name, ContentFile(b"".join(_sealed(data, key, name)))), key


def get(name: str, key: bytes) -> bytes:
    """A file's content, every piece checked. Raises `Unreadable` if it is gone, changed or cut off."""
    try:
        with storage().open(name) as file:
            sealed = file.read()
    except (OSError, ValueError) as problem:
        raise Unreadable(_("This file is not there any more.")) from problem
    result = BytesIO()
    count = max(1, -(-len(sealed) // SEALED_PIECE))
    for number in range(count):
        piece = sealed[number * SEALED_PIECE : (number + 1) * SEALED_PIECE]
        result.write(sealing.decrypt(piece, key, _place(name, number, number == count - 1)))
    return result.getvalue()


def _sealed(data: bytes, key: bytes, name: str) -> Iterator[bytes]:
    count = max(1, -(-len(data) // PIECE))
    for number in range(count):
        piece = data[number * PIECE : (number + 1) * PIECE]
        yield sealing.encrypt(piece, key, _place(name, number, number == count - 1))


def _place(name: str, number: int, is_last: bool) -> str:
    return f"vault|{name}|{number}|{'last' if is_last else 'more'}"


def remove(name: str) -> None:
    """Delete a file; one that is gone already is fine."""
    if NAME.fullmatch(name):
        storage().delete(name)


def names() -> Iterator[tuple[str, datetime]]:
    """Every file in the storage and when it was written."""
    try:
        folders, _files = storage().listdir("")
    except FileNotFoundError:  # nothing was ever stored
        return
    for folder in sorted(folders):
        _folders, files = storage().listdir(folder)
        for file in sorted(files):
            name = f"{folder}/{file}"
            try:
                yield name, storage().get_modified_time(name)
            except FileNotFoundError:  # deleted while we were looking
                continue
