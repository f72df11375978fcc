"""Who opens a draft: each browser of the person, by the token in its cookie, and the code to go on elsewhere.

The token of the browser in which a draft began makes the key of the draft. That key is encrypted once more for every
further browser and for the code, so a copy of the database, even with the pepper, opens nothing: the code's key costs
an Argon2id for each of ten thousand million secrets.

A code is sixteen digits: six that find the draft, ten that open it. Its tries are counted by the first six, whether
there is such a draft or not, and a wrong one costs the same work either way.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from portal import sealing
from portal.errors import DomainError, TooMany
from portal.rates import count_key, forgive_key
from portal.sealing import Unreadable
from services.intake.models import Draft, DraftKey

if TYPE_CHECKING:
    from datetime import datetime

    from portal.models import District

FINDS, OPENS = 6, 10
"""Digits of a code that find the draft, and those that open it."""
CODE_LENGTH = FINDS + OPENS
WRONG_TRIES_PER_DAY = 10
DAY = 86_400
MOST_BROWSERS = 8
"""Browsers a draft remembers besides its first; a new one lets go of the oldest."""

TOKEN_PURPOSE = "intake.draft"  # noqa: S105 - names, not secrets
BROWSER_PURPOSE = "intake.browser"


class WrongCode(DomainError):
    """No draft with these digits, or the wrong ones: the answer does not tell which."""

    status = 422


def mark_of(token: bytes) -> str:
    """A name for a browser that tells nothing about its token."""
    return hashlib.blake2b(token, digest_size=8, person=b"intake.browser").hexdigest()


def keys_for(draft: Draft, token: bytes) -> Iterator[bytes]:
    """The keys this token could mean, the usual one first; older peppers and other browsers after it."""
    for version in sealing.pepper_versions():
        yield sealing.key_from_token(token, TOKEN_PURPOSE, version)
    row = draft.keys.filter(kind=DraftKey.Kind.BROWSER, tag=mark_of(token)).first()
    if row is not None:
        key = sealing.key_from_token(token, BROWSER_PURPOSE, bytes(row.salt)[0])
        yield sealing.decrypt(row.sealed, key, _place(draft.pk, row))


def let_in(draft: Draft, key: bytes, token: bytes) -> None:
    """Let another browser open the draft too. Its oldest other ones make room."""
    version = sealing.pepper_version()
    row = DraftKey(draft=draft, kind=DraftKey.Kind.BROWSER, tag=mark_of(token), salt=bytes([version]))
    row.sealed = sealing.encrypt(key, sealing.key_from_token(token, BROWSER_PURPOSE, version), _place(draft.pk, row))
    row.save(force_insert=True)
    others = draft.keys.filter(kind=DraftKey.Kind.BROWSER).order_by("-created_at", "-pk")
    draft.keys.filter(pk__in=list(others.values_list("pk", flat=True)[MOST_BROWSERS:])).delete()


# The code -----------------------------------------------------------------------------------------------------------


def new_code() -> str:
    """Sixteen random digits."""
    return f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}d}"


def read_code(typed: str) -> str | None:
    """The digits a person meant, in any script and with any spacing; None if these are not sixteen."""
    chars = unicodedata.normalize("NFKC", typed)
    digits = "".join(str(unicodedata.decimal(char)) for char in chars if char.isdecimal())
    return digits if len(digits) == CODE_LENGTH and not any(char.isalpha() for char in chars) else None


def lock_with(draft: Draft, key: bytes, code: str) -> DraftKey:
    """The unsaved row with which this code opens the draft. Slow on purpose: call it outside of a transaction."""
    row = DraftKey(draft=draft, kind=DraftKey.Kind.CODE, tag=code[:FINDS], salt=sealing.new_salt())
    row.sealed = sealing.encrypt(key, sealing.key_from_secret(code[FINDS:], row.salt), _place(draft.pk, row))
    return row


def open_with(*, district: District, code: str, at: datetime) -> tuple[Draft, bytes]:
    """The draft of a code and its key. Raises `WrongCode`, and `TooMany` after ten wrong tries in a day."""
    tries = f"intake.resume:{district.pk}:{code[:FINDS]}"
    try:
        count_key(tries, WRONG_TRIES_PER_DAY, DAY)
    except TooMany as problem:
        raise TooMany(
            _("There were too many tries with this code. Please try tomorrow or start again."), DAY
        ) from problem
    rows = DraftKey.objects.select_related("draft__version__district").filter(kind=DraftKey.Kind.CODE)
    row = rows.filter(tag=code[:FINDS], draft__version__district=district, draft__in=Draft.objects.open(at)).first()
    salt, sealed, place = (row.salt, row.sealed, _place(row.draft_id, row)) if row else _decoy()
    try:
        key = sealing.decrypt(sealed, sealing.key_from_secret(code[FINDS:], salt), place)
    except Unreadable as problem:
        raise WrongCode(wrong_code()) from problem
    if row is None:  # nobody has the decoy's key; said for the reader of this code
        raise WrongCode(wrong_code())
    forgive_key(tries)
    return row.draft, key


def wrong_code() -> str:
    """The one sentence for every code that opens nothing."""
    return _("We find no answers with this code. Please check the digits. Perhaps the time is over.")


@lru_cache(maxsize=1)
def _decoy() -> tuple[bytes, bytes, str]:
    return sealing.new_salt(), sealing.encrypt(bytes(sealing.KEY_SIZE), sealing.new_key(), "decoy"), "decoy"


def _place(draft: UUID, row: DraftKey) -> str:
    return f"services|draftkey|{row.kind}|{draft}|{row.tag}"
