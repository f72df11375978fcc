"""Answers are due after working days of Baden-Württemberg."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from services.inbox.deadlines import add_working_days, due, easter, holidays, is_working_day

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25)), (2285, (3, 22))],
)
def test_easter_falls_where_the_church_says(year, day):
    assert easter(year) == date(year, *day)


def test_2026_has_the_twelve_holidays_of_baden_wuerttemberg():
    assert sorted(holidays(2026)) == [
        date(2026, *day)
        for day in [
            (1, 1),
            (1, 6),
            (4, 3),
            (4, 6),
            (5, 1),
            (5, 14),
            (5, 25),
            (6, 4),
            (10, 3),
            (11, 1),
            (12, 25),
            (12, 26),
        ]
    ]


def test_epiphany_and_corpus_christi_are_no_working_days_and_reformation_day_is_one():
    assert not is_working_day(date(2026, 1, 6))
    assert not is_working_day(date(2026, 6, 4))
    assert is_working_day(date(2025, 10, 31))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday to Monday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Good Friday and Easter Monday
        (date(2026, 12, 23), 6, date(2027, 1, 4)),  # over Christmas and New Year
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_working_days_skip_weekends_and_holidays(start, count, end):
    assert add_working_days(start, count) == end


@pytest.mark.parametrize(("urgency", "day"), [("danger", 24), ("high", 24), ("normal", 30)])
def test_the_more_urgent_the_sooner(urgency, day):
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
    assert timezone.localtime(due(moment, urgency)).date() == date(2026, 11, day)


def test_what_is_not_urgent_has_ten_working_days():
    last = timezone.localtime(due(datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN), "low"))
    assert (last.date(), last.hour) == (date(2026, 12, 7), 23)


def test_the_day_counts_in_local_time():
    # 23:30 in Berlin is the same day there, although it is the next one nowhere and the one before in London's winter.
    late = datetime(2026, 11, 23, 23, 30, tzinfo=BERLIN)
    assert timezone.localtime(due(late, "high")).date() == date(2026, 11, 24)
