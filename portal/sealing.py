"""Encryption of what people send us. Pure: knows no model; key files and costs come from the settings.

What is used (libsodium through PyNaCl; handbook: design §5, intake §5.4):

- XChaCha20-Poly1305 with the *place* of the text as additional data, so that a ciphertext moved to another row,
  column or case does not open there. Texts are padded to blocks of 512 bytes, so that their length says little.
- Sealed boxes to hand a data key to somebody whose public key is known: the public role can seal and not open.
- Argon2id to turn the secret a person keeps into a key; BLAKE2b, keyed with the pepper, for everything else.

Two secrets live in files of `settings.LOTSE_KEY_DIR`, never in the database: the *master key* (`master-1.key`), which
opens the offices' private keys and which the public role never has, and the *pepper* (`pepper-1.key`), which every role
needs. Both carry a version; the highest seals, all of them open. A missing file raises `KeyMissing`; nothing is ever
written in plain text instead.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import struct
import threading
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import Aead

from portal.errors import DomainError

BLOCK = 512
"""Bytes a plain text is filled up to a multiple of (handbook: intake §3.1)."""

KEY_SIZE = 32
SALT = struct.Struct(">BBI16s")
"""A receipt's salt: version of the pepper, passes and memory of Argon2id, 16 random bytes. With its costs inside, a
change of `settings.LOTSE_ARGON2` never locks out who sent something before."""

# Argon2id takes its memory for a quarter of a second: a flood of tries must queue, not fill the machine.
_argon_slots = threading.BoundedSemaphore(4)


class Unreadable(DomainError):
    """A ciphertext does not open: wrong key, wrong place, changed or cut off."""

    status = 409


class KeyMissing(DomainError):
    """A key this process needs is not there. The way out is an operator, not a retry and never plain text."""

    status = 503


@dataclass(frozen=True)
class Pair:
    """A key pair; the private half stays out of every representation."""

    public: bytes
    private: bytes = field(repr=False)


def new_key() -> bytes:
    """A random data key."""
    return secrets.token_bytes(KEY_SIZE)


def encrypt(plain: bytes, key: bytes, place: str) -> bytes:
    """Nonce and ciphertext of `plain`, which opens with the same key at the same place only."""
    return bytes(Aead(key).encrypt(sodium_pad(plain, BLOCK), place.encode()))


def decrypt(sealed: bytes | memoryview | None, key: bytes, place: str) -> bytes:
    """The plain text. Raises `Unreadable`."""
    try:
        return sodium_unpad(Aead(key).decrypt(bytes(sealed or b""), place.encode()), BLOCK)
    except (CryptoError, ValueError, TypeError) as problem:
        raise Unreadable(_("This text cannot be opened.")) from problem


def new_pair() -> Pair:
    """A fresh key pair (X25519)."""
    private = PrivateKey.generate()
    return Pair(public=bytes(private.public_key), private=bytes(private))


def pair_of(private: bytes) -> Pair:
    """The pair of a private key. Raises `Unreadable` if it is none."""
    try:
        return Pair(public=bytes(PrivateKey(private).public_key), private=private)
    except (CryptoError, ValueError, TypeError) as problem:
        raise Unreadable(_("This text cannot be opened.")) from problem


def seal(key: bytes, public: bytes | memoryview) -> bytes:
    """A data key in a box that only the holder of the private key opens."""
    return bytes(SealedBox(PublicKey(bytes(public))).encrypt(key))


def unseal(sealed: bytes | memoryview, pair: Pair) -> bytes:
    """The data key inside a sealed box. Raises `Unreadable`."""
    try:
        return bytes(SealedBox(PrivateKey(pair.private)).decrypt(bytes(sealed)))
    except (CryptoError, ValueError, TypeError) as problem:
        raise Unreadable(_("This text cannot be opened.")) from problem


# Keys from what people hold -------------------------------------------------------------------------------------


def new_salt() -> bytes:
    """A salt for `key_from_secret`, with today's pepper version and costs inside."""
    costs = settings.LOTSE_ARGON2
    return SALT.pack(_newest("pepper"), costs["opslimit"], costs["memlimit"] // 1024, secrets.token_bytes(16))


def key_from_secret(secret: str, salt: bytes | memoryview) -> bytes:
    """The key behind a secret a person keeps (Argon2id over the peppered secret). Slow on purpose."""
    version, passes, kibibytes, random = SALT.unpack(bytes(salt))
    peppered = _mix("receipt", secret.encode(), version)
    with _argon_slots:
        return bytes(argon2id.kdf(KEY_SIZE, peppered, random, opslimit=passes, memlimit=kibibytes * 1024))


def key_from_token(token: bytes, purpose: str, version: int | None = None) -> bytes:
    """The key behind a random token of at least 16 bytes, for example of a draft's cookie. Fast.

    `purpose` keeps keys of different uses apart. `version` is the pepper's; keep `pepper_version()` beside what lives
    longer than a day.
    """
    return _mix(f"token|{purpose}", token, version)


def pepper_version() -> int:
    """Version of the pepper that new keys are made with."""
    return _newest("pepper")


def pepper_versions() -> list[int]:
    """All versions of the pepper that are there, newest first. Raises `KeyMissing` where there is none."""
    newest = _newest("pepper")
    return [newest, *sorted((version for version in _versions("pepper") if version != newest), reverse=True)]


def blind_index(kind: str, value: str) -> str:
    """What to store of an e-mail, telephone number or name, to find it again without knowing it."""
    text = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    if kind == "phone":
        text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
        text = re.sub(r"[^0-9+]", "", text)
    return stamp(f"index|{kind}", text.encode())


def stamp(purpose: str, data: bytes, version: int | None = None) -> str:
    """A keyed fingerprint `<pepper version>:<hex>`, which nobody makes from the database alone."""
    number = version or _newest("pepper")
    return f"{number}:{_mix(f'stamp|{purpose}', data, number).hex()}"


def _mix(purpose: str, data: bytes, version: int | None = None) -> bytes:
    person = hashlib.blake2b(purpose.encode(), digest_size=16).digest()
    pepper = _read("pepper", version or _newest("pepper"))
    return hashlib.blake2b(data, key=pepper, digest_size=KEY_SIZE, person=person).digest()


# The master key -------------------------------------------------------------------------------------------------


def lock_away(plain: bytes, place: str) -> bytes:
    """Encrypt a private key under the master key; the first byte says which version."""
    version = _newest("master")
    return bytes([version]) + encrypt(plain, _read("master", version), place)


def take_out(locked: bytes | memoryview, place: str) -> bytes:
    """The private key again. Raises `KeyMissing` in the public role, `Unreadable` if it was changed or moved."""
    blob = bytes(locked)
    return decrypt(blob[1:], _read("master", blob[0] if blob else 0), place)


def master_version() -> int:
    """Version of the master key that locks from now on. Raises `KeyMissing`."""
    return _newest("master")


def next_master_file() -> str:
    """Make the file of the next master key beside the ones that are there; return its name. Raises `KeyMissing`."""
    return _make("master", _newest("master") + 1)


def has_master_key() -> bool:
    """Whether this process could open an office's key."""
    return bool(_versions("master"))


def make_files() -> list[str]:
    """Make the key files that are missing; return their names. The operator's first step in production."""
    kinds = ["pepper"] if settings.LOTSE_ROLE == "public" else ["master", "pepper"]
    return [_make(kind) for kind in kinds if not _versions(kind)]


def _newest(kind: str) -> int:
    found = _versions(kind)
    if not found and settings.LOTSE_MAKE_KEYS:
        _make(kind)
        found = _versions(kind)
    if not found:
        raise _key_missing()
    return max(found)


def _versions(kind: str) -> list[int]:
    if kind == "master" and settings.LOTSE_ROLE == "public":
        return []  # even where a file lies about: the public role opens nothing
    names = [path.stem.rpartition("-")[2] for path in Path(settings.LOTSE_KEY_DIR).glob(f"{kind}-*.key")]
    return [int(name) for name in names if name.isascii() and name.isdigit() and 0 < int(name) < 256]


def _read(kind: str, version: int) -> bytes:
    if version not in _versions(kind):
        raise _key_missing()
    try:
        path = Path(settings.LOTSE_KEY_DIR) / f"{kind}-{version}.key"
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as problem:  # a damaged file is as bad as none
        raise _key_missing() from problem
    if len(key) != KEY_SIZE:
        raise _key_missing()
    return key


def _key_missing() -> KeyMissing:
    return KeyMissing(_("The key for safe messages is missing. Please tell us by telephone."))


def _make(kind: str, version: int = 1) -> str:
    if kind == "master" and settings.LOTSE_ROLE == "public":
        raise _key_missing()
    folder = Path(settings.LOTSE_KEY_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{kind}-{version}.key"
    fresh = folder / f".{name}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_SIZE))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, folder / name)  # fails if another process was first, so no key is ever replaced
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return name
