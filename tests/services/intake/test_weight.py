"""Every step of every form is light enough for an old phone in the hills: at most 14 kB compressed, style included."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from home.demo.forms import form_source, samples, tables
from services.intake.actions import publish
from services.intake.compiler import compile_form
from tests.services.intake.factories import Walker, know_who_helps, sentences
from tests.services.intake.samples import answers_of, fill_in
from tests.services.intake.test_ten_forms import TEN, walker

LIMIT = 14 * 1000
"""Bytes, compressed: what fits into the first answer of a connection (handbook: issue of the intake)."""

SCRIPTS = {"ar": 0x0627, "ti": 0x1200}
"""The first letter of other writings: one from right to left, and one that needs three bytes for each letter."""

KEPT = re.compile(r"(\{[^}]*\}|\]\([^)]*\)|[^A-Za-zÄÖÜäöüß{\]]+|[{\]])")


def in_letters(text: str, first: int) -> str:
    """As many letters of another writing, and as various; what a translation must keep is kept.

    Stands in for a translation: German is longer than Arabic or Tigrinya, so the page is no lighter than it will be.
    """
    parts = KEPT.split(text)
    return "".join(part if KEPT.fullmatch(part) else "".join(_letter(one, first) for one in part) for part in parts)


def _letter(one: str, first: int) -> str:
    return chr(first + (ord(one.lower()) - 97) % 26)


def in_all_writings(key: str) -> dict[str, dict[str, str]]:
    """The real translations; where sentences are not translated yet, the stand-in."""
    wanted = sentences(form_source(key))
    return {
        code: {text: in_letters(text, first) for text in wanted} | tables().get(code, {})
        for code, first in SCRIPTS.items()
    }


def every_way(key: str) -> list[dict[str, Any]]:
    """The samples, and those who write for somebody that does not know it, who see a step of their own."""
    asked = [one for one in samples(key) if "knows" in one["answers"]]
    return [*samples(key), *({**one, "answers": {**one["answers"], "knows": "no"}} for one in asked)]


def weight(page) -> int:
    """Bytes on the way: the page with its style, as a server compresses it."""
    return len(gzip.compress(page.content, 6))


def weigh(person: Walker, name: str, code: str) -> dict[tuple[str, str, str], int]:
    """A step as it is found, and with everything wrong."""
    page = person.get(name, code)
    assert page.status_code == 200
    html = page.content.decode()
    assert f'<html lang="{code}"' in html
    assert "<style>" in html
    assert not re.search(r'rel="stylesheet"', html)  # nothing that would have to be counted as well
    found = {(name, code, "empty"): weight(page)}
    wrong = person.post(name, code, shown=re.findall(r'name="q-shown" value="(\w+)"', html))
    if wrong.status_code == 422:
        found[name, code, "wrong"] = weight(wrong)
    return found


@pytest.mark.parametrize("key", sorted(TEN))
def test_no_step_is_heavier_than_an_old_phone_can_carry(portal, client, key):
    know_who_helps(portal)
    document, found = compile_form(form_source(key), in_all_writings(key)), {}
    assert {"de", *SCRIPTS} <= set(document["languages"])
    publish(district=portal.district, key=key, document=document)
    for sample in every_way(key):
        person = walker(portal, client, key)

        def look(name: str, person: Walker = person) -> None:
            if (name, "de", "empty") not in found:
                for code in ("de", *SCRIPTS):
                    found.update(weigh(person, name, code))

        fill_in(person, document, answers_of(sample, document), look=look)
    heaviest = max(found, key=found.__getitem__)
    print(f"\n{key}: {len(found)} pages, heaviest {found[heaviest]} bytes: {heaviest}")
    assert not {place: size for place, size in found.items() if size > LIMIT}
    assert {name for name, *_rest in found} == {one["key"] for one in document["steps"]}
