"""The files of a draft: added and removed one by one, sent with the answers, erased with the draft.

The answer to a question for files is the list of their ids, kept with the other answers; so two tabs that add files
lose none, and what is not in a visible answer is not sent. The files themselves are rows of `DraftFile`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal import erasures, sealing
from portal.cleaning import GROUPS, FileRefused
from portal.erasures import queue_erasure
from portal.sealing import Unreadable
from services.inbox import files as inbox_files
from services.inbox.files import StoredFile, head_of, stored_from
from services.intake.answers import AnswerStore, Kept
from services.intake.file_models import DraftFile
from services.intake.models import Draft
from services.intake.wording import both

USUAL_FILES = 5
"""Files of one question where the form says nothing."""

PROBLEMS = "files"
"""Under this name the refusals of a step wait among what is unfinished, as codes, until the next file is taken."""


@dataclass(frozen=True)
class KeptFile:
    """A file as the person sees it in their form."""

    id: uuid.UUID
    name: str = field(repr=False)
    size: int


def file_question(store: AnswerStore, step: str) -> dict[str, Any] | None:
    """The visible question for files of a step, which is alone there; None for every other step."""
    return next((entry for entry in store.journey.visible_questions(step) if entry["type"] == "file"), None)


def accepted(question: dict[str, Any]) -> tuple[str, ...]:
    """The kinds of files a question takes (`portal.cleaning.GROUPS`); none said means all.

    A form says them as a page does: `image/*`, `.pdf`, `application/pdf`, or a kind itself.
    """
    found = {group for token in question.get("accept") or [] for group in GROUPS if _means(token, group)}
    return tuple(group for group in GROUPS if group in found)


def _means(token: str, group: str) -> bool:
    name = token.removeprefix(".").partition("/")
    if token == group or name[0] in GROUPS[group]:
        return True
    if group == "image":
        return name[0] == "image"
    if group == "text":
        return name[0] == "text"
    office = ("officedocument", "opendocument", "msword", "ms-excel", "ms-powerpoint")
    return name[0] == "application" and (
        name[2] == group or group == "office" and any(part in name[2] for part in office)
    )


def kept_files(store: AnswerStore, question: str) -> list[KeptFile]:
    """The files of one answer, in the order they were added."""
    wanted = store.kept.answers.get(question) or []
    rows = [row for row in store.draft.files.all() if str(row.pk) in wanted]
    return [KeptFile(row.pk, file.name, file.size) for row in rows if (file := _opened(store, row))]


def _opened(store: AnswerStore, row: DraftFile) -> StoredFile | None:
    try:
        return stored_from(row.path, sealing.decrypt(row.head_ct, store.key, _place(row)))
    except Unreadable:
        return None


def _place(row: DraftFile) -> str:
    return f"services|draftfile|head|{row.draft_id}|{row.pk}|1"


def refuse_more(store: AnswerStore, question: dict[str, Any], size: int = 0) -> None:
    """Raise `FileRefused` where one more file, of `size` bytes, is too many for the question or the draft."""
    heads = [head for row in store.draft.files.all() if (head := _opened(store, row))]
    own = store.kept.answers.get(question["key"]) or []
    if len(own) >= question.get("max_files", USUAL_FILES) or len(heads) >= settings.LOTSE_UPLOAD_FILES:
        raise FileRefused("too_many")
    if sum(head.size for head in heads) + size > settings.LOTSE_UPLOAD_TOTAL_BYTES:
        raise FileRefused("too_much")


@transaction.atomic
def add_file(*, store: AnswerStore, question: dict[str, Any], step: str, file: StoredFile, language: str) -> KeptFile:
    """Keep a file that is in the vault. Raises `FileRefused` above the limits, `DraftLost`, `AlreadyDone`."""
    Draft.objects.select_for_update().filter(pk=store.draft.pk).first()
    store.reload()
    refuse_more(store, question, file.size)
    row = DraftFile(draft=store.draft, path=file.path)
    row.head_ct = sealing.encrypt(head_of(file), store.key, _place(row))
    row.save(force_insert=True)

    def change(kept: Kept) -> None:
        kept.answers[question["key"]] = [*(kept.answers.get(question["key"]) or []), str(row.pk)]
        kept.unfinished.pop(step, None)

    store.write(change, language)
    return KeptFile(row.pk, file.name, file.size)


@transaction.atomic
def remove_file(*, store: AnswerStore, question: dict[str, Any], file_id: uuid.UUID, language: str) -> None:
    """Erase a file. One that is gone already, perhaps by another tab, is fine."""

    def change(kept: Kept) -> None:
        left = [pk for pk in kept.answers.get(question["key"]) or [] if pk != str(file_id)]
        kept.answers[question["key"]] = left

    if str(file_id) in (store.kept.answers.get(question["key"]) or []):
        store.write(change, language)
        _erase(DraftFile.objects.filter(draft=store.draft, pk=file_id))


def confirm_files(*, store: AnswerStore, question: str, step: str, language: str) -> None:
    """The person goes on: these are all files, perhaps none."""

    def change(kept: Kept) -> None:
        kept.answers.setdefault(question, [])
        kept.unfinished.pop(step, None)

    store.write(change, language)


def keep_problems(*, store: AnswerStore, step: str, codes: Sequence[str], language: str) -> None:
    """Remember why files were refused, to be told on the page that is fetched next."""

    def change(kept: Kept) -> None:
        if codes:
            kept.unfinished[step] = {PROBLEMS: list(codes)}
        else:
            kept.unfinished.pop(step, None)

    store.write(change, language)


# Sending and erasing ----------------------------------------------------------------------------------------------


def files_to_send(store: AnswerStore, language: str) -> list[StoredFile]:
    """The files of visible, stored answers, with the words of their question. They stay where they are in the vault:
    the case gets their keys, and `hand_over` takes them from the draft."""
    rows = {str(row.pk): row for row in store.draft.files.all()}
    found = []
    for line in store.journey.review():
        if line.question["type"] != "file" or not line.question["store"]:
            continue
        for pk in line.answer or []:
            file = _opened(store, rows[pk]) if pk in rows else None
            if file:
                label = both(line.question["label"], language)
                found.append(StoredFile(file.path, file.key, file.name, file.size, label))
    return found


def hand_over(store: AnswerStore, sent: Sequence[StoredFile]) -> None:
    """After sending: the draft lets go of its files; those that were not sent are erased."""
    taken = {file.path for file in sent}
    rows = DraftFile.objects.filter(draft=store.draft)
    queue_erasure([path for path in rows.values_list("path", flat=True) if path not in taken])
    rows.delete()


def forget_files(drafts: QuerySet[Draft]) -> None:
    """Erase the files of drafts that are about to be deleted. Inside the same transaction."""
    _erase(DraftFile.objects.filter(draft__in=drafts))


def _erase(rows: Any) -> None:
    paths = list(rows.values_list("path", flat=True))
    rows.delete()
    queue_erasure(paths)


def in_use(names: Sequence[str]) -> set[str]:
    """Which of some files in the vault belong to a draft or a case."""
    own = set(DraftFile.objects.named(names).values_list("path", flat=True))
    return own | inbox_files.in_use(names)


def erase_due_files() -> int:
    """The worker's job: erase from the private storage what was noted for it; return how many."""
    inbox_files.forget_waiting(timezone.now())
    return erasures.erase_due_files(in_use)


def sweep_files(at: datetime | None = None) -> int:
    """Erase files that no draft and no case knows, a day after they were written; return how many."""
    lost = erasures.sweep(in_use, at or timezone.now())
    erase_due_files()
    return lost
