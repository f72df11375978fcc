"""Step posts at twenty requests a second against a running product; the times the server needs. Part of tests.bench.

    python tests/bench_steps.py 8205       against a demo that runs already

Open loop: requests begin on time whether or not the ones before are done. The first second does not count.
"""

from __future__ import annotations

import http.client
import re
import statistics
import sys
import threading
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PER_SECOND = 20
SECONDS = 15
LIMIT_MS = 150
"""p95 (handbook: issue of the intake)."""

FORM = "/de/forms/counselling/"


class Person:
    """A draft of the counselling form, on its first step."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {}
        _status, location, _body, _ms = self.ask("POST", f"{FORM}start/", {})
        self.step = location

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str, str, float]:
        """Status, where it leads, the page, and milliseconds until the whole answer was there."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            body = urlencode({**data, "csrfmiddlewaretoken": self.cookies.get("lotse_csrf", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        started = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        spent = (time.perf_counter() - started) * 1000
        connection.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer.status, urlsplit(answer.headers.get("Location") or "").path, page, spent

    def save(self) -> tuple[int, float]:
        """Post the first step once more."""
        status, _location, _page, spent = self.ask("POST", self.step, {"q-danger": "none", "q-shown": "danger"})
        return status, spent


def measure(port: int) -> list[tuple[int, float]]:
    """Statuses and milliseconds of all posts after the first second."""
    people = [Person(port) for _person in range(PER_SECOND)]
    seen = re.search(r'name="seen"', people[0].ask("GET", people[0].step)[2])
    found: list[tuple[int, float]] = []
    threads = []
    began = time.perf_counter()
    for number in range(PER_SECOND * SECONDS):
        wait = began + number / PER_SECOND - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        person = people[number % len(people)]
        keep = number >= PER_SECOND

        def post(person: Person = person, keep: bool = keep) -> None:
            result = person.save()
            if keep:
                found.append(result)

        threads.append(threading.Thread(target=post))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert seen
    return found


def line(port: int) -> str:
    """One line for the table of the bench."""
    found = measure(port)
    times = [spent for _status, spent in found]
    good = sum(status == 303 for status, _spent in found)
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[18]
    verdict = "ok" if p95 <= LIMIT_MS else f"over {LIMIT_MS}"
    return (
        f"step posts, {PER_SECOND}/s for {SECONDS} s: {good} of {len(found)} saved, "
        f"p50 {p50:.1f} ms, p95 {p95:.1f} ms ({verdict})"
    )


if __name__ == "__main__":
    print(line(int(sys.argv[1])))
