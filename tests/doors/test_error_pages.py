"""Refusals and mishaps: the right status, the reader's language and direction, and a next step. Never a bare page."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from home import views
from portal.errors import DomainError, NotAllowed, TooMany, require

pytestmark = [pytest.mark.urls("tests.doors.urls"), pytest.mark.django_db]

STATUS = {"taken": 409, "not-yours": 403, "too-many": 429, "gone": 404, "denied": 403, "suspicious": 400, "broken": 500}


@pytest.fixture
def amira():
    """A visitor whose browser shows what people see, not a traceback."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl")])
def test_every_mishap_has_its_status_and_a_page_in_the_readers_language(amira, kind, status, language, direction):
    answer = amira.get(f"/{language}/accident/{kind}/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert f'href="/{language}/"' in page
    assert "<h1>" in page
    assert "geheim" not in page
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_an_address_without_language_answers_in_the_language_of_the_browser(amira, kind, status):
    answer = amira.get(f"/plain/{kind}/", headers={"Accept-Language": "ar,en;q=0.5"}, follow=True)
    assert answer.status_code == status
    assert '<html lang="ar" dir="rtl">' in answer.content.decode()


def test_without_any_wish_it_is_german(amira):
    assert '<html lang="de" dir="ltr">' in amira.get("/plain/taken/").content.decode()


def test_the_sentence_of_a_refusal_is_shown_and_cannot_smuggle_markup(amira):
    page = amira.get("/de/accident/taken/").content.decode()
    assert "Der Platz ist &lt;b&gt;gerade&lt;/b&gt; vergeben worden." in page


def test_a_limit_says_when_to_come_back(amira):
    assert amira.get("/de/accident/too-many/")["Retry-After"] == "60"


def test_a_page_that_does_not_exist_is_told_in_both_languages(amira, portal):
    for language, direction in (("de", "ltr"), ("ar", "rtl")):
        answer = amira.get(f"/{language}/gibt/es/nicht/")
        assert answer.status_code == 404
        assert f'<html lang="{language}" dir="{direction}">' in answer.content.decode()


@pytest.mark.parametrize("address", ["/gibt-es-nicht.txt", "/media/images/nichts.jpg", "/documents/99/nichts.pdf"])
def test_a_missing_file_is_told_in_the_language_of_the_browser(amira, portal, address):
    answer = amira.get(address, headers={"Accept-Language": "fa"})
    assert answer.status_code == 404
    assert '<html lang="fa" dir="rtl">' in answer.content.decode()


def test_a_wrong_way_to_use_an_address_gets_a_page_too(amira):
    answer = amira.get("/ar/only-post/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert '<html lang="ar" dir="rtl">' in answer.content.decode()


def test_a_form_that_was_open_too_long_explains_kindly_what_to_do():
    careful = Client(enforce_csrf_checks=True)
    for language, direction in (("de", "ltr"), ("ar", "rtl")):
        answer = careful.post(f"/{language}/only-post/")
        assert answer.status_code == 403
        page = answer.content.decode()
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert "CSRF" not in page


@pytest.mark.parametrize("host", ["böse!", "a b", "evil.example/../", ""])
def test_a_broken_host_name_is_the_askers_mistake_and_not_ours(amira, host):
    assert amira.get("/de/languages/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("address", ["/%00/", "/de/%00/", "/media/images/%00", "/de/%ff/", "/" + "a/" * 400])
def test_broken_addresses_never_break_us(amira, portal, address):
    assert amira.get(address, follow=True).status_code in {400, 404}


def test_too_many_fields_are_refused_as_a_bad_request(amira, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    answer = amira.post("/accounts/login/", {f"f{number}": "1" for number in range(10)})
    assert answer.status_code == 400


def test_an_error_before_the_language_was_chosen_does_not_speak_the_language_of_the_last_reader():
    translation.activate("ti")
    request = RequestFactory().get("/x/", headers={"Accept-Language": "uk"})
    assert '<html lang="uk"' in views.not_found(request).content.decode()


def test_the_last_page_survives_broken_templates(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(views, "refusal_page", broken)
    answer = views.server_error(RequestFactory().get("/ar/x/"))
    assert answer.status_code == 500
    assert 'dir="rtl"' in answer.content.decode()


def test_the_500_page_asks_no_database(amira, django_assert_num_queries):
    with django_assert_num_queries(0):
        amira.get("/de/accident/broken/")


def test_an_answer_of_no_is_a_refusal_with_a_reason():
    require(True)
    with pytest.raises(NotAllowed, match="Das dürfen Sie nicht|You may not do this"):
        require(False)
    with pytest.raises(DomainError, match="nur Lena"):
        require(False, "nur Lena")
    assert TooMany("x").seconds == 3600
