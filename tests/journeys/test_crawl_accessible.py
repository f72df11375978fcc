"""Every address of the sitemap on a small phone and on a desktop in the dark: nobody is shut out."""

from __future__ import annotations

import re
import urllib.request

import pytest

from portal.languages import complete_codes
from tests.journeys.conftest import SMALL, WIDE

pytestmark = pytest.mark.browser


def addresses(url: str, code: str) -> list[str]:
    """The sitemap's addresses in one language."""
    with urllib.request.urlopen(f"{url}/sitemap.xml", timeout=30) as answer:
        found = re.findall(r"<loc>(.*?)</loc>", answer.read().decode())
    return [address for address in found if address.startswith(f"{url}/{code}/")]


@pytest.mark.parametrize("code", complete_codes())
def test_nobody_is_shut_out_of_any_page(walk, demo, code):
    """Each page in one of the two views, by turns, so that in nine languages it is seen in both several times."""
    pages = addresses(demo.url, code)
    assert len(pages) >= 30
    found = {}
    # One width after the other: turning a window from a phone into a desktop costs as much as loading the page.
    for number, address in sorted(enumerate(pages, complete_codes().index(code)), key=lambda entry: entry[0] % 2):
        found[address] = walk(address, (SMALL, WIDE)[number % 2])
    assert len(found) == len(pages)
    assert not {address: wrong for address, wrong in found.items() if wrong}
