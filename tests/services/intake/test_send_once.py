"""Exactly once on PostgreSQL: a hundred pairs of clicks at the same moment (handbook: intake §4 A2)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from portal.models import OutboxMessage
from services.inbox.models import Case, Submission
from tests.services.intake.crash import at_once
from tests.services.intake.factories import Walker, compiled, open_form, proof, question, step

SENDERS = 100
FINGERS = 20

needs_postgresql = pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="on SQLite the same is tried on a real server in test_crash",
)


@needs_postgresql
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_hundred_double_clicks_send_a_hundred_requests():
    from tests.cast import found_portal

    open_form(found_portal(), compiled(step("one", question("one", "text")), recipient="KOORD"))
    people = [Walker(Client(), key="small").start() for _person in range(SENDERS)]
    proofs = []
    for person in people:
        person.post("one", one="Text")
        proofs.append(proof(person.get("check")))

    def press(place):
        person = people[place // 2]
        browser = Client()
        browser.cookies = person.client.cookies.copy()
        try:
            return browser.post(person.path("check"), proofs[place // 2])["Location"]
        finally:
            connections.close_all()

    for start in range(0, 2 * SENDERS, FINGERS):
        led = at_once(FINGERS, lambda place, start=start: press(start + place))
        assert led == [people[(start + place) // 2].path("receipt") for place in range(FINGERS)]
    assert Submission.objects.count() == Case.objects.count() == SENDERS
    receipts = {(store.receipt["number"], store.receipt["secret"]) for store in (person.store() for person in people)}
    assert len(receipts) == SENDERS
    mails = OutboxMessage.objects.filter(dedupe_key__startswith="case-new:")
    assert mails.count() == SENDERS


@pytest.mark.django_db
def test_a_crash_between_the_commit_and_the_answer_shows_the_same_receipt(portal, monkeypatch):
    open_form(portal, compiled(step("one", question("one", "text")), recipient="KOORD"))
    amira = Walker(Client(raise_request_exception=False), key="small").start()
    amira.post("one", one="Text")
    data = proof(amira.get("check"))

    def power_cut(*args):
        raise SystemError

    with monkeypatch.context() as broken:
        broken.setattr("services.intake.views.SeeOther", power_cut)
        assert amira.client.post(amira.path("check"), data).status_code == 500
    assert amira.client.post(amira.path("check"), data)["Location"] == amira.path("receipt")
    assert amira.get("check")["Location"] == amira.path("receipt")
    pages = [amira.get("receipt").content for _time in range(2)]
    assert Submission.objects.get().number.encode() in pages[0]
    assert Submission.objects.count() == 1


@pytest.mark.django_db
def test_a_crash_in_the_middle_leaves_no_half_and_the_answers_stay(portal, monkeypatch):
    open_form(portal, compiled(step("one", question("one", "text")), recipient="KOORD"))
    amira = Walker(Client(raise_request_exception=False), key="small").start()
    amira.post("one", one="Text")
    data = proof(amira.get("check"))

    def power_cut(*args):
        raise SystemError

    with monkeypatch.context() as broken:
        broken.setattr("services.inbox.sending.notify_new_case", power_cut)
        assert amira.client.post(amira.path("check"), data).status_code == 500
    assert not Submission.objects.exists()
    assert not Case.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert amira.store().kept.answers == {"one": "Text"}
    assert amira.client.post(amira.path("check"), data)["Location"] == amira.path("receipt")
    assert Submission.objects.count() == 1
