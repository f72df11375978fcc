"""Amira wants mail about courses: she asks, confirms, changes and stops, and nobody learns her address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from home.worker import KEEPINGS
from portal.models import OutboxMessage
from portal.outbox import deliver_due
from services.courses import subscription_mails
from services.courses.models import Subscription
from services.courses.subscription_keeping import count_due_subscriptions, erase_due_subscriptions
from services.courses.subscription_models import SubscriptionMail
from services.inbox import actions as inbox
from services.inbox import keys
from services.inbox.models import EscrowKey
from tests.portal.outbox.conftest import server  # noqa: F401 - a fixture
from tests.services.courses.factories import DONAUESCHINGEN, course, finder, run
from tests.services.courses.readers import AMIRA, ask, links, post, subscribed


@pytest.fixture
def ready(portal):
    inbox.ensure_keys(portal.district)
    return portal


def cells() -> str:
    """Everything in the tables an address could stand in."""
    found = []
    with connection.cursor() as cursor:
        for table in ("services_subscription", "portal_outboxmessage", "django_session"):
            cursor.execute(f"SELECT * FROM {table}")
            found += [
                bytes(c).decode("latin-1") if isinstance(c, bytes | memoryview) else str(c) for r in cursor for c in r
            ]
    return "\n".join(found)


def test_the_list_and_the_course_lead_to_the_form_with_what_was_chosen(ready, client):
    finder(ready)
    run(ready)
    page = client.get("/de/courses/?childcare=1&level=B1").content.decode()
    assert "/de/course-mails/?level=B1&amp;childcare=1" in page or "/de/course-mails/?childcare=1&amp;level=B1" in page
    assert "/de/course-mails/?course=abendkurs-b1" in client.get("/de/courses/abendkurs-b1/").content.decode()


def test_nothing_is_sent_before_the_button_behind_the_link_is_pressed(ready, client):
    answer = ask(client)
    assert answer.status_code == 302
    assert answer["Location"].endswith("/de/course-mails/sent/")
    (first,) = post()
    page, _stop = links(first.body)
    assert first.to == [AMIRA]
    assert client.get(page).status_code == 200  # a scanner opens the link
    assert Subscription.objects.get().confirmed_at is None
    client.post(page, {"do": "confirm"})
    assert Subscription.objects.get().confirmed_at is not None
    assert post() == []


def test_the_address_stands_nowhere_in_plain_text_and_is_erased_with_the_wish(ready, client):
    _row, _page, stop = subscribed(client, ready)
    assert AMIRA not in cells()
    client.post(stop)
    assert not Subscription.objects.exists()


def test_the_answer_on_the_screen_is_the_same_for_a_known_address(ready, client):
    subscribed(client, ready)
    known, fresh = ask(client), ask(client, address="yasmin@example.org")
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert Subscription.objects.count() == 2
    with translation.override("de"):
        subjects = {one.to[0]: one.subject for one in post()}
    assert subjects[AMIRA] != subjects["yasmin@example.org"]


def test_a_second_wish_keeps_the_first_link(ready, client):
    ask(client)
    (first,) = post()
    ask(client)
    (second,) = post()
    assert links(first.body) == links(second.body)
    assert Subscription.objects.count() == 1


def test_strangers_cannot_flood_an_address_and_are_not_told_so(ready, client):
    answers = [
        ask(client, query) for query in ("", "childcare=1", "women=1", "online=1", "free=1", "level=A1", "level=A2")
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert len(post()) == 5


def test_what_was_typed_is_kept_when_something_is_wrong(ready, client):
    answer = ask(client, "childcare=1", address="amira at example", sure="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "amira at example" in page
    assert 'action="/de/course-mails/?childcare=1"' in page
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "data", [{"language": "xx"}, {"email": ""}, {"email": "a@b\x00.de"}, {"email": "x" * 300 + "@example.org"}]
)
def test_bad_input_is_refused_in_words(ready, client, data):
    assert ask(client, address=data.pop("email", AMIRA), **{"sure": "on"}).status_code in (302, 422)
    answer = client.post("/de/course-mails/", {"email": "", "sure": "on", **data})
    assert answer.status_code == 422


def test_an_unknown_course_or_run_is_not_found_and_a_strange_filter_is_left_out(ready, client):
    assert client.get("/de/course-mails/?course=nein").status_code == 404
    assert client.get("/de/course-mails/?run=" + "x" * 500).status_code == 404
    assert client.get("/de/course-mails/?level=%00&place=99&page=x").status_code == 200


def test_too_many_posts_are_refused_with_the_form_still_filled(ready, client, settings):
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 1
    ask(client)
    answer = ask(client, "women=1")
    assert answer.status_code == 429
    assert AMIRA in answer.content.decode()


def test_without_a_key_nothing_is_kept_and_the_person_is_told(portal, client):
    EscrowKey.objects.all().delete()
    assert ask(client).status_code == 503
    assert not Subscription.objects.exists()


def test_one_click_of_a_mail_program_ends_it_without_login_or_cookie(ready, client):
    row, _page, stop = subscribed(client, ready)
    program = Client(enforce_csrf_checks=True)
    answer = program.post(stop, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Subscription.objects.filter(pk=row.pk).exists()
    assert program.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_opening_the_way_out_ends_nothing_yet(ready, client):
    _row, _page, stop = subscribed(client, ready)
    assert "<button" in client.get(stop).content.decode()
    assert Subscription.objects.exists()


def test_the_mail_carries_the_headers_of_one_click_through_a_real_server(ready, client, server):  # noqa: F811
    ask(client, language="ar")
    subscription_mails.queue_confirmations()
    deliver_due()
    (one,) = server.got
    _page, stop = links(one.get_content())
    assert one["List-Unsubscribe"].strip() == f"<{ready.district.site.root_url}{stop}>"
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one["To"] == AMIRA
    assert stop.startswith("/ar/")
    assert AMIRA not in cells()
    assert stop.split("/")[-3] not in cells()


def test_pause_and_resume_and_language(ready, client):
    row, page, _stop = subscribed(client, ready)
    client.post(page, {"do": "pause"})
    row.refresh_from_db()
    assert row.paused_at
    client.post(page, {"do": "resume"})
    answer = client.post(page, {"do": "change", "language": "uk"})
    row.refresh_from_db()
    assert (row.paused_at, row.language, row.wants_changes) == (None, "uk", False)
    assert answer["Location"].startswith("/uk/")
    assert client.post(page, {"do": "change", "language": "xx"}).status_code == 422
    assert client.post(page, {"do": "dance"}).status_code == 422


def test_stop_all_ends_the_others_of_the_same_address_only(ready, client):
    subscribed(client, ready)
    subscribed(client, ready, address="yasmin@example.org")
    _row, page, _stop = subscribed(client, ready, "women=1")
    client.post(page, {"do": "stop_all"})
    assert Subscription.objects.count() == 1


def test_what_waits_to_be_sent_is_not_sent_after_the_end(ready, client):
    _row, _page, stop = subscribed(client, ready)
    ask(client)
    subscription_mails.queue_confirmations()
    client.post(stop)
    assert not OutboxMessage.objects.waiting().exists()


def test_a_wrong_link_says_so_and_the_pages_are_kept_nowhere(ready, client):
    answer = client.get("/de/course-mails/unsinn/")
    assert answer.status_code == 404
    _row, page, stop = subscribed(client, ready)
    for path in (page, stop):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]


def test_another_district_does_not_open_the_link(ready, client):
    row, page, _stop = subscribed(client, ready)
    from services.courses.subscription_actions import with_token

    token = page.split("/")[-2]
    assert with_token(ready.district, token) == row
    ready.district.pk += 1000
    assert with_token(ready.district, token) is None


def test_unconfirmed_wishes_go_after_two_days_and_confirmed_ones_stay(ready, client):
    subscribed(client, ready)
    ask(client, "women=1")
    now = timezone.now()
    assert count_due_subscriptions(at=now + timedelta(hours=47)) == 0
    assert erase_due_subscriptions(at=now + timedelta(hours=49)) == 1
    assert Subscription.objects.get().confirmed_at
    assert "course mails" in [kept.code for kept in KEEPINGS]


def test_after_a_year_we_ask_and_silence_ends_it(ready, client):
    row, page, _stop = subscribed(client, ready)
    year = timezone.now() + timedelta(days=366)
    assert subscription_mails.queue_renewals(at=year) == 1
    assert subscription_mails.queue_renewals(at=year) == 0
    assert erase_due_subscriptions(at=year + timedelta(days=29)) == 0
    assert len(post()) == 1
    client.post(page, {"do": "keep"})
    row.refresh_from_db()
    assert row.renew_asked_at is None
    assert subscription_mails.queue_renewals(at=year + timedelta(days=366)) == 1
    assert erase_due_subscriptions(at=year + timedelta(days=366 + 31)) == 1


def test_an_address_that_takes_no_mail_three_times_is_erased(ready, client):
    row, _page, _stop = subscribed(client, ready)
    for number in range(3):
        assert subscription_mails.stop_unreachable() == 0
        OutboxMessage.objects.create(
            dedupe_key=f"subscription:{row.pk}:new:{number}",
            language="de",
            subject="x",
            body="x",
            not_before=timezone.now(),
            given_up_at=timezone.now(),
        )
    assert subscription_mails.stop_unreachable() == 1
    assert not Subscription.objects.exists()


def test_a_mail_that_arrived_in_between_keeps_the_address(ready, client):
    row, _page, _stop = subscribed(client, ready)
    for number, state in enumerate(("given_up_at", "given_up_at", "sent_at", "given_up_at")):
        OutboxMessage.objects.create(
            dedupe_key=f"subscription:{row.pk}:new:{number}",
            language="de",
            subject="x",
            body="x",
            not_before=timezone.now(),
            **{state: timezone.now()},
        )
    assert subscription_mails.stop_unreachable() == 0


def test_a_new_escrow_key_takes_the_addresses_with_it(ready, client):
    row, _page, _stop = subscribed(client, ready)
    keys.rotate_escrow_key(district=ready.district)
    assert keys.remove_unused_keys() == 0
    assert keys.reseal_notices() == 1
    assert keys.remove_unused_keys() == 1
    row.refresh_from_db()
    row.mail_due = SubscriptionMail.ALREADY
    row.save()
    assert post()[-1].to == [AMIRA]


def test_a_subscription_to_a_run_goes_a_month_after_it(ready, client):
    of = run(ready, of=course(ready), town=DONAUESCHINGEN)
    subscribed(client, ready, f"run={of.code}")
    end = timezone.now() + timedelta(days=90)
    assert erase_due_subscriptions(at=end + timedelta(days=28)) == 0
    assert erase_due_subscriptions(at=end + timedelta(days=40)) == 1
    assert len(mail.outbox) == 1
