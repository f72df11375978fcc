"""What is shipped ready made fits this state of the product, and holds no person, no key and no request."""

from __future__ import annotations

import sqlite3

import pytest
from django.db.migrations.loader import MigrationLoader

from home.demo import prepared


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    target = tmp_path_factory.mktemp("prepared") / "lotse.sqlite3"
    assert prepared.unpack(target), "texts, loaders, migrations or packages changed: manage.py prepare_demo"
    with sqlite3.connect(target) as opened:
        yield opened


def count(database, table):
    return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names of ours


def test_exactly_one_state_is_shipped():
    assert [path.name for path in prepared.FOLDER.glob("prepared-*.xz")] == [prepared.shipped().name]


@pytest.mark.django_db
def test_every_migration_of_today_was_applied(database):
    applied = set(database.execute("SELECT app, name FROM django_migrations"))
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert {key for key, migration in loader.disk_migrations.items() if not migration.replaces} <= applied


def test_it_holds_the_pages_of_nine_languages(database):
    live = database.execute(
        "SELECT l.language_code, count(*) FROM wagtailcore_page p JOIN wagtailcore_locale l ON l.id = p.locale_id "
        "WHERE p.live AND p.depth > 1 GROUP BY 1"
    )
    numbers = dict(live)
    assert set(numbers) == {"de", "de-simple", "en", "ar", "uk", "ru", "tr", "fa", "fr"}
    assert min(numbers.values()) == max(numbers.values()) >= 50


def test_the_tree_counts_its_children(database):
    rows = database.execute("SELECT path, depth, numchild FROM wagtailcore_page").fetchall()
    children = {}
    for path, _depth, _number in rows:
        children[path[:-4]] = children.get(path[:-4], 0) + 1
    assert not [path for path, _depth, number in rows if number != children.get(path, 0)]


@pytest.mark.parametrize(
    "table",
    ["portal_user", "django_session", "services_officekey", "services_escrowkey", "services_case", "network_member"],
)
def test_it_holds_nobody_and_no_key(database, table):
    assert count(database, table) == 0
