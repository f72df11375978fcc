"""The files of a case: their heads sealed with its data key, their content in the vault, both erased together."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal import sealing, vault
from portal.cleaning import CleanFile
from portal.erasures import queue_erasure
from portal.languages import SOURCE
from portal.sealing import Unreadable
from services.inbox.file_models import Attachment
from services.inbox.statuses import Direction

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case, Message


@dataclass(frozen=True)
class StoredFile:
    """A file in the vault that has no row yet. `label` is the question it answers, as tables of languages."""

    path: str
    key: bytes = field(repr=False)
    name: str = field(repr=False)
    size: int
    label: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenedFile:
    """A file as people see it. `name` is None where its head does not open."""

    row: Attachment
    name: str | None = field(repr=False)
    size: int
    label: str

    @property
    def is_from_person(self) -> bool:
        """Whether the person added it, and not the office."""
        return self.row.direction == Direction.IN


def store(file: CleanFile, label: dict[str, str] | None = None) -> StoredFile:
    """Put a clean file into the vault. Slow; never inside a transaction. Until its row is written the sweep may take
    it, after a day."""
    path, key = vault.put(file.data)
    return StoredFile(path, key, file.name, file.size, label or {})


def drop(files: Iterable[StoredFile]) -> None:
    """Take files back whose rows were not written."""
    queue_erasure([file.path for file in files])


def attach(
    case: Case,
    files: Sequence[StoredFile],
    key: bytes,
    direction: Direction,
    *,
    message: Message | None = None,
    author: User | None = None,
    waits_until: datetime | None = None,
) -> list[Attachment]:
    """Rows for files in the vault, written with the caller's transaction. `key` is the case's data key."""
    rows = [
        Attachment(
            case=case,
            message=message,
            direction=direction,
            author=author,
            path=file.path,
            created_at=timezone.now(),
            waits_until=waits_until,
        )
        for file in files
    ]
    for row, file in zip(rows, files, strict=True):
        row.head_ct = sealing.encrypt(head_of(file), key, _place(row.case_id, row.pk))
    return Attachment.objects.bulk_create(rows)


def head_of(file: StoredFile) -> bytes:
    """What is sealed beside the content of a file."""
    head = {
        "key": base64.b64encode(file.key).decode(),
        "name": file.name,
        "size": file.size,
        "label": file.label,
    }
    return json.dumps(head, ensure_ascii=False).encode()


def stored_from(path: str, head: bytes) -> StoredFile:
    """The file that a head belongs to."""
    found = json.loads(head)
    return StoredFile(path, base64.b64decode(found["key"]), found["name"], found["size"], found["label"])


def _place(case: uuid.UUID, pk: uuid.UUID) -> str:
    return f"services|attachment|head|{case}|{pk}|1"


def opened(case: Case, key: bytes | None, *, waiting: bool = False) -> list[OpenedFile]:
    """The files of a case with their names, oldest first; those that wait for their message only if asked for."""
    rows = case.attachments.waiting() if waiting else case.attachments.sent()
    return [_opened(row, key) for row in rows.select_related("author")]


def _opened(row: Attachment, key: bytes | None) -> OpenedFile:
    try:
        file = stored(row, key)
    except Unreadable:
        return OpenedFile(row, None, 0, "")
    return OpenedFile(row, file.name, file.size, file.label.get(SOURCE, ""))


def stored(row: Attachment, key: bytes | None) -> StoredFile:
    """The file behind a row. Raises `Unreadable`."""
    return stored_from(row.path, sealing.decrypt(row.head_ct, key or b"", _place(row.case_id, row.pk)))


def content(row: Attachment, key: bytes) -> CleanFile:
    """A file with its content. Raises `Unreadable`."""
    file = stored(row, key)
    return CleanFile(name=file.name, data=vault.get(file.path, file.key))


def beside(messages: Iterable[Any], files: Iterable[OpenedFile]) -> None:
    """Put the files of each message beside it, as `files` of its row, for the templates."""
    found: dict[Any, list[OpenedFile]] = {}
    for file in files:
        found.setdefault(file.row.message_id, []).append(file)
    for message in messages:
        message.row.files = found.get(message.row.pk, [])


@transaction.atomic
def erase_files(case: Case) -> int:
    """Erase all files of a case, now for readers and in a moment on the disk; return how many."""
    return _erase(case.attachments.all())


@transaction.atomic
def erase_sent_files(case: Case) -> int:
    """Erase the files that both sides could see; those that wait for their message stay. Return how many went."""
    return _erase(case.attachments.sent())


@transaction.atomic
def forget_waiting(at: datetime) -> int:
    """Erase files whose message was not sent in time; return how many."""
    return _erase(Attachment.objects.forgotten(at))


def _erase(rows: Any) -> int:
    paths = list(rows.values_list("path", flat=True))
    rows.delete()
    queue_erasure(paths)
    return len(paths)


@transaction.atomic
def reseal_files(case: Case, old: bytes, new: bytes) -> None:
    """Move the files' heads from one data key of a case to another. The content stays where it is."""
    for row in case.attachments.all():
        row.head_ct = sealing.encrypt(head_of(stored(row, old)), new, _place(row.case_id, row.pk))
        row.save(update_fields=["head_ct"])


def in_use(names: Sequence[str]) -> set[str]:
    """Which of these files in the vault belong to a case."""
    return set(Attachment.objects.named(names).values_list("path", flat=True))
