"""The migrated, empty SQLite database of the tests: built once, shipped packed, unpacked into `var/test-cache/`.

Migrating takes a minute, and PostgreSQL is migrated from nothing in every run anyway. The name carries a fingerprint of
all migrations and of the packages that bring some; a file that does not fit is not used, and `tests/house` asks for a
new one: `python -m tests.migrated`.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import sqlite3
from importlib.metadata import version
from pathlib import Path

TESTS = Path(__file__).parent
CACHE = TESTS.parent / "var" / "test-cache"


def digest() -> str:
    """Fingerprint of everything that decides how the migrated database looks."""
    from django.db.migrations.loader import MigrationLoader

    digest = hashlib.sha256()
    for package in ("Django", "wagtail", "wagtail-localize"):
        digest.update(version(package).encode())
    for _key, migration in sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()):
        module = __import__(migration.__module__, fromlist=["Migration"])
        digest.update(Path(module.__file__).read_bytes())
    return digest.hexdigest()[:16]


def shipped() -> Path:
    """Where the packed database for exactly these migrations lies, whether it is there or not."""
    return TESTS / f"migrated-{digest()}.sqlite3.xz"


def unpacked() -> Path | None:
    """The migrated database as a file to copy from; None where it has to be migrated first."""
    packed = shipped()
    whole = CACHE / packed.stem
    if not whole.exists() and packed.exists():
        keep(lzma.decompress(packed.read_bytes()), whole)
    return whole if whole.exists() else None


def keep(content: bytes, target: Path) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{os.getpid()}.half")
    half.write_bytes(content)
    half.replace(target)


def main() -> None:
    """Migrate an empty database, pack it, and take away what was shipped before."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    half = CACHE / "migrating.sqlite3"
    CACHE.mkdir(parents=True, exist_ok=True)
    half.unlink(missing_ok=True)
    with sqlite3.connect(half) as target:
        connection.connection.backup(target)
    for old in TESTS.glob("migrated-*.sqlite3.xz"):
        old.unlink()
    keep(lzma.compress(half.read_bytes(), preset=9), shipped())
    half.unlink()


if __name__ == "__main__":
    main()
