"""Production: starts with what it needs, refuses what is unsafe, and shows each role its own doors only."""

import json
import logging
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import resolve

from portal import checks
from portal.logs import Sparse
from portal.models import User

ROOT = Path(__file__).resolve().parents[2]
SECRET = secrets.token_urlsafe(48)
GOOD = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "LOTSE_SECRET_KEY": SECRET,
    "LOTSE_HOSTS": "lotse.example, intern.lotse.example",
    "LOTSE_DB_PASSWORD": "x",
    "LOTSE_CACHE_URL": "redis://cache:6379/0",
    "LOTSE_MAIL_FROM": "Lotse <lotse@example.org>",
}


def run(*command: str, **changes: str | None) -> subprocess.CompletedProcess:
    """Run Python as production would, with some variables changed or (None) missing."""
    wanted = {**GOOD, **changes}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LOTSE_", "DJANGO_"))}
    environment = {**inherited, **{name: value for name, value in wanted.items() if value is not None}}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def setting(name: str, **changes: str | None):
    """One setting as production sees it."""
    code = f"import json; from portal.settings import production as p; print(json.dumps(p.{name}, default=str))"
    done = run("-c", code, **changes)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"LOTSE_SECRET_KEY": None}, "LOTSE_SECRET_KEY must be set"),
        ({"LOTSE_SECRET_KEY": ""}, "LOTSE_SECRET_KEY must be set"),
        ({"LOTSE_SECRET_KEY": "kurz"}, "at least 50 characters"),
        ({"LOTSE_SECRET_KEY": "a" * 60}, "must be random"),
        ({"LOTSE_SECRET_KEY_FALLBACKS": "kurz"}, "at least 50 characters"),
        ({"LOTSE_SECRET_KEY": None, "LOTSE_SECRET_KEY_FILE": "/gibt/es/nicht"}, "cannot be read"),
        ({"DEBUG": "1"}, "neither with DEBUG"),
        ({"DEBUG": "vielleicht"}, "must be yes or no"),
        ({"LOTSE_DEMO": "yes"}, "demo data"),
        ({"LOTSE_HOSTS": None}, "LOTSE_HOSTS"),
        ({"LOTSE_HOSTS": " , "}, "LOTSE_HOSTS"),
        ({"LOTSE_HOSTS": "*"}, "LOTSE_HOSTS"),
        ({"LOTSE_HOSTS": "https://lotse.example"}, "LOTSE_HOSTS"),
        ({"LOTSE_ROLE": "chef"}, "LOTSE_ROLE must be"),
        ({"LOTSE_DB_PASSWORD": None}, "LOTSE_DB_PASSWORD must be set"),
        ({"LOTSE_CACHE_URL": None}, "LOTSE_CACHE_URL must be set"),
        ({"LOTSE_MAIL_FROM": None}, "LOTSE_MAIL_FROM must be set"),
        ({"LOTSE_MAIL_PORT": "viele"}, "must be a whole number"),
        ({"LOTSE_PROXIES": "eins"}, "must be a whole number"),
    ],
)
def test_production_does_not_start_with_what_is_missing_or_unsafe(changes, complaint):
    done = run("-c", "import portal.settings.production", **changes)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert SECRET not in done.stderr


def test_secrets_may_come_as_files(tmp_path):
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    changes = {"LOTSE_SECRET_KEY": None, "LOTSE_SECRET_KEY_FILE": str(tmp_path / "secret")}
    assert setting("SECRET_KEY", **changes) == SECRET


def test_the_deployment_check_has_nothing_to_say():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_cookies_and_connections_are_safe():
    assert setting("SESSION_COOKIE_NAME") == "__Host-lotse_staff"
    assert setting("CSRF_COOKIE_NAME") == "__Host-lotse_csrf"
    assert setting("SESSION_COOKIE_SECURE") is setting("CSRF_COOKIE_SECURE") is setting("SECURE_SSL_REDIRECT") is True
    assert setting("SECURE_HSTS_SECONDS") == 63_072_000
    assert setting("LOTSE_SECOND_FACTOR") is True
    assert setting("LOTSE_MAKE_KEYS") is False
    assert setting("DEBUG") is False


ROUTES = """
import django, json; django.setup()
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
def there(path):
    try:
        return resolve(path).route
    except Resolver404:
        return None
paths = ["/admin/", "/admin/pages/", "/accounts/login/", "/accounts/2fa/", "/healthz", "/de/languages/"]
print(json.dumps([{path: there(path) for path in paths}, resolve_url(settings.LOGIN_URL)]))
"""


def routes(role: str) -> tuple[dict[str, str | None], str]:
    done = run("-c", ROUTES, LOTSE_ROLE=role, LOTSE_BASE_URL="https://intern.lotse.example")
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout))


def test_the_public_role_has_neither_admin_nor_login_and_sends_people_to_the_staffs():
    found, login = routes("public")
    assert found["/admin/"] is found["/admin/pages/"] is found["/accounts/login/"] is found["/accounts/2fa/"] is None
    assert found["/healthz"]
    assert found["/de/languages/"]
    assert login == "https://intern.lotse.example/accounts/login/"


