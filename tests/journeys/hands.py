"""Two ways to use a page: with a pointer where no script runs, and with the keys Tab, Space, Enter and arrows alone."""

from __future__ import annotations

from time import monotonic
from typing import Any

from playwright.sync_api import Page

from tests.journeys.people import press

MOST_TABS = 150
FOCUSED = """(target) => {
    const one = document.activeElement;
    if (!one || one === document.body) return [false, true, "body"];
    const look = getComputedStyle(one), box = one.getBoundingClientRect();
    const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [one.matches(target), (ring || look.boxShadow !== "none") && inside, one.outerHTML.slice(0, 160)];
}"""


class Pointer:
    """Taps and types; needs no script."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def push(self, target: str) -> None:
        """A button or link that leads to another page."""
        press(self.page, target)

    def pick(self, name: str, value: str) -> None:
        """One of several answers to tap on."""
        self.page.check(f"[name='{name}'][value='{value}']")

    def choose(self, name: str, value: str) -> None:
        """An entry of a list."""
        self.page.select_option(f"select[name='{name}']", value)

    def write(self, name: str, text: str) -> None:
        """Words into a field."""
        self.page.fill(f"[name='{name}']", text)

    def attach(self, file: Any) -> None:
        """A file from the device."""
        self.page.set_input_files("input[type=file]", file)


class Keys(Pointer):
    """Never touches anything; sees where the focus is, always."""

    def reach(self, target: str) -> None:
        """Tab forward to something, with the focus visible at each stop."""
        for _tab in range(MOST_TABS):
            there, visible, words = self.page.evaluate(FOCUSED, target)
            assert visible, f"the focus cannot be seen on {words}"
            if there:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {target} on {self.page.url}")

    def push(self, target: str) -> None:
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def pick(self, name: str, value: str) -> None:
        wanted = f"[name='{name}'][value='{value}']"
        if self.page.locator(wanted).get_attribute("type") == "checkbox":
            self.reach(wanted)
            self.page.keyboard.press("Space")
        else:
            self.reach(f"[name='{name}']")
            self.page.keyboard.press("Space")
            self._move(wanted, "document.activeElement.value", value)
        assert self.page.is_checked(wanted)

    def choose(self, name: str, value: str) -> None:
        self.reach(f"select[name='{name}']")
        self._move(f"select[name='{name}']", "document.activeElement.value", value)

    def write(self, name: str, text: str) -> None:
        self.reach(f"[name='{name}']")
        self.page.keyboard.insert_text(text)

    def attach(self, file: Any) -> None:
        self.page.wait_for_load_state()
        self.reach("input[type=file]")
        chosen: list[Any] = []
        self.page.once("filechooser", lambda chooser: chosen.append(chooser))
        for _press in range(3):  # a busy telephone misses a key now and then; people press again
            self.page.keyboard.press("Space")
            deadline = monotonic() + 8
            while not chosen and monotonic() < deadline:
                self.page.wait_for_timeout(20)
            if chosen:
                break
        assert chosen, f"no file can be chosen by keys on {self.page.url}"
        chosen[0].set_files(file)

    def _move(self, place: str, question: str, value: str) -> None:
        for _entry in range(60):
            if self.page.evaluate(question) == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value} in {place}")
