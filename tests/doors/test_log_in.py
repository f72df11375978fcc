"""Logging in: with a password, at one door, to the place where one works."""

import pytest
from django.core import mail
from django.test import Client

from portal.models import OutboxMessage, User
from portal.outbox import deliver_due
from tests.doors.factories import log_in, password_of


@pytest.fixture
def nora(portal):
    """A member of the network: an account, no desk in the admin."""
    return User.objects.create_user("nora", "nora@example.org", "nora-passwort-123", first_name="Nora")


def test_lena_logs_in_and_lands_in_the_admin(portal):
    client, answer = log_in(portal.lena)
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_lena_logs_in_with_her_mail_address(portal):
    answer = Client().post("/accounts/login/", {"login": "lena@example.org", "password": password_of(portal.lena)})
    assert answer["Location"] == "/admin/"


def test_login_leads_to_the_page_that_waited(portal):
    _client, answer = log_in(portal.lena, "/accounts/login/?next=/admin/reports/")
    assert answer["Location"] == "/admin/reports/"


def test_login_never_leads_to_another_host(portal):
    _client, answer = log_in(portal.lena, "/accounts/login/?next=https://evil.example/")
    assert answer["Location"] == "/admin/"


def test_the_page_that_waited_survives_a_typing_error(portal):
    client = Client()
    answer = client.post("/accounts/login/", {"login": "lena", "password": "falsch", "next": "/admin/reports/"})
    assert 'name="next" value="/admin/reports/"' in answer.content.decode()


def test_nora_of_the_network_lands_at_the_meetings(nora):
    client, answer = log_in(nora)
    assert answer["Location"] == "/de/meetings/"
    assert client.get("/admin/")["Location"] == "/de/meetings/"


def test_nora_lands_in_her_own_language(nora):
    nora.language = "fr"
    nora.save()
    assert log_in(nora)[1]["Location"] == "/fr/meetings/"


def test_nora_is_told_that_the_admin_is_not_hers_instead_of_being_sent_in_circles(nora):
    client, _answer = log_in(nora)
    answer = client.get("/admin/pages/")
    assert answer.status_code == 403
    assert "<h1>" in answer.content.decode()


def test_visitors_are_sent_from_the_admin_to_the_one_login(portal):
    answer = Client().get("/admin/pages/")
    assert answer["Location"].startswith("/accounts/login/?next=")
    answer = Client().get("/admin/login/?next=/admin/pages/")
    assert answer["Location"] == "/accounts/login/?next=/admin/pages/"


def test_a_wrong_password_is_told_on_top_the_name_stays_and_the_password_goes(portal):
    answer = Client().post("/accounts/login/", {"login": "lena", "password": "falsch"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'class="note note--error" role="alert"' in page
    assert 'value="lena"' in page
    assert 'value="falsch"' not in page


def test_nobody_learns_whether_an_account_exists(portal):
    known = Client().post("/accounts/login/", {"login": "lena", "password": "falsch"})
    unknown = Client().post("/accounts/login/", {"login": "niemand", "password": "falsch"})
    assert known.status_code == unknown.status_code

    def alert(answer):
        return answer.content.decode().split('role="alert"')[1].split("</div>")[0]

    assert alert(known) == alert(unknown)


def test_a_switched_off_account_is_told_so_and_stays_out(portal):
    portal.lena.is_active = False
    portal.lena.save()
    client, answer = log_in(portal.lena)
    assert answer["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert client.get("/admin/").status_code == 302


def test_an_account_that_is_switched_off_is_out_with_the_next_click(portal):
    client, _answer = log_in(portal.lena)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=portal.lena.pk).update(is_active=False)
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")


def test_nobody_signs_up(portal):
    before = User.objects.count()
    answer = Client().get("/accounts/signup/")
    assert answer.status_code == 403
    assert "<h1>" in answer.content.decode()
    data = {"username": "eve", "email": "eve@example.org", "password1": "x" * 20, "password2": "x" * 20}
    assert Client().post("/accounts/signup/", data).status_code == 405
    assert User.objects.count() == before


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/confirm-email/",
        "/accounts/login/code/",
        "/accounts/2fa/webauthn/signup/",
        "/accounts/3rdparty/",
        "/accounts/password/reset/confirm/",
    ],
)
def test_doors_that_the_product_does_not_use_do_not_exist(portal, address):
    assert Client().get(address, follow=True).status_code == 404


def test_wagtails_own_login_and_password_reset_stay_shut(portal):
    client = Client()
    answer = client.post("/de/_util/login/", {"username": "lena", "password": password_of(portal.lena)})
    assert answer.status_code == 404
    assert "lotse_staff" not in client.cookies
    assert client.get("/admin/password_reset/", follow=True).status_code == 404


