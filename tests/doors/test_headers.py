"""The safety headers: on every kind of answer, strict wherever the public comes."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from portal.models import PortalDocument
from tests.doors.factories import log_in

pytestmark = pytest.mark.urls("tests.doors.urls")

PAGES = [
    "/de/search/",
    "/ar/languages/",
    "/de/gibt-es-nicht/",
    "/de/accident/broken/",
    "/accounts/login/",
    "/accounts/signup/",
    "/de/only-post/",
]
OTHERS = [
    "/robots.txt",
    "/sitemap.xml",
    "/healthz",
    "/favicon.ico",
    "/admin/",
    "/admin/login/",
    "/",
    "/calendar.ics",
    "/static/js/passkey.js",
    "/static/gibt-es-nicht.js",
    "/media/images/gibt-es-nicht.jpg",
]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def amira(portal):
    return Client(raise_request_exception=False)


def policy(answer) -> dict[str, str]:
    parts = (part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if part.strip())
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


@pytest.mark.parametrize("address", [*PAGES, *OTHERS])
def test_every_kind_of_answer_carries_the_set(amira, address):
    answer = amira.get(address)
    for name, value in ALWAYS.items():
        assert answer[name] == value, name
    assert "camera=()" in answer["Permissions-Policy"]
    assert policy(answer)["object-src" if address not in OTHERS else "base-uri"] == "'none'"


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_and_the_login_allow_nothing_inline_and_nobody_else(amira, address):
    rules = policy(amira.get(address))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["form-action"] == "'self'"
    text = " ".join(rules.values())
    assert "unsafe" not in text
    assert "http" not in text
    assert "*" not in text


@pytest.mark.parametrize("address", PAGES)
def test_the_one_style_block_is_the_one_that_is_allowed(amira, address):
    answer = amira.get(address)
    blocks = re.findall(r"<style>(.*?)</style>", answer.content.decode(), flags=re.S)
    assert len(blocks) == 1
    digest = b64encode(sha256(blocks[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy(answer)["style-src"]


@pytest.mark.parametrize("address", PAGES)
def test_pages_hold_no_inline_script_no_style_attribute_and_load_from_nowhere_else(amira, address):
    page = amira.get(address).content.decode()
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, flags=re.S):
        assert "src=" in attributes or 'type="application/' in attributes, attributes
        assert not (body.strip() and "src=" in attributes)
    assert not re.search(r"\s(style|on[a-z]+)=", re.sub(r"<style>.*?</style>", "", page, flags=re.S))
    for loaded in re.findall(r'<(?:script|img|link|iframe|source)[^>]+(?:src|href)="([^"]+)"', page):
        assert loaded.startswith(("/", "data:", "http://testserver/")), loaded


def test_the_templates_of_the_account_pages_hold_no_script_of_their_own():
    folder = Path(__file__).resolve().parents[2] / "portal" / "templates"
    for room in ("account", "mfa", "allauth", "components"):
        for path in (folder / room).rglob("*.html"):
            text = path.read_text()
            assert " style=" not in text, path
            assert not re.search(r"\son[a-z]+=\"", text), path
            for attributes in re.findall(r"<script([^>]*)>", text):
                assert "src=" in attributes or "application/json" in attributes, path


def test_only_the_editors_admin_has_the_wider_policy(portal):
    client, _answer = log_in(portal.lena)
    assert "'unsafe-inline'" in policy(client.get("/admin/"))["script-src"]
    assert "unsafe" not in client.get("/accounts/2fa/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/de/search/")["Content-Security-Policy"]


def test_pages_of_staff_are_neither_stored_nor_found(portal):
    client, _answer = log_in(portal.lena)
    for address in ("/admin/", "/accounts/2fa/"):
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_what_a_logged_in_person_sees_is_not_shared_with_the_next_reader(portal):
    client, _answer = log_in(portal.lena)
    answer = client.get("/de/greeting/")
    assert "lena" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert not answer.has_header("ETag")
    client.get("/de/greeting/")  # the second one, within the minute, writes no cookie
    assert "no-store" in client.get("/de/greeting/")["Cache-Control"]


def test_an_empty_answer_breaks_nothing(amira):
    assert amira.get("/de/nothing/").status_code == 200


def test_an_unchanged_public_page_costs_no_bytes_and_keeps_its_headers(amira):
    first = amira.get("/ar/languages/")
    again = amira.get("/ar/languages/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert not first.cookies


def test_a_secure_connection_stays_secure(amira, settings):
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    answer = Client().get("/de/languages/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_documents_are_handed_over_closed(amira, document):
    answer = amira.get(document.url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in policy(answer)
    assert policy(answer)["default-src"] == "'none'"


@pytest.fixture
def document(portal):
    return PortalDocument.objects.create(title="Merkblatt", file=ContentFile(b"%PDF-1.7 test", "merkblatt.pdf"))
