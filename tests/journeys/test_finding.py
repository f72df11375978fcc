"""People find their office, a course, a meeting; staff find their way. Without a script where the public is meant."""

from __future__ import annotations

import urllib.request

import icalendar
import pytest

from tests.journeys.conftest import faults
from tests.journeys.people import knock, log_in, press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("code", ["de", "ar", "uk", "ti"])
def test_amira_in_a_house_of_the_red_cross_finds_the_red_cross(visit, demo, code):
    page = visit(width=320, js=False).page
    page.goto(f"{demo.url}/{code}/who-helps/")
    page.check("main input[name=now][value=no]")
    press(page, "main form button")
    page.check("main input[name=phase][value=VU]")
    press(page, "main form button")
    if page.locator("main select[name=ags]").count():
        page.select_option("main select[name=ags]", "08326074")
        press(page, "main form button")
    assert "Rotes Kreuz" in page.inner_text("main")
    assert page.locator("main a[href^='tel:']").count() >= 1
    assert page.context.cookies() == []


def test_every_first_answer_of_the_finder_leads_on_to_a_door(visit, demo):
    page = visit(width=360, js=False).page
    page.goto(f"{demo.url}/de/who-helps/")
    for _question in range(7):
        radios = page.locator("main form input[type=radio]")
        if not radios.count() and not page.locator("main form select").count():
            break
        for name in {radio.get_attribute("name") for radio in radios.all()}:
            page.locator(f"main form input[name={name}]").last.check()
        for select in page.locator("main form select").all():
            select.select_option(index=1)
        press(page, "main form button")
    assert page.locator("main a.button, main a[href^='tel:']").count() >= 1


@pytest.mark.parametrize("code", ["de", "ar"])
def test_a_learner_filters_courses_and_subscribes(visit, demo, code):
    page = visit(width=320, js=False).page
    page.goto(f"{demo.url}/{code}/courses/")
    before = page.locator("main .card").count()
    page.click("main summary")
    page.goto(f"{demo.url}/{code}/courses/?time=evening")
    assert 0 < page.locator("main .card").count() < before
    press(page, "main a[href*='/courses/calendar/']")
    feed = page.inner_text("#calendar-address").strip()
    assert "time=evening" in feed
    with urllib.request.urlopen(feed) as answer:
        assert answer.headers["Content-Type"].startswith("text/calendar")
        events = icalendar.Calendar.from_ical(answer.read()).walk("VEVENT")
    assert len(events) > 5
    assert any(event["STATUS"] == "CANCELLED" for event in events)


def test_the_same_lessons_have_the_same_identity_in_all_languages(demo):
    uids = []
    for code in ("de", "ar", "ti"):
        with urllib.request.urlopen(f"{demo.url}/{code}/courses/calendar.ics") as answer:
            uids.append({str(event["UID"]) for event in icalendar.Calendar.from_ical(answer.read()).walk("VEVENT")})
    assert uids[0] == uids[1] == uids[2]


def test_a_network_meeting_is_invisible_to_the_public_and_visible_to_a_member(visit, demo):
    public = visit(js=False).page
    assert public.goto(f"{demo.url}/de/meetings/operativer-austausch/").status == 404
    public.goto(f"{demo.url}/de/meetings/")
    assert "operativer-austausch" not in public.content()
    member = visit().page
    log_in(member, demo, "network_member", "/de/meetings/")
    assert "operativer-austausch" in member.content()


@pytest.mark.parametrize(
    "login", ["admin", "editor", "translator", "course_staff", "case_worker", "other_office", "coordinator"]
)
def test_every_role_gets_to_its_place_and_no_other_host_is_asked(visit, demo, login):
    seen = visit(width=1280)
    place = demo.rows[login]["url"]
    answer = knock(seen.page, demo, login, place.removeprefix(demo.url))
    assert answer.status == 200
    assert seen.page.url == place
    seen.page.wait_for_load_state("networkidle")
    assert seen.hosts == {demo.url.split("/")[2]}


@pytest.mark.parametrize("width", [390, 1280])
def test_the_inbox_is_open_to_everybody_who_works_there(visit, demo, width):
    page = visit(width=width).page
    log_in(page, demo, "case_worker", "/admin/inbox/")
    for _stop in ("list", "case"):
        assert not faults(page, (width, "light"))
        link = page.locator("main a:has-text('SBK-')").first
        if link.count():
            press(page, link)


def test_an_editor_publishes_and_the_reader_sees_it_in_the_next_request(visit, demo):
    reader = visit(js=False).page
    reader.goto(f"{demo.url}/de/volunteering/")
    before = reader.inner_text("h1")
    editor = visit(width=1280).page
    log_in(editor, demo, "editor", f"/admin/pages/search/?q={before.split()[0]}")
    row = editor.locator("tr", has=editor.locator("a[href$='/de/volunteering/']"))
    address = row.locator("a[href$='/edit/']").first.get_attribute("href")
    editor.goto(demo.url + address)
    editor.locator("#id_title").fill(f"{before} heute")
    editor.locator("footer [data-w-dropdown-target=toggle], .footer button[aria-expanded]").last.click()
    press(editor, "button[name=action-publish]")
    reader.reload()
    assert reader.inner_text("h1") == f"{before} heute"
