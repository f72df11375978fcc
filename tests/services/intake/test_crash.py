"""Power cuts and impatient fingers: nothing acknowledged is lost or doubled (handbook: intake §4 A1, A2)."""

from __future__ import annotations

import mmap
import os
import random
import re
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from home.worker import JOBS
from tests.services.intake.crash import Browser, House, at_once, kill, serving
from tests.services.intake.crash_people import READ, SEND, STEP, UPLOAD, Person, Photo
from tests.services.intake.factories import compiled, open_form, proof, question, step

KILLS = 200
"""Web and worker together."""
LONGEST = 180
"""Seconds after which a very busy machine gives up; a quiet one needs some 40."""
SENDERS = 100
AIMS = ((STEP, 0.03, 8), (UPLOAD, 0.15, 5), (SEND, 0.05, 3))
"""What a kill waits for, how long after its begin it falls at most (about as long as it takes), how often."""

ROUND, REST = 0.06, 5.0
"""Seconds that all jobs of the worker take together, and between two rounds: one without a rest takes a processor."""

RESTING, WOKEN, AT_WORK = 0, 1, 2
"""What a worker is doing, seen by its parent also when it is dead."""

pytestmark = pytest.mark.sqlite  # kills processes on a file of its own; PostgreSQL's promises are in test_send_once


def words(*names):
    """Short steps of one text each: enough to lose something."""
    return [step(name, question(name, "text", required=True)) for name in names]


def found():
    """The portal of the house, with three forms; run in a child."""
    from services.intake.actions import publish
    from tests.cast import found_portal

    portal = found_portal()
    open_form(portal, compiled(*words("one", "two", "three"), recipient="KOORD"))
    photos = step("papers", question("letter", "file", max_files=3, accept=["image/*"]))
    for key, steps in (("papers", (*words("one"), photos)), ("short", words("one"))):
        document = compiled(*steps, recipient="KOORD", key=key)
        publish(district=portal.district, key=key, document=document)
    connection.close()


def visit():
    """Every kind of page once, so that a child has loaded it before it is born."""
    client = Client()
    for form, pages in (("small", ("one", "two", "three", "check")), ("papers", ("one", "papers", "check"))):
        base = client.post(f"/de/forms/{form}/start/")["Location"].rsplit("one/", 1)[0]
        for page in pages:
            seen = client.get(f"{base}{page}/")
            data = proof(seen) if page == "check" else {f"q-{page}": "x", "q-shown": page, "action": "continue"}
            assert client.post(f"{base}{page}/", data).status_code == 303
        assert client.get(f"{base}receipt/").status_code == 200


@pytest.fixture
def house(django_db_setup, django_db_blocker, tmp_path):
    built = House(tmp_path, django_db_blocker)
    built.run(found)
    built.warm_up(visit)
    yield built
    built.close()


def wait_until(is_so, longest=3.0, every=0.001):
    """Until something is so, but no longer than some seconds."""
    began = time.monotonic()
    while not is_so() and time.monotonic() - began < longest:
        time.sleep(every)


def aim(people, dice):
    """Wait for a good moment: in the midst of a step, an upload or a sending, or just after one was acknowledged."""
    phase, lasts, _weight = dice.choices(AIMS, [weight for *_rest, weight in AIMS])[0]
    if dice.random() < 0.7:
        wait_until(lambda: any(person.phase == phase for person in people))
        time.sleep(dice.uniform(0, lasts))
    else:
        before = sum(person.done[phase] for person in people)
        wait_until(lambda: sum(person.done[phase] for person in people) > before)


class Worker:
    """The worker's jobs again and again in a child, which is killed in the midst of them."""

    def __init__(self, house):
        self.house, self.state = house, mmap.mmap(-1, 1)  # shared with every child
        self.child = house.fork(self._work_for_ever)

    def _work_for_ever(self):
        while True:
            for _seconds, job in JOBS:
                if job.__name__ != "publish_on_time":
                    self.state[0] = AT_WORK
                    job()
            self.state[0] = RESTING
            wait_until(lambda: self.state[0] == WOKEN, REST, every=0.01)

    def strike(self, dice):
        """Kill it, most likely in the midst of its jobs, and start the next; whether it was in them."""
        if self.state[0] == RESTING:
            self.state[0] = WOKEN
        wait_until(lambda: self.state[0] == AT_WORK)
        time.sleep(dice.uniform(0, ROUND))
        kill(self.child)
        hit, self.state[0] = self.state[0] == AT_WORK, RESTING
        self.child = self.house.fork(self._work_for_ever)
        return hit


