"""Loads the whole demo, in the order in which one thing needs another; loading again changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_save
from modelsearch import index
from modelsearch.signal_handlers import post_save_signal_handler, register_signal_handlers
from wagtail.models import Locale, Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from home.demo import (
    access_rules,
    courses,
    directory,
    figures,
    forms,
    meetings,
    minutes,
    needs,
    network,
    pages,
    people,
    publishing,
    replies,
    requests,
    retention,
    seats,
    translations,
    waiting,
)
from home.demo.markup import key_of
from home.models import HomePage
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from services.courses.seat_people import ensure_course_key
from services.inbox.actions import ensure_keys
from services.intake.builder_actions import held

FOLDER = Path(__file__).parent


def fingerprint() -> str:
    """Changes when any file of the demo changes."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in {".toml", ".po", ".py"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def load_demo(host: str = "localhost", port: int = 8000, *, with_pages: bool = True) -> None:
    """Load everything. The whole takes one transaction per kind, so a broken load leaves no half page.

    Without `with_pages` the pages are there already (home.demo.prepared) and only what lives around them is loaded.
    """
    with ExitStack() as stack:
        stack.enter_context(disable_reference_index_auto_update())
        stack.enter_context(_search_index_later())
        with transaction.atomic():
            home, district = found_district(host, port)
            directory.load(district)
            people.load(district)
            ensure_keys(district)
            ensure_course_key(district)
        if with_pages:
            _pages(home)
        with transaction.atomic():
            courses.load(district)
            access_rules.load(district)
            waiting.load(district)
            seats.load(district)
            publishing.load(district)
            network.load(district)
            needs.load(district)
            meetings.load(district)
            minutes.load(district)
            forms.load(district)
            figures.load(district)
            replies.load(district)
        requests.load(district)
        retention.load(district)
    call_command("rebuild_references_index", verbosity=0)


def load_pages() -> None:
    """The pages in all languages and the offices they speak of, without people, keys and requests."""
    with disable_reference_index_auto_update(), _search_index_later():
        with transaction.atomic():
            home, district = found_district("localhost", 8000)
            directory.load(district)
        _pages(home)
    call_command("rebuild_references_index", verbosity=0)


def _pages(home: HomePage) -> None:
    Page.fix_tree()  # a first load that was interrupted may have left wrong numbers of children
    home.refresh_from_db()
    with held():
        pages.load_german(home)
        translations.load_translations(home)


@contextmanager
def _search_index_later() -> Iterator[None]:
    # Each page is saved five times on its way; indexing it once at the end saves most of the loading time.
    for model in index.get_indexed_models():
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        yield
    finally:
        register_signal_handlers()
        call_command("update_index", verbosity=0)


def found_district(host: str, port: int) -> tuple[HomePage, District]:
    """Languages, start page, site and district; Wagtail's own welcome page goes."""
    for entry in LANGUAGES:
        Locale.objects.get_or_create(language_code=entry.code)
    source = Locale.objects.get(language_code=SOURCE)
    home = HomePage.objects.filter(locale=source, translation_key=key_of("pages/home")).first()
    if home is None:
        root = Page.get_first_root_node()
        Page.objects.filter(depth=2, slug="home").delete()
        home = HomePage(title="Lotse", slug="lotse", locale=source, translation_key=key_of("pages/home"))
        root.refresh_from_db()
        root.add_child(instance=home)
    site, _created = Site.objects.get_or_create(
        is_default_site=True, defaults={"root_page": home, "hostname": host, "port": port}
    )
    site.root_page, site.hostname, site.port, site.site_name = home, host, port, "Lotse"
    site.save()
    district, _created = District.objects.get_or_create(
        key="08326", defaults={"site": site, "name": "Schwarzwald-Baar-Kreis"}
    )
    return home, district
