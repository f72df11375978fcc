"""Somebody fills in a form together with the person: said at the start, seen on every page, kept with the case."""

from __future__ import annotations

import pytest

from services.inbox.models import Submission
from tests.services.intake.factories import Walker, compiled, open_form, question, step


@pytest.fixture
def form(portal):
    return lambda **more: open_form(portal, compiled(step("a", question("x", required=True)), **more))


def sent(client, **told):
    person = Walker(client, key="small").start(**told)
    step_page = person.get("a").content.decode()
    person.post("a", shown=["x"], x="yes")
    receipt = client.get(person.send()["Location"]).content.decode()
    return step_page, receipt


def test_the_start_page_offers_it_and_the_case_says_so(portal, form, client):
    form()
    assert 'name="assisted"' in client.get("/en/forms/small/").content.decode()
    step_page, receipt = sent(client, assisted="yes")
    assert 'class="note"' in step_page
    assert "Gehen Sie" not in step_page
    assert Submission.objects.get().assisted is True
    assert 'class="note note--warning"' in receipt


def test_alone_nothing_of_it_is_seen_or_kept(portal, form, client):
    form()
    step_page, receipt = sent(client)
    assert '<aside class="note"' not in step_page
    assert 'class="note note--warning"' not in receipt
    assert Submission.objects.get().assisted is False


def test_a_form_that_does_not_allow_it_neither_offers_nor_believes_it(portal, form, client):
    form(assisted=False)
    assert 'name="assisted"' not in client.get("/de/forms/small/").content.decode()
    sent(client, assisted="yes")
    assert Submission.objects.get().assisted is False


def test_staff_see_with_whose_account_they_help_and_the_person_gets_the_receipt(portal, form, client):
    form()
    client.force_login(portal.lena)
    step_page, _receipt = sent(client, assisted="yes")
    assert (portal.lena.get_full_name() or portal.lena.username) in step_page


def test_an_account_is_not_named_where_nobody_helps(portal, form, client):
    form()
    client.force_login(portal.lena)
    step_page, _receipt = sent(client)
    assert (portal.lena.get_full_name() or portal.lena.username) not in step_page
