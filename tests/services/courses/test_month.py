"""The month as a table that reads aloud, works from right to left, and never breaks."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine

from services.courses.actions import cancel_lesson
from tests.services.courses import factories as make

TODAY = "2027-03-10 10:00 +0000"


@pytest.fixture
def month(portal, client):
    """Opens the month view in a language."""
    index = make.finder(portal)
    run = make.run(portal, starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 1))
    make.words(index, run.course)
    make.lesson(run, date(2027, 3, 16))

    def look(query: str = "m=2027-03", code: str = "en") -> str:
        with time_machine.travel(TODAY, tick=False):
            response = client.get(f"/{code}/courses/?view=month&{query}")
        assert response.status_code == 200
        return response.content.decode()

    look.run = run
    return look


def test_the_table_has_a_caption_seven_columns_and_whole_weeks(month):
    text = month()
    assert re.search(r"<caption[^>]*>Lessons in <bdi>March 2027</bdi></caption>", text)
    heads = re.findall(r'<th scope="col">(\w+)</th>', text)
    assert (heads[0], heads[-1], len(heads)) == ("Monday", "Sunday", 7)
    days = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', text)
    assert (days[0], days[-1], len(days)) == ("2027-03-01", "2027-04-04", 35)


def test_every_link_says_time_title_state_and_date(month):
    link = re.search(r'<a href="/en/courses/abendkurs-b1/#abendkurs-b1-1">(.*?)</a>', month()).group(1)
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", link)).strip()
    assert words == "18:00 Abendkurs B1 in Furtwangen, Takes place, Tuesday, 16 March 2027"


def test_a_cancelled_lesson_says_so_in_the_table(portal, month):
    karin = make.course_staff(portal.eva)
    cancel_lesson(lesson=month.run.lessons.get(), reason="teacher_ill", user=karin)
    assert "Cancelled: the teacher is ill" in month()


def test_today_is_marked(month):
    assert re.search(r'aria-current="date" id="today"><time datetime="2027-03-10">', month())


def test_neighbouring_months_keep_the_filters(month):
    text = month("m=2027-03&time=evening")
    assert 'rel="prev" href="/en/courses/?view=month&amp;time=evening&amp;m=2027-02"' in text
    assert 'rel="next" href="/en/courses/?view=month&amp;time=evening&amp;m=2027-04"' in text
    assert 'name="view" value="month"' in text


def test_a_filter_hides_what_does_not_fit(month):
    text = month("m=2027-03&time=morning")
    assert "abendkurs-b1-1" not in text
    assert "No dates are known in this month." in text


def test_the_frame_runs_from_right_to_left_and_the_title_keeps_its_language(month):
    text = month(code="ar")
    assert '<html lang="ar" dir="rtl">' in text
    assert '<span lang="de" dir="ltr">Abendkurs B1 in Furtwangen</span>' in text
    assert '<th scope="col">الاثنين</th>' in text


@pytest.mark.parametrize("m", ["2027-13", "x", "0000-00", "9999-12", "2027-3", "%00", "2030-01", "2027-03-01"])
def test_a_month_that_makes_no_sense_is_this_month_with_a_note(month, m):
    text = month(f"m={m}")
    assert "March 2027" in text
    assert "We did not understand this filter" in text


def test_the_farthest_months_have_no_link_beyond(month):
    assert 'rel="next"' not in month("m=2029-03")
    assert 'rel="prev"' not in month("m=2025-03")


def test_a_full_day_shows_five_lessons_and_leads_to_the_others(portal, client, month):
    for number in range(7):
        run = make.run(portal, f"more-{number}", month.run.course, starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 1))
        make.lesson(run, date(2027, 3, 16))
    text = month("m=2027-03&time=evening")
    assert len(re.findall(r'class="month__title"', text)) == 5
    link = re.search(r'<a href="([^"]+)">3 more<span class="visually-hidden">, Tuesday, 16 March 2027</span></a>', text)
    day = month(link.group(1).split("?")[1].replace("&amp;", "&").removeprefix("view=month&"))
    assert "<h2>Tuesday, 16 March 2027</h2>" in day
    assert day.count('<li class="card">') == 8
    assert 'href="/en/courses/?view=month&amp;m=2027-03&amp;time=evening">Show the whole month' in day.replace(
        "view=month&amp;time=evening&amp;m=2027-03", "view=month&amp;m=2027-03&amp;time=evening"
    )


@pytest.mark.parametrize("day", ["2027-13-01", "x", "2027-05-01", "%00", "16"])
def test_a_day_that_makes_no_sense_shows_the_month_with_a_note(month, day):
    text = month(f"m=2027-03&day={day}")
    assert "<table" in text
    assert "We did not understand this filter" in text


def test_the_agenda_of_a_phone_says_whole_dates_and_leads_to_today(month):
    text = month()
    assert '<span class="month__date">Tuesday, 16 March 2027</span>' in text
    assert 'href="#today"' in text
    assert text.count('id="today"') == 1
    assert 'href="#today"' not in month("m=2027-04")
