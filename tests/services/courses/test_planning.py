"""Yasmin plans: she sees how many wait where for what, which run fills up, and offers one, without seeing a name."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader
from wagtail.models import ModelLogEntry

from home.roles import ROLES
from portal.errors import DomainError, NotAllowed
from portal.outbox import deliver_due
from services.courses import planning
from services.courses.models import CourseInterest, CourseRun, PlanningInvitation, PlanningRound
from services.courses.planning import count_places, heat_map, open_runs, plan_of, to_write_to
from services.courses.planning_actions import offer_run
from services.courses.planning_mails import queue_offers
from services.courses.planning_permissions import can_plan
from tests.services.courses.factories import (
    DONAUESCHINGEN,
    FURTWANGEN,
    KOENIGSFELD,
    admin_visitor,
    course,
    course_staff,
    run,
)
from tests.services.courses.waiting import planner, waits

pytestmark = pytest.mark.ignore_template_errors
HOME = "/admin/courses/planning/"


@pytest.fixture
def yasmin(portal, client):
    user = planner(portal.yasmin)
    client.force_login(user)
    return user


def plan(portal, within=20):
    return plan_of(portal.district, timezone.now(), within)


def fits(portal, of, within=20):
    """How many fit a run, and how many miss one thing."""
    fit = planning.barometer_of(plan(portal, within), of).fit
    return len(fit.fitting), fit.but_for


# Who may --------------------------------------------------------------------------------------------------------------


def test_coordinators_and_course_staff_may_plan_and_nobody_else(portal):
    assert can_plan(planner(portal.yasmin))
    assert can_plan(course_staff(portal.lena))
    assert can_plan(portal.ada)
    assert not can_plan(portal.omar)
    assert not can_plan(portal.eva)
    assert "services.plan_courses" in ROLES["Koordination"]["permissions"]


def test_a_coordinator_comes_from_a_cell_of_the_map_to_a_new_run(portal, client, yasmin):
    for label in ROLES["Koordination"]["permissions"]:
        app, codename = label.split(".")
        yasmin.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    waits(portal)
    cell = client.get(f"{HOME}cell/?level=B1&time=any").content.decode()
    link = re.search(r'href="(/admin/courses/publish/\?[^"]+)"', cell).group(1)
    assert client.get(unescape(link)).status_code == 200


@pytest.mark.parametrize("path", ["", "cell/?level=B1&time=any", "offer/{pk}/", "overview.xlsx", "overview.pdf"])
def test_omar_sees_nothing_of_it(portal, client, path):
    of = run(portal)
    client.force_login(admin_visitor(portal.omar))
    assert client.get(HOME + path.format(pk=of.pk)).status_code in (302, 403)
    assert client.post(f"{HOME}offer/{of.pk}/").status_code in (302, 403)
    with pytest.raises(NotAllowed):
        offer_run(run=of, user=portal.omar)


# The map --------------------------------------------------------------------------------------------------------------


def test_the_map_counts_level_town_time_and_childcare(portal):
    for _number in range(3):
        waits(portal, times=["morning"], children=1)
    waits(portal, times=["morning", "evening"])
    waits(portal, town=None, level="A0")
    counts = count_places(plan(portal).wishes)
    town = portal.towns[FURTWANGEN].pk
    assert counts["B1", town, "morning", True] == 3
    assert counts["B1", town, "morning", False] == counts["B1", town, "evening", False] == 1
    assert counts["A0", None, "any", False] == 1


def test_a_row_counts_people_and_not_their_times(portal):
    waits(portal, times=["morning", "evening", "weekend"])
    found = heat_map(plan(portal))
    ((_level, (row,)),) = found.levels
    assert (found.people, row.people, sum(cell.count for cell in row.cells)) == (1, 1, 3)
    assert max(cell.shade for cell in row.cells) == planning.STEPS


def test_the_map_can_be_narrowed_to_a_level_and_a_town(portal):
    waits(portal)
    waits(portal, level="A1", town=DONAUESCHINGEN)
    assert heat_map(plan(portal), level="A1").people == 1
    assert heat_map(plan(portal), town=portal.towns[FURTWANGEN].pk).people == 1
    assert heat_map(plan(portal), level="C2").levels == []


def test_who_is_over_is_not_counted(portal):
    waits(portal)
    CourseInterest.objects.update(expires_at=timezone.now())
    assert heat_map(plan(portal)).people == 0


def test_the_page_shows_numbers_with_words_and_no_name(portal, client, yasmin):
    waits(portal, "amira", times=["morning"], children=2)
    page = client.get(HOME).content.decode()
    assert 'class="planning-4"' in page
    assert "Furtwangen" in page
    assert "Kanarienvogel" not in page
    assert "example.org" not in page.replace("yasmin@example.org", "")


@pytest.mark.parametrize("query", ["?level=xx", "?ags=%00", "?within=9e9", "?level=B1&ags=08326017&within=50"])
def test_nonsense_in_the_address_is_left_out(portal, client, yasmin, query):
    assert client.get(HOME + query).status_code == 200


def test_the_page_needs_the_same_queries_for_many_people_and_runs(portal, client, yasmin):
    waits(portal)
    run(portal, "eins-1")
    client.get(HOME)
    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    for number in range(8):
        waits(portal, level="A1", town=KOENIGSFELD)
        run(portal, f"mehr{number}-1")
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)
    assert len(many) <= len(few)


# A cell ---------------------------------------------------------------------------------------------------------------


def test_a_cell_says_who_else_would_come_and_leads_to_a_new_run(portal, client, yasmin):
    waits(portal, times=["morning"], children=1)
    waits(portal, town=KOENIGSFELD, times=["morning"])
    page = client.get(f"{HOME}cell/?level=B1&ags={FURTWANGEN}&time=morning&childcare=1&within=30").content.decode()
    assert f"/admin/courses/publish/?level=B1&amp;ags={FURTWANGEN}&amp;time=morning&amp;childcare=1" in page
    at = ("B1", portal.towns[FURTWANGEN].pk, "morning")
    assert len(planning.around(plan(portal, 30), (*at, True))) == 2
    assert len(planning.around(plan(portal, 30), (*at, False))) == 1
    assert len(planning.around(plan(portal, 2), (*at, True))) == 1


@pytest.mark.parametrize("query", ["", "?level=xx&time=any", "?level=B1&time=night", "?level=B1&time=any&ags=1"])
def test_a_cell_that_does_not_exist_is_not_found(portal, client, yasmin, query):
    assert client.get(f"{HOME}cell/{query}", follow=True).status_code == 404


# Who fits -------------------------------------------------------------------------------------------------------------


def test_level_time_childcare_women_and_way_decide_and_the_one_obstacle_is_named(portal):
    of = run(portal, time_of_day="evening")
    waits(portal)
    waits(portal, times=["evening"])
    waits(portal, level="C1")
    waits(portal, times=["morning"])
    waits(portal, children=1)
    waits(portal, women_only=True)
    waits(portal, town=DONAUESCHINGEN)
    waits(portal, town=DONAUESCHINGEN, times=["morning"])
    assert fits(portal, of, 10) == (2, {"time": 1, "way": 1, "childcare": 1, "women": 1})
    assert fits(portal, of, 50)[0] == 3


def test_a_run_for_women_is_offered_to_those_alone_who_asked_for_one(portal):
    of = run(portal, women_only=True)
    waits(portal)
    waits(portal, women_only=True)
    assert fits(portal, of)[0] == 1


def test_who_learns_to_read_needs_a_course_that_teaches_it(portal):
    waits(portal, needs_literacy=True)
    assert fits(portal, run(portal))[0] == 0
    assert fits(portal, run(portal, "alpha-1", of=course(portal, "alpha", literacy="none")))[0] == 1


def test_an_online_run_reaches_everybody_and_an_unknown_town_no_room(portal):
    waits(portal, town=None)
    assert fits(portal, run(portal))[0] == 0
    assert fits(portal, run(portal, "netz-1", mode="online"))[0] == 1


def test_who_asked_for_this_very_run_fits_it(portal):
    of = run(portal)
    waits(portal, level="A0", town=None, run=of)
    assert fits(portal, of)[0] == 1


# The barometer --------------------------------------------------------------------------------------------------------


def test_the_barometer_says_what_is_missing_and_until_when(portal):
    of = run(portal, status="needs_registrations", capacity_min=12, places_free=6, places_state="free")
    for _number in range(2):
        waits(portal)
    ((one,), _free) = open_runs(plan(portal))
    assert (one.enrolled, one.needed, one.state, one.days_left) == (10, 2, "reachable", 0)
    assert (one.share, one.share_with_fitting) == (83, 100)
    CourseRun.objects.filter(pk=of.pk).update(capacity_min=16, register_until=timezone.localdate() + timedelta(days=3))
    ((one,), _free) = open_runs(plan(portal))
    assert (one.needed, one.state, one.days_left) == (6, "few", 3)
    CourseRun.objects.filter(pk=of.pk).update(capacity_min=8)
    assert open_runs(plan(portal))[0][0].state == "enough"


def test_nobody_guesses_where_no_number_is_known(portal):
    run(portal, capacity_min=None, places_free=None, places_state="ask")
    ((one,), _free) = open_runs(plan(portal))
    assert (one.enrolled, one.state, one.share) == (None, "unknown", 0)


def test_cancelled_and_begun_runs_have_no_barometer_but_open_ones_are_suggested(portal):
    today = timezone.localdate()
    run(portal, "weg-1", status="cancelled", cancel_reason="too_few")
    begun = {"starts_on": today - timedelta(days=3), "ends_on": today + timedelta(days=60)}
    run(portal, "zu-1", **begun)
    run(portal, "offen-1", entry="rolling", **begun)
    waits(portal)
    planned, free = open_runs(plan(portal))
    assert planned == []
    assert [one.run.code for one in free] == ["offen-1"]


# The offer ------------------------------------------------------------------------------------------------------------


def test_the_offer_goes_to_each_in_their_language_once_and_is_logged_without_names(portal, client, yasmin):
    of = run(portal)
    waits(portal, "amira", language="ar")
    waits(portal, "olena", language="en")
    waits(portal, "ohne", phone="1")
    page = client.get(f"{HOME}offer/{of.pk}/").content.decode()
    assert "Kanarienvogel" not in page
    assert "amira@" not in page
    assert client.post(f"{HOME}offer/{of.pk}/").status_code == 302
    assert queue_offers() == 2
    assert queue_offers() == 0
    deliver_due()
    sent = {one.to[0]: one for one in mail.outbox}
    assert set(sent) == {"amira@example.org", "olena@example.org"}
    assert "A German course that may fit you" in sent["olena@example.org"].subject
    assert "#abendkurs-b1-1" in sent["olena@example.org"].body
    entry = ModelLogEntry.objects.get(action="courses.planning.offered")
    assert (entry.user_id, entry.data) == (yasmin.pk, {"people": 2})
    assert client.post(f"{HOME}offer/{of.pk}/").status_code == 409
    assert PlanningRound.objects.get().people == 2


def test_who_comes_later_is_told_and_nobody_twice(portal, yasmin):
    of = run(portal)
    waits(portal)
    offer_run(run=of, user=yasmin)
    waits(portal)
    assert offer_run(run=of, user=yasmin).people == 1
    assert PlanningInvitation.objects.count() == 2


@pytest.mark.parametrize(
    "facts",
    [{"is_public": False}, {"status": "cancelled", "cancel_reason": "other"}, {"status": "finished"}],
)
def test_what_nobody_can_join_is_not_offered(portal, yasmin, facts):
    of = run(portal, **facts)
    waits(portal)
    with pytest.raises(DomainError):
        offer_run(run=of, user=yasmin)
    assert not PlanningRound.objects.exists()


def test_a_run_cancelled_before_the_worker_comes_is_offered_to_nobody(portal, yasmin):
    of = run(portal)
    waits(portal)
    offer_run(run=of, user=yasmin)
    CourseRun.objects.filter(pk=of.pk).update(status="cancelled", cancel_reason="other")
    assert queue_offers() == 0
    deliver_due()
    assert not any("#abendkurs" in one.body for one in mail.outbox)


def test_whoever_leaves_the_list_takes_the_offer_with_them(portal, yasmin):
    of = run(portal)
    row = waits(portal)
    offer_run(run=of, user=yasmin)
    row.delete()
    assert queue_offers() == 0
    assert to_write_to(of, planning.barometer_of(plan(portal), of).fit) == []


def test_an_unknown_run_is_not_found(portal, client, yasmin):
    assert client.get(f"{HOME}offer/99999999999999999999/", follow=True).status_code == 404


# The overview ---------------------------------------------------------------------------------------------------------


def cells(content):
    sheet = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_small_numbers_stay_out_of_files(portal, client, yasmin):
    for _number in range(7):
        waits(portal, times=["morning"])
    for _number in range(3):
        waits(portal, level="A1", town=KOENIGSFELD, times=["evening"])
    rows = cells(client.get(f"{HOME}overview.xlsx?part=interest").content)
    numbers = [row[2] for row in rows[1:] if isinstance(row[2], int)]
    assert numbers
    assert all(number >= 5 for number in numbers)
    # The level below five takes the next one with it, because the sum would tell it.
    levels = [row[2] for row in rows[1:] if row[0] in ("Level", "Niveau")]
    assert len(set(levels)) == 1
    assert not isinstance(levels[0], int)
    assert [row[2] for row in rows[1:]][-1] in ("5 to 9", "5 bis 9")


def test_the_courses_of_a_month_stand_in_the_sheet(portal, client, yasmin):
    run(portal, "kurs-1")
    answer = client.get(f"{HOME}overview.xlsx")
    assert "no-store" in answer["Cache-Control"]
    rows = cells(answer.content)
    assert len(rows) == 2
    assert "Furtwangen" in rows[1]


def test_the_overview_is_a_readable_pdf(portal, client, yasmin):
    run(portal)
    for _number in range(6):
        waits(portal)
    answer = client.get(f"{HOME}overview.pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf"
    assert "Furtwangen" in text
    assert "Kanarienvogel" not in text


@pytest.mark.parametrize("path", ["overview.doc", "overview.pdf?month=1900-01", "overview.xlsx?month=x"])
def test_other_files_and_months_are_not_found(portal, client, yasmin, path):
    assert client.get(HOME + path, follow=True).status_code == 404