def test_the_staffs_role_has_all_doors():
    found, login = routes("staff")
    assert all(found.values())
    assert login == "/accounts/login/"


KEYS = """
import django, sys; django.setup()
from django.core.checks import run_checks
from django.test import override_settings
for folder in sys.argv[1:]:
    with override_settings(LOTSE_KEY_DIR=folder):
        print([error.id for error in run_checks(tags=["security"])])
"""


def test_the_public_role_does_not_start_with_the_master_key(tmp_path, settings):
    for name, keys in (("poor", ["pepper-1.key"]), ("rich", ["pepper-1.key", "master-1.key"])):
        (tmp_path / name).mkdir()
        for key in keys:
            (tmp_path / name / key).write_text("00")
    done = run("-c", KEYS, str(tmp_path / "poor"), str(tmp_path / "rich"), LOTSE_ROLE="public")
    assert done.stdout.splitlines() == ["[]", "['portal.E004']"], done.stderr
    settings.LOTSE_ROLE, settings.LOTSE_KEY_DIR = "staff", tmp_path / "rich"
    assert not checks.no_master_key_in_public(None)


DEMO = """
import django; django.setup()
from django.core.management import CommandError, call_command
for command in ("load_demo", "run_demo"):
    try:
        call_command(command)
    except CommandError as refused:
        print(refused)
"""


def test_demo_data_cannot_be_loaded_into_production():
    done = run("-c", DEMO)
    assert ["demo settings" in line for line in done.stdout.splitlines()] == [True, True], done.stderr


@pytest.fixture
def production(settings):
    settings.LOTSE_PRODUCTION = True
    settings.LOTSE_SECOND_FACTOR = True


def test_one_demo_account_is_enough_to_stop_the_start(portal, production):
    assert not checks.no_demo_in_production(None, databases=["default"])
    User.objects.create_user("demo", is_demo=True)
    found = run_checks(tags=["database"], databases=["default"])
    assert [error.id for error in found] == ["portal.E002"]
    with pytest.raises(CommandError, match="demo accounts"):  # what portal.wsgi calls before the first request
        call_command("check", databases=["default"])


def test_outside_production_demo_accounts_are_welcome(portal):
    User.objects.create_user("demo", is_demo=True)
    assert not checks.no_demo_in_production(None, databases=["default"])


def test_production_without_second_factor_does_not_start(settings, production):
    assert not checks.second_factor_in_production(None)
    settings.LOTSE_SECOND_FACTOR = False
    assert [error.id for error in checks.second_factor_in_production(None)] == ["portal.E003"]


def test_a_language_without_catalogue_is_noticed(settings, tmp_path):
    assert not checks.catalogues_compiled(None)
    settings.LOCALE_PATHS = [tmp_path]
    assert "ti" in checks.catalogues_compiled(None)[0].msg


def test_the_log_names_the_place_and_not_what_somebody_wrote():
    request = RequestFactory().get("/de/status/geheim-1234/")
    request.resolver_match = resolve("/de/languages/")
    try:
        raise ValueError("Amira wohnt in der Hauptstraße 7")
    except ValueError:
        record = logging.LogRecord("django.request", 40, __file__, 1, "Error: %s", (request.path,), sys.exc_info())
    record.request, record.status_code = request, 500
    line = Sparse().format(record)
    assert "500 GET /de/languages/" in line
    assert "builtins.ValueError" in line
    assert "test_production.py" in line
    assert "geheim" not in line
    assert "Amira" not in line


def test_every_variable_of_production_is_explained_to_operators():
    text = (ROOT / "portal/settings/production.py").read_text() + (ROOT / "portal/settings/base.py").read_text()
    manual = (ROOT / "docs/operators.md").read_text()
    names = set(re.findall(r"""["'](LOTSE_[A-Z_]+)["']""", text))
    assert len(names) > 20
    assert not [name for name in sorted(names) if f"`{name}`" not in manual]


@pytest.mark.parametrize("name", ["compose.yaml", "kubernetes/lotse.yaml"])
def test_the_examples_set_no_variable_that_does_not_exist(name):
    text = (ROOT / "deploy" / name).read_text()
    known = (ROOT / "docs/operators.md").read_text()
    used = {name.removesuffix("_FILE") for name in re.findall(r"LOTSE_[A-Z_]+", text)}
    assert len(used) > 8
    assert not [name for name in sorted(used) if f"`{name}`" not in known]


def test_no_example_writes_addresses_of_visitors_into_a_log():
    text = (ROOT / "deploy/nginx.conf").read_text()
    log_format = text.split("log_format")[1].split(";")[0]
    for variable in ("remote_addr", "forwarded", "user_agent", "referer", "cookie", "request_uri", "args", "$request "):
        assert variable not in log_format
    assert "access_log" in text
