"""Counting without tracking: what is counted, what is never shown, and that nobody waits for it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from services.intake import counters
from services.intake.counter_models import Counted
from services.intake.drop_off import HIDDEN, LEAST, SMALL, drop_off_of, month_of, protected
from services.intake.models import Draft, FormCounter
from tests.services.intake.factories import Walker, compiled, know_who_helps, open_form, question, step


def numbers(key: str = "counselling") -> dict[tuple[str, str, str], int]:
    return FormCounter.objects.filter(key=key).sums()


@pytest.fixture
def amira(client, portal):
    open_form(portal)
    return Walker(client)


def test_a_start_each_step_and_the_sending_count_once(amira, portal, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        amira.start().fill()
        assert amira.send().status_code == 303
    found = numbers()
    assert found[(Counted.START, "", "de")] == 1
    assert found[(Counted.SEND, "", "de")] == 1
    assert {key: n for key, n in found.items() if key[0] == Counted.SAVE} == {
        (Counted.SAVE, name, "de"): 1 for name in ("danger", "who", "where", "topic", "contact")
    }


def test_going_back_and_changing_an_answer_counts_no_second_time(amira, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        amira.start().post("danger", danger="none", shown=["danger"])
        amira.post("danger", danger="none", shown=["danger"])
    assert numbers()[(Counted.SAVE, "danger", "de")] == 1


def test_a_mistake_counts_nothing(amira, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        amira.start().post("danger", shown=["danger"])
    assert (Counted.SAVE, "danger", "de") not in numbers()


def test_pressing_send_twice_counts_once(amira, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        amira.start().fill()
        page = amira.get("check")
        from tests.services.intake.factories import proof

        for _press in range(2):
            amira.client.post(amira.path("check"), proof(page))
    assert numbers()[(Counted.SEND, "", "de")] == 1


def test_each_language_has_its_own_number(client, portal, django_capture_on_commit_callbacks):
    open_form(portal)
    with django_capture_on_commit_callbacks(execute=True):
        Walker(client, "ar").start()
        Walker(client, "de").start()
    assert numbers() == {(Counted.START, "", "ar"): 1, (Counted.START, "", "de"): 1}


def test_a_counter_holds_nothing_about_a_person():
    names = {field.name for field in FormCounter._meta.get_fields()}
    assert names == {"id", "district", "key", "kind", "step", "language", "day", "count"}


def test_a_failing_counter_loses_no_answer(amira, django_capture_on_commit_callbacks):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE services_formcounter RENAME TO out_of_order")
    with django_capture_on_commit_callbacks(execute=True):
        amira.start()
        response = amira.post("danger", danger="none", shown=["danger"])
    assert response.status_code == 303
    assert amira.store().kept.answers["danger"] == "none"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE out_of_order RENAME TO services_formcounter")
    assert not FormCounter.objects.exists()


def test_a_save_that_fails_is_not_counted(amira, django_capture_on_commit_callbacks):
    amira.start()
    store = amira.store()
    Draft.objects.all().delete()
    from portal.errors import DomainError
    from services.intake.actions import save_step

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(DomainError):
        save_step(store=store, step="danger", answers={"danger": "none"}, language="de")
    assert not numbers()


def row(portal, **more):
    day = {"day": date(2026, 3, 4), "kind": Counted.START, "step": "", "language": "de"}
    return {"district_id": portal.district.pk, "key": "counselling", **day, **more}


def test_counting_a_hundred_times_makes_one_row(portal):
    for _time in range(100):
        assert counters.add_one(row(portal))
    assert FormCounter.objects.get().count == 100


@pytest.mark.sqlite
def test_the_patience_of_the_connection_is_given_back(portal):
    def patience() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            return cursor.fetchone()[0]

    before = patience()
    counters.add_one(row(portal))
    assert patience() == before


# What may be seen ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", range(LEAST))
def test_a_number_under_five_is_never_shown(value):
    total, figures = protected([value, 40, 60])
    assert figures[0].value is None
    assert str(figures[0]) == "< 5"


def possible(total, figures, known_total, values):
    """All values a small one may have, for somebody who knows everything that is shown."""
    open_places = [n for n, figure in enumerate(figures) if figure.value is None]
    rest = known_total - sum(values[n] for n in range(len(values)) if n not in open_places)
    ranges = [range(5) if figures[n].why == SMALL else range(5, rest + 1) for n in open_places]
    return [dict(zip(open_places, guess, strict=True)) for guess in product(*ranges) if sum(guess) == rest]


@pytest.mark.parametrize(
    "values",
    [[1, 9], [4, 40, 7], [0, 5, 5], [0, 5], [3, 5, 6, 30], [2, 2, 2], [4, 4, 4], [0, 0, 12], [1, 5, 5, 5], [4, 5, 30]],
)
def test_no_small_number_can_be_calculated_from_the_others(values):
    total, figures = protected(values)
    small = [n for n, figure in enumerate(figures) if figure.why == SMALL]
    assert small == [n for n, value in enumerate(values) if value < 5]
    if total.value is None:
        return  # without a total there is nothing to subtract from
    assert total.value == sum(values)
    guesses = possible(total, figures, sum(values), values)
    for n in small:
        assert {guess[n] for guess in guesses} == set(range(5))


def test_where_nobody_is_recognisable_everything_is_shown():
    total, figures = protected([5, 6, 7])
    assert [figure.value for figure in (total, *figures)] == [18, 5, 6, 7]


def test_a_hidden_number_says_that_it_is_hidden():
    _total, figures = protected([1, 30, 20])
    assert [figure.why for figure in figures] == [SMALL, "", HIDDEN]


def test_a_running_month_is_rounded_down():
    total, figures = protected([13, 29], is_running=True)
    assert [total.value, *(figure.value for figure in figures)] == [40, 10, 25]


DOCUMENT = {"steps": [{"key": "one", "title": {"de": "Eins"}, "questions": []}], "languages": ["de"]}


def test_the_drop_off_has_start_steps_and_sending_in_order():
    sums = {("start", "", "de"): 40, ("save", "one", "de"): 20, ("send", "", "de"): 10, ("save", "gone", "de"): 9}
    found = drop_off_of(DOCUMENT, sums, False)
    assert [(stage.step, stage.total.value, stage.percent) for stage in found.stages] == [
        ("", 40, 100),
        ("one", 20, 50),
        ("", 10, 25),
    ]


def test_no_bar_tells_what_a_hidden_number_is():
    found = drop_off_of(DOCUMENT, {("start", "", "de"): 40, ("send", "", "de"): 3}, False)
    assert found.stages[-1].percent is None
    assert found.stages[-1].bar == 0


def test_a_month_without_anything_has_no_languages():
    assert drop_off_of(DOCUMENT, {}, False).languages == ()


def test_more_finished_steps_than_starts_fit_into_the_bar():
    found = drop_off_of(DOCUMENT, {("start", "", "de"): 10, ("save", "one", "de"): 20}, False)
    assert found.stages[1].bar == 100


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("nonsense", date(2026, 5, 1), date(2026, 5, 31)),
        ("", date(2026, 5, 1), date(2026, 5, 31)),
        ("0000-01", date(2026, 5, 1), date(2026, 5, 31)),
    ],
)
def test_the_period_is_always_a_whole_month(text, first, last):
    assert month_of(text, date(2026, 5, 17)) == (first, last)


def test_page_and_download_show_the_same_and_no_small_number(client, portal):
    know_who_helps(portal)
    from services.intake.actions import publish

    document = compiled(step("one", question("a")))
    publish(district=portal.district, key="small", document=document)
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    for language, count in (("de", 57), ("ar", 3), ("tr", 23)):
        FormCounter.objects.create(**row(portal, key="small", day=last_month, language=language), count=count)
    client.force_login(portal.eva)
    query = f"?month={last_month:%Y-%m}"
    page = client.get(reverse("form_figures", args=["small"]) + query).content.decode()
    download = client.get(reverse("form_figures_csv", args=["small"]) + query).content.decode("utf-8-sig")
    for text in (page, download):
        assert "83" in text
        assert "57" in text
        assert ">3<" not in text
        assert '"3"' not in text
        assert ">23<" not in text
        assert '"23"' not in text
    assert "style=" not in page.split("<main", 1)[1].split("<svg", 1)[0]


def test_daily_numbers_are_not_for_sale_by_the_day(client, portal):
    open_form(portal)
    FormCounter.objects.create(**row(portal, day=date(2026, 3, 4)), count=50)
    FormCounter.objects.create(**row(portal, day=date(2026, 3, 5)), count=50)
    client.force_login(portal.eva)
    for query in ("?month=2026-03-04", "?day=2026-03-04", "?month=2026-03&from=2026-03-04"):
        page = client.get(reverse("form_figures", args=["counselling"]) + query)
        assert page.context["drop_off"].stages[0].total.value in {None, 100}
