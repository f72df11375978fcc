"""The receipt: a number for the telephone, a secret in digits that every script can write, and the door they open."""

from __future__ import annotations

import secrets
import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from portal import sealing
from portal.errors import DomainError, TooMany
from portal.models import District
from portal.rates import count_key, forgive_key
from portal.sealing import Pair, Unreadable
from services.inbox.envelopes import receipt_place
from services.inbox.models import Submission

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L, which look alike on paper and sound alike on the telephone."""

CODE_LENGTH = 6
SECRET_LENGTH = 16
WRONG_TRIES_PER_DAY = 10
DAY = 86_400

# What a Ukrainian, Russian or Greek keyboard writes for a letter of the number.
_LOOK_ALIKES = str.maketrans("АВСЕНКМРТХУΑΒΕΗΚΜΝΡΤΥΧΖ", "ABCEHKMPTXYABEHKMNPTYXZ")


class WrongReceipt(DomainError):
    """Unknown number or wrong secret: the answer does not tell which."""

    status = 422


@dataclass(frozen=True)
class Receipt:
    """What a person keeps. The secret is shown once and stored nowhere."""

    number: str
    secret: str = field(repr=False)
    due: datetime | None = None
    """Until when the last of its offices answers; None where no deadline begins."""


@dataclass(frozen=True)
class Visitor:
    """A person who has shown a valid receipt: what they sent and the key that opens it."""

    submission: Submission
    pair: Pair = field(repr=False)


def prefix_of(district: District) -> str:
    """The letters before the number: the initials of the district, `SBK` for Schwarzwald-Baar-Kreis."""
    plain = unicodedata.normalize("NFKD", district.name)
    words = "".join(char if char.isascii() and char.isalpha() else " " for char in plain.replace("\u0308", "")).split()
    initials = "".join(word[0] for word in words)[:3]
    return (initials if len(initials) > 1 else "".join(words)[:3] or "LOT").upper()


def new_number(district: District) -> str:
    """A random number like SBK-7F3K-29."""
    code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    return _written(prefix_of(district), code)


def new_secret() -> str:
    """Sixteen random digits, as they are stored in nobody's memory but the person's."""
    return f"{secrets.randbelow(10**SECRET_LENGTH):0{SECRET_LENGTH}d}"


def in_groups(secret: str) -> str:
    """The secret as it is shown: four groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, SECRET_LENGTH, 4))


def read_number(typed: str, district: District) -> str | None:
    """The number a person meant: any spacing, small letters, any digits, with or without the prefix."""
    plain, own = _plain(typed), prefix_of(district)
    prefix, code = plain[:-CODE_LENGTH] or own, plain[-CODE_LENGTH:]
    if len(code) < CODE_LENGTH or len(prefix) > 3 or not prefix.isalpha() or any(char not in ALPHABET for char in code):
        return None
    if plain.startswith(own) and len(plain) not in {CODE_LENGTH, len(own) + CODE_LENGTH}:
        return None  # a letter is missing; without this the rest would look like another district's number
    return _written(prefix, code)


def number_part(typed: str) -> str:
    """What staff typed to find a number, in the way it is written: `7f3k29` gives `7F3K-29`."""
    plain = _plain(typed)
    whole = len(plain) >= CODE_LENGTH
    return f"{plain[-CODE_LENGTH:-2]}-{plain[-2:]}" if whole else plain


def _plain(typed: str) -> str:
    chars = "".join(_digit(char) for char in unicodedata.normalize("NFKC", typed)).upper().translate(_LOOK_ALIKES)
    return "".join(char for char in chars if char.isascii() and char.isalnum())


def read_secret(typed: str) -> str | None:
    """The sixteen digits a person meant, in whichever digits their script has."""
    chars = (_digit(char) for char in unicodedata.normalize("NFKC", typed))
    digits = "".join(char for char in chars if char.isascii() and char.isalnum())
    return digits if digits.isdigit() and len(digits) == SECRET_LENGTH else None


def open_receipt(*, district: District, number: str, secret: str) -> Visitor:
    """The visitor with this receipt. Raises `WrongReceipt`, and `TooMany` after ten wrong tries on a number in a day.

    An unknown number costs the same work as a wrong secret and is counted the same. A try is counted before it is
    made, so that a thousand at once are not faster than ten; a right one is taken back.
    """
    tries = f"receipt:{district.pk}:{number}"
    try:
        count_key(tries, WRONG_TRIES_PER_DAY, DAY)
    except TooMany as problem:
        raise TooMany(_("There were too many tries with this number. Please try tomorrow or call us.")) from problem
    submission = Submission.objects.of(district).filter(number=number).first()
    salt, locked, place = _door(submission)
    try:
        private = sealing.decrypt(locked, sealing.key_from_secret(secret, salt), place)
    except Unreadable as problem:
        raise WrongReceipt(wrong_receipt()) from problem
    if submission is None:  # nobody has the decoy's key; said for the reader of this code
        raise WrongReceipt(wrong_receipt())
    forgive_key(tries)
    return Visitor(submission, sealing.pair_of(private))


def reopen(*, district: District, submission_id: uuid.UUID, private: bytes) -> Visitor | None:
    """The visitor who has shown the receipt before; None when the receipt was replaced or the submission is gone."""
    submission = Submission.objects.of(district).filter(pk=submission_id).first()
    pair = sealing.pair_of(private)
    if submission is None or bytes(submission.applicant_public) != pair.public:
        return None
    return Visitor(submission, pair)


def wrong_receipt() -> str:
    """The one sentence for an unknown number and for a wrong secret."""
    return _("We find no request with this number and this secret. Please check both.")


def _door(submission: Submission | None) -> tuple[bytes, bytes, str]:
    if submission is None:
        salt, locked = _decoy()
        return salt, locked, receipt_place(uuid.UUID(int=0))
    return bytes(submission.receipt_salt), bytes(submission.applicant_private_ct), receipt_place(submission.pk)


@lru_cache(maxsize=1)
def _decoy() -> tuple[bytes, bytes]:
    return sealing.new_salt(), sealing.encrypt(bytes(sealing.KEY_SIZE), sealing.new_key(), "decoy")


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _written(prefix: str, code: str) -> str:
    return f"{prefix}-{code[:4]}-{code[4:]}"
