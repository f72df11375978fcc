"""Every step of every form is light enough for an old phone in the hills: at most 14 kB compressed, style included."""

from __future__ import annotations

import gzip

import pytest

from home.demo.forms import samples
from services.intake.compiler import compile_form
from tests.services.intake.factories import Walker, form, open_form, question, step
from tests.services.intake.samples import answers_of, document_in, fill_in
from tests.services.intake.test_ten_forms import TEN, ten, walker  # noqa: F401 - a fixture

LIMIT = 14 * 1000
"""Bytes, compressed: what fits into the first answer of a connection (handbook: issue of the intake)."""

LANGUAGES = ("de", "ar", "ti")
"""The source, the longest with another direction, and the script that needs most bytes."""


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
    assert 'rel="stylesheet"' not in html
    found = {(name, code, "empty"): weight(page)}
    wrong = person.post(name, code)
    if wrong.status_code == 422:
        found[name, code, "wrong"] = weight(wrong)
    return found


@pytest.mark.parametrize("key", sorted(TEN))
def test_no_step_is_heavier_than_an_old_phone_can_carry(ten, client, key):  # noqa: F811
    document, found = document_in(ten, key), {}
    assert set(LANGUAGES) <= set(document["languages"])
    for sample in samples(key):
        person = walker(ten, client, key)

        def look(name: str, person: Walker = person) -> None:
            if (name, "de", "empty") not in found:
                for code in LANGUAGES:
                    found.update(weigh(person, name, code))

        fill_in(person, document, answers_of(sample, document), look=look)
    heavy = {place: size for place, size in found.items() if size > LIMIT}
    print(key, max(zip(found.values(), found, strict=True)))
    assert not heavy
    assert {name for name, *_rest in found} == {one["key"] for one in document["steps"]}
