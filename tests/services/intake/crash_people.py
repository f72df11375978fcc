"""People in front of a server that dies again and again: they fill in, add photos, send, and look what is still there.

They do what a person does after a broken connection: load the page, see what it lists, send only what is missing. So
whatever was acknowledged must be there, and nothing may be there twice.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from tests.services.intake.crash import Answer, Browser

STEP, UPLOAD, SEND, READ = "step post", "upload", "send", "page"
TEXTS = {"small": ("one", "two", "three"), "papers": ("one",)}
"""The forms and their steps for text; "papers" goes on with a step for photos."""

UPLOADS_EVERY = 2
"""One round of so many adds photos: seldom enough for many steps, often enough not to be waited for."""

TRIES = 40
"""How often somebody sends the same again before giving up."""


@dataclass(frozen=True)
class Photo:
    """A picture of one colour under a name nobody else uses."""

    name: str
    colour: tuple[int, int, int]

    @property
    def data(self) -> bytes:
        """A real PNG or JPEG, by its ending."""
        out = BytesIO()
        Image.new("RGB", (24, 16), self.colour).save(out, "PNG" if self.name.endswith("png") else "JPEG")
        return out.getvalue()

    def is_in(self, data: bytes) -> bool:
        """Whether this is what was added, rebuilt: nearly the same colour everywhere."""
        found = Image.open(BytesIO(data)).convert("RGB").getpixel((3, 3))
        return all(abs(one - other) < 12 for one, other in zip(found, self.colour, strict=True))


@dataclass
class Round:
    """One form being filled in, and what the server has acknowledged of it."""

    browser: Browser
    base: str
    texts: dict[str, str] = field(default_factory=dict)
    photos: list[Photo] = field(default_factory=list)


class Person(threading.Thread):
    """Fills in a form again and again; remembers what was acknowledged and looks whether it is still there."""

    def __init__(self, port: int, number: int, until: threading.Event) -> None:
        super().__init__(daemon=True)
        self.dice, self.until, self.number = random.Random(number), until, number  # noqa: S311 - repeatable
        self.port, self.rounds, self.phase = port, 0, ""
        self.done: Counter[str] = Counter()
        self.sent: dict[str, list[Photo]] = {}
        self.lost: list[object] = []
        self.wrong: list[object] = []

    def run(self) -> None:
        """Until the trial is over."""
        while not self.until.is_set():
            self._fill_in((self.rounds + self.number) % UPLOADS_EVERY == 0)
            self.rounds += 1

    def _fill_in(self, with_photos: bool) -> None:
        form, browser = "papers" if with_photos else "small", Browser(self.port)
        started = self._ask(STEP, lambda: browser.post(f"/de/forms/{form}/start/", {}))
        if started is None or started[0] != 303:
            return
        now = Round(browser, started[1].rsplit("one/", 1)[0])
        if not all(self._say(now, name) for name in TEXTS[form]):
            return
        if with_photos and not self._add_photos(now):
            return
        self._send(now)

    def _ask(self, phase: str, ask: Callable[[], Answer | None]) -> Answer | None:
        """One request; the phase is what a kill of this moment falls into."""
        self.phase = phase
        answer = ask()
        self.phase = ""
        if answer is not None:
            self.done[phase] += 1
            if answer[0] >= 500 or "wrong=1" in answer[1]:
                self.wrong.append((phase, answer))
        return answer

    def _say(self, now: Round, name: str) -> bool:
        """Answer one step, after a broken connection once more."""
        text = f"{name} {self.number} {self.dice.random()}"
        for _try in range(TRIES):
            answer = self._ask(
                STEP, lambda: now.browser.post(f"{now.base}{name}/", {f"q-{name}": text, "q-shown": name})
            )
            if answer is not None:
                if answer[0] == 303:
                    now.texts[name] = text
                return answer[0] == 303
            self._look_at_texts(now)  # perhaps saved, perhaps not; what was acknowledged before must be there
            if self.until.is_set():
                break
        return False

    def _look_at_texts(self, now: Round) -> None:
        for name, text in now.texts.items():
            page = self._patiently(now, f"{now.base}{name}/")
            if page is None or text not in now.browser.body:
                self.lost.append((now.base, name, page))

    def _add_photos(self, now: Round) -> bool:
        for place in range(self.dice.randint(1, 2)):
            ending = self.dice.choice(("png", "jpg"))
            colour = tuple(self.dice.randrange(256) for _part in range(3))
            if not self._add(now, Photo(f"foto-{self.number}-{self.rounds}-{place}.{ending}", colour)):
                return False
        answer = None
        while answer is None and not self.until.is_set():
            answer = self._ask(STEP, lambda: now.browser.upload(f"{now.base}papers/", {"action": "continue"}, None))
        return answer is not None and answer[0] == 303

    def _add(self, now: Round, photo: Photo) -> bool:
        """Add one photo; after a broken connection look whether it is listed, and add it only if it is not."""
        for _try in range(TRIES):
            file = (photo.name, photo.data)
            answer = self._ask(
                UPLOAD, lambda file=file: now.browser.upload(f"{now.base}papers/", {"action": "add"}, file)
            )
            if answer is not None and answer[0] != 303:
                return False
            page = self._patiently(now, f"{now.base}papers/")
            listed = now.browser.body if page else ""
            missing = [kept for kept in now.photos if kept.name not in listed]
            if answer is not None and photo.name not in listed:
                missing.append(photo)
            if missing:
                self.lost.append((now.base, "papers", page, missing))
                return False
            if photo.name in listed:
                now.photos.append(photo)
                return True
            if self.until.is_set():
                break
        return False

    def _patiently(self, now: Round, path: str) -> Answer | None:
        """A page, however often the server dies before it is whole."""
        pages = (self._ask(READ, lambda: now.browser.get(path)) for _time in range(50))
        return next((page for page in pages if page is not None), None)

    def _send(self, now: Round) -> None:
        page = self._patiently(now, f"{now.base}check/")
        wanted = [*now.texts.values(), *(photo.name for photo in now.photos)]
        if page is None or page[0] != 200 or any(text not in now.browser.body for text in wanted):
            self.lost.append((now.base, "check", page))
            return
        proof = {"since": re.search(r'name="since" value="([^"]+)"', now.browser.body)[1], "website": ""}
        for _press in range(TRIES):  # an impatient person, or one whose connection broke
            answer = self._ask(SEND, lambda: now.browser.post(f"{now.base}check/", proof))
            if (answer is not None and answer[1].endswith("/receipt/")) or self.until.is_set():
                break
            if answer is not None and answer[0] == 422:  # very fast: the machine is
                time.sleep(0.05)
        receipt = self._patiently(now, f"{now.base}receipt/")
        if receipt is not None and receipt[0] == 200:
            number = re.search(r"\b[A-Z]{2,3}-\w{4}-\w{2}", now.browser.body)[0]
            if number in self.sent:
                self.wrong.append((SEND, number))
            self.sent[number] = now.photos
