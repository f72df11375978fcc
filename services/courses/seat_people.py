"""Who somebody is, in an envelope: sealed by everybody, opened by the course desk alone (docs/decisions/009).

The envelope belongs to the row's id and not to its table, so that the public role can hand it on from an enrolment to
the list of interest without opening it. Personal links are random; the database keeps their hash, the envelope the
link itself, so that the worker can write it into later mails.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from portal import sealing
from portal.models import District
from portal.sealing import KeyMissing, Pair, Unreadable
from services.courses.models import CourseKey
from services.courses.seat_models import SealedPerson
from services.courses.seat_statuses import Channel
from services.inbox.statuses import KeyState

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I, L and U, which are mistaken for another on paper and on the telephone."""
LENGTH = 20
"""Characters of a personal code: 98 bits, so that nobody guesses one."""
GROUP = 5
SALT = "courses.once"


@dataclass(frozen=True)
class Person:
    """What is in the envelope. Never in a log, a session or a representation."""

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    remarks: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


GONE = Person()


# Keys -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ensure_course_key(district: District) -> bool:
    """Give the course desk of a district its key pair, if it has none; say whether. Needs the master key."""
    if CourseKey.objects.active().filter(district=district).exists():
        return False
    _new_key(district)
    return True


@transaction.atomic
def rotate_course_key(district: District) -> int:
    """A new key for everybody who comes from now on; the old one goes on opening. Returns the new version."""
    CourseKey.objects.active().filter(district=district).update(state=KeyState.RETIRED)
    return _new_key(district)


def _new_key(district: District) -> int:
    pair = sealing.new_pair()
    version = CourseKey.objects.filter(district=district).count() + 1
    locked = sealing.lock_away(pair.private, key_place(district.pk, version))
    CourseKey.objects.create(district=district, version=version, public=pair.public, private_ct=locked)
    return version


def key_place(district_id: int, version: int) -> str:
    """Where the private half of a course desk's key belongs."""
    return f"services|coursekey|private|{district_id}|{version}"


class Desk:
    """The course desk's keys, each opened once. In the staff role only; may be asked for many people."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[int, int], Pair] = {}

    def open(self, row: SealedPerson) -> Person:
        """The person of a row; `GONE` for one that is erased. Raises `KeyMissing`, `Unreadable`."""
        if not row.sealed:
            return GONE
        pair = self._pair(row.district_id, row.key_version)
        key = sealing.unseal(row.sealed_key, pair)
        return Person(**json.loads(sealing.decrypt(row.sealed, key, _place(row.pk))))

    def try_open(self, row: SealedPerson) -> Person | None:
        """The person, or None where the envelope does not open, so that one damaged row hides no list."""
        try:
            return self.open(row)
        except Unreadable:
            return None

    def _pair(self, district_id: int, version: int) -> Pair:
        known = self._pairs.get((district_id, version))
        if known is None:
            row = CourseKey.objects.filter(district_id=district_id, version=version).first()
            if row is None:
                raise Unreadable(_("This text cannot be opened."))
            known = sealing.pair_of(sealing.take_out(row.private_ct, key_place(district_id, version)))
            self._pairs[district_id, version] = known
        return known


def seal_person(row: SealedPerson, person: Person) -> None:
    """Put a person into an unsaved row, with stamp and hash. Raises `KeyMissing` where the desk has no key."""
    desk = CourseKey.objects.filter(district_id=row.district_id, state=KeyState.ACTIVE).first()
    if desk is None:
        raise KeyMissing(_("The key for safe messages is missing. Please tell us by telephone."))
    key = sealing.new_key()
    text = json.dumps(asdict(person), ensure_ascii=False).encode()
    row.sealed = sealing.encrypt(text, key, _place(row.pk))
    row.sealed_key, row.key_version = sealing.seal(key, desk.public), desk.version
    row.contact_stamp = contact_stamp(person)
    row.token_hash = code_hash(person.code)


def forget(row: SealedPerson) -> None:
    """Empty the envelope and everything that finds a person; the caller saves. The count of the run stays right."""
    row.sealed, row.sealed_key, row.contact_stamp = b"", b"", ""
    row.token_hash = hashlib.sha256(f"gone|{row.pk}".encode()).hexdigest()


def _place(pk: UUID) -> str:
    return f"services|courses|person|{pk}|1"


# Finding again without knowing --------------------------------------------------------------------------------------


def contact_stamp(person: Person) -> str:
    """The stamp of the mail address, else of the telephone. Empty for who gave neither."""
    if person.email:
        return sealing.blind_index("course mail", person.email)
    return sealing.blind_index("phone", _national(person.phone)) if person.phone else ""


def person_stamp(person: Person) -> str:
    """The stamp of contact and name: the same person again. Empty for who gave no contact."""
    contact = contact_stamp(person)
    if not contact:
        return ""
    # The order of the names and accents differ between two tries of the same hand.
    plain = unicodedata.normalize("NFKD", person.name).casefold()
    words = sorted("".join(c for c in plain if not unicodedata.combining(c)).split())
    return sealing.blind_index("course person", f"{contact}|{' '.join(words)}")


def _national(phone: str) -> str:
    """A German number in one writing: 0049 30, +49 (0)30 and 030 are the same telephone."""
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in phone.replace("(0)", ""))
    digits = "".join(c for c in digits if c in "0123456789+")
    for prefix in ("+49", "0049"):
        if digits.startswith(prefix):
            return "0" + digits.removeprefix(prefix)
    return digits


# Personal codes ------------------------------------------------------------------------------------------------------


def new_once() -> str:
    """A signed key for a form, so that sending it twice makes one enrolment with one link."""
    return signing.dumps(secrets.token_hex(16), salt=SALT)


def read_once(text: str) -> str | None:
    """The key inside, None for one that is not from us."""
    try:
        key = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return key if isinstance(key, str) else None


def once_stamp(key: str) -> str:
    """What is stored of a form's key."""
    return sealing.stamp("course once", key.encode())


def code_from(key: str) -> str:
    """The personal code that belongs to a form's key: the same for the same key, and not to be guessed without it."""
    number = int.from_bytes(sealing.key_from_token(key.encode(), "course-code"))
    letters = []
    for _letter in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def new_code() -> str:
    """A random personal code."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))


def read_code(typed: str) -> str | None:
    """The code a person meant, with any spacing, in small letters or with dashes; None if it cannot be one."""
    text = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if c.isalnum())
    return plain if len(plain) == LENGTH and all(c in ALPHABET for c in plain) else None


def in_groups(code: str) -> str:
    """The code as it is shown and printed: four groups of five."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def code_hash(code: str) -> str:
    """What the database keeps of a personal code. Fast is enough: nobody tries 98 bits."""
    return hashlib.sha256(f"course place|{code}".encode()).hexdigest()


def channel_of(person: Person) -> Channel:
    """How somebody is reached: by mail where there is an address."""
    if person.email:
        return Channel.MAIL
    return Channel.PHONE if person.phone else Channel.LETTER


def opened(rows: Iterable[Any]) -> list[tuple[Any, Person | None]]:
    """Rows with their people, for lists of staff. Raises `KeyMissing` in the public role."""
    desk = Desk()
    return [(row, desk.try_open(row)) for row in rows]
