"""Our way to find the site of a request says what Wagtail says."""

from __future__ import annotations

from itertools import product

import pytest
from wagtail.models import Page, Site

from portal.sites import site_of

HOSTS = ("lotse.example", "other.example", "nobody.example")
PORTS = (80, 443, 8000)
SETS = [
    # hostname, port and whether it is the default, for every site
    [],
    [("lotse.example", 80, True)],
    [("lotse.example", 80, False)],
    [("lotse.example", 80, True), ("other.example", 80, False)],
    [("lotse.example", 80, False), ("lotse.example", 443, False)],
    [("lotse.example", 80, True), ("lotse.example", 443, False), ("other.example", 8000, False)],
    [("other.example", 443, True), ("lotse.example", 80, False), ("lotse.example", 443, False)],
]


@pytest.mark.parametrize("sites", SETS)
def test_every_host_and_port_leads_to_the_site_that_wagtail_finds(db, rf, sites, django_assert_num_queries):
    Site.objects.all().delete()
    root = Page.objects.get(depth=1)
    for hostname, port, is_default in sites:
        Site.objects.create(hostname=hostname, port=port, is_default_site=is_default, root_page=root)
    for host, port in product(HOSTS, PORTS):
        with django_assert_num_queries(1):
            ours = site_of(rf.get("/", SERVER_NAME=host, SERVER_PORT=str(port)))
            assert ours is None or ours.root_page
        assert ours == Site.find_for_request(rf.get("/", SERVER_NAME=host, SERVER_PORT=str(port))), (host, port)


def test_the_site_is_kept_where_wagtail_looks_for_it(portal, rf, django_assert_num_queries):
    request = rf.get("/", SERVER_NAME="testserver")
    found = site_of(request)
    with django_assert_num_queries(0):
        assert Site.find_for_request(request) == site_of(request) == found
