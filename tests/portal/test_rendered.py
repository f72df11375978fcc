"""Kept pages: the second reader costs no query, and nobody ever reads what is not true any more."""

from __future__ import annotations

import gzip
import io
from contextlib import contextmanager

import pytest
import time_machine
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction

from portal.rendered import RenderedPages, generation
from services.directory.models import Office
from tests.network.factories import invited, meeting, member
from tests.services.pages.factories import service, topic


class Reader:
    """Asks the product as a web server does, and counts the queries."""

    def __init__(self, application: RenderedPages) -> None:
        self.application = application

    def get(self, path: str, **headers: str) -> Reader:
        path, _mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "HTTP_HOST": "testserver",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            **headers,
        }
        said = []
        asked = []

        def count(execute, sql, params, many, context):
            asked.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            parts = self.application(environ, lambda status, sent, *more: said.extend([status, sent]))
            body = b"".join(parts)
        self.status, self.headers, self.queries = said[0], dict(said[1]), len(asked)
        self.text = (gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body).decode()
        return self


@pytest.fixture
def reader(portal, settings, tmp_path, monkeypatch) -> Reader:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr("django.core.signals.request_finished.receivers", [])  # the test's own connection stays open
    monkeypatch.setattr("django.core.signals.request_started.receivers", [])
    return Reader(RenderedPages(get_wsgi_application()))


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What happens inside counts as committed; what came before it does not."""

    @contextmanager
    def commit():
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return commit


@pytest.fixture
def page(portal):
    return service(topic(portal))


PATH = "/de/housing/search/"


def test_the_second_reader_costs_no_query(reader, page):
    first = reader.get(PATH)
    assert first.status == "200 OK"
    assert first.queries > 0
    text = first.text
    again = reader.get(PATH)
    assert (again.queries, again.text) == (0, text)
    assert "Content-Security-Policy" in again.headers


def test_a_corrected_page_is_read_in_the_very_next_request(reader, page, committed):
    assert "Wohnung suchen" in reader.get(PATH).text
    with committed():
        page.title = "Eine Wohnung finden"
        page.save_revision().publish()
    assert "Eine Wohnung finden" in reader.get(PATH).text


@pytest.mark.parametrize("how", ["one", "many", "raw"])
def test_a_changed_fact_is_read_in_the_very_next_request_however_it_was_written(reader, portal, committed, how):
    path = "/de/offices/"
    assert "Neues Amt" not in reader.get(path).text
    reader.get(path)
    office = portal.offices["LRA_IM"]
    with committed():
        if how == "one":
            office.name = "Neues Amt"
            office.save()
        elif how == "many":
            Office.objects.filter(pk=office.pk).update(name="Neues Amt")
        else:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE services_office SET name = %s WHERE id = %s", ["Neues Amt", office.pk])
    found = reader.get(path)
    assert found.queries > 0
    assert "Neues Amt" in found.text


def test_a_change_that_is_taken_back_begins_nothing(reader, page, committed):
    before = generation()
    with committed(), transaction.atomic():
        Office.objects.update(name="Nie geschehen")
        transaction.set_rollback(True)
    assert generation() == before


def test_what_people_type_into_forms_does_not_empty_the_store(reader, page, portal, committed):
    before = generation()
    with committed(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM services_draft")
        cursor.execute("DELETE FROM django_session")
    assert generation() == before


def test_a_page_is_kept_for_the_running_minute_only(reader, page):
    with time_machine.travel("2026-11-23 09:00:10+00:00", tick=False) as clock:
        reader.get(PATH)
        clock.move_to("2026-11-23 09:00:50+00:00")
        assert reader.get(PATH).queries == 0
        clock.move_to("2026-11-23 09:01:05+00:00")
        assert reader.get(PATH).queries > 0


def test_arabic_and_german_are_kept_apart(reader, page):
    assert '<html lang="de"' in reader.get("/de/").text
    assert '<html lang="ar"' in reader.get("/ar/").text
    assert '<html lang="de"' in reader.get("/de/").text


def test_an_old_phone_without_compression_reads_plain_text(reader, page):
    zipped = reader.get(PATH, HTTP_ACCEPT_ENCODING="gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    text = zipped.text
    plain = reader.get(PATH)
    assert "Content-Encoding" not in plain.headers
    assert plain.text == text


def test_whoever_has_the_page_gets_no_second_copy(reader, page):
    etag = reader.get(PATH).headers["ETag"]
    again = reader.get(PATH, HTTP_IF_NONE_MATCH=etag)
    assert (again.status, again.text, again.queries) == ("304 Not Modified", "", 0)
    assert reader.get(PATH, HTTP_IF_NONE_MATCH='"other"').status == "200 OK"


@pytest.mark.parametrize(
    ("path", "headers"),
    [(PATH, {"HTTP_COOKIE": "sessionid=1"}), (PATH + "?x=1", {}), ("/de/search/?q=Wohnung", {}), ("/de/nowhere/", {})],
)
def test_what_belongs_to_one_person_is_not_kept(reader, page, path, headers):
    reader.get(path, **headers)
    assert not reader.application.pages


def test_a_personal_link_is_not_kept(reader, portal):
    _invitation, token = invited(meeting(portal), member(portal))
    found = reader.get(f"/de/rsvp/{token}/")
    assert found.status == "200 OK"
    assert "no-store" in found.headers["Cache-Control"]
    assert not reader.application.pages


def test_a_form_to_fill_in_is_not_kept(reader, portal):
    found = reader.get("/de/feedback/")
    assert found.status == "200 OK"
    assert not reader.application.pages


def test_a_silent_shared_cache_stops_nobody_from_writing_or_reading(reader, page, committed, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    with committed():
        page.title = "Eine Wohnung finden"
        page.save_revision().publish()
    assert "Eine Wohnung finden" in reader.get(PATH).text
    assert reader.get(PATH).queries > 0
