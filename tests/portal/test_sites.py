"""The remembered site: one question for many requests, and never a site that is not true any more."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from wagtail.models import Site

from portal.models import District
from portal.rendered import begin_generation
from portal.sites import HOSTS, KnownSites
from tests.cast import found_portal

pytestmark = pytest.mark.usefixtures("transactional_db")


class Reader:
    """Asks for the name of the district's site, as most views do."""

    def __init__(self) -> None:
        self.middleware = KnownSites(self._answer)

    def get(self, host: str = "testserver") -> str:
        self.asked: list[str] = []

        def count(execute, sql, params, many, context):
            self.asked += [sql] if "wagtailcore_site" in sql else []
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            return self.middleware(RequestFactory().get("/de/", headers={"host": host})).content.decode()

    @staticmethod
    def _answer(request) -> HttpResponse:
        site = District.objects.for_request(request).site
        seen = f"{site.site_name} {site.root_page.title}"
        site.site_name = site.root_page.title = "spoilt"  # what one request does to its objects is its own affair
        return HttpResponse(seen)


@pytest.fixture
def reader(settings, tmp_path) -> Reader:
    settings.VAR_DIR = tmp_path
    found_portal()
    begin_generation()
    return Reader()


def test_the_second_request_asks_for_the_site_no_more_and_gets_it_unspoilt(reader):
    first = reader.get()
    assert reader.asked
    assert reader.get() == reader.get() == first
    assert not [sql for sql in reader.asked if "CASE" in sql]


@pytest.mark.parametrize("bulk", [False, True])
def test_a_renamed_site_is_seen_by_the_next_request(reader, bulk):
    site = Site.objects.get(is_default_site=True)
    reader.get()
    if bulk:
        Site.objects.filter(pk=site.pk).update(site_name="Neuer Name")
    else:
        site.site_name = "Neuer Name"
        site.save()
    assert reader.get().startswith("Neuer Name")


def test_a_renamed_root_page_is_seen_by_the_next_request(reader):
    page = Site.objects.get(is_default_site=True).root_page
    reader.get()
    page.title = "Neuer Titel"
    page.save()
    assert reader.get().endswith("Neuer Titel")


def test_what_a_transaction_takes_back_was_never_remembered(reader):
    before = reader.get()
    with transaction.atomic():
        Site.objects.update(site_name="Nie")
        assert reader.get().startswith("Nie")
        transaction.set_rollback(True)
    assert reader.get() == before


def test_another_process_that_writes_ends_what_is_remembered(reader):
    reader.get()
    begin_generation()
    reader.get()
    assert [sql for sql in reader.asked if "CASE" in sql]


def test_made_up_hosts_do_not_fill_the_memory(reader):
    for number in range(HOSTS + 5):
        reader.get(f"host{number}.example")
    assert len(reader.middleware.known) <= HOSTS
