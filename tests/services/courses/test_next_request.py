"""A click of Karin's is right in the very next request: pages of two languages, list, feed, search; kept or not."""

from __future__ import annotations

import io
import sys
from datetime import timedelta

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import RequestFactory
from django.utils import timezone
from modelsearch import index as search_index

from portal.rendered import RenderedPages
from services.courses.models import RunChange
from tests.services.courses import factories as make


@pytest.fixture
def read(portal, settings, tmp_path):
    """Reads an address as a visitor without cookies, through the kept pages that stand in front of Django."""
    settings.VAR_DIR = tmp_path
    pages = RenderedPages(WSGIHandler())

    def get(path: str) -> str:
        environ = RequestFactory().get(path).environ | {"wsgi.errors": sys.stderr, "wsgi.input": io.BytesIO()}
        environ.pop("HTTP_COOKIE", None)
        for signal in (request_started, request_finished):  # the test's own connection stays open
            signal.disconnect(close_old_connections)
        try:
            return b"".join(pages(environ, lambda *answer: None)).decode()
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)

    get.kept = pages.pages
    return get


@pytest.fixture
def click(client, django_capture_on_commit_callbacks):
    """Presses a button of the admin; what it writes counts as committed."""

    def press(address: str, **data):
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(address, data)
        assert response.status_code == 302

    return press


@pytest.fixture
def story(portal, client):
    karin = make.course_staff(portal.tarik)
    client.force_login(karin)
    run = make.run(portal, places_free=5, places_updated_at=timezone.now())
    make.lesson(run, timezone.localdate() + timedelta(days=9))
    finder = make.finder(portal)
    page = make.words(finder, run.course)
    make.in_language(finder, "ar", title="الدورات")
    make.in_language(page, "ar", title="دورة مسائية")
    return run


def everywhere(read, run) -> dict[str, str]:
    slug = run.course.code
    return {
        path: read(path)
        for path in (
            f"/de/courses/{slug}/",
            f"/ar/courses/{slug}/",
            "/de/courses/",
            "/en/courses/",
            f"/de/courses/{slug}/calendar.ics",
            "/en/courses/calendar.ics",
            "/en/courses/?view=month",
        )
    }


def test_a_cancellation_and_its_undoing_are_everywhere_in_the_next_request(story, click, read):
    address, slug = "/admin/courses/changes/", story.course.code
    before = everywhere(read, story)
    assert read.kept  # some of these were kept, so the test is about kept pages, too
    click(address, run=story.pk, do="cancel_run", reason="teacher_ill")
    after = everywhere(read, story)
    assert "STATUS:CANCELLED" in after["/en/courses/calendar.ics"]
    assert "STATUS:CANCELLED" in after[f"/de/courses/{slug}/calendar.ics"]
    assert "the teacher is ill" in after["/en/courses/"]
    for path, text in after.items():
        assert text != before[path], path
    change = RunChange.objects.get()
    click(address, run=story.pk, do="undo", change=change.pk)
    again = everywhere(read, story)
    assert "STATUS:CONFIRMED" in again["/en/courses/calendar.ics"]
    assert "the teacher is ill" not in again["/en/courses/"]


def test_full_is_shown_in_both_languages_at_once(story, click, read):
    slug = story.course.code
    before = everywhere(read, story)
    click("/admin/courses/changes/", run=story.pk, do="mark_full")
    after = everywhere(read, story)
    assert "Full" in after["/en/courses/"]
    for path in (f"/de/courses/{slug}/", f"/ar/courses/{slug}/", "/de/courses/", "/en/courses/"):
        assert after[path] != before[path], path


def test_search_finds_the_new_town_and_no_longer_the_old_one(portal, story, click, read):
    house = make.venue(portal, make.DONAUESCHINGEN)
    search_index.insert_or_update_object(make.CoursePage.objects.get(locale__language_code="de"))
    link = f"/de/courses/{story.course.code}/"
    assert link in read("/de/search/?q=Abendkurs+Furtwangen")
    assert link not in read("/de/search/?q=Abendkurs+Donaueschingen")
    board = f"/admin/courserun/board/{story.pk}/"
    click(board, do="move_run", venue=house.pk, weeks="", room="", teacher="")
    assert link in read("/de/search/?q=Donaueschingen")
    assert "Donaueschingen" in read(f"/ar/courses/{story.course.code}/")
    assert "Donaueschingen" in read("/en/courses/calendar.ics")
