"""Tests of the building: what no single room would notice."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from portal import styles

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "home", "services", "network")
STAIRS = {"portal": 0, "services": 1, "network": 2, "home": 3}
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION, MOST_METHODS = 300, 400, 40, 15


def code() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def templates() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*") if path.is_file()]


def test_imports_go_down_the_stairs():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout[-3000:]


def test_foreign_keys_go_down_the_stairs():
    """A string foreign key escapes the import contracts, so the models themselves are asked."""
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in STAIRS
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model is not None
        and field.related_model._meta.app_label in STAIRS
        and STAIRS[field.related_model._meta.app_label] > STAIRS[model._meta.app_label]
    ]
    assert not wrong


def test_the_inbox_does_not_know_the_forms():
    from services.inbox import models as inbox

    for model in apps.get_models():
        if model.__module__ == inbox.__name__:
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    assert "intake" not in field.related_model.__module__


def test_files_are_small_enough_to_hold_in_the_head():
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in code()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    ]
    long += [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in (ROOT / "tests").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_TEST
    ]
    assert not long


def test_functions_and_classes_are_small_and_public_ones_say_what_for():
    large, quiet = [], []
    for path in code():
        tree = ast.parse(path.read_text())
        large += [f"{path.relative_to(ROOT)}: {what}" for what in _large(tree)]
        if path.name not in {"wagtail_hooks.py", "apps.py"} and "commands" not in path.parts:
            quiet += [f"{path.relative_to(ROOT)}: {what}" for what in _without_words(tree, path.name)]
    assert not large
    assert not quiet


def _large(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION:
            yield node.name
        if isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            if len(methods) > MOST_METHODS:
                yield f"{node.name} has {len(methods)} methods"


def _without_words(tree: ast.Module, name: str) -> Iterator[str]:
    known = {"get_context", "get_queryset", "dispatch", "handle", "add_arguments", "ready", "findable_text", "clean"}
    if name != "__init__.py" and ast.get_docstring(tree) is None and tree.body:
        yield "module"
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        if node.name not in known and ast.get_docstring(node) is None and not node.name.endswith("QuerySet"):
            yield node.name


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc", "managers", "signals", "services"])
def test_no_file_has_a_name_that_says_nothing(name):
    assert not [path for path in code() if path.stem == name]


def test_style_sheets_know_no_left_or_right():
    wrong = re.compile(
        r"(margin|padding|border)-(left|right)|text-align:\s*(left|right)|float:\s*(left|right)|[{;]\s*(left|right):"
        r"|border-(top|bottom)-(left|right)"
    )
    sheets = [path for room in ROOMS for path in (ROOT / room).rglob("*.css")]
    assert len(sheets) > 10
    assert not [f"{path.name}: {hit.group()}" for path in sheets if (hit := wrong.search(path.read_text()))]


def test_style_sheets_use_colours_of_the_tokens_alone():
    for path in styles.files():
        if path.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|oklch|color-mix", path.read_text()), path.name


def test_the_style_sheet_is_small():
    import gzip

    assert len(gzip.compress(styles.style_sheet().encode(), 9)) <= 6 * 1024


def test_every_class_in_templates_has_a_style_and_the_other_way_round():
    sheet = "".join(path.read_text() for path in styles.files())
    styled = set(re.findall(r"\.([a-z][a-z0-9_-]*)", re.sub(r"\d\.\d|\.\d", "", sheet)))
    used = set()
    for path in [*templates(), *code()]:
        if "admin" in path.parts:
            continue
        text = re.sub(r"\{[%#].*?[%#]\}", " ", path.read_text()) if path.suffix != ".py" else path.read_text()
        for value in re.findall(r'class="([^"]*)"|"class": "([^"]*)"', text):
            used.update(" ".join(value).split())
    text = _all_text()
    assert not {name for name in styled if name not in used and not re.search(rf"\b{name}\b", text)}


def _all_text() -> str:
    return "".join(path.read_text() for path in [*templates(), *code()])


def test_templates_load_nothing_from_other_hosts():
    for path in templates():
        text = path.read_text()
        assert not re.search(r'(src|srcset|poster|action)="(https?:)?//', text), path
        assert not re.search(r'<link[^>]+href="(https?:)?//', text), path
        assert "style=" not in re.sub(r"\{%.*?%\}", "", text), path
        assert not re.search(r"\son[a-z]+=", text), path


def test_components_say_what_they_need():
    for path in (ROOT / "portal/templates/components").glob("*.html"):
        assert "{% comment %}" in path.read_text()[:60], path.name
        assert re.search(r"Required:|Optional:", path.read_text()), path.name


def test_every_template_is_used():
    text = _all_text()
    words = set(re.findall(r"\w+", text))  # one search for all: a search for each name takes ten seconds
    models = {model.__name__.lower() for model in apps.get_models()}
    unused = []
    for path in templates():
        name = path.as_posix().split("/templates/", 1)[1]
        framework = name.startswith(("account/", "mfa/", "allauth/", "wagtailadmin/", "usersessions/"))
        if framework or name in {"404.html", "500.html"} or path.stem.replace("_", "") in models:
            continue
        by_parts = set(re.findall(r"\w+", path.stem)) <= words and path.parent.name + "/" in text
        if name not in text and not (by_parts and re.search(rf"\b{path.stem}\b", text)):
            unused.append(name)
    assert not unused


def test_migrations_have_names():
    found = [
        path.name for room in ROOMS for path in (ROOT / room / "migrations").glob("0*.py") if "_auto_" in path.name
    ]
    assert not found


def test_no_change_of_a_model_is_without_its_migration(db):
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_lock_files_name_packages_hashes_and_no_host():
    for path in (ROOT / "deploy").glob("requirements*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?:|index.url|find-links", text), path.name


def test_the_catalogues_are_complete():
    from tests.catalogues import problems

    assert not problems()
