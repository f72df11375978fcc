"""The ground every other test stands on."""

from pathlib import Path

from portal.languages import direction, fallback_chain
from tests.migrated import shipped
from tests.run import ON_BOTH, ROOT, SQLITE_ALONE


def test_the_portal_has_its_people(portal):
    assert portal.lena.memberships.get().office.code == "LRA_IM"
    assert portal.home.live


def test_dari_falls_back_to_persian_and_runs_right_to_left():
    assert fallback_chain("fa-af") == ["fa-af", "fa", "de"]
    assert direction("ps") == "rtl"


def test_the_shipped_database_fits_the_migrations():
    assert shipped().exists(), "Please run: python -m tests.migrated"


def test_no_test_falls_between_the_databases():
    listed = [path for entry in SQLITE_ALONE + ON_BOTH for path in (ROOT / entry).rglob("*.py")]
    listed += [ROOT / entry for entry in SQLITE_ALONE + ON_BOTH]
    assert all(path.exists() for path in listed)
    alone = [ROOT / entry for entry in SQLITE_ALONE]
    for path in Path(ROOT / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if "pytest.mark." + "sqlite" in text:
            assert path in listed, f"{path.name} runs on SQLite only, but is not in the lists of tests/run.py"
        if "pytest.mark." + "postgresql" in text:
            here = any(path == entry or entry in path.parents for entry in alone)
            assert not here, f"{path.name} needs PostgreSQL, but is in the list of SQLite alone"
