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
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def told(code: str, *arguments: str, **changes: str | None):
    """What some Python prints as JSON in its last line, in production."""
    done = run("-c", code, *arguments, **changes)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def values(*names: str, **changes: str | None) -> list:
    """Some settings as production sees them."""
    code = "import json, sys; from portal.settings import production as p; "
    code += "print(json.dumps([getattr(p, name) for name in sys.argv[1:]], default=str))"
    return told(code, *names, **changes)


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
    assert values("SECRET_KEY", **changes) == [SECRET]


SAFE = {
    "SESSION_COOKIE_NAME": "__Host-lotse_staff",
    "CSRF_COOKIE_NAME": "__Host-lotse_csrf",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 63_072_000,
    "LOTSE_SECOND_FACTOR": True,
    "LOTSE_MAKE_KEYS": False,
    "DEBUG": False,
}


def test_cookies_and_connections_are_safe():
    seen = dict(zip(SAFE, values(*SAFE), strict=True))
    assert [repr(value) for value in seen.values()] == [repr(value) for value in SAFE.values()]  # 1 is not True


DEMO = """
import io, json, sys
from contextlib import redirect_stdout
from django.core.management import CommandError, call_command, execute_from_command_line
said, refused = io.StringIO(), []
with redirect_stdout(said):
    execute_from_command_line(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])
for command in ("load_demo", "run_demo"):
    try:
        call_command(command)
    except CommandError as problem:
        refused.append(str(problem))
print(json.dumps([said.getvalue(), refused]))
"""
"""One start for both: loading the product takes longer than all that is asked of it. The check is first, as a command
line, which ends the process when it finds something."""


def test_the_deployment_check_has_nothing_to_say_and_demo_data_cannot_be_loaded():
    said, refused = told(DEMO)
    assert "no issues" in said
    assert ["demo settings" in line for line in refused] == [True, True], refused


ROLE = """
import django, json, sys; django.setup()
from django.conf import settings
from django.core.checks import run_checks
from django.shortcuts import resolve_url
from django.test import override_settings
from django.urls import Resolver404, resolve
def there(path):
    try:
        return resolve(path).route
    except Resolver404:
        return None
def complaints(folder):
    with override_settings(LOTSE_KEY_DIR=folder):
        return [error.id for error in run_checks(tags=["security"])]
paths = ["/admin/", "/admin/pages/", "/accounts/login/", "/accounts/2fa/", "/healthz", "/de/languages/"]
found = {path: there(path) for path in paths}
print(json.dumps([found, resolve_url(settings.LOGIN_URL), [complaints(folder) for folder in sys.argv[1:]]]))
"""
"""The doors of a role, where its people log in, and what the checks say to folders of keys."""


def role(name: str, *folders: Path) -> tuple[dict[str, str | None], str, list[list[str]]]:
    base = "https://intern.lotse.example"
    return tuple(told(ROLE, *map(str, folders), LOTSE_ROLE=name, LOTSE_BASE_URL=base))


@pytest.fixture
def keys(tmp_path):
    """A folder with the public processes' key alone, and one with the master key too."""
    for name, kinds in (("poor", ["pepper-1.key"]), ("rich", ["pepper-1.key", "master-1.key"])):
        (tmp_path / name).mkdir()
        for kind in kinds:
            (tmp_path / name / kind).write_text("00")
    return tmp_path / "poor", tmp_path / "rich"


def test_the_public_role_has_neither_admin_nor_login_nor_the_master_key_and_sends_people_to_the_staffs(keys):
    found, login, complaints = role("public", *keys)
    assert found["/admin/"] is found["/admin/pages/"] is found["/accounts/login/"] is found["/accounts/2fa/"] is None
    assert found["/healthz"]
    assert found["/de/languages/"]
    assert login == "https://intern.lotse.example/accounts/login/"
    assert complaints == [[], ["portal.E004"]]


def test_the_staffs_role_has_all_doors_and_may_have_the_master_key(keys):
    found, login, complaints = role("staff", *keys)
    assert all(found.values())
    assert login == "/accounts/login/"
    assert complaints == [[], []]


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
