"""Two colleagues on one case: each sees the other, nobody writes over anybody, nothing typed is lost."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, connections
from django.urls import reverse

from portal.errors import DomainError
from portal.models import User
from services.directory.models import OfficeMembership
from services.inbox import actions, presence
from services.inbox.models import Case, Message
from tests.cast import found_portal
from tests.services.inbox import desk
from tests.services.inbox.factories import case_of, send, write


@pytest.fixture
def nora(ready):
    """A colleague of Lena's."""
    return join(ready, "nora")


def join(portal, name):
    user = User.objects.create_user(name, first_name=name.title())
    user.user_permissions.set(portal.lena.user_permissions.all())
    OfficeMembership.objects.create(office=portal.offices["LRA_IM"], user=user, valid_from=date(2020, 1, 1))
    return user


@pytest.mark.ignore_template_errors
def test_nora_sees_that_lena_looks_at_the_case_without_a_script(ready, case, nora, client):
    client.force_login(ready.lena)
    assert "Nora" not in client.get(desk.address(case)).content.decode().split('id="case-state"')[1][:400]
    client.force_login(nora)
    assert "Lena" in client.get(desk.address(case)).content.decode().split('id="case-state"')[1][:400]
    presence.leave(case, ready.lena)
    assert presence.others(case, nora) == []


@pytest.mark.ignore_template_errors
def test_the_open_page_asks_who_is_there_and_whether_it_changed_without_reading_the_case(ready, case, nora, client):
    presence.look_at(case, nora)
    client.force_login(ready.lena)
    told = client.get(reverse("case_presence", args=[case.pk])).json()
    assert "Nora" in told["words"]
    assert told["version"] == 1
    assert told["token"]
    assert case.events.count() == 1
    assert "seen" not in client.session, "an abandoned desk must not stay logged in"
    actions.take(case=case, user=nora, version=1)
    assert client.get(reverse("case_presence", args=[case.pk])).json()["version"] == 2


@pytest.mark.ignore_template_errors
def test_who_was_slower_reads_what_changed_and_keeps_the_words(ready, receipt, case, nora, client):
    client.force_login(ready.lena)
    seen = case.events.count()
    actions.reply(case=case, author=nora, text="Noras Antwort", language="de", waiting=True, version=1)
    data = {
        "action": "reply",
        "version": 1,
        "seen": seen,
        "text": "Lenas Antwort",
        "language": "de",
        "after": "waiting",
    }
    response = client.post(desk.address(case), data)
    text = response.content.decode()
    assert response.status_code == 409
    problem = text.split('id="problem"')[1].split("</div>")[0]
    assert "Nora" in problem
    assert "Lenas Antwort" in text
    assert "Noras Antwort" in text
    assert case_of(receipt).messages.count() == 1


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("field", ["reply", "note"])
def test_who_writes_while_the_case_moves_gets_the_own_words_back_and_learns_nothing_else(
    ready, receipt, case, nora, client, field
):
    client.force_login(ready.lena)
    client.get(desk.address(case))
    actions.transfer(case=case, by=nora, to=ready.offices["VS_IM"], reason="moved", version=1)
    data = {"text": "Mein langer Text", "language": "de", "after": "waiting"}
    response = client.post(desk.address(case), {"action": field, "version": 1, **data})
    text = response.content.decode()
    assert response.status_code == 403
    assert "Mein langer Text" in text
    for hidden in (receipt.number, ready.offices["VS_IM"].name, str(case.pk)):
        assert hidden not in text.split("<main")[1]
    assert not Message.objects.filter(case=case, author=ready.lena).exists()


@contextmanager
def shared_database(tmp_path):
    """What a thread does first to reach the same rows as all others; on SQLite they share a file."""
    if connection.vendor != "sqlite":
        yield lambda: None
        return
    path = tmp_path / "race.sqlite3"
    with sqlite3.connect(path) as target:
        connection.connection.backup(target)
    memory = connections["default"]
    settings = {**memory.settings_dict, "NAME": str(path)}

    def enter():
        connections["default"] = memory.__class__(settings, "default")

    enter()
    try:
        yield enter
    finally:
        connections["default"].close()
        connections["default"] = memory


def at_once(enter, *works):
    """Start all at the same moment; return for each "done" or the name of the refusal."""
    barrier = Barrier(len(works))

    def run(work):
        enter()
        try:
            barrier.wait(timeout=30)
            work()
            return "done"
        except DomainError as problem:
            return type(problem).__name__
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_one_of_two_wins_and_the_other_is_told(tmp_path):
    portal = found_portal()
    actions.ensure_keys(portal.district)
    nora = join(portal, "nora")
    receipts = [send(portal) for _ in range(3)]
    with shared_database(tmp_path) as enter:

        def reply(case, author, text):
            return lambda: actions.reply(
                case=case, author=author, text=text, language="de", waiting=True, version=case.version
            )

        first, second, third = (case_of(receipt) for receipt in receipts)
        told = at_once(enter, reply(first, portal.lena, "a"), reply(first, nora, "b"))
        assert told == ["Changed", "done"]
        assert first.messages.count() == 1

        def move():
            actions.transfer(case=second, by=nora, to=portal.offices["VS_IM"], reason="moved", version=1)

        told = at_once(enter, reply(second, portal.lena, "c"), move)
        assert told in (["Changed", "done"], ["NotAllowed", "done"])
        row = Case.objects.get(pk=second.pk)
        assert row.keys.filter(recipient="office").count() == 1
        reader = portal.omar if row.office_id != first.office_id else portal.lena
        assert None not in [item.text for item in actions.open_case(case=row, reader=reader).messages]

        told = at_once(
            enter,
            reply(third, portal.lena, "d"),
            lambda: write(portal, receipts[2], "Ich schreibe gerade"),
        )
        assert told in (["Changed", "done"], ["done", "done"])
        assert Message.objects.filter(case=third, direction="in").count() == 1
        assert [event.seq for event in third.events.all()] == list(range(1, third.events.count() + 1))
