"""The slow part of the demo, built once and shipped: tables, German pages and their translations.

Building it takes more than a minute, so it lies in the package as a packed database. Its name carries a fingerprint
of everything it was made from: one that does not fit is not used, and the demo is built step by step instead. It
holds no person, no key and no request; those are made anew at every first start.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

FOLDER = Path(__file__).parent
SOURCES = ("pages/**/*", "terms/**/*", "catalogues/*", "forms/**/*", "facts/directory.toml")
"""What the texts of the pages are."""
MAKERS = ("pages.py", "translations.py", "markup.py", "words.py", "directory.py", "forms.py", "prepared.py")
"""The code that turns them into pages."""


def shipped() -> Path:
    """Where the packed database for exactly this state of the product lies, whether it is there or not."""
    return FOLDER / f"prepared-{fingerprint()[:16]}.sqlite3.xz"


def fingerprint() -> str:
    """Changes with the texts, the code that loads them, the migrations and the locked packages."""
    digest = hashlib.sha256()
    paths = {path for pattern in SOURCES for path in FOLDER.glob(pattern) if path.is_file()}
    paths |= {FOLDER / name for name in MAKERS}
    paths |= set(settings.BASE_DIR.glob("*/migrations/0*.py"))
    paths.add(settings.BASE_DIR / "deploy" / "requirements.txt")
    for path in sorted(paths):
        digest.update(path.relative_to(settings.BASE_DIR).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def unpack(target: Path) -> bool:
    """Put the packed database at `target`, a path where nothing is yet; False where none fits."""
    if not shipped().exists():
        return False
    try:
        import lzma
    except ImportError:  # a Python that was built without it makes the demo step by step
        return False
    half = target.with_suffix(".half")
    with lzma.open(shipped()) as packed, half.open("wb") as whole:
        shutil.copyfileobj(packed, whole)
    half.replace(target)
    return True


def make() -> Path:
    """Build the slow part in the current, empty SQLite database, pack it, and take away what was shipped before."""
    import lzma

    from django.db import connection

    from home.demo.loading import load_pages

    call_command("migrate", verbosity=0)
    load_pages()
    connection.close()
    source = Path(str(settings.DATABASES["default"]["NAME"]))
    with sqlite3.connect(source) as database:
        database.execute("DELETE FROM django_session")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("VACUUM")
    for old in FOLDER.glob("prepared-*.sqlite3.xz"):
        old.unlink()
    with lzma.open(shipped(), "wb", preset=9) as packed, source.open("rb") as whole:
        shutil.copyfileobj(whole, packed)
    return shipped()
