"""Nobody is shut out of the network's pages and the coordinators' desk, in both views and both directions."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import SMALL, WIDE, faults
from tests.journeys.people import log_in

pytestmark = pytest.mark.browser

OF_MEMBERS = ["meetings", "meeting_minutes", "needs", "members", "rsvp_link"]
OF_COORDINATORS = ["desk", "reports", "course_planning"]


def test_members_read_and_answer_on_a_phone_from_left_and_from_right(visit, demo):
    page = visit(width=320).page
    log_in(page, demo, "network_member", start="/de/meetings/")
    found = {}
    for row in OF_MEMBERS:
        for code, view in (("de", SMALL), ("ar", WIDE)):
            page.goto(demo.address(row).replace("/de/", f"/{code}/", 1))
            assert page.get_attribute("html", "lang") == code
            found[row, code] = faults(page, view)
    assert not {where: wrong for where, wrong in found.items() if wrong}


def test_coordinators_work_on_a_phone_and_at_a_desk_without_scripts(visit, demo):
    seen = visit(width=320)
    log_in(seen.page, demo, "coordinator", start="/admin/desk/")
    found = {}
    for row in OF_COORDINATORS:
        seen.page.goto(demo.address(row))
        found[row] = faults(seen.page, SMALL, WIDE)
    assert not {where: wrong for where, wrong in found.items() if wrong}
    assert seen.hosts == {demo.url.split("/")[2]}
    bare = visit(width=320, js=False)
    bare.page.context.add_cookies(seen.page.context.cookies())
    bare.page.goto(demo.address("desk"))
    numbers = bare.page.locator(".desk__number")
    assert numbers.count() >= 15
    numbers.first.click()
    assert bare.page.locator("h1").inner_text()
