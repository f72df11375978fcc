"""Machines are stopped, people never: not the slow, not the assisted, not two hundred behind one address."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from services.inbox.models import Submission
from services.intake.actions import save_step
from services.intake.forms import stamp
from services.intake.models import Draft
from tests.services.intake.factories import Walker, compiled, open_form, proof, question, step

BOTS = 100


@pytest.fixture
def small(portal):
    """A form of two steps, so that many can fill it in."""
    steps = (step("one", question("one", "text", required=True)), step("two", question("two", "textarea")))
    return open_form(portal, compiled(*steps, recipient="KOORD"))


def at_the_end(client=None) -> Walker:
    """Somebody who has answered everything and is on the check page."""
    walker = Walker(client or Client(), key="small").start()
    walker.post("one", one="Text")
    walker.post("two", shown=["two"], two="Mehr Text")
    return walker


def since(page) -> str:
    return re.search(r'name="since" value="([^"]+)"', page.content.decode())[1]


def fills_everything(dice, walker):
    """Fills every field it finds, the hidden one too."""
    page = walker.get("check")
    walker.client.post(
        walker.path("check"), {"since": since(page), "website": dice.choice(["x", "http://spam.example"])}
    )


def is_instant(dice, walker):
    """Opens and sends within the same hundredth of a second."""
    now = timezone.now()
    Draft.objects.filter(pk=walker.draft).update(started_at=now)
    walker.client.post(walker.path("check"), {"since": stamp(now.timestamp()), "website": ""})


def invents_the_proof(dice, walker):
    """Sends without having read the page."""
    invented = dice.choice(["", "0", "1700000000:abc", stamp(0)[:-2], "x" * 500])
    walker.client.post(walker.path("check"), {"since": invented, "website": ""})


def has_no_cookies(dice, walker):
    """Posts to addresses it has collected."""
    Client().post(walker.path("check"), {"since": stamp(0), "website": ""})


def goes_straight_to_the_end(dice, _walker):
    """Starts and sends without answering."""
    walker = Walker(Client(), key="small").start()
    walker.client.post(walker.path("check"), {"since": stamp(0), "website": ""})


def only_reads(dice, walker):
    """Follows every address with GET."""
    for where in ("check", "receipt", "save", "both", "stay", "notice", "leave"):
        walker.get(where)


def test_of_a_hundred_naive_machines_none_sends(small):
    dice = random.Random(7)  # noqa: S311 - repeatable
    kinds = [fills_everything, is_instant, invents_the_proof, has_no_cookies, goes_straight_to_the_end, only_reads]
    victims = [at_the_end() for _kind in kinds]
    for number in range(BOTS):
        kinds[number % len(kinds)](dice, victims[number % len(kinds)])
    assert Submission.objects.count() <= BOTS // 100
    assert not Submission.objects.exists()


SLOW = [
    *({"away": minutes} for minutes in (1, 10, 31, 90, 300, 1300)),
    *({"reads": times} for times in (2, 5, 20)),
    *({"wrong": times} for times in (1, 3, 10)),
    {"language": "ar"},
    {"back": True},
    {"head": True},
    {"no_referer": True},
    {"double": True},
    {"autofill": True},
    {"away": 45, "wrong": 2, "reads": 3},
    {"old_page": True},
]


@pytest.mark.parametrize("way", SLOW, ids=str)
def test_nobody_is_stopped_for_being_slow_careful_or_assisted(small, way):
    """Twenty ways in which people with other bodies, devices and lives fill in a form."""
    headers = {} if way.get("no_referer") else {"HTTP_REFERER": "http://testserver/de/"}
    walker = Walker(Client(**headers), way.get("language", "de"), key="small").start()
    for _time in range(way.get("wrong", 0)):
        assert walker.post("one", shown=["one"], one="").status_code == 422
    walker.post("one", one="Text")
    if way.get("back"):
        walker.act("two", "back", two="Halb")
    if way.get("head"):  # some assistive programs and link checkers ask so before they open a page
        walker.client.head(walker.path("two"))
    walker.post("two", shown=["two"], two="Mehr")
    page = [walker.get("check") for _time in range(way.get("reads", 1))][0 if way.get("old_page") else -1]
    if away := way.get("away"):
        draft = Draft.objects.get()
        ago = timedelta(minutes=away)
        Draft.objects.update(started_at=draft.started_at - ago, expires_at=draft.expires_at - ago)
    data = {**proof(page), "autofilled-name": "x"} if way.get("autofill") else proof(page)
    for _time in range(2 if way.get("double") else 1):
        assert walker.client.post(walker.path("check"), data)["Location"] == walker.path("receipt")
    assert Submission.objects.count() == 1


def test_whoever_looks_like_a_machine_gets_through_with_one_more_press(small):
    walker = at_the_end()
    page = walker.get("check")
    again = walker.client.post(walker.path("check"), {"since": since(page), "website": "eine Erweiterung füllt alles"})
    assert again.status_code == 422
    data = {"since": stamp(timezone.now().timestamp() - 5), "website": ""}
    assert walker.client.post(walker.path("check"), data).status_code == 303


def test_two_hundred_people_behind_one_address_all_send_in_one_hour(small, settings):
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 600  # as in production
    for _person in range(200):
        walker = Walker(Client(REMOTE_ADDR="192.0.2.7"), key="small").start()
        store = walker.store()
        for name in ("one", "two"):  # counted by draft, never by address: not what this is about
            save_step(store=store, step=name, answers={name: "Text"}, language="de")
        ready = {"since": stamp(timezone.now().timestamp() - 60), "website": ""}
        assert walker.client.post(walker.path("check"), ready)["Location"] == walker.path("receipt")
    assert Submission.objects.count() == 200


def test_a_flood_from_one_address_is_stopped_and_its_neighbour_is_not(small, settings):
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 20
    flood = [Client(REMOTE_ADDR="192.0.2.8").post("/de/forms/small/start/").status_code for _time in range(60)]
    assert flood.count(303) == 20
    assert Client(REMOTE_ADDR="192.0.2.9").post("/de/forms/small/start/").status_code == 303
