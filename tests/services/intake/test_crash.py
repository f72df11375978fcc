"""Power cuts and impatient fingers: nothing acknowledged is lost or doubled (handbook: intake §4 A1, A2)."""

from __future__ import annotations

import os
import random
import re
import threading
import time

import pytest
from django.conf import settings
from django.db import connection

from home.worker import JOBS
from tests.services.intake.crash import Browser, House, at_once, kill, serving
from tests.services.intake.factories import compiled, open_form, question, step

KILLS = 200
"""Web and worker together."""
LONGEST = 180
"""Seconds after which a very busy machine gives up; a quiet one needs some 30."""
SENDERS = 100

pytestmark = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3",
    reason="kills processes on a file of its own; the same promises on PostgreSQL are in test_send_once",
)


def small_form():
    """Three short steps: enough to lose something."""
    return compiled(
        *(step(name, question(name, "text", required=True)) for name in ("one", "two", "three")), recipient="KOORD"
    )


def found():
    """The portal of the house, with one form; run in a child."""
    from tests.cast import found_portal

    open_form(found_portal(), small_form())
    connection.close()


@pytest.fixture
def house(django_db_setup, django_db_blocker, tmp_path):
    built = House(tmp_path, django_db_blocker)
    built.run(found)
    yield built
    built.close()


class Person(threading.Thread):
    """Fills in the form again and again; remembers what was acknowledged and looks whether it is still there."""

    def __init__(self, port: int, number: int, until: threading.Event) -> None:
        super().__init__(daemon=True)
        self.dice, self.until, self.number = random.Random(number), until, number  # noqa: S311 - repeatable
        self.port, self.acknowledged, self.sent, self.lost, self.wrong = port, 0, [], [], []
        self.answers = 0

    def run(self) -> None:
        while not self.until.is_set():
            self._fill_in()

    def _answered(self) -> None:
        self.answers += 1

    def _fill_in(self) -> None:
        browser = Browser(self.port, self._answered)
        started = browser.post("/de/forms/small/start/", {})
        if started is None or started[0] != 303:
            return self._odd(started)
        base, kept = started[1].rsplit("one/", 1)[0], {}
        for name in ("one", "two", "three"):
            text = f"{name} {self.number} {self.dice.random()}"
            answer = browser.post(f"{base}{name}/", {f"q-{name}": text, "q-shown": name})
            if answer is None:  # cut off: perhaps saved, perhaps not. What was acknowledged before must be there.
                self._look_for(browser, base, kept)
                again = browser.post(f"{base}{name}/", {f"q-{name}": text, "q-shown": name})
                if again is None:
                    return None
                answer = again
            if answer[0] != 303:
                return self._odd(answer)
            kept[name] = text
            self.acknowledged += 1
        return self._send(browser, base, kept)

    def _look_for(self, browser: Browser, base: str, kept: dict[str, str]) -> None:
        for name, text in kept.items():
            page = self._patiently(browser, f"{base}{name}/")
            if page is None or text not in browser.body:
                self.lost.append((base, name, page, len(kept)))

    def _patiently(self, browser: Browser, path: str):
        """A page, however often the server dies before it is whole."""
        return next((page for _time in range(50) if (page := browser.get(path)) is not None), None)

    def _send(self, browser: Browser, base: str, kept: dict[str, str]) -> None:
        page = self._patiently(browser, f"{base}check/")
        if page is None or page[0] != 200 or any(text not in browser.body for text in kept.values()):
            self.lost.append((base, "check", page, len(kept)))
            return
        proof = {"since": re.search(r'name="since" value="([^"]+)"', browser.body)[1], "website": ""}
        for _press in range(4):  # an impatient person, or one whose connection broke
            answer = browser.post(f"{base}check/", proof)
            if answer is not None and answer[1].endswith("/receipt/"):
                break
            if answer is not None and answer[0] == 422:  # very fast: the machine is
                time.sleep(0.05)
        receipt = self._patiently(browser, f"{base}receipt/")
        if receipt is not None and receipt[0] == 200:
            self.sent.append(re.search(r"\bSCH-\w{4}-\w{2}|\b[A-Z]{2,3}-\w{4}-\w{2}", browser.body)[0])

    def _odd(self, answer) -> None:
        if answer is not None and answer[0] >= 500:
            self.wrong.append(answer)


