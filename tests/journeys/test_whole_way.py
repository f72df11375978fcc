"""Amira asks about a letter on one telephone, goes on with another and withdraws: without scripts, or by keys alone."""

from __future__ import annotations

import re

import pytest

from tests.journeys.filling import PICTURE, READING
from tests.journeys.hands import Keys, Pointer

pytestmark = pytest.mark.browser
CONTINUE = "main button[name=action][value=continue]"
ADD = "main button[name=action][value=add]"
WORDS = {"de": "Ich verstehe den Brief nicht.", "ar": "لا أفهم الرسالة."}
NAMES = {"de": "Brief Seite 1.png", "ar": "رسالة.png"}


def letter(code: str) -> dict[str, object]:
    return {"name": NAMES[code], "mimeType": "image/png", "buffer": PICTURE}


def begin(hand: Pointer, url: str, code: str) -> str:
    """As far as the letter; returns the code to go on elsewhere."""
    page = hand.page
    page.goto(f"{url}/{code}/forms/counselling/")
    hand.push("main form .buttons button")
    hand.push(CONTINUE)
    assert page.locator("[role=alert]").count() == 1, "nothing was answered"
    hand.pick("q-danger", "none")
    hand.push(CONTINUE)
    hand.pick("q-actor", "self")
    hand.push(CONTINUE)
    hand.choose("q-ags", "08326017")
    hand.pick("q-phase", "AU")
    hand.pick("q-unaccompanied_minor", "no")
    hand.push(CONTINUE)  # a branch opened: since when?
    hand.push(CONTINUE)
    hand.pick("q-topics", "letter")
    hand.write("q-text", WORDS[code])
    hand.push(CONTINUE)
    while "/topic/" in page.url:  # a letter asks for a deadline
        hand.push(CONTINUE)
    assert "/letter/" in page.url
    hand.attach(letter(code))
    hand.push(ADD)
    assert NAMES[code] in page.inner_text(".file-list")
    hand.push("main button[name=action][value=save]")
    hand.push("main form[novalidate] .buttons button")
    return re.search(r"\d{4}\s\d{4}\s\d{4}\s\d{4}", page.inner_text("main")).group()


def go_on_elsewhere(hand: Pointer, url: str, code: str, key: str) -> tuple[str, str]:
    """From the code to the receipt; returns number and secret."""
    page = hand.page
    page.goto(f"{url}/{code}/forms/resume/")
    hand.write("code", key)
    hand.push("main form[data-resume] button")
    assert "/contact/" in page.url, "goes on where she stopped"
    hand.push("main button[name=action][value=back]")
    assert NAMES[code] in page.inner_text(".file-list")
    hand.push(CONTINUE)
    hand.choose("q-contact_lang", code)
    hand.pick("q-interpreter", "no")
    hand.pick("q-channels", "visit")
    hand.push(CONTINUE)
    assert page.url.endswith("/check/")
    text = page.inner_text("main")
    assert NAMES[code] in text
    assert WORDS[code] in text
    page.wait_for_timeout(READING * 1000)
    hand.push("main form:has(.website-field) .buttons button")
    receipt = page.inner_text("main")
    number = re.search(r"SBK-[A-Z0-9]{4}-[A-Z0-9]{2}", receipt).group()
    return number, re.search(r"\d{4}\s\d{4}\s\d{4}\s\d{4}", receipt).group()


def come_back(hand: Pointer, code: str, number: str, secret: str) -> None:
    """The status page: write with a file, then withdraw."""
    page = hand.page
    hand.push(f"main a[href='/{code}/status/']")
    hand.write("number", number)
    hand.write("secret", secret)
    hand.push("main form[data-receipt] button")
    hand.attach(letter(code))
    hand.push(ADD)
    assert NAMES[code] in page.inner_text(".file-list")
    hand.write("text", WORDS[code])
    hand.push("main button[name=action][value=send]")
    message = page.locator("article.card").last.inner_text()
    assert WORDS[code] in message
    assert NAMES[code] in message
    hand.push("main a[href$='/withdraw/']")
    hand.push("main form[action$='/withdraw/'] button")
    assert page.locator(".note--success").count() == 1
    assert WORDS[code] not in page.inner_text("main")


@pytest.mark.parametrize("code", ["de", "ar"])
@pytest.mark.parametrize("way", [Pointer, Keys])
def test_a_letter_is_sent_from_two_telephones_and_withdrawn(visit, demo, way, code):
    scripts = way is Keys
    first, second = visit(width=320, js=scripts, locale=code), visit(width=320, js=scripts, locale=code)
    key = begin(way(first.page), demo.url, code)
    hand = way(second.page)
    number, secret = go_on_elsewhere(hand, demo.url, code, key)
    come_back(hand, code, number, secret)
    assert first.hosts == second.hosts == {demo.url.split("/")[2]}
    assert not [text for text in first.complaints + second.complaints if "422" not in text]
