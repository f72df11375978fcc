"""Limits: they stop a flood, leave a shared house alone, and know nobody."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from portal.errors import TooMany
from portal.rates import count_key, count_post, source

NOON = datetime.fromisoformat("2026-11-23T12:00:00+01:00")


def asking(address: str = "203.0.113.7", **headers: str):
    return RequestFactory().post("/de/forms/", REMOTE_ADDR=address, headers=headers)


def test_a_hundred_people_behind_one_address_each_fill_in_a_form_of_five_steps():
    for _person in range(100):
        for _step in range(5):
            count_post(asking(), "intake")


def test_a_flood_is_stopped_with_a_sentence(settings):
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 10
    for _number in range(10):
        count_post(asking(), "intake")
    with pytest.raises(TooMany) as refusal:
        count_post(asking(), "intake")
    assert str(refusal.value)
    assert refusal.value.seconds == 3600


def test_one_form_does_not_use_up_another_and_one_house_not_the_next(settings):
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 1
    count_post(asking(), "intake")
    count_post(asking(), "feedback")
    count_post(asking("203.0.113.8"), "intake")
    with pytest.raises(TooMany):
        count_post(asking(), "intake")


def test_after_the_hour_it_goes_on_even_for_those_who_kept_trying(settings):
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 1
    with time_machine.travel(NOON, tick=False) as clock:
        count_post(asking(), "intake")
        for minutes in (10, 30, 59):
            clock.move_to(NOON + timedelta(minutes=minutes))
            with pytest.raises(TooMany):
                count_post(asking(), "intake")
        clock.move_to(NOON + timedelta(minutes=61))
        count_post(asking(), "intake")


def test_a_limit_of_its_own_counts_tries_on_one_thing():
    for _number in range(3):
        count_key("case:AB-12", 3, seconds=60)
    with pytest.raises(TooMany) as refusal:
        count_key("case:AB-12", 3, seconds=60)
    assert refusal.value.seconds == 60
    count_key("case:AB-13", 3)


def test_the_counters_hold_nothing_that_identifies_a_person():
    count_post(asking("203.0.113.7"), "intake")
    stored = repr(cache._cache)
    assert "rate:" in stored
    assert "203.0.113.7" not in stored
    assert "203.0.113.7" not in source(asking())


def test_the_same_address_has_another_name_tomorrow():
    with time_machine.travel(NOON, tick=False):
        today = source(asking())
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert source(asking()) != today


def test_a_device_that_changes_its_ipv6_address_within_its_line_stays_one():
    one, two = source(asking("2001:db8:1:2::1")), source(asking("2001:db8:1:2:ffff::9"))
    other = source(asking("2001:db8:1:3::1"))
    assert one == two != other
    assert source(asking("::ffff:203.0.113.7")) == source(asking("203.0.113.7"))


def test_without_a_balancer_nobody_can_claim_to_be_somebody_else(settings):
    settings.LOTSE_PROXIES = 0
    assert source(asking(**{"X-Forwarded-For": "198.51.100.1"})) == source(asking())


def test_behind_a_balancer_the_visitor_counts_and_not_the_balancer(settings):
    settings.LOTSE_PROXIES = 1
    behind = asking("10.0.0.1", **{"X-Forwarded-For": "203.0.113.7"})
    assert source(behind) == source(asking("203.0.113.7"))
    invented = asking("10.0.0.1", **{"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
    assert source(invented) == source(behind)


@pytest.mark.parametrize("nonsense", ["", "unknown", "böse", "1.2.3", "::::", ","])
def test_a_strange_address_breaks_nothing(settings, nonsense):
    settings.LOTSE_PROXIES = 1
    count_post(asking(nonsense, **{"X-Forwarded-For": nonsense}), "intake")
