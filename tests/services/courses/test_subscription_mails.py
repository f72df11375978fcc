"""What subscribers get: new runs that fit, at most once a day, and changes at once, in their language."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.models import OutboxMessage
from services.courses import subscription_mails
from services.courses.concerned import concerned_by
from services.courses.models import CourseRun, Subscription
from tests.services.courses.factories import DONAUESCHINGEN, FURTWANGEN, course, finder, in_language, run, words
from tests.services.courses.readers import AMIRA, links, post, subscribed

NOON = "2027-01-11T11:00:00Z"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def later(**time):
    """The worker's round after a while; how many mails with new courses it wrote."""
    return subscription_mails.queue_digests(at=timezone.now() + timedelta(**time))


def test_she_hears_of_a_new_run_that_fits_and_of_no_other(portal, client):
    run(portal, "alt-1")
    subscribed(client, portal, f"place={FURTWANGEN}&within=10&childcare=1")
    assert later(hours=1) == 0
    run(portal, "mit-kindern-1", childcare="onsite")
    run(portal, "ohne-1")
    run(portal, "woanders-1", town=DONAUESCHINGEN, childcare="onsite")
    assert later(hours=3) == 1
    (one,) = post()
    assert "mit-kindern-1" in one.body
    assert not any(code in one.body for code in ("ohne-1", "woanders-1", "alt-1"))


def test_at_most_one_mail_a_day_and_none_at_night(portal, client):
    subscribed(client, portal)
    run(portal, "erster-1")
    assert later(hours=11) == 0  # 23 o'clock
    assert later(hours=2) == 1
    run(portal, "zweiter-1")
    assert later(hours=6) == 0
    assert later(hours=23) == 1


def test_repeating_the_job_sends_nothing_twice(portal, client):
    subscribed(client, portal)
    run(portal)
    assert [later(hours=2), later(hours=2), later(hours=30)] == [1, 0, 0]
    assert OutboxMessage.objects.filter(dedupe_key__contains=":new:").count() == 1


def test_places_that_are_free_again_are_news(portal, client):
    full = run(portal, places_state="full", places_free=0)
    subscribed(client, portal, "free=1")
    assert later(hours=2) == 0
    CourseRun.objects.filter(pk=full.pk).update(places_state="free", places_free=3)
    assert later(hours=4) == 1
    CourseRun.objects.filter(pk=full.pk).update(places_state="full", places_free=0)
    assert later(hours=25) == 0
    CourseRun.objects.filter(pk=full.pk).update(places_state="free", places_free=1)
    assert later(hours=27) == 1


def test_what_one_cannot_join_any_more_is_no_news(portal, client):
    subscribed(client, portal)
    today = timezone.localdate()
    run(portal, "laeuft-1", starts_on=today - timedelta(days=5), ends_on=today + timedelta(days=50))
    run(portal, "faellt-aus-1", status="cancelled", cancel_reason="too_few", cancelled_at=timezone.now())
    run(portal, "geheim-1", is_public=False)
    assert later(hours=2) == 0
    run(portal, "offen-1", starts_on=today - timedelta(days=5), ends_on=today + timedelta(days=50), entry="rolling")
    assert later(hours=4) == 1


def test_a_filter_that_is_not_understood_any_more_fits_nothing_instead_of_everything(portal, client):
    row, _page, _stop = subscribed(client, portal)
    Subscription.objects.filter(pk=row.pk).update(query="family=IK_ALPHA", target_key="family=IK_ALPHA")
    run(portal)
    assert later(hours=2) == 0


def test_the_mail_is_in_her_language_with_the_words_of_that_language(portal, client):
    index, of = finder(portal), course(portal, "kurs")
    page = words(index, of, "Kurs am Abend")
    in_language(page, "en", title="Course in the evening")
    subscribed(client, portal, language="en")
    run(portal, "kurs-1", of=of)
    later(hours=2)
    (one,) = post()
    assert one.subject == "1 new German course"
    assert "Course in the evening" in one.body
    assert "/en/courses/kurs/#kurs-1" in one.body
    assert "<" not in one.body
    assert links(one.body)[0].startswith("/en/")


def test_a_follower_of_a_course_hears_of_its_new_runs_only(portal, client):
    of = course(portal, "kurs")
    subscribed(client, portal, "course=kurs")
    run(portal, "anderer-1")
    assert later(hours=2) == 0
    run(portal, "kurs-2", of=of)
    assert later(hours=4) == 1


def test_a_new_run_of_a_followed_course_is_told_once_and_only_then_are_its_changes(portal, client):
    of = course(portal, "kurs")
    subscribed(client, portal, "course=kurs")
    with time_machine.travel("2027-01-11T12:00:00Z", tick=False):
        new = run(portal, "kurs-2", of=of)
    assert list(concerned_by(new)) == []
    assert later(hours=2) == 1
    assert [one.address for one in concerned_by(new)] == [AMIRA]


def test_whoever_pauses_gets_nothing_and_hears_later(portal, client):
    _row, page, _stop = subscribed(client, portal)
    client.post(page, {"do": "pause"})
    of = run(portal)
    assert later(hours=2) == 0
    assert list(concerned_by(of)) == []
    client.post(page, {"do": "resume"})
    assert later(hours=4) == 1


def test_followers_are_concerned_by_a_change_each_once_with_a_way_out(portal, client):
    of = run(portal, "kurs-1")
    run(portal, "fremd-1")
    subscribed(client, portal, "run=kurs-1")
    _row, _page, stop = subscribed(client, portal, f"course={of.course.code}", language="ar")
    subscribed(client, portal, "run=fremd-1", address="omar@example.org")
    (one,) = concerned_by(of)
    assert (one.address, one.because) == (AMIRA, "subscription")
    assert one.stop.endswith("/stop/")
    client.post(stop)
    (one,) = concerned_by(of)
    assert one.language == "de"
    client.post(one.stop)
    assert list(concerned_by(of)) == []


def test_whoever_was_told_of_a_run_is_told_of_its_cancellation_unless_they_did_not_want_it(portal, client):
    subscribed(client, portal, "women=1")
    subscribed(client, portal, "childcare=1", address="wenig@example.org", changes="")
    of = run(portal, women_only=True, childcare="onsite")
    assert list(concerned_by(of)) == []
    assert later(hours=2) == 2
    assert [one.address for one in concerned_by(of)] == [AMIRA]


def test_the_many_runs_of_one_mail_stay_bounded(portal, client):
    subscribed(client, portal)
    of = course(portal, "kurs")
    for number in range(14):
        run(portal, f"kurs-{number}", of=of)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert later(hours=2) == 1
    (one,) = post()
    assert one.body.count("#kurs-") == 10
    assert "/de/courses/" in one.body
    assert len(few) < 40


def test_the_same_filter_is_looked_through_once_for_all_its_readers(portal, client):
    for name in ("a", "b", "c"):
        subscribed(client, portal, "women=1", address=f"{name}@example.org")
    with CaptureQueriesContext(connection) as looked:
        assert later(hours=2) == 0
    asked = [
        query for query in looked.captured_queries if "women_only" in query["sql"] and "time_of_day" not in query["sql"]
    ]
    assert len(asked) == 1
    assert len(mail.outbox) == 3
