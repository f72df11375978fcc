"""The real product in a real browser: the demo as `make run` starts it, on a free port, with a copy of its data."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from home.management.commands.run_demo import is_prepared
from tests.journeys.axe import AXE, FAULTS, FLAGS, TAGS
from tests.journeys.serve import TOUR
from tests.run import free_port

ROOT = Path(__file__).resolve().parents[2]
PREPARED = ROOT / "var" / "test-demo"
SMALL, WIDE = (320, "light"), (1280, "dark")


def faults(page: Page, *views: tuple[int, str]) -> list[list[str]]:
    """What shuts somebody out of the open page: axe's rules and having to scroll sideways.

    A view is a width in pixels and a colour scheme; the one that the window has already comes first.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    found = []
    for width, scheme in sorted(views or (SMALL, WIDE), key=lambda view: view[0] != page.viewport_size["width"]):
        if page.viewport_size["width"] != width:
            page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [[f"{width} {scheme}", *fault] for fault in page.evaluate(FAULTS, TAGS)]
    return found


@dataclass
class Demo:
    """A running demo: its address, the rows of its tour by name, and the cookies of who has logged in (people.py)."""

    url: str
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    sessions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """Address of a row of the tour."""
        return self.rows[name]["url"]


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.demo", "LOTSE_VAR": str(folder), "PORT": str(port)}


def prepare() -> None:
    """Bring the demo's data up to date, one process at a time; nothing is started where it is already."""
    PREPARED.mkdir(parents=True, exist_ok=True)
    with open(PREPARED.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_prepared(PREPARED):
            return
        command = [sys.executable, "manage.py", "run_demo", "--prepare"]
        subprocess.run(command, cwd=ROOT, env=_environment(PREPARED, 8000), check=True, timeout=240)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Demo:
    """Start the demo once for all journeys of a process."""
    prepare()
    command = [sys.executable, "-m", "tests.journeys.serve"]
    folder = tmp_path_factory.mktemp("demo") / "var"
    shutil.copytree(PREPARED, folder)
    port = free_port()
    log = open(folder / "log.txt", "w")  # noqa: SIM115 - the server writes into it until the end
    server = subprocess.Popen(
        command, cwd=ROOT, env=_environment(folder, port), stdout=log, stderr=log, start_new_session=True
    )
    try:
        _wait(f"http://localhost:{port}/healthz", server, folder / "log.txt")
        rows = json.loads((folder / TOUR).read_text(encoding="utf-8"))
        yield Demo(f"http://localhost:{port}", {row["name"]: row for row in rows})
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # its data is thrown away: nothing has to be brought to an end
        server.wait(20)
        log.close()


def _wait(url: str, server: subprocess.Popen, log: Path) -> None:
    for _attempt in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(log.read_text())


@pytest.fixture(scope="session")
def browser() -> Browser:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", FLAGS]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium-headless-shell"), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def walk(browser, demo) -> Callable[[str], list[list[str]]]:
    """Open one address after the other in one window and tell the faults of each, other hosts and complaints too."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(AXE)  # sent to the browser once
    page = context.new_page()
    hosts: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def step(url: str, *views: tuple[int, str]) -> list[list[str]]:
        hosts.clear()
        complaints.clear()
        page.goto(url, wait_until="load")
        found = faults(page, *views)
        found += [["another host", host] for host in hosts - {demo.url.split("/")[2]}]
        return found + [["complaint", text] for text in complaints if "404" not in text]

    yield step
    context.close()


@dataclass
class Visit:
    """One visit with a browser: the page, and what went wrong on the way."""

    page: Page
    hosts: set[str]
    complaints: list[str]


@pytest.fixture
def visit(browser, demo):
    """Open a visit: `visit(width=320, js=False, locale="ar")`. Other hosts and console errors are collected."""
    contexts = []

    def open_visit(width: int = 360, js: bool = True, scheme: str = "light", locale: str = "de") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=js, color_scheme=scheme, locale=locale
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        found = Visit(page, set(), [])
        page.on("request", lambda request: found.hosts.add(request.url.split("/")[2]))
        page.on("console", lambda message: message.type == "error" and found.complaints.append(message.text))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield open_visit
    for context in contexts:
        context.close()
