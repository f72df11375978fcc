"""Production on a real PostgreSQL: it starts on a new database, answers, and refuses demo accounts.

The database is a copy of the one that the tests themselves migrated from nothing (`tests/conftest.py`).
"""

import json
import os

import psycopg
import pytest
from django.conf import settings

from tests.doors.test_production import run

pytestmark = pytest.mark.postgresql
NAME = "lotse_production_test"
MIGRATED = os.environ.get("LOTSE_TEST_PG_NAME", "lotse")

INSTALL = """
from django.core.management import execute_from_command_line
for words in ("migrate --check", "collectstatic --noinput -v 0", "make_keys --key-files"):
    execute_from_command_line(["manage.py", *words.split()])
"""
"""The commands of an installation, one after the other in one process: each start takes seconds."""

VISIT = """
import json, django
from portal.wsgi import application
from django.test import Client
from django.test.utils import setup_test_environment
from django.conf import settings
settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
def visit(path, secure=True):
    answer = Client(raise_request_exception=False).get(path, secure=secure, headers={"Host": "lotse.example"})
    return [answer.status_code, answer.headers.get("Location", ""), answer.headers.get("Strict-Transport-Security", "")]
print(json.dumps({
    "health": visit("/healthz", secure=False), "plain": visit("/de/languages/", secure=False),
    "page": visit("/de/languages/"), "login": visit("/accounts/login/"), "admin": visit("/admin/"),
    "missing": visit("/de/gibt-es-nicht/"),
}))
from portal.models import User
User.objects.create_user("demo", is_demo=True)
"""
"""A start as the web server makes it, some visits, and at its end an account of the demo."""


@pytest.fixture
def fresh(django_db_setup, tmp_path):
    """A freshly migrated database beside the tests', and the variables that lead to it."""
    server = settings.DATABASES["default"]
    where = {
        "host": server["HOST"],
        "port": server["PORT"],
        "user": server["USER"],
        "password": server["PASSWORD"] or "x",
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE {MIGRATED}")
        yield {
            "LOTSE_DB_NAME": NAME,
            "LOTSE_DB_HOST": where["host"],
            "LOTSE_DB_PORT": str(where["port"]),
            "LOTSE_DB_USER": where["user"],
            "LOTSE_DB_PASSWORD": where["password"],
            "LOTSE_STATIC_ROOT": str(tmp_path / "static"),
            "LOTSE_KEY_DIR": str(tmp_path / "keys"),
            "LOTSE_MEDIA_ROOT": str(tmp_path / "media"),
        }
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def test_a_new_installation_comes_up_and_stays_clean(fresh):
    assert (done := run("-c", INSTALL, **fresh)).returncode == 0, done.stderr
    done = run("-c", VISIT, **fresh)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["health"][0] == 200
    assert seen["plain"][:2] == [301, "https://lotse.example/de/languages/"]
    assert seen["page"] == [200, "", "max-age=63072000; includeSubDomains"]
    assert seen["login"][0] == 200
    assert seen["admin"][1] == "/accounts/login/?next=/admin/"
    assert seen["missing"][0] == 404

    done = run("-c", "import portal.wsgi", **fresh)
    assert done.returncode != 0
    assert "The database holds demo accounts." in done.stderr
