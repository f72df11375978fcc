"""The second factor: who must show it, how it is set up, and that a password alone opens nothing."""

import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import BACKEND_SESSION_KEY
from django.test import Client
from django.utils import timezone

from portal.models import User
from tests.doors.factories import code, confirm, give_app, log_in, password_of

ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def required(settings):
    """As in production."""
    settings.LOTSE_SECOND_FACTOR = True


@pytest.fixture(autouse=True)
def _middle_of_a_period():
    """Codes are made and typed in the same half minute, however slow the machine."""
    with time_machine.travel("2026-11-23 09:00:10+01:00", tick=False):
        yield


@pytest.mark.usefixtures("required")
class TestWhereItIsRequired:
    @pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", "/admin/account/", "/admin/api/main/pages/"])
    def test_lena_sets_it_up_before_she_sees_any_admin_page(self, portal, address):
        client, _answer = log_in(portal.lena)
        assert client.get(address)["Location"] == ACTIVATE

    def test_recovery_codes_alone_are_no_second_factor(self, portal):
        RecoveryCodes.activate(portal.lena)
        client, _answer = log_in(portal.lena)
        assert client.get("/admin/")["Location"] == ACTIVATE

    def test_lena_sets_up_her_app_and_goes_to_work(self, portal):
        client, _answer = log_in(portal.lena)
        assert client.get(ACTIVATE)["Location"].startswith("/accounts/reauthenticate/")
        assert confirm(client, portal.lena, ACTIVATE)["Location"] == ACTIVATE
        assert client.get(ACTIVATE).status_code == 200
        key = client.session["mfa.totp.secret"]
        wrong = client.post(ACTIVATE, {"code": "000000"})
        assert wrong.status_code == 422
        assert key in wrong.content.decode()  # the picture that was scanned stays right
        assert client.post(ACTIVATE, {"code": code(key)})["Location"] == "/accounts/2fa/recovery-codes/"
        assert client.get("/admin/").status_code == 200

    def test_with_an_app_the_password_alone_opens_nothing(self, portal):
        give_app(portal.lena)
        client, answer = log_in(portal.lena)
        assert answer["Location"] == "/accounts/2fa/authenticate/"
        assert client.get("/admin/")["Location"].startswith("/accounts/login/")

    def test_the_right_code_opens(self, portal):
        key = give_app(portal.lena)
        client, _answer = log_in(portal.lena)
        assert client.get("/accounts/2fa/authenticate/").status_code == 200
        assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 422
        assert client.get("/admin/").status_code == 302
        assert client.post("/accounts/2fa/authenticate/", {"code": code(key)})["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_the_page_that_waited_waits_through_the_second_factor(self, portal):
        key = give_app(portal.lena)
        client, _answer = log_in(portal.lena, "/accounts/login/?next=/admin/reports/")
        answer = client.post("/accounts/2fa/authenticate/", {"code": code(key)})
        assert answer["Location"] == "/admin/reports/"

    def test_a_phone_with_a_slow_clock_still_opens_but_not_with_an_old_code(self, portal):
        key = give_app(portal.lena)
        client, _answer = log_in(portal.lena)
        assert client.post("/accounts/2fa/authenticate/", {"code": code(key, -2)}).status_code == 422
        assert client.post("/accounts/2fa/authenticate/", {"code": code(key, -1)}).status_code == 302

    def test_a_code_that_somebody_watched_opens_no_second_time(self, portal):
        key = give_app(portal.lena)
        first, _answer = log_in(portal.lena)
        assert first.post("/accounts/2fa/authenticate/", {"code": code(key)}).status_code == 302
        shown = code(key)
        with time_machine.travel("2026-11-23 09:00:50+01:00", tick=False):
            second, _answer = log_in(portal.lena)
            assert second.post("/accounts/2fa/authenticate/", {"code": shown}).status_code == 422
            assert second.post("/accounts/2fa/authenticate/", {"code": code(key)}).status_code == 302

    def test_a_session_that_came_another_way_must_show_it_too(self, portal):
        give_app(portal.lena)
        client = Client()
        client.force_login(portal.lena)
        answer = client.get("/admin/pages/?p=2")
        assert answer["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fpages%2F%3Fp%3D2"
        assert BACKEND_SESSION_KEY in client.session

    def test_such_a_session_goes_on_after_the_code(self, portal):
        key = give_app(portal.lena)
        client = Client()
        client.force_login(portal.lena)
        data = {"code": code(key), "next": "/admin/"}
        assert client.post("/accounts/2fa/reauthenticate/", data)["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_whoever_switches_it_off_stands_outside_again(self, portal):
        key = give_app(portal.lena)
        client, _answer = log_in(portal.lena)
        client.post("/accounts/2fa/authenticate/", {"code": code(key)})
        confirm(client, portal.lena, "/accounts/2fa/totp/deactivate/")
        assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
        assert not Authenticator.objects.filter(user=portal.lena).exists()
        assert client.get("/admin/")["Location"] == ACTIVATE

    def test_nora_of_the_network_needs_none_for_the_meetings(self, portal):
        nora = User.objects.create_user("nora", "nora@example.org", "nora-passwort-123")
        client, answer = log_in(nora)
        assert answer["Location"] == "/de/meetings/"
        assert client.get("/admin/")["Location"] == "/de/meetings/"

    def test_logging_out_works_without_one(self, portal):
        client, _answer = log_in(portal.lena)
        assert client.post("/admin/logout/")["Location"] == "/accounts/login/"


def test_where_it_is_off_nobody_is_asked(portal):
    client, _answer = log_in(portal.lena)
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_opens_once(portal):
    give_app(portal.lena)
    spare = Authenticator.objects.get(user=portal.lena, type="recovery_codes").wrap().get_unused_codes()[0]
    client, _answer = log_in(portal.lena)
    assert client.post("/accounts/2fa/authenticate/", {"code": spare})["Location"] == "/admin/"
    other, _answer = log_in(portal.lena)
    assert other.post("/accounts/2fa/authenticate/", {"code": spare}).status_code == 422


def test_guessing_codes_ends_after_ten(portal):
    key = give_app(portal.lena)
    client, _answer = log_in(portal.lena)
    for number in range(10):
        assert client.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"}).status_code == 422
    answer = client.post("/accounts/2fa/authenticate/", {"code": code(key)})
    assert answer.status_code == 429
    assert client.get("/admin/").status_code == 302


def test_the_database_alone_opens_no_second_factor(portal):
    key = give_app(portal.lena)
    stored = json.dumps([row.data for row in Authenticator.objects.all()])
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert key not in stored
    assert spare not in stored


def test_a_changed_secret_key_still_opens_with_the_old_one_kept(portal, settings):
    key = give_app(portal.lena)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-tests"
    client, _answer = log_in(portal.lena)
    assert client.post("/accounts/2fa/authenticate/", {"code": code(key)}).status_code == 302


def test_lena_sees_saves_and_renews_her_recovery_codes(portal):
    key = give_app(portal.lena)
    client, _answer = log_in(portal.lena)
    client.post("/accounts/2fa/authenticate/", {"code": code(key)})
    confirm(client, portal.lena, "/accounts/2fa/recovery-codes/")
    old = Authenticator.objects.get(user=portal.lena, type="recovery_codes").wrap().get_unused_codes()
    page = client.get("/accounts/2fa/recovery-codes/")
    assert all(spare in page.content.decode() for spare in old)
    assert "no-store" in page["Cache-Control"]
    saved = client.get("/accounts/2fa/recovery-codes/download/")
    assert saved.content.decode().split() == old
    assert saved["Content-Disposition"].startswith("attachment")
    assert client.get("/accounts/2fa/recovery-codes/generate/").status_code == 200
    assert client.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    new = Authenticator.objects.get(user=portal.lena, type="recovery_codes").wrap().get_unused_codes()
    assert not set(new) & set(old)


def test_changing_the_second_factor_asks_for_the_password_once_more(portal):
    key = give_app(portal.lena)
    client, _answer = log_in(portal.lena)
    client.post("/accounts/2fa/authenticate/", {"code": code(key)})
    for address in ("totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "webauthn/add/"):
        assert client.get(f"/accounts/2fa/{address}")["Location"].startswith("/accounts/reauthenticate/")
    assert client.post("/accounts/reauthenticate/", {"password": "falsch"}).status_code == 422


def test_the_overview_says_what_is_on(portal):
    client, _answer = log_in(portal.lena)
    assert "badge--good" not in client.get("/accounts/2fa/").content.decode().split("<main")[1]
    give_app(portal.lena)
    page = client.get("/accounts/2fa/").content.decode().split("<main")[1]
    assert "badge--good" in page
    assert "/accounts/2fa/recovery-codes/generate/" in page


def test_the_admin_shows_the_way_to_the_second_factor(portal):
    client, _answer = log_in(portal.lena)
    page = client.get("/admin/account/").content.decode()
    assert 'href="/accounts/2fa/"' in page
    assert 'href="/accounts/password/change/"' in page


def test_omar_cannot_touch_the_passkey_of_lena(portal):
    row = Authenticator.objects.create(
        user=portal.lena, type="webauthn", data={"name": "Büro", "credential": {}}, created_at=timezone.now()
    )
    client, _answer = log_in(portal.omar)
    confirm(client, portal.omar, "/accounts/2fa/")
    for verb in ("remove", "edit"):
        address = f"/accounts/2fa/webauthn/keys/{row.pk}/{verb}/"
        assert client.get(address, follow=True).status_code == 404
        assert client.post(address, {"name": "x"}, follow=True).status_code == 404
    assert Authenticator.objects.get(pk=row.pk).data["name"] == "Büro"


def test_the_wrong_person_cannot_confirm_with_another_password(portal):
    client, _answer = log_in(portal.omar)
    answer = client.post("/accounts/reauthenticate/", {"password": password_of(portal.lena), "next": ACTIVATE})
    assert answer.status_code == 422


NONSENSE = [
    "",
    "null",
    "[]",
    "1",
    '"x"',
    "{}",
    '{"response": 1}',
    '{"response": {}}',
    '{"id": "x", "response": []}',
    '{"id":"eA","rawId":"eA","type":"public-key","response":{"userHandle":"////","clientDataJSON":"e30",'
    '"authenticatorData":"eA","signature":"eA"},"clientExtensionResults":{}}',
    '{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"eA"},'
    '"clientExtensionResults":{}}',
    "{",
    "\x00",
]


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_instead_of_a_passkey_never_breaks_a_page(portal, credential):
    visitor = Client()
    visitor.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert visitor.post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code < 500
    client, _answer = log_in(portal.lena)
    confirm(client, portal.lena, "/accounts/2fa/webauthn/add/")
    client.get("/accounts/2fa/webauthn/add/")
    data = {"name": "x", "credential": credential}
    assert client.post("/accounts/2fa/webauthn/add/", data).status_code == 422
    client.get("/accounts/2fa/webauthn/reauthenticate/")
    assert client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": credential}).status_code < 500
    give_app(portal.omar)
    halfway, _answer = log_in(portal.omar)
    halfway.get("/accounts/2fa/authenticate/")
    assert halfway.post("/accounts/2fa/authenticate/", {"credential": credential}).status_code < 500
    assert not Authenticator.objects.filter(type="webauthn").exists()
