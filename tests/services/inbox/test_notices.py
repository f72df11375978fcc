"""Amira wants to hear that there is news: by a mail that says nothing, to an address nobody else can read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone, translation

from portal.errors import TooMany
from portal.models import OutboxMessage
from portal.outbox import deliver_due
from portal.sealing import KeyMissing
from services.inbox import actions, notices
from services.inbox.models import EscrowKey, Notice
from tests.services.inbox.factories import case_of, send, submission_of, visitor_of

ADDRESS = "kanarienvogel-amira@example.org"


@pytest.fixture
def receipt(portal):
    actions.ensure_keys(portal.district)
    return send(portal)


def want(portal, receipt, address=ADDRESS, language="ar"):
    notices.want_notice(
        district=portal.district, number=receipt.number, address=address, language=language, at=timezone.now()
    )


def post():
    """The worker's round; the mails to Amira."""
    notices.queue_notices()
    deliver_due()
    return [one for one in mail.outbox if ADDRESS in one.to]


def confirmed(portal, receipt):
    """Amira has entered the digits."""
    want(portal, receipt)
    digits = re.search(r"\d{3} \d{3}", post()[-1].body)[0].replace(" ", "")
    notices.confirm_notice(submission=submission_of(receipt), digits=digits, at=timezone.now())
    mail.outbox.clear()


def reply(portal, receipt, text="Kommen Sie am Dienstag."):
    case = case_of(receipt)
    actions.reply(case=case, author=portal.lena, text=text, language="de", waiting=False, version=case.version)


