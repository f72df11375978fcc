"""Numbers for leads and for the coordination: right, readable, and never about single people."""

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from services.inbox import actions, statistics
from services.inbox.models import Case
from services.inbox.statistics import Quarter, shown
from tests.services.inbox.desk import many, sent
from tests.services.inbox.factories import answer, case_of

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def now_quarter():
    return statistics.quarter_of(timezone.now())


@pytest.fixture
def yasmin(ready, client):
    client.force_login(ready.yasmin)
    return client


def page(client, **query):
    return client.get(reverse("inbox_statistics"), query)


# What may be shown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "values", "total"),
    [
        ({}, {}, 0),
        ({"a": 0}, {"a": 0}, 0),
        ({"a": 7, "b": 5}, {"a": 7, "b": 5}, 12),
        ({"a": 9, "b": 0, "c": 6}, {"a": 9, "b": 0, "c": 6}, 15),
        # one small value: the next smallest goes with it, or the total would give it away
        ({"a": 30, "b": 12, "c": 3}, {"a": 30, "b": None, "c": None}, 45),
        # two small values that together are few: one more
        ({"a": 30, "b": 12, "c": 1, "d": 1}, {"a": 30, "b": None, "c": None, "d": None}, 44),
        ({"a": 30, "b": 4, "c": 4}, {"a": 30, "b": None, "c": None}, 38),
        # nothing is left to hide behind: the total goes
        ({"a": 3}, {"a": None}, None),
        ({"a": 3, "b": 0}, {"a": None, "b": 0}, None),
        ({"a": 2, "b": 2}, {"a": None, "b": None}, None),
        ({"a": 4, "b": 50}, {"a": None, "b": None}, 54),
    ],
)
def test_small_numbers_cannot_be_worked_out(counts, values, total):
    table = shown(counts)
    assert (table.values, table.total) == (values, total)


def test_whatever_the_numbers_the_total_never_gives_one_away():
    for counts in product((0, 1, 3, 4, 5, 6, 20), repeat=4):
        table = shown(dict(enumerate(counts)))
        known = [value for value in table.values.values() if value is not None]
        assert all(value == 0 or value >= 5 for value in known)
        assert all(counts[key] == value for key, value in table.values.items() if value is not None)
        if len(known) < 4 and table.total is not None:
            assert len(known) <= 2
            assert table.total - sum(known) >= 5


# The numbers ------------------------------------------------------------------------------------------------------


def test_requests_are_counted_by_topic_place_language_and_way(ready, now_quarter):
    many(ready, 6, topics=["housing", "work"], municipality=ready.towns["08326017"], language="ar")
    many(ready, 5, topics=["housing"], language="uk", assisted=True)
    many(ready, 9, office="VS_IM", topics=["health"])
    cases = Case.objects.filter(office=ready.offices["LRA_IM"])
    assert statistics.received(cases, now_quarter) == 11
    assert statistics.by_topic(cases, now_quarter).values == {"housing": 11, "work": 6}
    town = ready.towns["08326017"].pk
    assert statistics.by_municipality(cases, now_quarter).values == {town: 6, None: 5}
    assert statistics.by_language(cases, now_quarter).values == {"ar": 6, "uk": 5}
    assert statistics.by_channel(cases, now_quarter).values == {False: 6, True: 5}
    assert statistics.by_form(cases, now_quarter).values == {"counselling": 11}
    assert statistics.by_office(Case.objects.all(), now_quarter).total == 20


def test_a_quarter_begins_and_ends_at_midnight_here(ready):
    inside = [datetime(2026, 6, 30, 22, 0, tzinfo=UTC), datetime(2026, 9, 30, 21, 59, tzinfo=UTC)]
    outside = [datetime(2026, 6, 30, 21, 59, tzinfo=UTC), datetime(2026, 9, 30, 22, 0, tzinfo=UTC)]
    for moment in inside + outside:
        many(ready, 5, created_at=moment)
    assert statistics.received(Case.objects.all(), Quarter(2026, 3)) == 10
    assert statistics.quarter_of(inside[0]) == Quarter(2026, 3)
    assert statistics.quarter_of(outside[1]) == Quarter(2026, 4)


def test_quarters_go_back_over_the_new_year():
    found = statistics.last_quarters(datetime(2026, 2, 1, tzinfo=UTC), 3)
    assert [one.code for one in found] == ["2026-1", "2025-4", "2025-3"]
    assert Quarter(2025, 4).next == Quarter(2026, 1)


def test_months_are_those_of_their_quarter(ready):
    many(ready, 6, created_at=datetime(2026, 7, 31, 22, 30, tzinfo=UTC))  # already August here
    many(ready, 8, created_at=datetime(2026, 9, 1, tzinfo=UTC))
    [table] = statistics.by_month(Case.objects.all(), [Quarter(2026, 3)]).values()
    assert list(table.values.values()) == [0, 6, 8]


def test_the_time_to_the_first_answer_is_the_median_and_nine_of_ten(ready, now_quarter):
    start = timezone.now() - timedelta(minutes=1)
    for hours in range(1, 11):
        many(ready, 1, created_at=start, first_answered_at=start + timedelta(hours=hours), status="contacted")
    many(ready, 5, created_at=start)
    waiting = statistics.waiting(Case.objects.all(), now_quarter)
    assert (waiting.answered, waiting.median, waiting.nine_of_ten, waiting.unanswered) == (10, 5, 9, 5)


