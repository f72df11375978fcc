"""The doors in a real browser: enrolment, passkeys, and nothing that the policy would have to stop."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.doors.factories import code
from tests.run import free_port

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A running portal with the cast in a database of its own, the second factor required as in production."""
    folder = tmp_path_factory.mktemp("doors")
    port = free_port()
    command = [sys.executable, "-m", "tests.doors.serve", str(folder / "portal.sqlite3"), str(port)]
    with open(folder / "log.txt", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait(f"http://localhost:{port}/healthz", server, folder / "log.txt")
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait(url: str, server: subprocess.Popen, log: Path) -> None:
    for _attempt in range(200):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(log.read_text())


@dataclass
class AtTheDoor:
    """One person at one device."""

    page: Page
    address: str
    context: BrowserContext
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.address + path)

    def log_in(self, name: str) -> None:
        """Type name and password."""
        self.go("/accounts/login/")
        self.page.fill("#id_login", name)
        self.page.fill("#id_password", f"{name}-passwort-123")
        self.page.click("main form:first-of-type button[type=submit]")

    def confirm(self, name: str) -> None:
        """Type the password once more."""
        self.page.fill("#id_password", f"{name}-passwort-123")
        self.page.click("main form button[type=submit]")

    def path(self) -> str:
        """Where the person is."""
        return self.page.url.removeprefix(self.address)


@pytest.fixture
def at_the_door(browser, address):
    """Open a visit; at its end nothing was stopped by a policy, failed, or went to another host."""
    opened = []

    def open_visit(**options) -> AtTheDoor:
        context = browser.new_context(locale="de", viewport={"width": 360, "height": 740}, **options)
        here = AtTheDoor(context.new_page(), address, context)
        here.page.on("request", lambda request: here.hosts.add(request.url.split("/")[2]))
        here.page.on("console", lambda said: said.type in {"error", "warning"} and here.complaints.append(said.text))
        here.page.on("pageerror", lambda error: here.complaints.append(str(error)))
        opened.append(here)
        return here

    yield open_visit
    for here in opened:
        here.context.close()
        assert here.hosts <= {address.removeprefix("http://"), ""}
        about_policy = [text for text in here.complaints if "Policy" in text or "Refused" in text]
        assert not about_policy
        assert not [text for text in here.complaints if "/accounts/" in text]


def give_authenticator(here: AtTheDoor) -> None:
    """A fingerprint reader that always says yes, as Chromium plays it."""
    session = here.context.new_cdp_session(here.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_lena_sets_up_her_app_on_a_small_phone_and_comes_back_with_it(at_the_door):
    here = at_the_door()
    here.log_in("lena")
    assert here.path().startswith("/accounts/reauthenticate/")
    here.confirm("lena")
    assert here.path() == "/accounts/2fa/totp/activate/"
    assert here.page.evaluate("document.querySelector('img.qr').naturalWidth") > 0
    here.page.click("summary")
    key = here.page.inner_text("main details code")
    here.page.fill("#id_code", code(key))
    here.page.click("main form button[type=submit]")
    assert here.path() == "/accounts/2fa/recovery-codes/"
    spare = here.page.locator("main li code").all_inner_texts()
    assert len(spare) == 10
    assert here.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    here.page.click("nav a[href='/accounts/login/']")
    assert here.path() == "/admin/"

    later = at_the_door()
    later.log_in("lena")
    assert later.path() == "/accounts/2fa/authenticate/"
    later.page.fill("#id_code", spare[0])
    later.page.click("main form:first-of-type button[type=submit]")
    assert later.path() == "/admin/"


def test_omar_sets_up_a_passkey_and_then_needs_neither_name_nor_password(at_the_door):
    here = at_the_door()
    give_authenticator(here)
    here.log_in("omar")
    here.confirm("omar")
    here.page.click("main a[href='/accounts/2fa/webauthn/add/']")
    assert here.page.is_checked("#id_passwordless")
    here.page.click("#mfa_webauthn_add")
    here.page.wait_for_url("**/accounts/2fa/recovery-codes/")
    here.go("/accounts/2fa/webauthn/")
    assert here.page.locator("main section.card").count() == 1
    here.go("/admin/")
    assert here.path() == "/admin/"

    here.go("/accounts/logout/")
    here.page.click("main form button[type=submit]")
    here.go("/accounts/login/")
    here.page.click("#passkey_login")
    here.page.wait_for_url("**/admin/")

    here.go("/accounts/logout/")
    here.page.click("main form button[type=submit]")
    here.log_in("omar")
    assert here.path() == "/accounts/2fa/authenticate/"
    here.page.click("#mfa_webauthn_authenticate")
    here.page.wait_for_url("**/admin/")

    here.go("/accounts/2fa/webauthn/")
    here.page.click("main a[href$='/remove/']")
    here.page.wait_for_url("**/accounts/reauthenticate/**")
    here.page.click("main a[href*='/2fa/webauthn/reauthenticate/']")
    here.page.click("#mfa_webauthn_reauthenticate")
    here.page.wait_for_url("**/remove/")
    here.page.click("main form button[type=submit]")
    assert here.path() == "/accounts/2fa/webauthn/"
    assert here.page.locator("main section.card").count() == 0


def test_yasmin_is_told_in_words_when_the_passkey_did_not_work(at_the_door):
    here = at_the_door()
    session = here.context.new_cdp_session(here.page)
    session.send("WebAuthn.enable")  # and no authenticator that would answer
    here.go("/accounts/login/")
    here.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    here.page.click("#passkey_login")
    here.page.wait_for_selector("#passkey-error:visible")
    here.page.wait_for_function("document.activeElement?.id === 'passkey-error'")


def test_without_javascript_the_password_and_the_app_still_open(at_the_door):
    here = at_the_door(java_script_enabled=False)
    here.go("/accounts/login/")
    assert not here.page.is_visible("#passkey_login")
    here.log_in("eva")
    here.confirm("eva")
    here.page.click("summary")
    here.page.fill("#id_code", code(here.page.inner_text("main details code")))
    here.page.click("main form button[type=submit]")
    assert here.path() == "/accounts/2fa/recovery-codes/"
    here.go("/accounts/2fa/webauthn/add/")
    assert here.page.is_visible("noscript p")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_wrong_password_puts_the_reader_to_the_mistake(at_the_door, language):
    here = at_the_door(extra_http_headers={"Accept-Language": language})
    here.go("/accounts/login/")
    here.page.fill("#id_login", "tarik")
    here.page.fill("#id_password", "falsch")
    here.page.click("main form:first-of-type button[type=submit]")
    here.page.wait_for_function("document.activeElement?.getAttribute('role') === 'alert'")
    assert here.page.input_value("#id_login") == "tarik"
    assert here.page.input_value("#id_password") == ""
    assert here.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
