"""Where half-finished answers are kept: in the database, encrypted with a key that only the person can make.

A copy of the database opens no draft; who does is in `devices`. What is kept is in a `Kept`: checked answers by
question, unchecked ones as they were typed by step, and whether the person still wants contact after another door.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.errors import DomainError
from portal.models import District
from portal.sealing import Unreadable, decrypt, encrypt, key_from_token
from services.intake.devices import TOKEN_PURPOSE, keys_for, mark_of
from services.intake.journey import Journey
from services.intake.models import Draft, document_of

LIFETIME = timedelta(hours=24)
"""How long a draft is kept after its start, or after the person asked for more time."""

LONG_LIFETIME = timedelta(days=7)
"""The longest a draft is kept after its start, for whoever asks."""

RECEIPT_LIFETIME = timedelta(hours=1)
"""How long a receipt can be read again after sending, with the same cookie."""

TOKEN_BYTES = 32
TRIES = 6
"""How often a write is repeated when another tab was faster."""


class DraftLost(DomainError):
    """There is no such draft, or not for this browser (404), or its time is over (410)."""

    def __init__(self, sentence: str, status: int = 404) -> None:
        super().__init__(sentence)
        self.status = status


class AlreadyDone(DomainError):
    """The answers were sent in another tab; nothing can be changed any more."""


@dataclass
class Kept:
    """The content of a draft."""

    answers: dict[str, Any] = field(default_factory=dict, repr=False)
    unfinished: dict[str, dict[str, list[str]]] = field(default_factory=dict, repr=False)
    door: str = ""
    """Rule of the directory that showed another door, where the person answered that they still want contact."""
    assisted: bool = False
    """Whether somebody fills this in together with the person."""

    code: str = field(default="", repr=False)
    """The code to go on elsewhere, so that it can be shown again to whoever has the draft open."""

    by: dict[str, str] = field(default_factory=dict)
    """Which browser wrote a step last."""

    beside: dict[str, dict[str, dict[str, list[str]]]] = field(default_factory=dict, repr=False)
    """What a browser typed on a step that another one had changed, until the person decides; by browser and step."""

    def as_bytes(self) -> bytes:
        """For encryption."""
        return json.dumps(self.__dict__, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, plain: bytes) -> Kept:
        """After decryption."""
        return cls(**json.loads(plain))


def place(draft: UUID, column: str, revision: int) -> str:
    """Where a ciphertext belongs, down to the revision, so that an older copy of it does not open either."""
    return f"services|draft|{column}|{draft}|{revision}"


def key_of(token: bytes) -> bytes:
    """The key that a cookie's token makes."""
    return key_from_token(token, TOKEN_PURPOSE)


def draft_of(token: bytes) -> UUID:
    """The id of the draft that a token made beforehand will have. Tells nothing about the token."""
    return UUID(bytes=hashlib.blake2b(token, digest_size=16, person=b"intake.draft").digest(), version=4)