def test_logging_out_needs_a_click_and_clears_the_browser(portal):
    client, _answer = log_in(portal.lena)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/admin/").status_code == 200
    answer = client.post("/accounts/logout/")
    assert answer["Location"] == "/"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/admin/").status_code == 302


def test_logging_out_leaves_no_cookie_for_public_pages(portal):
    client, _answer = log_in(portal.lena)
    client.post("/accounts/logout/")
    assert not client.cookies["lotse_staff"].value
    assert "messages" not in client.cookies


def test_the_login_speaks_german_without_a_wish_and_arabic_with_one(portal):
    german = Client().get("/accounts/login/").content.decode()
    arabic = Client(headers={"Accept-Language": "ar"}).get("/accounts/login/").content.decode()
    assert '<html lang="de" dir="ltr">' in german
    assert '<html lang="ar" dir="rtl">' in arabic


def test_the_login_is_not_for_search_engines_and_asks_for_no_opinion(portal):
    answer = Client().get("/accounts/login/")
    page = answer.content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert "page-feedback" not in page.split("</style>")[1]


def test_every_field_of_the_login_has_its_label_and_the_right_autocomplete(portal):
    page = Client().get("/accounts/login/").content.decode()
    assert 'for="id_login"' in page
    assert 'for="id_password"' in page
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "placeholder" not in page.split("<main")[1]


def test_only_the_demo_speaks_about_demo_accounts(portal, settings):
    assert "manage.py tour" not in Client().get("/accounts/login/").content.decode()
    settings.LOTSE_DEMO = True
    assert "manage.py tour" in Client().get("/accounts/login/").content.decode()


def test_ten_wrong_passwords_lock_the_account_for_an_hour_and_say_so(portal):
    client = Client()
    for _number in range(10):
        assert client.post("/accounts/login/", {"login": "lena", "password": "falsch"}).status_code == 422
    answer = client.post("/accounts/login/", {"login": "lena", "password": password_of(portal.lena)})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert "<h1>" in answer.content.decode()
    assert client.get("/admin/").status_code == 302


def test_the_lock_of_one_account_does_not_lock_the_colleague(portal):
    client = Client()
    for _number in range(11):
        client.post("/accounts/login/", {"login": "lena", "password": "falsch"})
    assert log_in(portal.omar)[1]["Location"] == "/admin/"


def test_a_flood_from_one_address_gets_the_page_of_the_house(portal):
    client = Client()
    answers = [client.post("/accounts/login/", {"login": f"n{number}", "password": "x"}) for number in range(61)]
    assert answers[-1].status_code == 429
    assert '<html lang="de"' in answers[-1].content.decode()


def test_a_new_password_comes_by_mail_in_the_language_of_the_person(portal):
    portal.lena.language = "en"
    portal.lena.save()
    answer = Client().post("/accounts/password/reset/", {"email": "lena@example.org"})
    assert answer["Location"] == "/accounts/password/reset/done/"
    message = OutboxMessage.objects.get()
    assert message.recipient == "lena@example.org"
    assert message.language == "en"
    assert "http://testserver/accounts/password/reset/key/" in message.body
    assert "127.0.0.1" not in message.body
    deliver_due()
    assert mail.outbox[0].to == ["lena@example.org"]


def test_the_link_sets_a_new_password_once(portal):
    Client().post("/accounts/password/reset/", {"email": "lena@example.org"})
    link = next(word for word in OutboxMessage.objects.get().body.split() if word.startswith("http"))
    client = Client()
    form = client.get(link)["Location"]
    weak = client.post(form, {"password1": "kurz", "password2": "kurz"})
    assert weak.status_code == 422
    new = "ein-langes-neues-passwort"
    answer = client.post(form, {"password1": new, "password2": new})
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    assert Client().post("/accounts/login/", {"login": "lena", "password": new})["Location"] == "/admin/"
    again = Client().get(link)
    assert again.status_code == 200
    assert "password1" not in again.content.decode()


def test_no_mail_goes_to_strangers_and_the_page_says_the_same(portal):
    answer = Client().post("/accounts/password/reset/", {"email": "fremd@example.org"})
    assert answer["Location"] == "/accounts/password/reset/done/"
    assert not OutboxMessage.objects.exists()


def test_lena_changes_her_password_and_other_devices_are_out(portal):
    here, _answer = log_in(portal.lena)
    elsewhere, _answer = log_in(portal.lena)
    new = "ein-langes-neues-passwort"
    data = {"oldpassword": password_of(portal.lena), "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", data).status_code == 302
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def test_the_own_pages_of_an_account_are_shut_for_visitors(portal):
    for address in ("/accounts/2fa/", "/accounts/password/change/", "/accounts/2fa/webauthn/"):
        assert Client().get(address)["Location"].startswith("/accounts/login/")