def everything() -> str:
    """The two tables an address could stand in."""
    with connection.cursor() as cursor:
        cells = []
        for table in ("services_notice", "portal_outboxmessage"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - ours
            cells += [
                bytes(c).decode("latin-1") if isinstance(c, bytes | memoryview) else str(c)
                for row in cursor
                for c in row
            ]
    return "\n".join(cells)


def test_first_comes_a_mail_with_six_digits_and_nothing_else_before_they_are_entered(portal, receipt):
    want(portal, receipt)
    reply(portal, receipt)
    (first,) = post()
    assert re.search(r"\d{3} \d{3}", first.body)
    assert post() == [first]
    assert Notice.objects.get().confirmed_at is None


def test_then_one_mail_tells_of_news_in_her_language_and_says_nothing(portal, receipt):
    confirmed(portal, receipt)
    reply(portal, receipt)
    (one,) = post()
    with translation.override("ar"):
        assert one.subject == translation.gettext("There is news about your request")
    for secret in (receipt.number, receipt.secret, "Dienstag", "http", "Landratsamt", "Wohnen", "Lena", "DRK"):
        assert secret not in one.subject + one.body


def test_nobody_is_nagged_until_they_have_looked(portal, receipt):
    confirmed(portal, receipt)
    for _time in range(3):
        reply(portal, receipt)
        post()
    assert len(post()) == 1
    visitor = visitor_of(portal, receipt)
    actions.read_as_visitor(visitor=visitor, case=case_of(receipt))
    assert len(post()) == 1
    reply(portal, receipt)
    assert len(post()) == 2


def test_who_looks_before_the_worker_came_gets_no_mail(portal, receipt):
    confirmed(portal, receipt)
    reply(portal, receipt)
    actions.read_as_visitor(visitor=visitor_of(portal, receipt), case=case_of(receipt))
    assert not post()


def test_closing_is_news_and_her_own_message_is_none(portal, receipt):
    confirmed(portal, receipt)
    case = case_of(receipt)
    actions.close(case=case, by=portal.lena, reason="helped", version=case.version)
    assert len(post()) == 1


def test_the_address_stands_nowhere_readable_before_or_after(portal, receipt):
    want(portal, receipt)
    assert ADDRESS not in everything()
    notices.queue_notices()
    assert ADDRESS not in everything()
    assert post()
    assert ADDRESS not in everything()
    assert OutboxMessage.objects.get(dedupe_key__startswith="notice:").recipient_ct is None


def test_the_public_role_takes_an_address_and_cannot_read_it(portal, receipt, settings):
    settings.LOTSE_ROLE = "public"
    want(portal, receipt)
    with pytest.raises(KeyMissing):
        notices.queue_notices()
    settings.LOTSE_ROLE = "all"
    assert post()


def test_a_mail_that_cannot_be_opened_waits_and_is_not_lost(portal, receipt, settings):
    want(portal, receipt)
    notices.queue_notices()
    settings.LOTSE_ROLE = "public"  # the worker lost its master key
    deliver_due()
    message = OutboxMessage.objects.get(dedupe_key__startswith="notice:")
    assert message.last_error == "KeyMissing"
    assert message.sent_at is None
    assert message.not_before > timezone.now()


def test_wrong_digits_confirm_nothing_and_are_counted(portal, receipt):
    want(portal, receipt)
    right = re.search(r"\d{3} \d{3}", post()[-1].body)[0].replace(" ", "")
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _time in range(10):
        with pytest.raises(notices.WrongDigits):
            notices.confirm_notice(submission=submission_of(receipt), digits=wrong, at=timezone.now())
    with pytest.raises(TooMany):
        notices.confirm_notice(submission=submission_of(receipt), digits=right, at=timezone.now())
    assert Notice.objects.get().confirmed_at is None


def test_nobody_can_have_many_strangers_written_to(portal, receipt):
    for number in range(3):
        want(portal, receipt, f"somebody{number}@example.org")
    with pytest.raises(TooMany):
        want(portal, receipt, "one-more@example.org")
    assert Notice.objects.count() == 1


def test_digits_of_another_request_confirm_nothing(portal, receipt):
    want(portal, receipt)
    digits = re.search(r"\d{3} \d{3}", post()[-1].body)[0].replace(" ", "")
    other = send(portal)
    want(portal, other, "b@example.org")
    with pytest.raises(notices.WrongDigits):
        notices.confirm_notice(submission=submission_of(other), digits=digits, at=timezone.now())


def test_withdrawing_erases_the_address_and_ends_the_mails(portal, receipt):
    confirmed(portal, receipt)
    actions.withdraw(visitor=visitor_of(portal, receipt))
    assert not Notice.objects.exists()
    with pytest.raises(actions.NotPossible):
        want(portal, receipt)


def test_without_an_escrow_key_nothing_is_written(portal, receipt):
    EscrowKey.objects.all().delete()
    with pytest.raises(KeyMissing):
        want(portal, receipt)
    assert not Notice.objects.exists()


def test_the_worker_may_be_killed_and_run_again(portal, receipt):
    want(portal, receipt)
    assert notices.queue_notices() == 1
    Notice.objects.update(asked_at=None)  # as if it had been cut off before the row was written
    assert notices.queue_notices() == 1
    assert len(post()) == 1


# On the status page ---------------------------------------------------------------------------------------------------


def enter(client, receipt):
    client.post("/de/status/", {"number": receipt.number, "secret": receipt.secret})
    return client


def test_on_the_status_page_she_switches_on_confirms_and_off(portal, client, receipt):
    enter(client, receipt)
    data = {"action": "want", "email": ADDRESS, "sure": "on"}
    assert client.post("/de/status/notice/", data).status_code == 303
    digits = re.search(r"\d{3} \d{3}", post()[-1].body)[0]
    assert 'name="digits"' in client.get("/de/status/").content.decode()
    assert client.post("/de/status/notice/", {"action": "confirm", "digits": digits}).status_code == 303
    assert 'value="stop"' in client.get("/de/status/").content.decode()
    assert ADDRESS not in client.get("/de/status/").content.decode()
    client.post("/de/status/notice/", {"action": "stop"})
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"action": "want", "email": "nonsense", "sure": "on"},
        {"action": "want", "email": ADDRESS},
        {"action": "want"},
        {"action": "confirm", "digits": "12"},
        {"action": "\x00", "email": "a\nBcc: b@example.org", "sure": "on"},
    ],
)
def test_what_is_wrong_is_told_and_kept(portal, client, receipt, data):
    enter(client, receipt)
    response = client.post("/de/status/notice/", data)
    assert response.status_code == 422
    assert not Notice.objects.exists()
    if data.get("email") == ADDRESS:
        assert ADDRESS in response.content.decode()


def test_omar_without_the_receipt_switches_nothing(portal, client, receipt):
    client.force_login(portal.omar)
    response = client.post("/de/status/notice/", {"action": "want", "email": ADDRESS, "sure": "on"})
    assert response.status_code == 303
    assert not Notice.objects.exists()


def test_a_pending_mail_is_not_older_than_its_wish(portal, receipt):
    want(portal, receipt)
    row = Notice.objects.get()
    assert timezone.now() - row.wanted_at < timedelta(minutes=1)
