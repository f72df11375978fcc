"""What people wrote is found in no table, mail, log, cache, session or cookie: a stolen copy tells nothing."""

import base64
import logging
import uuid

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from portal.outbox import deliver_due
from services.inbox import actions
from tests.services.inbox.factories import case_of, document, part, send, visitor_of

pytestmark = pytest.mark.ignore_template_errors
CANARIES = [f"kanarienvogel{number:02d}" for number in range(12)]


def every_cell():
    """Every value of every row of every table, as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names come from the database
            for row in cursor.fetchall():
                for value in row:
                    yield table, bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()


def disguises(text):
    """A text as it is, in base64 (any alignment), hex, UTF-16 and JSON escapes."""
    plain = text.encode()
    yield plain
    yield plain.hex().encode()
    yield text.encode("utf-16-le")
    for shift in range(3):
        yield base64.b64encode(b"x" * shift + plain)[4:-4]


@pytest.fixture
def story(ready, client, caplog):
    """Amira and Lena use everything once, also wrongly; returns what was left behind outside the database."""
    caplog.set_level(logging.DEBUG)
    texts = iter(CANARIES)
    receipt = send(
        ready, part(ready, document=document(next(texts))), part(ready, "VS_IM", document=document(next(texts)))
    )
    case = case_of(receipt)
    client.post("/ar/status/", {"number": receipt.number, "secret": receipt.secret, "text": ""})
    cookie = client.cookies["lotse_case_ar"].value
    for text in (next(texts), next(texts) + "x" * 3000):
        client.post("/ar/status/message/", {"case": str(case.pk), "id": str(uuid.uuid4()), "text": text})
    client.post("/ar/status/", {"number": next(texts), "secret": next(texts)})
    client.get("/ar/status/")
    client.force_login(ready.lena)
    page = reverse("case", args=[case.pk])
    for action, field in (("reply", "text"), ("note", "text")):
        for version in (1, case_of(receipt).version):
            data = {"action": action, field: next(texts), "version": version, "language": "de", "after": "waiting"}
            client.post(page, data)
    client.get(page)
    client.get(reverse("inbox"), {"q": next(texts)})
    deliver_due()
    left = [cookie, caplog.text, *(f"{sent.subject} {sent.body} {sent.message()}" for sent in mail.outbox)]
    left += [repr(value) for value in getattr(cache, "_cache", {}).values()]
    return receipt, left


def test_no_canary_is_found_anywhere(story):
    receipt, left = story
    wanted = [(text, form) for text in [*CANARIES, receipt.secret] for form in disguises(text)]
    cells = list(every_cell())
    assert any(receipt.number.encode() in value for _table, value in cells)  # the search does find what is plain
    found = [(table, text) for table, value in cells for text, form in wanted if form in value]
    assert found == []
    assert [text for text, form in wanted for value in left if form in value.encode()] == []


def test_mails_left_and_the_story_was_really_told(story, ready):
    receipt, _left = story
    case = case_of(receipt)
    assert mail.outbox
    content = actions.open_case(case=case, reader=ready.lena)
    assert [item.text for item in content.messages] == [CANARIES[2], CANARIES[7]]
    assert [item.text for item in content.notes] == [CANARIES[9]]
    assert content.document["entries"][1]["value"] == CANARIES[0]


def test_after_a_withdrawal_even_the_keys_open_nothing(story, ready):
    receipt, _left = story
    keys = {bytes(row.sealed) for row in case_of(receipt).keys.all()}
    actions.withdraw(visitor=visitor_of(ready, receipt))
    values = {value for _table, value in every_cell()}
    assert not keys & values
