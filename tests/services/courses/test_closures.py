"""Holidays: computed where the law has a formula, stored where the state announces them."""

from __future__ import annotations

from datetime import date

import pytest

from services.courses.closures import closures_between, easter_sunday, public_holidays
from services.courses.models import Closure
from tests.services.courses import factories as make


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2024, date(2024, 3, 31)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
        (2285, date(2285, 3, 22)),
    ],
)
def test_easter_is_on_its_day(year, day):
    assert easter_sunday(year) == day


def test_baden_wuerttemberg_has_twelve_public_holidays_in_2027():
    days = public_holidays(2027, "08")
    assert len(days) == 12
    assert days[date(2027, 1, 6)] == "epiphany"
    assert days[date(2027, 5, 27)] == "corpus_christi"
    assert days[date(2027, 11, 1)] == "all_saints"


def test_another_state_has_the_nation_wide_nine_alone():
    days = public_holidays(2027, "01")
    assert len(days) == 9
    assert date(2027, 1, 6) not in days


def test_school_holidays_are_closed_from_the_first_to_the_last_day(portal):
    Closure.objects.create(
        district=portal.district, reason="autumn_break", first_day=date(2027, 11, 2), last_day=date(2027, 11, 6)
    )
    closed = closures_between(portal.district, date(2027, 10, 30), date(2027, 11, 5))
    assert closed == {date(2027, 11, 1): "all_saints", **{date(2027, 11, day): "autumn_break" for day in range(2, 6)}}


def test_a_public_holiday_is_named_even_within_school_holidays(portal):
    Closure.objects.create(
        district=portal.district, reason="christmas_break", first_day=date(2026, 12, 23), last_day=date(2027, 1, 9)
    )
    closed = closures_between(portal.district, date(2026, 12, 20), date(2027, 1, 31))
    assert closed[date(2026, 12, 24)] == "christmas_break"
    assert closed[date(2026, 12, 25)] == "christmas_day"
    assert closed[date(2027, 1, 6)] == "epiphany"


def test_a_closed_house_closes_no_other_house(portal):
    house = make.venue(portal)
    Closure.objects.create(
        district=portal.district,
        venue=house,
        reason="venue_closed",
        first_day=date(2027, 2, 1),
        last_day=date(2027, 2, 2),
    )
    span = (portal.district, date(2027, 2, 1), date(2027, 2, 5))
    assert len(closures_between(*span, venue_ids=[house.pk])) == 2
    assert closures_between(*span) == {}