def read_what_was_sent(sent):
    """In a child, as the office: every photo of every acknowledged request opens, once, and survives the sweep."""
    from django.contrib.auth import get_user_model

    from services.inbox import actions, envelopes, files
    from services.inbox.models import Case
    from services.intake.files import sweep_files

    sweep_files(timezone.now() + timedelta(days=2))
    reader = get_user_model().objects.get(username="yasmin")
    for case in Case.objects.select_related("submission"):
        rows = files.opened(case, envelopes.key_for_office(case))
        names = [row.name for row in rows]
        assert len(names) == len(set(names)), names
        if case.submission.number in sent:
            photos: list[Photo] = sent[case.submission.number]
            assert sorted(names) == sorted(photo.name for photo in photos)
            of_name = {photo.name: photo for photo in photos}
            for row in rows:
                content = actions.open_file(case=case, reader=reader, file_id=row.row.pk)
                assert of_name[row.name].is_in(content.data)


def strike_and_restart(house, people, dice):
    """Two hundred kills; what they fell into, and the two children that live at the end."""
    web, worker = house.serve(), Worker(house)
    struck, began = Counter(), time.monotonic()
    while struck["web"] + struck["worker"] < KILLS and time.monotonic() - began < LONGEST:
        aim(people, dice)
        struck.update({person.phase or "between" for person in people})
        if (struck["web"] + struck["worker"]) % 8 == 7:
            struck["worker"] += 1
            struck["job"] += worker.strike(dice)
        else:
            struck["web"] += 1
            kill(web)
            web = house.serve()
    return struck, web, worker.child


def test_two_hundred_power_cuts_lose_nothing_that_was_acknowledged_and_double_nothing(house):
    end, began = threading.Event(), time.monotonic()
    people = [Person(house.port, number, end) for number in range(3)]
    for person in people:
        person.start()
    struck, web, worker = strike_and_restart(house, people, random.Random(20261122))  # noqa: S311 - repeatable
    end.set()
    for person in people:
        person.join(30)
    kill(web)
    kill(worker)
    done = sum((person.done for person in people), Counter())
    sent = {number: photos for person in people for number, photos in person.sent.items()}
    with_photos = sum(bool(photos) for photos in sent.values())
    fell = {phase: struck[phase] for phase in (STEP, UPLOAD, SEND, READ, "job")}
    print(
        f"\n{struck['web']} kills of web and {struck['worker']} of worker in {time.monotonic() - began:.0f} s; "
        f"somebody was in: {fell}; acknowledged: {dict(done)}; "
        f"receipts: {len(sent)}, {with_photos} of them with photos"
    )
    assert struck["web"] + struck["worker"] == KILLS
    assert not [lost for person in people for lost in person.lost]
    assert not [wrong for person in people for wrong in person.wrong]
    assert min(struck[STEP], struck[UPLOAD], struck[SEND], struck["job"]) >= 10  # the trial tried what it says
    assert done[STEP] > 100
    assert done[UPLOAD] >= 15
    assert len(sent) > 20
    assert with_photos >= 5
    stored = [number for (number,) in house.look("SELECT number FROM services_submission")]
    assert sum(len(person.sent) for person in people) == len(sent)
    assert set(sent) <= set(stored)
    assert not house.look("SELECT idempotency_key FROM services_submission GROUP BY 1 HAVING COUNT(*) > 1")
    # No case without its submission's keys, no submission without its case: nothing was half written.
    (halves,) = house.look(
        "SELECT COUNT(*) FROM services_submission s WHERE (SELECT COUNT(*) FROM services_case c "
        "JOIN services_casekey k ON k.case_id = c.id WHERE c.submission_id = s.id) <> 3"
    )
    assert halves == (0,)
    assert not house.look("SELECT path FROM services_attachment GROUP BY path HAVING COUNT(*) > 1")
    assert house.look("PRAGMA integrity_check") == [("ok",)]
    house.run(lambda: read_what_was_sent(sent))


def test_a_hundred_double_clicks_on_a_real_server_send_a_hundred_requests(house):
    receipts: list[set[str]] = []
    ((before,),) = house.look("SELECT COUNT(*) FROM services_submission")

    def prepare(number):
        browser = Browser(house.port)
        started = browser.post("/de/forms/short/start/", {})
        base = started[1].rsplit("one/", 1)[0]
        assert browser.post(f"{base}one/", {"q-one": f"one {number}", "q-shown": "one"})[0] == 303
        return browser, base

    with serving(house):
        ready = [prepare(number) for number in range(SENDERS)]
        browser, base = ready[0]
        assert browser.get(f"{base}check/")[0] == 200
        since = re.search(r'name="since" value="([^"]+)"', browser.body)[1]  # a time, the same on every page

        def press(place):
            browser, base = ready[place // 2]
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
    assert house.look("SELECT COUNT(*) FROM services_submission") == [(before + SENDERS,)]
    assert house.look("SELECT COUNT(*) FROM services_case") == [(before + SENDERS,)]


def test_the_children_are_gone():
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
