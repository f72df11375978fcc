"""A poster to hang up: one page, in the reader's script, right on the day it is printed."""

from __future__ import annotations

import io
import unicodedata
from datetime import timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from services.courses.actions import set_places
from services.courses.reasons import Reason
from tests.services.courses import factories as make


@pytest.fixture
def run(portal):
    run = make.run(portal, childcare="onsite")
    make.rule(run, run.starts_on, run.ends_on)
    make.words(make.finder(portal), run.course)
    return run


def paper(client, code: str = "de", query: str = "") -> PdfReader:
    response = client.get(f"/{code}/courses/abendkurs-b1/poster.pdf{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text_of(file: PdfReader) -> str:
    return unicodedata.normalize("NFKC", " ".join(" ".join(page.extract_text().split()) for page in file.pages))


def test_the_poster_carries_title_day_place_and_whom_to_ask_on_one_page(client, run):
    file = paper(client)
    text = text_of(file)
    assert len(file.pages) == 1
    assert (round(float(file.pages[0].mediabox.width)), round(float(file.pages[0].mediabox.height))) == (595, 842)
    for part in ("Abendkurs B1 in Furtwangen", "Haus der Bildung, Hauptstraße 1", "18:00", "+49 30 23125 001"):
        assert part in text, part


@pytest.mark.parametrize(("code", "first", "last"), [("ar", "\u0600", "\u06ff"), ("ti", "\u1200", "\u137f")])
def test_the_poster_speaks_the_language_of_its_reader(client, run, code, first, last):
    file = paper(client, code)
    text = text_of(file)
    assert file.trailer["/Root"]["/Lang"] == code
    assert sum(first <= letter <= last for letter in text) > 60
    assert "\ufffd" not in text
    fonts = str([font.get_object()["/BaseFont"] for font in file.pages[0]["/Resources"]["/Font"].values()])
    assert ("Arabic" if code == "ar" else "Ethiopic") in fonts


def test_the_code_on_the_poster_leads_to_the_page_in_the_same_language(client, run):
    assert "http://testserver/ar/courses/abendkurs-b1/" in text_of(paper(client, "ar"))


def test_more_dates_still_fit_on_one_page(portal, client, run):
    for number in range(2, 6):
        other = make.run(portal, f"abendkurs-b1-{number}", run.course, childcare="onsite", room="Raum 17")
        make.rule(other, other.starts_on, other.ends_on, [0, 1, 2, 3], every_weeks=2)
    assert len(paper(client).pages) == 1


def test_one_date_can_have_a_poster_of_its_own(portal, client, run):
    make.run(portal, "abendkurs-b1-2", run.course, make.DONAUESCHINGEN)
    assert "Donaueschingen" not in text_of(paper(client, query="?run=abendkurs-b1-1"))
    assert "Donaueschingen" in text_of(paper(client, query="?run=abendkurs-b1-2"))


@pytest.mark.parametrize("path", ["nothing/poster.pdf", "abendkurs-b1/poster.pdf?run=x", "x%00/poster.pdf"])
def test_there_is_no_poster_of_what_does_not_exist(client, run, path):
    assert client.get(f"/de/courses/{path}").status_code == 404


def test_what_is_hidden_has_no_poster(client, run):
    run.course.is_public = False
    run.course.save()
    assert client.get("/de/courses/abendkurs-b1/poster.pdf").status_code == 404


def test_a_cancelled_course_says_so_on_the_wall(client, run):
    run.status, run.cancel_reason, run.cancelled_at = "cancelled", Reason.TOO_FEW, timezone.now()
    run.save()
    assert "Fällt aus" in text_of(paper(client))


def test_the_same_facts_give_the_same_file_and_changed_facts_another_at_once(portal, client, run):
    first = client.get("/en/courses/abendkurs-b1/poster.pdf").content
    set_places(run=run, state="full", free=0, user=make.course_staff(portal.yasmin))
    # A count of places is old before the glue is dry, so it is not on the wall and changes no poster.
    assert client.get("/en/courses/abendkurs-b1/poster.pdf").content == first
    run.starts_on += timedelta(days=7)
    run.save()
    assert client.get("/en/courses/abendkurs-b1/poster.pdf").content != first


def test_words_of_editors_are_text_and_nothing_else(portal, client, run):
    page = make.CoursePage.objects.get()
    page.title = "<script>alert(1)</script><img src=x>"
    page.save()
    assert "<script>alert(1)</script><img src=x>" in text_of(paper(client))
