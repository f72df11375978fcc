"""Strict surroundings for all tests: a cached, migrated database, no network, and a small real portal to walk in."""

from __future__ import annotations

import fcntl
import gc
import os
import sqlite3
from contextlib import nullcontext

import pytest

from tests.cast import Cast, build_portal, find_portal, found_portal
from tests.migrated import CACHE, shipped, unpacked
from tests.snapshot import Snapshot


def pytest_collection_finish(session):
    """What is loaded by now stays to the end: nobody has to look through it for rubbish again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """A migrated database for this process: copied where one is kept, because migrating 200 steps costs a minute."""
    from django.conf import settings
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":
            name = _copy_of_migrated(connection)
            yield
            with connection.creation._nodb_cursor() as cursor:
                connection.close()
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            return
        old = connection.settings_dict["NAME"]
        if (migrated := unpacked()) is not None:
            name = connection.creation._get_test_db_name()
            connection.close()
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
            connection.ensure_connection()
            with sqlite3.connect(migrated) as source:
                source.backup(connection.connection)
        else:
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            CACHE.mkdir(parents=True, exist_ok=True)
            fresh = (CACHE / shipped().stem).with_suffix(f".{os.getpid()}.tmp")
            with sqlite3.connect(fresh) as target:
                connection.connection.backup(target)
            fresh.replace(CACHE / shipped().stem)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(old, verbosity=0)


def _copy_of_migrated(connection) -> str:
    """A database for this process, copied from the one that the first process migrated; returns its name."""
    from django.conf import settings
    from django.core.management import call_command

    model, name = connection.settings_dict["NAME"], connection.creation._get_test_db_name()
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "postgresql.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if "django_migrations" not in connection.introspection.table_names():
            call_command("migrate", verbosity=0)
        connection.close()
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model}"')
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    return name


@pytest.fixture(scope="session", autouse=True)
def _one_context_for_a_page(django_test_environment):
    """Tests read the context of a page; copying it again for each of its hundred parts is a tenth of their time."""
    from django.template.base import Template
    from django.test.signals import template_rendered

    def render(self, context):
        if context.template is self:
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    instrumented, Template._render = Template._render, render
    yield
    Template._render = instrumented


@pytest.fixture(autouse=True)
def _nothing_remembered(request):
    """No counter, locale or language of one test reaches the next.

    Wagtail's index of what refers to what is written only for tests marked `reference_index`: nobody else reads it, and
    it doubled the cost of every row.
    """
    from django.core.cache import cache
    from django.utils import translation
    from wagtail.models import Site
    from wagtail.signal_handlers import disable_reference_index_auto_update

    from portal.pages import forget_locales

    indexed = "reference_index" in request.keywords
    cache.clear()
    forget_locales()
    Site.clear_site_root_paths_cache()
    with translation.override("de"), nullcontext() if indexed else disable_reference_index_auto_update():
        yield


@pytest.fixture(scope="session")
def kept_portal(django_db_setup, django_db_blocker) -> Snapshot:
    """The small portal, built once for each process and kept beside the tables."""
    with django_db_blocker.unblock():
        return Snapshot(build_portal)


@pytest.fixture
def portal(kept_portal, db) -> Cast:
    """A small portal with its district, languages, start page, offices and people (see tests.cast)."""
    if not kept_portal.fits():
        return found_portal()
    kept_portal.restore()
    return find_portal()
