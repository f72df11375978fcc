"""How long a desk stays logged in: half an hour without a click, ten hours in all."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.doors.factories import log_in

MORNING = datetime.fromisoformat("2026-11-23T08:00:00+01:00")


@pytest.fixture
def at():
    """A clock that stands still until it is set."""
    with time_machine.travel(MORNING, tick=False) as clock:
        yield lambda **later: clock.move_to(MORNING + timedelta(**later))


def is_in(client: Client, page: str = "/admin/tag-autocomplete/?term=x") -> bool:
    """Whether the admin lets somebody in; asked at its lightest page, because it is asked a hundred times."""
    answer = client.get(page)
    assert answer.status_code == 200 or answer["Location"].startswith("/accounts/login/")
    return answer.status_code == 200


def test_half_an_hour_without_a_click_ends_the_session(portal, at):
    client, _answer = log_in(portal.lena)
    at(minutes=29)
    assert is_in(client)
    at(minutes=58)
    assert is_in(client)
    assert is_in(client, "/admin/account/")
    at(minutes=58 + 31)
    assert not is_in(client, "/admin/account/")
    assert not is_in(client)


def test_thirty_one_minutes_of_silence_are_too_long(portal, at):
    client, _answer = log_in(portal.lena)
    at(minutes=31)
    assert not is_in(client)


def test_ten_hours_end_it_however_busy_lena_is(portal, at):
    client, _answer = log_in(portal.lena)
    for minutes in range(20, 600, 20):
        at(minutes=minutes)
        assert is_in(client), minutes
    at(minutes=599)
    assert is_in(client)
    at(minutes=601)
    assert not is_in(client)


def test_a_new_login_begins_a_new_day(portal, at):
    client, _answer = log_in(portal.lena)
    at(hours=9, minutes=55)
    log_in(portal.lena, client=client)
    at(hours=10, minutes=20)
    assert is_in(client)


def test_an_open_editor_that_asks_by_itself_keeps_nobody_logged_in(portal, at):
    client, _answer = log_in(portal.lena)
    assert is_in(client)
    for minutes in (10, 20, 29):
        at(minutes=minutes)
        client.post("/admin/editing-sessions/ping/wagtailcore/page/1/1/")
    at(minutes=31)
    assert not is_in(client)


def test_a_click_outside_the_admin_counts_too(portal, at):
    client, _answer = log_in(portal.lena)
    for minutes in (25, 50, 75):
        at(minutes=minutes)
        assert client.get("/accounts/2fa/").status_code == 200
    at(minutes=90)
    assert is_in(client)


def test_a_session_that_no_login_page_began_ends_after_ten_hours_as_well(portal, at):
    client = Client()
    client.force_login(portal.lena)
    for minutes in range(0, 700, 20):
        at(minutes=minutes)
        if not is_in(client):
            break
    assert 580 <= minutes <= 600


def test_the_cookie_goes_with_the_browser_and_is_shut_to_scripts(portal):
    client, _answer = log_in(portal.lena)
    cookie = client.cookies["lotse_staff"]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_reading_public_pages_makes_no_session_and_no_cookie(portal):
    client = Client()
    for address in ("/de/search/", "/ar/languages/", "/robots.txt", "/sitemap.xml", "/de/nichts-hier/"):
        assert not client.get(address).cookies, address


def test_clicks_write_to_the_session_once_a_minute_at_most(portal, at):
    client, _answer = log_in(portal.lena)
    at(minutes=5)
    is_in(client)
    expires = _expiry(client)
    at(minutes=5, seconds=30)
    is_in(client)
    assert _expiry(client) == expires
    at(minutes=6, seconds=1)
    is_in(client)
    assert _expiry(client) > expires


def _expiry(client: Client) -> datetime:
    return Session.objects.get(pk=client.cookies["lotse_staff"].value, expire_date__gt=timezone.now()).expire_date