def test_four_answers_say_nothing_about_time(ready, now_quarter):
    start = timezone.now() - timedelta(minutes=1)
    many(ready, 4, created_at=start, first_answered_at=start, status="contacted")
    assert statistics.waiting(Case.objects.all(), now_quarter).median is None


def test_the_first_answer_counts_and_not_the_second(ready, receipt):
    answer(ready, receipt)
    first = case_of(receipt).first_answered_at
    assert first is not None
    actions.set_status(case=case_of(receipt), by=ready.lena, status="contacted", version=2)
    assert case_of(receipt).first_answered_at == first


def test_reaching_the_person_another_way_is_an_answer_and_taking_is_none(ready, case, receipt):
    actions.take(case=case, user=ready.lena, version=1)
    assert case_of(receipt).first_answered_at is None
    actions.set_status(case=case, by=ready.lena, status="contacted", version=2)
    assert case_of(receipt).first_answered_at is not None


def test_closing_without_an_answer_is_no_answer(ready, case, receipt):
    actions.close(case=case, by=ready.lena, reason="misuse", version=1)
    assert case_of(receipt).first_answered_at is None


def test_open_requests_are_grouped_by_age_and_each_counts_once(ready):
    now = timezone.now()
    for days in (1, 8, 20, 60, 200):
        many(ready, 5, created_at=now - timedelta(days=days))
    many(ready, 7, status="closed", created_at=now - timedelta(days=1))
    table = statistics.open_by_age(Case.objects.all(), now)
    assert table.values == {7: 5, 14: 5, 30: 5, 90: 5, None: 5}
    assert table.total == 25


# Who sees them ----------------------------------------------------------------------------------------------------


def test_the_coordination_sees_numbers_of_all_offices_and_no_case(ready, yasmin):
    cases = many(ready, 6) + many(ready, 7, office="VS_IM")
    response = page(yasmin)
    assert response.context["received"] == "13"
    text = response.content.decode()
    assert not any(case.submission.number in text or str(case.pk) in text for case in cases)
    assert yasmin.get(reverse("inbox")).context["rows"] == []


def test_a_lead_sees_the_own_office_and_no_other(ready, client):
    many(ready, 6), many(ready, 50, office="VS_IM")
    ready.lena.memberships.update(is_lead=True)
    client.force_login(ready.lena)
    for query in ({}, {"of": "all"}, {"of": ready.offices["VS_IM"].pk}, {"of": "x"}, {"quarter": "1-1"}):
        response = page(client, **query)
        assert response.status_code == 200
        assert response.context["received"] == "6"


@pytest.mark.parametrize("name", ["lena", "omar", "eva", "ada", "tarik"])
def test_others_see_no_numbers(ready, client, name):
    many(ready, 9)
    person = getattr(ready, name)
    client.force_login(person)
    assert page(client).status_code in {302, 403}
    assert not Case.objects.numbered_for(person).exists()


def test_coordinating_ends_with_the_membership(ready, yasmin):
    many(ready, 9)
    ready.yasmin.memberships.update(valid_to="2021-01-01")
    assert page(yasmin).status_code in {302, 403}
    assert not Case.objects.numbered_for(ready.yasmin).exists()


def test_the_page_keeps_small_numbers_back_and_the_file_too(ready, yasmin):
    many(ready, 20, language="ar"), many(ready, 6, language="uk"), many(ready, 2, language="ti")
    chart = next(chart for chart in page(yasmin).context["charts"] if chart.key == "language")
    assert [(line.label, line.count) for line in chart.lines] == [
        ("Arabisch", 20),
        ("Tigrinya", None),
        ("Ukrainisch", None),
    ]
    rows = csv.reader(io.StringIO(page(yasmin, format="csv").content.decode("utf-8-sig")), delimiter=";")
    cells = {row[1]: row[2] for row in rows if row[1] in {"Arabisch", "Tigrinya", "Ukrainisch"}}
    assert cells["Arabisch"] == "20"
    assert not any(character.isdigit() for character in cells["Tigrinya"] + cells["Ukrainisch"])


def test_an_empty_quarter_is_said_in_words(ready, yasmin):
    response = page(yasmin, quarter=statistics.last_quarters(timezone.now(), 3)[2].code)
    assert response.status_code == 200
    assert response.context["received"] == "0"


def test_hostile_topics_are_inert(ready, yasmin):
    many(ready, 6, topics=["<script>alert(1)</script>"], form_key="=1+1")
    assert "<script>alert" not in page(yasmin).content.decode()
    assert '"\'=1+1"' in page(yasmin, format="csv").content.decode()


def test_the_whole_page_takes_few_queries(ready, yasmin, django_assert_max_num_queries):
    many(ready, 60)
    page(yasmin)
    with django_assert_max_num_queries(60):
        page(yasmin)


def test_bars_are_hidden_from_screen_readers_because_the_number_is_there(ready, yasmin):
    sent(ready)
    many(ready, 6)
    text = page(yasmin).content.decode()
    assert text.count('<svg class="inbox-chart__bar" aria-hidden="true"') == text.count("inbox-chart__number")
    assert "style=" not in text[text.index('class="inbox-charts"') : text.index("</section>")]
