"""Every mail leaves once: with a server that is down, slow or rude, and with workers that die."""

import os
import random
import signal
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.models import MailTrouble, OutboxMessage
from portal.outbox import CLAIM, RETRY_MINUTES, deliver_due, queue_mail, send_again, trouble_since
from tests import forking

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOSTILE = "Betreff\r\nBcc: everybody@example.org"


def queue(number: int, **changes):
    values = {
        "key": f"test:{number}",
        "recipient": f"person{number}@example.org",
        "language": "de",
        "subject": f"Nummer {number}",
        "body": "Es liegt etwas vor.",
    }
    return queue_mail(**{**values, **changes})


def test_a_mail_leaves_once_and_keeps_no_text(db, server):
    queue(1)
    assert deliver_due() == 1
    assert deliver_due() == 0
    assert server.subjects() == ["Nummer 1"]
    row = OutboxMessage.objects.get()
    assert row.sent_at
    assert (row.body, row.last_error, row.attempts) == ("", "", 1)
    assert server.got[0]["Auto-Submitted"] == "auto-generated"


def test_the_same_notice_is_queued_once(db, server):
    for _time in range(3):
        queue(1)
    deliver_due()
    assert server.subjects() == ["Nummer 1"]


def test_a_server_that_is_down_for_a_day_loses_nothing_and_doubles_nothing(db, server):
    server.down()
    with time_machine.travel(MONDAY, tick=False) as clock:
        for hour in range(24):
            queue(hour)
            for _ten_minutes in range(6):
                assert deliver_due() == 0
                clock.shift(timedelta(minutes=10))
        trouble = MailTrouble.objects.get()
        assert trouble.since == MONDAY
        assert trouble.last_error == "ConnectionRefusedError"
        assert OutboxMessage.objects.waiting().count() == 24
        assert set(OutboxMessage.objects.values_list("attempts", "given_up_at")) == {(0, None)}
        server.up()
        sent = 0
        for _ten_minutes in range(4):
            clock.shift(timedelta(minutes=10))
            sent += deliver_due()
        assert sent == 24
        assert sorted(server.subjects()) == sorted(f"Nummer {hour}" for hour in range(24))
        assert not MailTrouble.objects.exists()
        assert trouble_since(timezone.now()) is None


def test_a_silent_server_is_not_asked_for_every_mail(db, server):
    server.down()
    for number in range(10):
        queue(number)
    deliver_due()
    deliver_due()
    assert MailTrouble.objects.get().tries == 1


def test_a_month_without_a_server_gives_nothing_up(db, server):
    server.down()
    with time_machine.travel(MONDAY, tick=False) as clock:
        queue(1)
        for _day in range(30):
            deliver_due()
            clock.shift(timedelta(days=1))
        server.up()
        assert deliver_due() == 1


def test_a_refused_address_waits_longer_each_time_and_stays_visible(db, server):
    server.refuses = lambda line: "person1@" in line
    with time_machine.travel(MONDAY, tick=False) as clock:
        queue(1)
        queue(2)
        assert deliver_due() == 1  # the other person's mail leaves all the same
        for minutes in RETRY_MINUTES:
            assert deliver_due() == 0
            clock.shift(timedelta(minutes=minutes))
        deliver_due()
    row = OutboxMessage.objects.given_up().get()
    assert row.last_error == "SMTPRecipientsRefused"
    assert row.attempts == len(RETRY_MINUTES) + 1
    assert server.subjects() == ["Nummer 2"]


@pytest.mark.parametrize("change", [{"subject": HOSTILE}, {"recipient": "a@b\r\nBcc: x@example.org"}])
def test_what_is_no_mail_is_given_up_at_once_and_stops_nobody(db, server, change):
    queue(1, **change)
    queue(2)
    assert deliver_due() == 1
    assert OutboxMessage.objects.given_up().count() == 1
    assert server.subjects() == ["Nummer 2"]
    assert not [mail for mail in server.got if mail["Bcc"]]


def test_the_worker_that_does_not_run_shows_as_well(db, server):
    with time_machine.travel(MONDAY, tick=False):
        queue(1)
        assert trouble_since(MONDAY + timedelta(minutes=5)) is None
        assert trouble_since(MONDAY + timedelta(minutes=20)) == MONDAY


def time_passes():
    """Ten minutes later: the claims of dead workers are over."""
    OutboxMessage.objects.filter(sent_at=None).update(not_before=timezone.now() - timedelta(seconds=1))
    MailTrouble.objects.all().delete()


@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT", "TAKEN"])
def test_a_worker_that_dies_at_any_word_sends_once(transactional_db, server, tmp_path, word):
    with forking.database_in_a_file(tmp_path):
        queue(1)
        heard = []

        def die(said):
            if said == word and not heard:
                heard.append(said)
                os.kill(worker[0], signal.SIGKILL)

        worker = [0]
        server.on_word = lambda said: None
        go_read, go_write = os.pipe()
        worker[0] = forking.start(lambda: (os.read(go_read, 1), deliver_due()))
        server.on_word = die
        os.write(go_write, b"x")
        forking.wait(worker[0])
        assert heard == [word]
        time_passes()
        deliver_due()
        assert server.subjects() == ["Nummer 1"]
        uncertain = OutboxMessage.objects.uncertain(timezone.now()).count()
        assert uncertain == (1 if word == "TAKEN" else 0)


def test_workers_killed_at_random_send_nothing_twice_and_lose_nothing_unseen(transactional_db, server, tmp_path):
    chance = random.Random(7)  # noqa: S311 - a repeatable accident
    with forking.database_in_a_file(tmp_path):
        for number in range(12):
            queue(number)
        for _round in range(15):
            forking.kill(forking.start(deliver_due), after=chance.uniform(0.002, 0.06))
            time_passes()
        deliver_due()
        subjects = server.subjects()
        assert len(subjects) == len(set(subjects))
        perhaps = set(OutboxMessage.objects.uncertain(timezone.now()).values_list("subject", flat=True))
        assert {f"Nummer {number}" for number in range(12)} == set(subjects) | perhaps
        for row in OutboxMessage.objects.uncertain(timezone.now()).exclude(subject__in=subjects):
            send_again(message=row)
        deliver_due()
        assert sorted(server.subjects()) == sorted(f"Nummer {number}" for number in range(12))


def test_two_workers_never_take_the_same_mail(db, server):
    from portal.outbox import _claim

    row = queue(1)
    assert _claim(row.pk) is not None
    assert _claim(row.pk) is None
    assert OutboxMessage.objects.get().not_before > timezone.now() + CLAIM - timedelta(minutes=1)
