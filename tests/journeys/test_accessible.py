"""Pages outside the sitemap, and pages that fall back: no axe violation, no sideways scroll, no other host.

Every address of the sitemap is looked at in `test_crawl_accessible`.
"""

from __future__ import annotations

import pytest

from portal.languages import LANGUAGES
from tests.journeys.conftest import SMALL, WIDE

pytestmark = pytest.mark.browser
OUTSIDE_THE_SITEMAP = [
    "courses/?view=month",
    "search/?q=Wohnung",
    "who-helps/",
    "offices/",
    "languages/",
    "status/",
    "feedback/",
    "meetings/",
    "nowhere/",
]
FALLING_BACK = ["", "housing/", "arrival/registration/", "emergency/", "courses/", "forms/counselling/"]


@pytest.mark.parametrize("code", ["de", "ar", "uk", "ti"])
def test_nobody_is_shut_out_of_what_is_not_in_the_sitemap(walk, demo, code):
    views = (SMALL, WIDE) if code == "de" else (SMALL,)
    found = {path: walk(f"{demo.url}/{code}/{path}", *views) for path in OUTSIDE_THE_SITEMAP}
    assert not {path: wrong for path, wrong in found.items() if wrong}


@pytest.mark.parametrize("code", [entry.code for entry in LANGUAGES if not entry.complete])
def test_nobody_is_shut_out_where_the_text_falls_back(walk, demo, code):
    view = (SMALL, WIDE)[[entry.code for entry in LANGUAGES].index(code) % 2]
    found = {path: walk(f"{demo.url}/{code}/{path}", view) for path in FALLING_BACK}
    assert not {path: wrong for path, wrong in found.items() if wrong}


@pytest.mark.parametrize("path", ["", "arrival/registration/", "courses/", "who-helps/"])
@pytest.mark.parametrize("code", ["de", "ar"])
def test_text_twice_as_large_still_fits(visit, demo, code, path):
    seen = visit(width=360)
    seen.page.goto(f"{demo.url}/{code}/{path}")
    seen.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert seen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("path", ["", "arrival/registration/", "courses/", "emergency/"])
def test_arabic_is_the_mirror_of_german(visit, demo, path):
    """Block boxes of the German page must mirror when the direction turns (handbook: look §5.3)."""
    seen = visit(width=1280)
    seen.page.goto(f"{demo.url}/de/{path}")
    boxes = """() => [...document.querySelectorAll(
            'header,main,footer,h1,h2,h3,p,ul,ol,li,table,form,section,.card,.button')]
        .filter(e => e.getBoundingClientRect().width && getComputedStyle(e).display !== 'inline')
        .map(e => { const b = e.getBoundingClientRect(); return [b.left, b.right, b.width] })"""
    before = seen.page.evaluate(boxes)
    seen.page.evaluate("document.documentElement.dir = 'rtl'")
    after = seen.page.evaluate(boxes)
    width = seen.page.evaluate("document.documentElement.clientWidth")
    wrong = [
        (b, a) for b, a in zip(before, after, strict=True) if abs(b[2] - a[2]) < 1 and abs((width - b[1]) - a[0]) > 3
    ]
    assert len(wrong) <= len(before) * 0.02, wrong[:5]


@pytest.mark.parametrize("code", ["de", "ar"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit, demo, code):
    seen = visit(width=1280)
    seen.page.goto(f"{demo.url}/{code}/arrival/registration/")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    reached = 0
    for _press in range(40):
        seen.page.keyboard.press("Tab")
        box = seen.page.evaluate("""() => { const e = document.activeElement; const s = getComputedStyle(e);
            return e === document.body ? null : [s.outlineStyle, e.getBoundingClientRect().width] }""")
        if box is None:
            break
        reached += 1
        assert box[0] != "none"
    assert reached >= 15