class AnswerStore:
    """One person's draft, opened."""

    is_preview = False
    """Whether this is a try-out by staff (`services.intake.previewing`): kept nowhere, sent nowhere, not counted."""

    def __init__(self, draft: Draft, token: bytes) -> None:
        """Opens the draft. Raises `DraftLost` if this token is not one of its own."""
        self.draft = draft
        self.browser = mark_of(token)
        self.kept = Kept()
        self.receipt: dict[str, str] | None = None
        self._key = b""
        self._find_key(token)

    def _find_key(self, token: bytes) -> None:
        try:
            for key in keys_for(self.draft, token):
                self._key = key
                try:
                    return self._read()
                except DraftLost:  # a key of an older pepper or of another browser may fit
                    continue
        except Unreadable as problem:
            raise _not_here() from problem
        raise _not_here()

    @property
    def key(self) -> bytes:
        """The key of this draft, for what else is encrypted with it."""
        return self._key

    @classmethod
    def open(cls, *, district: District, key: str, draft_id: UUID, token: bytes | None, at: datetime) -> AnswerStore:
        """The draft with this id for whoever holds its token. Raises `DraftLost`; never says whether others exist."""
        draft = cls._rows().filter(pk=draft_id, version__district=district).first()
        if token is None or (draft is not None and draft.version.key != key):
            raise _not_here()
        if draft is None or draft.expires_at <= at:
            raise _gone()
        return cls(draft, token)

    @staticmethod
    def _rows() -> Any:
        return Draft.objects.select_related("version", "version__district").defer("version__document")

    @property
    def district(self) -> District:
        """The district whose form this is."""
        return self.draft.version.district

    @property
    def document(self) -> dict[str, Any]:
        """The form as it was when the draft began."""
        return document_of(self.draft.version_id)

    @cached_property
    def journey(self) -> Journey:
        """The way through the form with what is answered so far; made anew after every write."""
        return Journey(self.document, self.kept.answers)

    @property
    def began(self) -> datetime:
        """When the draft was started."""
        return self.draft.started_at

    @property
    def is_sent(self) -> bool:
        """Whether the answers are with an office already."""
        return self.draft.sent_at is not None

    def write(self, change: Callable[[Kept], None], language: str, **columns: Any) -> None:
        """Change what is kept. If another tab wrote in between, read that and change it again: nothing is lost.

        `columns` are values of the draft's row to write with it.
        Raises `DraftLost` if the draft was deleted meanwhile and `AlreadyDone` if it was sent.
        """
        for _attempt in range(TRIES):
            if self.is_sent:
                raise AlreadyDone(_("Your answers are already sent."))
            change(self.kept)
            revision = self.draft.revision + 1
            sealed = encrypt(self.kept.as_bytes(), self._key, place(self.draft.pk, "answers", revision))
            if self._swap(answers_ct=sealed, language=language, **columns):
                self.draft.language = language
                for name, value in columns.items():
                    setattr(self.draft, name, value)
                self.__dict__.pop("journey", None)
                return
            self.reload()
        raise DomainError(_("Please send the page again."))

    def finish(self, receipt: dict[str, str], at: datetime) -> bool:
        """Keep the receipt in place of the answers. False if another request was faster. For `actions` only."""
        revision = self.draft.revision + 1
        plain = json.dumps(receipt, ensure_ascii=False).encode()
        sealed = encrypt(plain, self._key, place(self.draft.pk, "receipt", revision))
        done = self._swap(
            answers_ct=b"",
            receipt_ct=sealed,
            sent_at=at,
            language=receipt["language"],
            expires_at=at + RECEIPT_LIFETIME,
        )
        if done:
            self.receipt, self.kept, self.draft.sent_at = receipt, Kept(), at
            self.__dict__.pop("journey", None)
        return done

    def _swap(self, **values: Any) -> bool:
        """Write only if nobody wrote since we read."""
        mine = Draft.objects.filter(pk=self.draft.pk, revision=self.draft.revision, sent_at=None)
        if not mine.update(revision=F("revision") + 1, **values):
            return False
        self.draft.revision += 1
        return True

    def reload(self) -> None:
        """Read again what another tab wrote. Raises `DraftLost`."""
        draft = self._rows().filter(pk=self.draft.pk).first()
        if draft is None:
            raise _gone()
        self.draft = draft
        self._read()

    def _read(self) -> None:
        column, sealed = ("receipt", self.draft.receipt_ct) if self.is_sent else ("answers", self.draft.answers_ct)
        try:
            plain = decrypt(sealed, self._key, place(self.draft.pk, column, self.draft.revision))
        except Unreadable as problem:
            raise _not_here() from problem
        if self.is_sent:
            self.receipt, self.kept = json.loads(plain), Kept()
        else:
            self.kept = Kept.from_bytes(plain)
        self.__dict__.pop("journey", None)


def _not_here() -> DraftLost:
    return DraftLost(_("We do not find your answers in this browser. Perhaps you began on another device."))


def _gone() -> DraftLost:
    return DraftLost(_("Your answers were deleted because much time has passed or you asked for it."), 410)