def wait_for(people, answers):
    """Until the server has answered that often, so that a kill falls into work and not into the start."""
    began, least = time.monotonic(), sum(person.answers for person in people) + answers
    while sum(person.answers for person in people) < least and time.monotonic() - began < 3:
        time.sleep(0.002)


def work_for_ever():
    """The worker's jobs without a pause, as a child."""
    while True:
        for _seconds, job in JOBS:
            if job.__name__ != "publish_on_time":
                job()


def test_two_hundred_power_cuts_lose_nothing_that_was_acknowledged_and_double_nothing(house):
    dice = random.Random(20261122)  # noqa: S311 - repeatable
    end, began = threading.Event(), time.monotonic()
    people = [Person(house.port, number, end) for number in range(3)]
    web, worker = house.serve(), house.fork(work_for_ever)
    for person in people:
        person.start()
    kills = 0
    while kills < KILLS and time.monotonic() - began < LONGEST:
        wait_for(people, dice.randint(0, 2))
        time.sleep(dice.uniform(0, 0.03))
        if kills % 8 == 7:
            kill(worker)
            worker = house.fork(work_for_ever)
        else:
            kill(web)
            web = house.serve()
        kills += 1
    end.set()
    for person in people:
        person.join(30)
    kill(web)
    kill(worker)
    assert kills == KILLS
    assert not [lost for person in people for lost in person.lost]
    assert not [wrong for person in people for wrong in person.wrong]
    told = [number for person in people for number in person.sent]
    stored = [number for (number,) in house.look("SELECT number FROM services_submission")]
    assert sum(person.acknowledged for person in people) > 100
    assert len(told) > 20
    assert len(told) == len(set(told))
    assert set(told) <= set(stored)
    assert not house.look("SELECT idempotency_key FROM services_submission GROUP BY 1 HAVING COUNT(*) > 1")
    # No case without its submission's keys, no submission without its case: nothing was half written.
    (halves,) = house.look(
        "SELECT COUNT(*) FROM services_submission s WHERE (SELECT COUNT(*) FROM services_case c "
        "JOIN services_casekey k ON k.case_id = c.id WHERE c.submission_id = s.id) <> 3"
    )
    assert halves == (0,)
    assert house.look("PRAGMA integrity_check") == [("ok",)]


def test_a_hundred_double_clicks_on_a_real_server_send_a_hundred_requests(house):
    receipts: list[set[str]] = []

    def prepare(number):
        browser = Browser(house.port)
        started = browser.post("/de/forms/small/start/", {})
        base = started[1].rsplit("one/", 1)[0]
        for name in ("one", "two", "three"):
            assert browser.post(f"{base}{name}/", {f"q-{name}": f"{name} {number}", "q-shown": name})[0] == 303
        assert browser.get(f"{base}check/")[0] == 200
        return browser, base, re.search(r'name="since" value="([^"]+)"', browser.body)[1]

    with serving(house):
        ready = [prepare(number) for number in range(SENDERS)]

        def press(place):
            browser, base, since = ready[place // 2]
            own = Browser(browser.port)
            own.cookies = dict(browser.cookies)
            answer = own.post(f"{base}check/", {"since": since, "website": ""})
            return answer, own.get(f"{base}receipt/"), re.findall(r"\d{4} \d{4} \d{4} \d{4}", own.body)

        for start in range(0, 2 * SENDERS, 40):  # forty fingers at a time
            answers = at_once(40, lambda place, start=start: press(start + place))
            for first, second in zip(answers[::2], answers[1::2], strict=True):
                assert first[0][0] == second[0][0] == 303
                receipts.append({*first[2], *second[2]})
    assert [len(pair) for pair in receipts] == [1] * SENDERS
    assert house.look("SELECT COUNT(*) FROM services_submission") == [(SENDERS,)]
    assert house.look("SELECT COUNT(*) FROM services_case") == [(SENDERS,)]


def test_the_children_are_gone():
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
